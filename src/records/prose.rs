//! Prose with references: `{id}` stands for a person or a perpetrator.
//!
//! In: cleaned text. Out: its pieces. Which ids exist is for the case to say. A reference is `{id}` with no `{` or `$`
//! before it and no `}` after it; every other brace is text.

use crate::diagnostic::Place;

/// A piece of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<R = String> {
    /// Words as they stand. Paragraphs are divided by `\n\n`.
    Text(String),
    /// Somebody, by reference.
    Reference(R),
}

/// Prose whose references have not been looked up yet, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
    /// Where the text begins.
    pub place: Place,
}

impl Draft {
    /// Cuts a text at its references.
    #[must_use]
    pub fn parse(text: &str, place: Place) -> Self {
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = memchr::memchr(b'{', rest.as_bytes()) {
            let (before, after) = rest.split_at(at);
            plain.push_str(before);
            let guarded = plain.ends_with(['{', '$']);
            if let Some((id, tail)) = reference(after).filter(|_| !guarded) {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Reference(id.to_owned()));
                rest = tail;
            } else {
                plain.push('{');
                rest = &after[1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Self { pieces, place }
    }
}

/// The id and what follows, where the text begins with a reference.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (id, tail) = text.strip_prefix('{')?.split_once('}')?;
    (is_id(id) && !tail.starts_with('}')).then_some((id, tail))
}

/// Whether this is an id: `[a-z][a-z0-9-]*`.
#[must_use]
pub(super) fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::{Draft, Piece};
    use crate::diagnostic::Place;

    fn pieces(text: &str) -> Vec<Piece> {
        Draft::parse(text, Place::default()).pieces
    }

    #[test]
    fn references_are_found_and_other_braces_are_text() {
        let text = |t: &str| Piece::Text(t.to_owned());
        let reference = |id: &str| Piece::Reference(id.to_owned());
        assert_eq!(pieces("a {v1} b"), vec![text("a "), reference("v1"), text(" b")]);
        assert_eq!(pieces("{a}{b-2}"), vec![reference("a"), reference("b-2")]);
        for plain in ["${v1}", "{{v1}}", "{v1}}", "{V1}", "{1}", "{v 1}", "{", "}", "{}", "{{v1}"] {
            assert_eq!(pieces(plain), vec![text(plain)], "{plain}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_letter_of_the_text_is_lost(text in "[a-c{}$ ]{0,30}") {
            let back: String = pieces(&text).into_iter().map(|p| match p {
                Piece::Text(t) => t,
                Piece::Reference(id) => format!("{{{id}}}"),
            }).collect();
            proptest::prop_assert_eq!(back, text);
        }
    }
}
