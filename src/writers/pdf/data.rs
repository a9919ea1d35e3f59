//! The letter as the data that a page layout reads.
//!
//! In: a letter. Out: JSON. Words stand in it as plain strings, in which what keeps a direction of its own is set between
//! isolates, and in which very long words have places to break; pictures stand under the paths by which [`super::world`]
//! gives them.

use crate::letter::{Addressee, Block, Direction, Inline, Letter, ListKind, Paper, Part, Picture, Signature, plain};
use crate::writers::bidi::{self, Piece};
use chrono::Datelike as _;
use serde_json::{Value as Json, json};
use unicode_segmentation::UnicodeSegmentation as _;

/// An item with more characters may be split between pages: it could be longer than a page.
const SHORT: usize = 1200;

/// A word with more characters may be broken: it could be wider than its line, and typst would let it run off the page.
const LONG_WORD: usize = 30;

/// So many characters of a long word stay together: most parts of an address, and no more than fit where three sign abreast.
const UNBROKEN: usize = 15;

/// `https://` never stands alone at the end of a line.
const SCHEME: usize = 8;

/// The letter's pictures, in the order of their paths.
pub(super) fn pictures(letter: &Letter) -> impl Iterator<Item = &Picture> {
    letter.parts.iter().flat_map(|part| match part {
        Part::Letterhead { logo, .. } => logo.iter().collect::<Vec<_>>(),
        Part::Signatures(all) => all.iter().filter_map(|s| s.picture.as_ref()).collect(),
        _ => Vec::new(),
    })
}

/// The letter as data.
pub(super) fn of(letter: &Letter) -> Json {
    let mut language = letter.language.code().split('-');
    let primary = language.next();
    let mut data = Data { direction: letter.direction, pictures: 0, level: 1 };
    json!({
        "title": clean(&letter.title),
        "language": primary,
        "region": language.find(|part| part.len() == 2),
        "direction": letter.direction.word(),
        "paper": match letter.paper {
            Paper::A4 => "a4",
            Paper::Letter => "us-letter",
        },
        "date": { "year": letter.date.year(), "month": letter.date.month(), "day": letter.date.day() },
        "running-head": letter.running_head.split(" · ").map(|part| data.value(part)).collect::<Vec<_>>().join(" · "),
        "page-label": page_label(&letter.page_label),
        "is-draft": letter.status.is_draft(),
        "draft-label": clean(&letter.draft_label),
        "notice": clean(letter.status.notice()),
        "reasons": letter.status.reasons().iter().map(|r| breakable(r)).collect::<Vec<_>>(),
        "parts": letter.parts.iter().map(|part| data.part(part)).collect::<Vec<_>>(),
    })
}

/// What is known while the data is made.
struct Data {
    direction: Direction,
    /// How many pictures have their path.
    pictures: usize,
    /// The level of the last heading. A level is never skipped: PDF/UA forbids it, and who listens is misled by it.
    level: u8,
}

impl Data {
    fn part(&mut self, part: &Part) -> Json {
        match part {
            Part::Letterhead { name, lines, logo } => json!({
                "part": "letterhead",
                "name": self.value(name),
                "lines": lines.iter().map(|l| self.inlines(l)).collect::<Vec<_>>(),
                // The name stands beside it; to hear it twice helps nobody.
                "logo": logo.as_ref().map(|_| self.picture("")),
            }),
            Part::Marks(marks) => json!({ "part": "marks", "marks": marks.iter().map(|m| clean(m)).collect::<Vec<_>>() }),
            Part::DateLine { reference, date } => json!({
                "part": "date-line",
                "reference": reference.as_ref().map(|r| self.inlines(r)),
                "date": self.inlines(date),
            }),
            Part::Addressees(all) => json!({ "part": "addressees", "addressees": all.iter().map(|a| self.addressee(a)).collect::<Vec<_>>() }),
            Part::Subject { label, text } => json!({ "part": "subject", "label": clean(label), "text": self.inlines(text) }),
            Part::Body(blocks) => json!({ "part": "body", "blocks": self.blocks(blocks) }),
            Part::Closing(blocks) => json!({ "part": "closing", "blocks": self.blocks(blocks) }),
            Part::Signatures(all) => json!({ "part": "signatures", "signatures": all.iter().map(|s| self.signature(s)).collect::<Vec<_>>() }),
            Part::List { kind, heading, items } => json!({
                "part": "list",
                "kind": match kind {
                    ListKind::Members => "members",
                    ListKind::Sources => "sources",
                    ListKind::Annexes => "annexes",
                    ListKind::Copies => "copies",
                },
                "heading": clean(heading),
                "items": items.iter().map(|i| self.inlines(i)).collect::<Vec<_>>(),
            }),
        }
    }

    fn picture(&mut self, alt: &str) -> Json {
        self.pictures += 1;
        json!({ "file": format!("/picture-{}", self.pictures - 1), "alt": clean(alt) })
    }

    fn addressee(&self, one: &Addressee) -> Json {
        json!({ "name": one.name.as_ref().map(|n| self.value(n)), "lines": one.lines.iter().map(|l| self.value(l)).collect::<Vec<_>>() })
    }

    fn signature(&mut self, one: &Signature) -> Json {
        json!({
            "name": self.value(&one.name),
            "role": one.role.as_ref().map(|r| self.value(r)),
            "picture": one.picture.as_ref().map(|p| self.picture(if p.alt.is_empty() { &one.name } else { &p.alt })),
        })
    }

    fn blocks(&mut self, blocks: &[Block]) -> Vec<Json> {
        let mut all = Vec::with_capacity(blocks.len());
        for block in blocks {
            all.push(match block {
                Block::Heading(level, words) => {
                    self.level = (*level).clamp(2, self.level.saturating_add(1));
                    json!({ "heading": self.inlines(words), "level": self.level })
                }
                Block::Paragraph(words) => json!({ "paragraph": self.inlines(words) }),
                Block::List { start, items } => {
                    let items: Vec<Json> = items.iter().map(|i| json!({ "is-short": length(i) <= SHORT, "blocks": self.blocks(i) })).collect();
                    json!({ "start": start, "items": items })
                }
            });
        }
        all
    }

    fn inlines(&self, inlines: &[Inline]) -> Vec<Json> {
        let mut all = Vec::with_capacity(inlines.len());
        for inline in inlines {
            all.push(match inline {
                Inline::Text(words) => json!(self.pieces(words)),
                Inline::Value(words) => json!(self.value(words)),
                Inline::Strong(words) => json!({ "strong": self.inlines(words) }),
                Inline::Emphasis(words) => json!({ "emphasis": self.inlines(words) }),
                Inline::Link { to, text } if Inline::is_allowed_target(to) => json!({ "link": to, "text": self.inlines(text) }),
                Inline::Link { text, .. } => {
                    all.extend(self.inlines(text));
                    continue;
                }
                Inline::Break => json!({ "break": true }),
            });
        }
        all
    }

    /// A value, which keeps its own direction.
    fn value(&self, words: &str) -> String {
        let words = self.pieces(words);
        if bidi::is_apart(&words, self.direction) { format!("\u{2068}{words}\u{2069}") } else { words }
    }

    /// Words, with the numbers in them that keep their own direction.
    fn pieces(&self, words: &str) -> String {
        let pieces = bidi::pieces(words, self.direction).into_iter().map(|piece| match piece {
            Piece::Along(words) => breakable(words),
            Piece::Apart(words) => format!("\u{2066}{}\u{2069}", breakable(words)),
        });
        pieces.collect()
    }
}

/// `Page {page} of {pages}`, in pieces.
fn page_label(label: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = label;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        let Some(end) = after.find('}') else { break };
        pieces.push(clean(before));
        pieces.push(after[..=end].to_owned());
        rest = &after[end + 1..];
    }
    pieces.push(clean(rest));
    pieces
}

fn length(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Heading(_, words) | Block::Paragraph(words) => plain(words).chars().count(),
        Block::List { items, .. } => items.iter().map(|i| length(i)).sum(),
    };
    blocks.iter().map(of).sum()
}

/// Without control characters, of which none may be in a PDF/A; a line end stays one.
fn clean(words: &str) -> String {
    words.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

/// Clean words, in which a zero-width space stands wherever a long one may be broken: after the marks of an address, and in
/// what is long without them. The shipped layout makes an empty box of it, so that it is not in copied text.
fn breakable(words: &str) -> String {
    let words = clean(words);
    let mut all = String::with_capacity(words.len());
    for word in words.split_inclusive(char::is_whitespace) {
        // There are no fewer bytes than characters, and they are counted already: nearly every word ends here.
        if word.len() <= LONG_WORD || word.trim_end().graphemes(true).count() <= LONG_WORD {
            all.push_str(word);
            continue;
        }
        let (mut together, mut is_after_mark) = (0, false);
        for (at, grapheme) in word.graphemes(true).enumerate() {
            if (is_after_mark && at > SCHEME && grapheme.starts_with(char::is_alphanumeric))
                || (together == UNBROKEN && !grapheme.starts_with(char::is_whitespace))
            {
                all.push('\u{200b}');
                together = 0;
            }
            all.push_str(grapheme);
            together += 1;
            is_after_mark = grapheme.starts_with(['@', '.', '/', '_', '-', '=', '&']);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(direction: Direction) -> Data {
        Data { direction, pictures: 0, level: 1 }
    }

    #[test]
    fn no_level_of_headings_is_skipped() {
        let heading = |level| Block::Heading(level, Vec::new());
        let blocks = data(Direction::Ltr).blocks(&[heading(4), heading(2), heading(3), heading(5), heading(1)]);
        let levels: Vec<u64> = blocks.iter().filter_map(|b| b["level"].as_u64()).collect();
        assert_eq!(levels, [2, 2, 3, 4, 2]);
    }

    #[test]
    fn links_lead_only_to_the_web_mail_and_telephones() {
        let link = |to: &str| Inline::Link { to: to.into(), text: vec![Inline::Text("here".into())] };
        let inlines = data(Direction::Ltr).inlines(&[link("https://a.example"), link("javascript:alert(1)"), link("file:///etc/passwd")]);
        assert_eq!(inlines, [json!({ "link": "https://a.example", "text": ["here"] }), json!("here"), json!("here")]);
    }

    #[test]
    fn a_value_of_the_other_direction_is_set_apart_and_control_characters_go() {
        assert_eq!(data(Direction::Rtl).value("Bogotá D.C.\u{7}"), "\u{2068}Bogotá D.C.\u{2069}");
        assert_eq!(data(Direction::Ltr).value("a\u{0}\nb"), "a\nb");
        assert_eq!(page_label("Page {page} of {pages}"), ["Page ", "{page}", " of ", "{pages}", ""]);
    }

    #[test]
    fn only_very_long_words_may_be_broken_and_addresses_after_their_marks() {
        let breaks = |words: &str| breakable(words).replace('\u{200b}', "|");
        let calm = "Rechtsschutzversicherungs defensoras@puente.example Ж́и́з́н́ь́Ж́и́з́н́ь́ end";
        assert_eq!(breaks(calm), calm);
        assert_eq!(breaks(&format!("a {} b", "x".repeat(35))), format!("a {0}|{0}|xxxxx b", "x".repeat(15)));
        assert_eq!(breaks("defensoras.del.rio@organizacion.example, and"), "defensoras.|del.|rio@|organizacion.|example, and");
        assert_eq!(breaks("https://www.organizacion.example/2026"), "https://www.|organizacion.|example/|2026");
        assert_eq!(breaks(&".".repeat(31)), format!("{0}|{0}|.", ".".repeat(15)));
        let marked = "e\u{301}".repeat(31);
        assert!(breakable(&marked).split('\u{200b}').all(|piece| piece.starts_with('e')), "a letter keeps its accent");
    }
}
