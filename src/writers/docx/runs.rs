//! Inlines as runs: words in one direction and one dress, links, line ends.
//!
//! In: the inlines of a paragraph. Out: `w:r` and `w:hyperlink` elements, in the schema's order.
//!
//! `WordprocessingML` has no isolates. A run is marked `w:rtl` or not, and what keeps a direction of its own gets directional
//! marks on both sides, so that its punctuation and its neighbours stay in their places.

use super::package::escape;
use super::theme::DocxTheme;
use crate::letter::{Direction, Inline};
use crate::writers::bidi::{self, Piece};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::fmt::Write as _;

/// Where links lead, in the order of their relationships.
#[derive(Default)]
pub(super) struct Links {
    targets: Vec<String>,
}

impl Links {
    /// The relationship of this target.
    fn id(&mut self, target: String) -> String {
        let at = self.targets.iter().position(|t| *t == target).unwrap_or_else(|| {
            self.targets.push(target);
            self.targets.len() - 1
        });
        format!("rLink{}", at + 1)
    }

    /// The relationships, as XML.
    pub(super) fn write(&self, out: &mut String) {
        for (n, target) in self.targets.iter().enumerate() {
            let _ = write!(
                out,
                "<Relationship Id=\"rLink{}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" Target=\"",
                n + 1
            );
            escape(target, out);
            out.push_str("\" TargetMode=\"External\"/>");
        }
    }
}

/// How words are dressed.
#[derive(Clone, Copy, Default)]
pub(super) struct Dress {
    strong: bool,
    emphasis: bool,
    link: bool,
}

impl Dress {
    pub(super) const PLAIN: Self = Self { strong: false, emphasis: false, link: false };
    pub(super) const STRONG: Self = Self { strong: true, emphasis: false, link: false };
}

/// Writes the runs of one paragraph after another.
pub(super) struct Runs<'a> {
    pub(super) out: &'a mut String,
    pub(super) links: &'a mut Links,
    pub(super) theme: &'a DocxTheme,
    pub(super) direction: Direction,
}

impl Runs<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline], dress: Dress) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => self.words(words, dress),
                Inline::Value(words) => self.value(words, dress),
                Inline::Strong(words) => self.inlines(words, Dress { strong: true, ..dress }),
                Inline::Emphasis(words) => self.inlines(words, Dress { emphasis: true, ..dress }),
                Inline::Link { to, text } => self.link(to, text, dress),
                Inline::Break => self.out.push_str("<w:r><w:br/></w:r>"),
            }
        }
    }

    fn link(&mut self, to: &str, text: &[Inline], dress: Dress) {
        let Some(target) = target(to) else { return self.inlines(text, dress) };
        let id = self.links.id(target);
        let _ = write!(self.out, "<w:hyperlink r:id=\"{id}\" w:history=\"1\">");
        self.inlines(text, Dress { link: true, ..dress });
        self.out.push_str("</w:hyperlink>");
    }

    /// A value of the record, which keeps its own direction.
    pub(super) fn value(&mut self, words: &str, dress: Dress) {
        if !bidi::is_apart(words, self.direction) {
            return self.words(words, dress);
        }
        // A telephone number has no direction of its own, and is read from left to right.
        self.apart(words, words.chars().find_map(bidi::strong).unwrap_or(Direction::Ltr), dress);
    }

    /// Words in the direction of the letter, with the numbers in them that keep their own.
    pub(super) fn words(&mut self, words: &str, dress: Dress) {
        for piece in bidi::pieces(words, self.direction) {
            match piece {
                Piece::Along(words) => self.segments(words, dress),
                Piece::Apart(words) => self.apart(words, Direction::Ltr, dress),
            }
        }
    }

    /// Words between marks of their direction, and these between marks of the letter's: two such neighbours would
    /// otherwise pull what stands between them into their direction.
    fn apart(&mut self, words: &str, direction: Direction, dress: Dress) {
        let (outer, inner) = (mark(self.direction), mark(direction));
        self.segments(&format!("{outer}{inner}{words}{inner}{outer}"), dress);
    }

    /// Parts a text where its direction changes; what has none goes with what is before it.
    fn segments(&mut self, words: &str, dress: Dress) {
        if self.direction == Direction::Ltr && !bidi::may_turn(words) {
            return self.run(words, self.direction, dress);
        }
        let mut current = self.direction;
        let mut from = 0;
        for (at, c) in words.char_indices() {
            if let Some(next) = direction_of(c).filter(|d| *d != current) {
                self.run(&words[from..at], current, dress);
                (current, from) = (next, at);
            }
        }
        self.run(&words[from..], current, dress);
    }

    fn run(&mut self, words: &str, direction: Direction, dress: Dress) {
        if words.is_empty() {
            return;
        }
        self.out.push_str("<w:r>");
        let rtl = direction == Direction::Rtl;
        let style = if dress.link {
            Some("Hyperlink")
        } else if dress.strong {
            Some("Strong")
        } else if dress.emphasis {
            Some("Emphasis")
        } else {
            None
        };
        if rtl || style.is_some() {
            self.out.push_str("<w:rPr>");
            if let Some(style) = style {
                let _ = write!(self.out, "<w:rStyle w:val=\"{}\"/>", self.theme.id(style));
            }
            // A run has one character style; what a second one would say is said directly.
            if dress.strong && dress.link {
                self.out.push_str("<w:b/><w:bCs/>");
            }
            if dress.emphasis && (dress.link || dress.strong) {
                self.out.push_str("<w:i/><w:iCs/>");
            }
            self.out.push_str(if rtl { "<w:rtl/></w:rPr>" } else { "</w:rPr>" });
        }
        for (n, line) in words.split('\n').enumerate() {
            if n > 0 {
                self.out.push_str("<w:br/>");
            }
            if !line.is_empty() {
                self.out.push_str("<w:t xml:space=\"preserve\">");
                escape(line, self.out);
                self.out.push_str("</w:t>");
            }
        }
        self.out.push_str("</w:r>");
    }
}

/// The mark of a direction, which is not seen.
const fn mark(direction: Direction) -> char {
    match direction {
        Direction::Ltr => '\u{200e}',
        Direction::Rtl => '\u{200f}',
    }
}

/// The direction in which a character is set. The Arabic comma has none of its own, but behind a Latin word it belongs to the Arabic
/// sentence, and not to the word.
fn direction_of(c: char) -> Option<Direction> {
    if c == '\u{60c}' { Some(Direction::Rtl) } else { bidi::strong(c) }
}

/// What no URI may hold as it is; a `%` is looked at apart.
const ENCODED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'[').add(b'\\').add(b']').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A target as office programs take it: they refuse a whole file for one character that no URI may hold (RFC 3986).
fn target(to: &str) -> Option<String> {
    if !Inline::is_allowed_target(to) {
        return None;
    }
    if let Some(rest) = to.strip_prefix("https://").or_else(|| to.strip_prefix("http://")) {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (name, port) = host.split_once(':').unwrap_or((host, "80"));
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !is_name || port.is_empty() || port.len() > 5 || !port.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    // A second anchor is a part of the first.
    let (before, anchor) = to.split_once('#').map_or((to, None), |(before, anchor)| (before, Some(anchor)));
    Some(encoded(before) + &anchor.map(|anchor| format!("#{}", encoded(anchor))).unwrap_or_default())
}

/// What is encoded already stays so.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, piece) in text.split('%').enumerate() {
        let is_code = piece.as_bytes().get(..2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        out.push_str(if n == 0 {
            ""
        } else if is_code {
            "%"
        } else {
            "%25"
        });
        out.extend(utf8_percent_encode(piece, ENCODED));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Dress, Links, Runs, target};
    use crate::letter::{Direction, Inline};
    use crate::writers::docx::theme::DocxTheme;

    #[test]
    fn a_target_is_a_uri_or_nothing() {
        assert_eq!(target("https://a.org/ñ?q=[1]#x#y").as_deref(), Some("https://a.org/%C3%B1?q=%5B1%5D#x%23y"));
        assert_eq!(target("https://a.org/100%").as_deref(), Some("https://a.org/100%25"));
        assert_eq!(target("https://a.org/%C3%B1").as_deref(), Some("https://a.org/%C3%B1"));
        for bad in ["javascript:alert(1)", "https://", "https://[::/", "https://a.org:x/", "file:///etc/passwd", "https://a.org:/"] {
            assert_eq!(target(bad), None, "{bad}");
        }
    }

    #[test]
    fn words_are_parted_where_their_direction_changes() {
        let theme = DocxTheme::shipped();
        let (mut out, mut links) = (String::new(), Links::default());
        let mut runs = Runs { out: &mut out, links: &mut links, theme: &theme, direction: Direction::Rtl };
        runs.inlines(&[Inline::Text("في ".into()), Inline::Value("Bogotá D.C.".into()), Inline::Text(" اليوم".into())], Dress::PLAIN);
        assert_eq!(out.matches("<w:rtl/>").count(), 4, "{out}");
        assert!(out.contains("\u{200e}Bogotá D.C.\u{200e}"), "{out}");
    }

    #[test]
    fn a_number_in_prose_keeps_its_order_and_a_full_stop_its_place() {
        let theme = DocxTheme::shipped();
        let (mut out, mut links) = (String::new(), Links::default());
        let mut runs = Runs { out: &mut out, links: &mut links, theme: &theme, direction: Direction::Rtl };
        runs.inlines(&[Inline::Value("من الرقم +216 71 555 099 أمس، ".into()), Inline::Value("Radio Libre".into()), Inline::Value(".".into())], Dress::PLAIN);
        assert!(out.contains("\u{200e}+216 71 555 099\u{200e}"), "{out}");
        assert!(out.ends_with("<w:r><w:rPr><w:rtl/></w:rPr><w:t xml:space=\"preserve\">.</w:t></w:r>"), "{out}");
    }
}
