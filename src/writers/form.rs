//! The online form's answers as plain text, ready to paste.
//!
//! In: the letter that `letter::form` composes. Out: text with `\n` line ends in which no line is broken, because a form
//! breaks them itself, and a broken one would be pasted broken.

use crate::letter::{Block, Inline, Letter, Part, plain};

pub(super) fn write(letter: &Letter) -> String {
    let mut out = String::with_capacity(8 << 10);
    for part in &letter.parts {
        match part {
            Part::Subject { text, .. } => {
                out.push_str(&plain(text));
                out.push('\n');
            }
            Part::Body(all) => blocks(all, &mut out),
            // A form has nothing else; what a house's own letter has is not pasted into one.
            _ => {}
        }
    }
    out
}

fn blocks(all: &[Block], out: &mut String) {
    for block in all {
        match block {
            Block::Heading(_, text) => {
                out.push_str("\n\n=== ");
                out.push_str(&plain(text));
                out.push_str(" ===\n\n");
            }
            Block::Paragraph(words) => {
                // Paragraphs of one answer are a blank line apart.
                if !out.ends_with("\n\n") {
                    out.push('\n');
                }
                out.push_str(&with_lines(words));
                out.push('\n');
            }
            Block::List { items, .. } => {
                for item in items {
                    for block in item {
                        if let Block::Paragraph(words) = block {
                            out.push_str(&format!("- {}\n", with_lines(words)));
                        }
                    }
                }
            }
        }
    }
}

fn with_lines(words: &[Inline]) -> String {
    words.split(|i| *i == Inline::Break).map(plain).collect::<Vec<_>>().join("\n")
}
