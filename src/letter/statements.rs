//! The statements on consent and confidentiality.
//!
//! In: what one reader may see. Out: the blocks of the section. The two statements that mandates ask for are printed in
//! letters to mandates only, for every victim and for whomever else the letter names; who consented, how and when is never
//! printed.

use super::document::{Block, Inline};
use super::template::NameTable;
use super::view::View;
use super::words::{Words, fill};
use crate::case::{Action, Person};
use crate::consent::{Audience, Disclosure};
use crate::organisation::SourceStatus;
use std::collections::BTreeSet;

/// The section, for this reader. `mentioned`: whom the letter mentions, by their numbers in the name table.
pub(super) fn statements(view: &View<'_>, name_table: &NameTable, mentioned: &BTreeSet<usize>, source: SourceStatus) -> Vec<Block> {
    let words = &view.cx.pack.words;
    if view.cx.case.action == Action::Withdrawal {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading(2, vec![Inline::Text(words.statements.heading.clone())])];
    if view.reader.audience == Audience::Mandate {
        two_statements(view, name_table, mentioned, words, &mut blocks);
        blocks.push(paragraph(match source {
            SourceStatus::Confidential => &words.statements.source_confidential,
            SourceStatus::Open => &words.statements.source_open,
        }));
    } else {
        blocks.push(paragraph(&words.statements.not_for_mandates));
    }
    let parts: Vec<&str> = view.withheld.iter().filter_map(|key| words.parts.get(*key).map(String::as_str)).collect();
    if !parts.is_empty() {
        blocks.push(paragraph(&fill(&words.statements.withheld, &[("parts", &words.and(&parts))])));
    }
    blocks
}

fn two_statements(view: &View<'_>, name_table: &NameTable, mentioned: &BTreeSet<usize>, words: &Words, blocks: &mut Vec<Block>) {
    let names = name_table.names();
    let (unnamed, mut asked): (Vec<_>, Vec<_>) = view.victims().into_iter().partition(|(_, v)| v.is_unnamed_group());
    // A witness named to the mandate would be named to the Government, if nothing were said.
    let first = view.cx.case.victims.len();
    let others = view.cx.case.people.iter().enumerate().map(|(n, p)| (first + n, p)).filter(|(n, _)| mentioned.contains(n));
    asked.extend(others.filter(|(n, p)| p.name.is_some() && view.disclosure(*n, p) >= Disclosure::Initials));
    let questions = [(Audience::Government, &words.statements.government), (Audience::Public, &words.statements.public)];
    for (audience, question) in questions.into_iter().filter(|_| !asked.is_empty()) {
        let answers: Vec<(&String, &str)> = asked.iter().map(|(n, v)| (&names[*n], answer(words, v, audience))).collect();
        if answers.iter().all(|(_, a)| *a == answers[0].1) {
            blocks.push(paragraph(&fill(&words.statements.one, &[("question", question), ("answer", answers[0].1)])));
        } else {
            blocks.push(paragraph(&format!("{question}{}", words.labels.colon.trim_end())));
            let items = answers.iter().map(|(who, answer)| vec![Block::Paragraph(with_value(&words.statements.each, "who", who, &[("answer", answer)]))]);
            blocks.push(Block::List { start: None, items: items.collect() });
        }
    }
    if !unnamed.is_empty() {
        let who: Vec<&String> = unnamed.iter().map(|(n, _)| &names[*n]).collect();
        blocks.push(Block::Paragraph(with_value(&words.statements.no_individual, "who", &words.and(&who), &[])));
    }
}

/// A person's answer for this audience: what is recorded, or that nothing is.
pub(super) fn answer<'w>(words: &'w Words, person: &Person, audience: Audience) -> &'w str {
    let recorded = person.consent.as_ref().filter(|c| c.submit == Some(true) && c.withdrawn.is_none()).and_then(|c| c.towards(audience));
    match recorded {
        Some(Disclosure::Name) => &words.statements.name,
        Some(Disclosure::Initials) => &words.statements.initials,
        Some(Disclosure::Unnamed) => &words.statements.unnamed,
        Some(Disclosure::Nothing) => &words.statements.nothing,
        None => &words.labels.unknown,
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(text.to_owned())])
}

/// A pattern in which one gap is a value of the record.
fn with_value(pattern: &str, gap: &str, value: &str, more: &[(&str, &str)]) -> Vec<Inline> {
    let mark = format!("{{{gap}}}");
    let (before, after) = pattern.split_once(mark.as_str()).unwrap_or((pattern, ""));
    let text = |t: &str| Inline::Text(fill(t, more));
    let pieces = [text(before), Inline::Value(value.to_owned()), text(after)];
    pieces.into_iter().filter(|p| !matches!(p, Inline::Text(t) if t.is_empty())).collect()
}
