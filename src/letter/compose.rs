//! From a case to a draft letter for one reader.
//!
//! In: a [`LetterContext`] (the case and all around it) and a [`LetterSpec`] (for whom). Out: a [`Draft`], or why this letter cannot be
//! written. Letterhead, date, reference, addressees, consent, signatures, sources, annexes and copies are the program's
//! and always there; from the salutation to the closing it is the template's.

use super::assemble::Assembly;
use super::clearance::{Checks, Draft};
use super::document::{Block, Letter, Status, plain};
use super::spec::{LetterContext, LetterSpec};
use super::statements::statements;
use super::template::{Filled, Table, Value};
use super::view::View;
use super::words::{Addressed, fill};
use crate::consent::{Audience, Reader};
use crate::diagnostic::{Diagnostic, Diagnostics};
use chrono::NaiveDate;
use unicode_width::UnicodeWidthStr as _;

/// Composes a letter.
///
/// # Errors
/// Texts that the letter's language lacks, unknown instruments, a template that is not for this reader.
pub fn compose(cx: &LetterContext<'_>, spec: &LetterSpec) -> Result<Draft, Diagnostics> {
    let readers = spec.readers();
    let reader = Reader { audience: spec.audience, recipients: &readers };
    let case = cx.case;
    let date = case.letter_date(cx.today);
    let addressed: Vec<Addressed<'_>> = spec.addressees.iter().filter_map(|key| cx.directory.get(key)).map(|m| Addressed::on(m, date)).collect();
    check_template(cx, spec)?;

    let mut view = View::new(cx, spec, reader);
    let mut everybody = view.name_table();
    let mut told = view.data(&addressed);
    let signers = view.signers();
    told.insert("letter", Value::Table(letter_data(cx, spec, &addressed, many_sign(cx, &signers))));
    let told = Value::Table(told);
    let source = case.source.unwrap_or(cx.organisation.source);
    let names = everybody.names();
    let rendered = cx.pack.templates.render(&spec.template, &told, &names).expect("the template was asked for its audiences");
    // The subject is read first, but it is no first mention: the letter begins anew.
    let mut aside = everybody.anew();
    let subject = rendered.subject(&mut aside);
    let blocks = rendered.blocks(&mut everybody);
    let end = Assembly { cx, spec, view: &mut view, date, source }.end(&signers, &mut everybody);
    let mut mentioned = everybody.mentioned();
    mentioned.append(&mut aside.mentioned());
    mentioned.extend(view.victims().iter().map(|(n, _)| n));
    view.note_withheld_names(&mentioned);
    let section = statements(&view, &everybody, &mentioned, source);
    let closing = cx.pack.words.closing(&addressed, many_sign(cx, &signers), &cx.pack.language);
    let (body, closing) = place_statements(blocks, section, &closing);

    let parts = Assembly { cx, spec, view: &mut view, date, source }.parts(&addressed, subject.clone(), body, closing, end);
    let remarks = remarks(cx, &addressed, date);
    if view.problems.has_errors() {
        return Err(view.problems);
    }
    let words = &cx.pack.words;
    let letter = Letter {
        case: case.id.clone(),
        to: match spec.person {
            Some(n) => format!("{}.{}", case.victims[n].id, spec.to()),
            None => spec.to(),
        },
        language: cx.pack.language.clone(),
        direction: words.direction,
        audience: spec.audience,
        paper: cx.organisation.paper,
        date,
        status: Status::draft(),
        title: plain(&subject),
        running_head: running_head(cx, &addressed, date),
        page_label: words.labels.page.clone(),
        draft_label: words.labels.draft.clone(),
        cover: cover(cx, date),
        parts,
    };
    let pictures = signers.iter().map(|(_, _, path)| path.as_ref().and_then(|p| cx.pictures.get(p)).cloned()).collect();
    let checks = Checks::new(&view, everybody.shown(), &mentioned, source, words.labels.draft_notice.clone());
    Ok(Draft::new(letter, pictures, checks, remarks))
}

fn check_template(cx: &LetterContext<'_>, spec: &LetterSpec) -> Result<(), Diagnostics> {
    let location = cx.case.location.clone();
    let Some(audiences) = cx.pack.templates.audiences(&spec.template) else {
        let known = cx.pack.templates.names().collect::<Vec<_>>().join(", ");
        return Err(Diagnostic::error(say!("there is no template `{name}` in {language}", name = spec.template, language = cx.pack.words.name))
            .at(location)
            .hint(say!("the templates are {known}", known = known))
            .into());
    };
    if !audiences.contains(&spec.audience) {
        return Err(Diagnostic::error(say!(
            "the template `{name}` is not for the audience `{audience}`",
            name = spec.template,
            audience = spec.audience.word()
        ))
        .at(location)
        .hint(say!("choose another with --template, or add the audience to its front matter"))
        .into());
    }
    Ok(())
}

/// One signer, or several; an organisation that signs in its own name is several.
fn many_sign(cx: &LetterContext<'_>, signers: &[(String, Option<String>, Option<String>)]) -> usize {
    match signers {
        [(name, _, _)] if cx.organisation.name.all().any(|own| own == name) => 2,
        _ => signers.len(),
    }
}

fn letter_data<'a>(cx: &'a LetterContext<'a>, spec: &LetterSpec, addressed: &[Addressed<'_>], signers: usize) -> Table<'a> {
    let words = &cx.pack.words;
    let language = &cx.pack.language;
    let mut letter = Table::default();
    letter.put("action", cx.case.action.word());
    letter.put("language", language.code());
    letter.put("audience", spec.audience.word());
    letter.put("date", words.day(cx.case.letter_date(cx.today)));
    letter.put("salutation", words.salutation(addressed, language));
    letter.put("closing", words.closing(addressed, signers, language));
    letter.put("statements", super::template::STATEMENTS);
    letter.flag("single", signers == 1);
    letter.flag("joint", addressed.len() > 1);
    if let Some(earlier) = &cx.case.earlier {
        let mut previous = Table::default();
        previous.put("date", words.day(earlier.date));
        previous.put_some("reference", earlier.reference.as_deref());
        letter.insert("previous", Value::Table(previous));
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
pub(super) fn cover(cx: &LetterContext<'_>, date: NaiveDate) -> Vec<String> {
    let words = &cx.pack.words;
    let organisation = cx.organisation.name.get(&cx.pack.language).map_or("", String::as_str);
    let day = words.day(date);
    words.mail.cover.iter().map(|line| fill(line, &[("organisation", organisation), ("date", &day)])).collect()
}

/// Reference, addressees and date, for later pages. Of many addressees the first are named: it is one line on paper.
pub(super) fn running_head(cx: &LetterContext<'_>, addressed: &[Addressed<'_>], date: NaiveDate) -> String {
    const ONE_LINE: usize = 96;
    let words = &cx.pack.words;
    let mut to: Vec<String> = addressed.iter().map(|a| words.short_form(*a, &cx.pack.language)).collect();
    let line = |to: String| cx.case.reference.iter().cloned().chain([to, words.day(date)]).collect::<Vec<_>>().join(" · ");
    let mut head = line(words.and(&to));
    while head.width() > ONE_LINE && to.len() > 1 {
        to.pop();
        head = line(format!("{} …", to.join(words.comma())));
    }
    head
}

/// What is to be known about the addressees: no certain holder, an entry that was not checked for a year, no address.
fn remarks(cx: &LetterContext<'_>, addressed: &[Addressed<'_>], date: NaiveDate) -> Diagnostics {
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
        if mandate.is_stale_on(cx.today) {
            say(
                say!("the directory's entry `{key}` was last checked more than a year ago", key = mandate.key),
                say!("look at the mandate's page, and write the day as checked = {today} in the workspace's recipients.toml", today = cx.today),
            );
        }
    }
    remarks
}

#[cfg(test)]
mod tests;
