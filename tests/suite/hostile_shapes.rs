//! What a letter is made of, apart from its words: its parts and blocks, and the tags of its HTML.
//!
//! Two letters of the same record with other values have the same shape, or a value has become structure.

use appeal::letter::{Block, Inline, Letter, Part};

/// The structure of a letter: its parts, blocks and inlines by kind, without a word of it. Words of the template are not
/// counted, because a full stop after one that a value brings is left out.
pub(crate) fn shape(letter: &Letter) -> String {
    let mut out = String::new();
    for part in &letter.parts {
        match part {
            Part::Letterhead { lines, logo, .. } => {
                out.push_str(&format!("letterhead {} {}\n", lines.len(), logo.is_some()));
                for line in lines {
                    inlines(line, &mut out);
                }
            }
            Part::Marks(marks) => out.push_str(&format!("marks {}\n", marks.len())),
            Part::DateLine { reference, date } => reference.iter().chain([date]).for_each(|l| inlines(l, &mut out)),
            Part::Addressees(blocks) => blocks.iter().for_each(|b| out.push_str(&format!("addressee {} {}\n", b.name.is_some(), b.lines.len()))),
            Part::Subject { text, .. } => inlines(text, &mut out),
            Part::Body(all) | Part::Closing(all) => blocks(all, 0, &mut out),
            Part::Signatures(all) => all.iter().for_each(|s| out.push_str(&format!("signature {}\n", s.role.is_some()))),
            Part::List { kind, items, .. } => {
                out.push_str(&format!("{kind:?}\n"));
                for item in items {
                    inlines(item, &mut out);
                }
            }
        }
    }
    assert!(!letter.title.contains('\n') && !letter.running_head.contains('\n'), "what stands on one line is one line");
    out
}

fn blocks(all: &[Block], depth: usize, out: &mut String) {
    for block in all {
        out.push_str(&" ".repeat(depth));
        match block {
            Block::Heading(level, words) => {
                out.push_str(&format!("h{level} "));
                inlines(words, out);
            }
            Block::Paragraph(words) => {
                out.push_str("p ");
                inlines(words, out);
            }
            Block::List { start, items } => {
                out.push_str(&format!("list {start:?}\n"));
                for item in items {
                    out.push_str(&format!("{}item\n", " ".repeat(depth)));
                    blocks(item, depth + 1, out);
                }
            }
        }
    }
}

fn inlines(words: &[Inline], out: &mut String) {
    fn write(words: &[Inline], out: &mut String) {
        for word in words {
            match word {
                Inline::Text(_) => {}
                Inline::Value(_) => out.push('v'),
                Inline::Break => out.push('/'),
                Inline::Strong(inner) => bracketed('s', inner, out),
                Inline::Emphasis(inner) => bracketed('e', inner, out),
                Inline::Link { text, .. } => bracketed('a', text, out),
            }
        }
    }
    fn bracketed(kind: char, inner: &[Inline], out: &mut String) {
        out.extend([kind, '(']);
        write(inner, out);
        out.push(')');
    }
    write(words, out);
    out.push('\n');
}

/// A text without its spaces and without the isolates that the writer puts around values of the other direction.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !('\u{2066}'..='\u{2069}').contains(c)).collect()
}

/// The tags of an HTML letter with the names of their attributes, and its words; or what is wrong with it.
pub(crate) fn tags_and_words(html: &str) -> Result<(Vec<String>, String), String> {
    let (mut tags, mut words) = (Vec::new(), String::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        words.push_str(&unescaped(&rest[..at])?);
        let (tag, after) = tag_at(&rest[at..])?;
        rest = after;
        // A style is raw text: it ends where its end tag stands.
        if tag == "style" {
            let end = rest.find("</style").ok_or("the style does not end")?;
            if rest[..end].contains('<') {
                return Err("a tag in the style".into());
            }
            rest = &rest[end..];
        }
        tags.push(tag);
    }
    words.push_str(&unescaped(rest)?);
    Ok((tags, words))
}

/// One tag: its name and the names of its attributes, with the values that are structure; and what follows it.
fn tag_at(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut chars = text.char_indices().skip(1);
    let mut inside = false;
    for (at, c) in &mut chars {
        match c {
            '"' => inside = !inside,
            '>' if !inside => {
                let raw: Vec<&str> = text[1..at].split('"').collect();
                for (n, piece) in raw.iter().enumerate() {
                    // Every other piece is the value of an attribute; of a class it is structure.
                    if n % 2 == 0 || raw[n - 1].ends_with("class=") || raw[n - 1].ends_with("dir=") || raw[n - 1].ends_with("lang=") {
                        name.push_str(piece);
                    } else {
                        unescaped(piece)?;
                    }
                }
                return Ok((name, &text[at + 1..]));
            }
            '<' if !inside => return Err("a < inside a tag".into()),
            '\'' if !inside => return Err("an apostrophe inside a tag".into()),
            _ => {}
        }
    }
    Err("a tag does not end".into())
}

/// The words behind the entities; a lone & or < or > is a fault.
fn unescaped(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        let known =
            [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')].into_iter().find(|(entity, _)| rest[at..].starts_with(entity));
        let (entity, c) = known.ok_or_else(|| format!("a bare character at {:?}", rest[at..].chars().take(8).collect::<String>()))?;
        out.push(c);
        rest = &rest[at + entity.len()..];
    }
    Ok(out + rest)
}
