//! A letter as data, for other programs.
//!
//! In: a letter. Out: one line of JSON. Every part, block and run of text is an object with one key, which says what it is.
//! `schema` is raised when a key changes its meaning or goes away; new keys may come.

use crate::letter::{Addressee, Block, Inline, Letter, ListKind, Paper, Part, Picture, Signature};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// What a program that reads it can count on.
const SCHEMA: u32 = 1;

/// Writes the line.
#[must_use]
pub(super) fn write(letter: &Letter) -> String {
    let status = &letter.status;
    let line = json!({
        "schema": SCHEMA,
        "case": letter.case,
        "to": letter.to,
        "language": letter.language.code(),
        "direction": letter.direction.word(),
        "audience": letter.audience.word(),
        "paper": match letter.paper { Paper::A4 => "a4", Paper::Letter => "letter" },
        "date": letter.date.to_string(),
        "state": if status.is_draft() { "draft" } else { "cleared" },
        // Whoever prints a draft prints its mark on every page, and why it is one.
        "mark": status.is_draft().then_some(&letter.draft_label),
        "notice": status.is_draft().then_some(status.notice()),
        "reasons": status.reasons(),
        "title": letter.title,
        "running-head": letter.running_head,
        "page-label": letter.page_label,
        "cover": letter.cover,
        "parts": letter.parts.iter().map(part).collect::<Vec<_>>(),
    });
    format!("{line}\n")
}

fn part(part: &Part) -> Json {
    match part {
        Part::Letterhead { name, lines, logo } => json!({ "letterhead": { "name": name, "lines": runs(lines), "logo": logo.as_ref().map(picture) } }),
        Part::Marks(marks) => json!({ "marks": marks }),
        Part::DateLine { reference, date } => json!({ "date-line": { "reference": reference.as_deref().map(run), "date": run(date) } }),
        Part::Addressees(all) => json!({ "addressees": all.iter().map(addressee).collect::<Vec<_>>() }),
        Part::Subject { label, text } => json!({ "subject": { "label": label, "text": run(text) } }),
        Part::Body(all) => json!({ "body": blocks(all) }),
        Part::Closing(all) => json!({ "closing": blocks(all) }),
        Part::Signatures(all) => json!({ "signatures": all.iter().map(signature).collect::<Vec<_>>() }),
        Part::List { kind, heading, items } => json!({ kind_word(*kind): { "heading": heading, "items": runs(items) } }),
    }
}

fn kind_word(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Members => "members",
        ListKind::Sources => "sources",
        ListKind::Annexes => "annexes",
        ListKind::Copies => "copies",
    }
}

fn addressee(addressee: &Addressee) -> Json {
    json!({ "name": addressee.name, "lines": addressee.lines })
}

fn signature(signature: &Signature) -> Json {
    json!({ "name": signature.name, "role": signature.role, "picture": signature.picture.as_ref().map(picture) })
}

fn picture(picture: &Picture) -> Json {
    json!({ "type": picture.mime, "base64": STANDARD.encode(&picture.bytes), "alt": picture.alt })
}

fn blocks(blocks: &[Block]) -> Json {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Json {
    match block {
        Block::Heading(level, text) => json!({ "heading": { "level": level, "text": run(text) } }),
        Block::Paragraph(text) => json!({ "paragraph": run(text) }),
        Block::List { start, items } => json!({ "list": { "start": start, "items": items.iter().map(|item| blocks(item)).collect::<Vec<_>>() } }),
    }
}

fn runs(lines: &[Vec<Inline>]) -> Json {
    lines.iter().map(|line| run(line)).collect()
}

fn run(inlines: &[Inline]) -> Json {
    inlines.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> Json {
    match inline {
        Inline::Text(text) => json!({ "text": text }),
        Inline::Value(text) => json!({ "value": text }),
        Inline::Strong(inside) => json!({ "strong": run(inside) }),
        Inline::Emphasis(inside) => json!({ "emphasis": run(inside) }),
        Inline::Link { to, text } => json!({ "link": { "to": to, "text": run(text) } }),
        Inline::Break => json!({ "break": true }),
    }
}
