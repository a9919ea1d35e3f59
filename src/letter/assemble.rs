//! What the program puts around the template's part of a letter: letterhead, marks, date, reference, addressees, signatures,
//! members, sources, annexes and copies.
//!
//! In: a context, an order and what the template gave. Out: the letter's parts in their order. No template can leave one out.

use super::document::{Addressee, Block, Inline, ListKind, Part, Picture, Signature};
use super::spec::{LetterContext, LetterSpec};
use super::template::{NameTable, Table, Value};
use super::view::View;
use super::words::{Addressed, Words, fill};
use crate::case::{Action, Copy};
use crate::consent::{Audience, Confidential};
use crate::organisation::SourceStatus;
use chrono::NaiveDate;

/// What the program knows when it frames a letter.
pub(super) struct Assembly<'v, 'a> {
    pub(super) cx: &'a LetterContext<'a>,
    pub(super) spec: &'a LetterSpec,
    pub(super) view: &'v mut View<'a>,
    pub(super) date: NaiveDate,
    /// Whether the letter's source is confidential.
    pub(super) source: SourceStatus,
}

impl Assembly<'_, '_> {
    fn words(&self) -> &Words {
        &self.cx.pack.words
    }

    /// All parts of the letter, in their order. `end`: what [`Self::end`] gave.
    pub(super) fn parts(&mut self, addressed: &[Addressed<'_>], subject: Vec<Inline>, body: Vec<Block>, closing: Vec<Block>, end: Vec<Part>) -> Vec<Part> {
        let mut parts = vec![self.letterhead()];
        let marks = self.marks();
        if !marks.is_empty() {
            parts.push(Part::Marks(marks));
        }
        parts.push(self.date_line());
        let language = &self.cx.pack.language;
        let blocks = addressed.iter().filter_map(|to| self.words().block(*to, language));
        parts.push(Part::Addressees(blocks.map(|(name, lines)| Addressee { name, lines }).collect()));
        parts.push(Part::Subject { label: format!("{}{}", self.words().labels.subject, self.words().labels.colon), text: subject });
        parts.push(Part::Body(body));
        if !closing.is_empty() {
            parts.push(Part::Closing(closing));
        }
        parts.extend(end);
        parts
    }

    fn letterhead(&mut self) -> Part {
        let organisation = self.cx.organisation;
        let name = organisation.name.get(&self.cx.pack.language).cloned().unwrap_or_default();
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
        let logo = organisation.logo.as_ref().and_then(|path| self.cx.pictures.get(path)).cloned().map(|p| Picture { alt: name.clone(), ..p });
        Part::Letterhead { name, lines, logo }
    }

    /// CONFIDENTIAL, a redacted copy's mark, URGENT.
    fn marks(&self) -> Vec<String> {
        let labels = &self.words().labels;
        let mut marks = Vec::new();
        match self.spec.audience {
            Audience::Mandate if self.is_confidential() => marks.push(labels.confidential.clone()),
            Audience::Mandate => {}
            Audience::Government => {
                marks.push(match self.spec.copy_for.as_ref().and_then(|key| self.cx.directory.get(key)).and_then(|m| m.title(&self.cx.pack.language)) {
                    Some(title) => fill(&labels.government_copy, &[("recipient", &title.any)]),
                    None => labels.redacted_copy.clone(),
                });
            }
            Audience::Public => marks.push(labels.public_version.clone()),
        }
        if self.cx.case.action == Action::UrgentAppeal {
            marks.push(match self.view.act_by() {
                Some(date) => fill(&labels.urgent_before, &[("date", &date)]),
                None => labels.urgent.clone(),
            });
        }
        marks
    }

    /// Whether a letter to mandates holds anything that not everybody may read.
    fn is_confidential(&self) -> bool {
        let case = self.cx.case;
        let personal = case.everybody().any(|p| p.has_private() || p.name.as_ref().is_some_and(Confidential::is_protected));
        let accused = case.perpetrators.iter().any(|p| p.individual && !p.name_in_public);
        let shares = case.incidents.iter().map(|i| i.share).chain(case.context.iter().map(|c| c.share)).chain(case.steps.iter().map(|s| s.share));
        let shares = shares.chain(case.requests.iter().map(|r| r.share)).chain(case.perpetrators.iter().map(|p| p.share));
        let mut shares = shares.chain(case.sources.iter().map(|s| s.share)).chain(case.annexes.iter().map(|a| a.share));
        self.source == SourceStatus::Confidential || personal || accused || case.contact.is_some() || shares.any(|s| s != Audience::Public)
    }

    fn date_line(&mut self) -> Part {
        let place = self.cx.organisation.place.as_ref().and_then(|p| p.get(&self.cx.pack.language));
        let date = vec![Inline::Text(self.words().place_and_date(place.map(String::as_str), self.date))];
        let labels = &self.words().labels;
        let reference = self.cx.case.reference.as_ref().map(|r| vec![Inline::Text(format!("{}{}", labels.reference, labels.colon)), Inline::Value(r.clone())]);
        Part::DateLine { reference, date }
    }

    /// What follows the closing words: signatures, members, sources, annexes, copies. Whoever is named there is mentioned.
    pub(super) fn end(&mut self, signers: &[(String, Option<String>, Option<String>)], name_table: &mut NameTable) -> Vec<Part> {
        let signatures = signers.iter().map(|(name, role, _)| {
            let (name, role) = (name_table.told(name), role.as_ref().map(|role| name_table.told(role)));
            Signature { name, role, picture: None }
        });
        let mut parts = vec![Part::Signatures(signatures.collect())];
        let labels = &self.cx.pack.words.labels;
        let mut list = |kind, heading: &str, items: Vec<Vec<Inline>>| {
            if !items.is_empty() {
                parts.push(Part::List { kind, heading: heading.to_owned(), items });
            }
        };
        let value = |t: &str| Inline::Value(t.to_owned());
        let members = self.cx.organisation.members.iter().map(|m| {
            let mut item = vec![value(&m.name)];
            item.extend(m.country.as_ref().map(|c| Inline::Text(format!(" ({})", self.cx.pack.words.country(c)))));
            item
        });
        list(ListKind::Members, &labels.members, members.collect());
        let sources: Vec<_> = self.cx.case.sources.iter().filter(|s| self.view.may_read(s.share)).collect();
        let sources = sources.into_iter().map(|s| source_item(&self.view.source(s), self.cx.pack.words.comma(), name_table)).collect();
        list(ListKind::Sources, &labels.sources, sources);
        let annexes = self
            .view
            .annexes()
            .into_iter()
            .map(|(label, title)| vec![Inline::Text(format!("{label}{}", labels.list_colon)), Inline::Value(name_table.told(&title))]);
        list(ListKind::Annexes, &labels.annexes, annexes.collect());
        let copies = self.cx.case.cc.iter().filter_map(|copy| match copy {
            Copy::Line(line) => Some(vec![value(&name_table.told(&self.view.marked(line)))]),
            Copy::Recipient { key, .. } => {
                let mandate = self.cx.directory.get(key)?;
                self.cx.pack.words.title(Addressed::on(mandate, self.date), &self.cx.pack.language).map(|t| vec![value(&t)])
            }
        });
        list(ListKind::Copies, &labels.cc, copies.collect());
        parts
    }
}

/// Title, publisher, date, link.
fn source_item(source: &Table<'_>, comma: &str, name_table: &mut NameTable) -> Vec<Inline> {
    let mut text = |key: &str| source.get(key).and_then(Value::text).map(|text| name_table.told(text));
    let mut item: Vec<Inline> = text("title").map(Inline::Value).into_iter().collect();
    for key in ["publisher", "date"] {
        if let Some(value) = text(key) {
            item.push(Inline::Text(comma.into()));
            item.push(if key == "date" { Inline::Text(value) } else { Inline::Value(value) });
        }
    }
    if let Some(url) = text("url") {
        item.push(Inline::Text(comma.into()));
        item.push(Inline::Link { to: url.clone(), text: vec![Inline::Value(url)] });
    }
    item
}
