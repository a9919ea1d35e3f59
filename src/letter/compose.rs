//! From a case to a draft letter for one reader.
//!
//! In: a [`Scene`] (the case and all around it) and an [`Order`] (for whom). Out: a [`Draft`], or why this letter cannot be
//! written. Letterhead, date, reference, addressees, consent, signatures, sources, annexes and copies are the program's
//! and always there; from the salutation to the closing it is the template's.

use super::clearance::Checks;
use super::statements::statements;
use super::template::{Cast, Filled};
use super::view::View;
use super::words::{Addressed, Words, fill};
use super::{Addressee, Block, Draft, Inline, Letter, ListKind, Part, Picture, Signature, Status, Tongue, plain};
use crate::case::{Action, Case, Copy};
use crate::consent::{Audience, Confidential, Reader};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Directory;
use crate::organisation::{Organisation, SourceStatus};
use chrono::NaiveDate;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr as _;

/// A case and all around it.
pub struct Scene<'a> {
    /// The case.
    pub case: &'a Case,
    /// The sender.
    pub organisation: &'a Organisation,
    /// Whom letters can go to.
    pub directory: &'a Directory,
    /// The letter's language.
    pub tongue: &'a Tongue,
    /// Logo and signatures, by their paths in the workspace.
    pub pictures: &'a BTreeMap<String, Picture>,
    /// This run's today.
    pub today: NaiveDate,
}

/// For whom one letter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// To whom it is addressed: keys of the directory, in order.
    pub addressees: Vec<String>,
    /// Who gets it as a copy, where that is not the addressees.
    pub copy_for: Option<String>,
    /// Its reader.
    pub audience: Audience,
    /// The template.
    pub template: String,
    /// The one victim it tells of, for mandates that take one letter a person.
    pub person: Option<usize>,
}

impl Order {
    /// Who reads it: the copy's recipient, or the addressees.
    pub(super) fn readers(&self) -> Vec<String> {
        self.copy_for.as_ref().map_or_else(|| self.addressees.clone(), |copy| vec![copy.clone()])
    }

    /// What stands for the recipient in file names: the key, or `joint`.
    #[must_use]
    pub fn to(&self) -> String {
        match (&self.copy_for, self.addressees.as_slice()) {
            (Some(copy), _) => copy.clone(),
            (None, [one]) => one.clone(),
            _ => "joint".into(),
        }
    }
}

/// Composes a letter.
///
/// # Errors
/// Texts that the letter's language lacks, unknown instruments, a template that is not for this reader.
pub fn compose(scene: &Scene<'_>, order: &Order) -> Result<Draft, Diagnostics> {
    let readers = order.readers();
    let reader = Reader { audience: order.audience, recipients: &readers };
    let case = scene.case;
    let date = case.letter_date(scene.today);
    let addressed: Vec<Addressed<'_>> = order.addressees.iter().filter_map(|key| scene.directory.get(key)).map(|m| Addressed::on(m, date)).collect();
    check_template(scene, order)?;

    let mut view = View::new(scene, order, reader);
    let mut everybody = view.cast();
    let mut told = view.data(&addressed);
    let signers = view.signers();
    told.insert("letter".into(), Json::Object(letter_data(scene, order, &addressed, many_sign(scene, &signers))));
    let source = case.source.unwrap_or(scene.organisation.source);
    let (subject, body) = scene.tongue.templates.render(&order.template, Json::Object(told), &everybody.names())?;
    // The subject is read first, but it is no first mention: the letter begins anew.
    let mut aside = Cast::new(everybody.shown().to_vec());
    let subject = subject.line(&mut aside);
    let blocks = body.blocks(&mut everybody);
    let mut mentioned = everybody.mentioned();
    mentioned.append(&mut aside.mentioned());
    mentioned.extend(view.victims().iter().map(|(n, _)| n));
    view.note_withheld_names(&mentioned);
    let section = statements(&view, &everybody, &mentioned, source);
    let closing = scene.tongue.words.closing(&addressed, many_sign(scene, &signers), &scene.tongue.language);
    let (body, closing) = place_statements(blocks, section, &closing);

    let parts = Parts { scene, order, view: &mut view, date, source }.all(&addressed, subject.clone(), body, closing, &signers);
    let remarks = remarks(scene, &addressed, date);
    if view.problems.has_errors() {
        return Err(view.problems);
    }
    let words = &scene.tongue.words;
    let letter = Letter {
        case: case.id.clone(),
        to: match order.person {
            Some(n) => format!("{}.{}", case.victims[n].id, order.to()),
            None => order.to(),
        },
        language: scene.tongue.language.clone(),
        direction: words.direction,
        audience: order.audience,
        paper: scene.organisation.paper,
        date,
        status: Status::draft(),
        title: plain(&subject),
        running_head: running_head(scene, &addressed, date),
        page_label: words.labels.page.clone(),
        draft_label: words.labels.draft.clone(),
        cover: cover(scene, date),
        parts,
    };
    let pictures = signers.iter().map(|(_, _, path)| path.as_ref().and_then(|p| scene.pictures.get(p)).cloned()).collect();
    let checks = Checks::new(&view, everybody.shown(), &mentioned, source, words.labels.draft_notice.clone());
    Ok(Draft::new(letter, pictures, checks, remarks))
}

fn check_template(scene: &Scene<'_>, order: &Order) -> Result<(), Diagnostics> {
    let location = scene.case.location.clone();
    let Some(audiences) = scene.tongue.templates.audiences(&order.template) else {
        let known = scene.tongue.templates.names().collect::<Vec<_>>().join(", ");
        return Err(Diagnostic::error(say!("there is no template `{name}` in {language}", name = order.template, language = scene.tongue.words.name))
            .at(location)
            .hint(say!("the templates are {known}", known = known))
            .into());
    };
    if !audiences.contains(&order.audience) {
        return Err(Diagnostic::error(say!(
            "the template `{name}` is not for the audience `{audience}`",
            name = order.template,
            audience = order.audience.word()
        ))
        .at(location)
        .hint(say!("choose another with --template, or add the audience to its front matter"))
        .into());
    }
    Ok(())
}

/// One signer, or several; an organisation that signs in its own name is several.
fn many_sign(scene: &Scene<'_>, signers: &[(String, Option<String>, Option<String>)]) -> usize {
    match signers {
        [(name, _, _)] if scene.organisation.name.all().any(|own| own == name) => 2,
        _ => signers.len(),
    }
}

fn letter_data(scene: &Scene<'_>, order: &Order, addressed: &[Addressed<'_>], signers: usize) -> Map<String, Json> {
    let words = &scene.tongue.words;
    let language = &scene.tongue.language;
    let text = |t: String| Json::String(t);
    let mut letter = Map::new();
    letter.insert("action".into(), text(scene.case.action.word().into()));
    letter.insert("language".into(), text(language.code().into()));
    letter.insert("audience".into(), text(order.audience.word().into()));
    letter.insert("date".into(), text(words.day(scene.case.letter_date(scene.today))));
    letter.insert("salutation".into(), text(words.salutation(addressed, language)));
    letter.insert("closing".into(), text(words.closing(addressed, signers, language)));
    letter.insert("statements".into(), text(super::template::STATEMENTS.into()));
    if signers == 1 {
        letter.insert("single".into(), Json::Bool(true));
    }
    if addressed.len() > 1 {
        letter.insert("joint".into(), Json::Bool(true));
    }
    if let Some(earlier) = &scene.case.earlier {
        let mut previous = Map::new();
        previous.insert("date".into(), text(words.day(earlier.date)));
        if let Some(reference) = &earlier.reference {
            previous.insert("reference".into(), text(reference.clone()));
        }
        letter.insert("previous".into(), Json::Object(previous));
    }
    letter
}

/// Puts the statements where the template has them, else before the closing; and parts the closing from the body.
fn place_statements(blocks: Vec<Filled>, section: Vec<Block>, closing: &str) -> (Vec<Block>, Vec<Block>) {
    let placed = blocks.contains(&Filled::Statements);
    let mut body = Vec::with_capacity(blocks.len() + section.len());
    let mut section = Some(section);
    for block in blocks {
        match block {
            Filled::Block(block) => body.push(block),
            Filled::Statements => body.extend(section.take().unwrap_or_default()),
        }
    }
    let ends_with_closing = matches!(body.last(), Some(Block::Paragraph(text)) if plain(text) == closing);
    let end = if ends_with_closing { body.pop().into_iter().collect() } else { Vec::new() };
    if !placed {
        body.extend(section.take().unwrap_or_default());
    }
    (body, end)
}

/// What the message says that carries the letter.
pub(super) fn cover(scene: &Scene<'_>, date: NaiveDate) -> Vec<String> {
    let words = &scene.tongue.words;
    let organisation = scene.organisation.name.get(&scene.tongue.language).map_or("", String::as_str);
    let day = words.day(date);
    words.mail.cover.iter().map(|line| fill(line, &[("organisation", organisation), ("date", &day)])).collect()
}

/// Reference, addressees and date, for later pages. Of many addressees the first are named: it is one line on paper.
pub(super) fn running_head(scene: &Scene<'_>, addressed: &[Addressed<'_>], date: NaiveDate) -> String {
    const ONE_LINE: usize = 96;
    let words = &scene.tongue.words;
    let mut to: Vec<String> = addressed.iter().map(|a| words.short_form(*a, &scene.tongue.language)).collect();
    let line = |to: String| scene.case.reference.iter().cloned().chain([to, words.day(date)]).collect::<Vec<_>>().join(" · ");
    let mut head = line(words.and(&to));
    while head.width() > ONE_LINE && to.len() > 1 {
        to.pop();
        head = line(format!("{} …", to.join(words.comma())));
    }
    head
}

struct Parts<'v, 'a> {
    scene: &'a Scene<'a>,
    order: &'a Order,
    view: &'v mut View<'a>,
    date: NaiveDate,
    source: SourceStatus,
}

impl Parts<'_, '_> {
    fn words(&self) -> &Words {
        &self.scene.tongue.words
    }

    fn all(
        &mut self,
        addressed: &[Addressed<'_>],
        subject: Vec<Inline>,
        body: Vec<Block>,
        closing: Vec<Block>,
        signers: &[(String, Option<String>, Option<String>)],
    ) -> Vec<Part> {
        let mut parts = vec![self.letterhead()];
        let marks = self.marks();
        if !marks.is_empty() {
            parts.push(Part::Marks(marks));
        }
        parts.push(self.date_line());
        let language = &self.scene.tongue.language;
        let blocks = addressed.iter().filter_map(|to| self.words().block(*to, language));
        parts.push(Part::Addressees(blocks.map(|(name, lines)| Addressee { name, lines }).collect()));
        parts.push(Part::Subject { label: format!("{}{}", self.words().labels.subject, self.words().labels.colon), text: subject });
        parts.push(Part::Body(body));
        if !closing.is_empty() {
            parts.push(Part::Closing(closing));
        }
        parts.push(Part::Signatures(signers.iter().map(|(name, role, _)| Signature { name: name.clone(), role: role.clone(), picture: None }).collect()));
        self.lists(&mut parts);
        parts
    }

    fn letterhead(&mut self) -> Part {
        let organisation = self.scene.organisation;
        let name = organisation.name.get(&self.scene.tongue.language).cloned().unwrap_or_default();
        let labels = &self.words().labels;
        let mut lines: Vec<Vec<Inline>> = organisation.address.iter().map(|l| vec![Inline::Value(l.clone())]).collect();
        let mut contacts: Vec<Inline> = Vec::new();
        let mut contact = |label: &str, to: String, text: &str| {
            if !contacts.is_empty() {
                contacts.push(Inline::Text(" · ".into()));
            }
            contacts.push(Inline::Text(format!("{label}{}", labels.list_colon)));
            contacts.push(Inline::Link { to, text: vec![Inline::Value(text.to_owned())] });
        };
        if let Some(phone) = &organisation.phone {
            let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            contact(&labels.telephone, format!("tel:{digits}"), phone);
        }
        contact(&labels.email, format!("mailto:{}", organisation.email), &organisation.email);
        if let Some(website) = &organisation.website {
            contact(&labels.website, website.clone(), website);
        }
        lines.push(contacts);
        let logo = organisation.logo.as_ref().and_then(|path| self.scene.pictures.get(path)).cloned().map(|p| Picture { alt: name.clone(), ..p });
        Part::Letterhead { name, lines, logo }
    }

    /// CONFIDENTIAL, a redacted copy's mark, URGENT (design §6.7).
    fn marks(&self) -> Vec<String> {
        let labels = &self.words().labels;
        let mut marks = Vec::new();
        match self.order.audience {
            Audience::Mandate if self.is_confidential() => marks.push(labels.confidential.clone()),
            Audience::Mandate => {}
            Audience::Government => marks.push(
                match self.order.copy_for.as_ref().and_then(|key| self.scene.directory.get(key)).and_then(|m| m.title(&self.scene.tongue.language)) {
                    Some(title) => fill(&labels.government_copy, &[("recipient", &title.any)]),
                    None => labels.redacted_copy.clone(),
                },
            ),
            Audience::Public => marks.push(labels.public_version.clone()),
        }
        if self.scene.case.action == Action::UrgentAppeal {
            marks.push(match self.view.act_by() {
                Some(date) => fill(&labels.urgent_before, &[("date", &date)]),
                None => labels.urgent.clone(),
            });
        }
        marks
    }

    /// Whether a letter to mandates holds anything that not everybody may read.
    fn is_confidential(&self) -> bool {
        let case = self.scene.case;
        let personal = case.everybody().any(|p| p.has_private() || p.name.as_ref().is_some_and(Confidential::is_protected));
        let accused = case.perpetrators.iter().any(|p| p.individual && !p.name_in_public);
        let shares = case.incidents.iter().map(|i| i.share).chain(case.context.iter().map(|c| c.share)).chain(case.steps.iter().map(|s| s.share));
        let shares = shares.chain(case.requests.iter().map(|r| r.share)).chain(case.perpetrators.iter().map(|p| p.share));
        let mut shares = shares.chain(case.sources.iter().map(|s| s.share)).chain(case.annexes.iter().map(|a| a.share));
        self.source == SourceStatus::Confidential || personal || accused || case.contact.is_some() || shares.any(|s| s != Audience::Public)
    }

    fn date_line(&mut self) -> Part {
        let place = self.scene.organisation.place.as_ref().and_then(|p| p.get(&self.scene.tongue.language));
        let date = vec![Inline::Text(self.words().place_and_date(place.map(String::as_str), self.date))];
        let labels = &self.words().labels;
        let reference =
            self.scene.case.reference.as_ref().map(|r| vec![Inline::Text(format!("{}{}", labels.reference, labels.colon)), Inline::Value(r.clone())]);
        Part::DateLine { reference, date }
    }

    fn lists(&mut self, parts: &mut Vec<Part>) {
        let labels = self.scene.tongue.words.labels.clone();
        let mut list = |kind, heading: &str, items: Vec<Vec<Inline>>| {
            if !items.is_empty() {
                parts.push(Part::List { kind, heading: heading.to_owned(), items });
            }
        };
        let value = |t: &str| Inline::Value(t.to_owned());
        let members = self.scene.organisation.members.iter().map(|m| {
            let mut item = vec![value(&m.name)];
            item.extend(m.country.as_ref().map(|c| Inline::Text(format!(" ({})", self.scene.tongue.words.country(c)))));
            item
        });
        list(ListKind::Members, &labels.members, members.collect());
        let sources: Vec<_> = self.scene.case.sources.iter().filter(|s| self.view.may_read(s.share)).collect();
        let sources = sources.into_iter().map(|s| source_item(&self.view.source(s), self.scene.tongue.words.comma())).collect();
        list(ListKind::Sources, &labels.sources, sources);
        let annexes = self.view.annexes().into_iter().map(|(label, title)| vec![Inline::Text(format!("{label}{}", labels.list_colon)), Inline::Value(title)]);
        list(ListKind::Annexes, &labels.annexes, annexes.collect());
        let copies = self.scene.case.cc.iter().filter_map(|copy| match copy {
            Copy::Line(line) => Some(vec![value(line)]),
            Copy::Recipient { key, .. } => {
                let mandate = self.scene.directory.get(key)?;
                self.scene.tongue.words.title(Addressed::on(mandate, self.date), &self.scene.tongue.language).map(|t| vec![value(&t)])
            }
        });
        list(ListKind::Copies, &labels.cc, copies.collect());
    }
}

/// Title, publisher, date, link.
fn source_item(source: &Map<String, Json>, comma: &str) -> Vec<Inline> {
    let text = |key: &str| source.get(key).and_then(Json::as_str);
    let mut item: Vec<Inline> = text("title").map(|t| Inline::Value(t.to_owned())).into_iter().collect();
    for key in ["publisher", "date"] {
        if let Some(value) = text(key) {
            item.push(Inline::Text(comma.into()));
            item.push(if key == "date" { Inline::Text(value.to_owned()) } else { Inline::Value(value.to_owned()) });
        }
    }
    if let Some(url) = text("url") {
        item.push(Inline::Text(comma.into()));
        item.push(Inline::Link { to: url.to_owned(), text: vec![Inline::Value(url.to_owned())] });
    }
    item
}

/// What is to be known about the addressees: no certain holder, an entry that was not checked for a year, no address.
fn remarks(scene: &Scene<'_>, addressed: &[Addressed<'_>], date: NaiveDate) -> Diagnostics {
    let mut remarks = Diagnostics::default();
    for to in addressed {
        let mandate = to.mandate;
        let mut say = |message, hint| remarks.push(Diagnostic::warning(message).at(mandate.location.clone()).about(mandate.key.clone()).hint(hint));
        let has_holders = mandate.kind.audience() == Audience::Mandate && mandate.kind != crate::directory::Kind::Office;
        if to.holder.is_none() && has_holders {
            let day = date.to_string();
            say(
                say!("no holder of `{key}` is certain for {day}: the letter addresses the office", key = mandate.key, day = day),
                say!("if you know the holder, write [[{key}.holders]] with name, from and source in the workspace's recipients.toml", key = mandate.key),
            );
        }
        if mandate.is_stale_on(scene.today) {
            say(
                say!("the directory's entry `{key}` was last checked more than a year ago", key = mandate.key),
                say!("look at the mandate's page, and write the day as checked = {today} in the workspace's recipients.toml", today = scene.today),
            );
        }
    }
    remarks
}

#[cfg(test)]
mod tests;
