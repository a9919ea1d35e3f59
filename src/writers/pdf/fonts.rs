//! The fonts: those that ship with the program, and a house's own.
//!
//! In: font files. Out: [`Fonts`], and, for a letter's data, the characters that none of them has: typst itself would
//! set empty boxes.

use crate::diagnostic::{Diagnostic, Diagnostics};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, is_default_ignorable};
use typst::utils::LazyHash;

/// Latin, Greek and Cyrillic; Arabic. Both are under the SIL Open Font License (fonts/README.md).
static SHIPPED: [&[u8]; 6] = [
    include_bytes!("../../../fonts/LibertinusSerif-Regular.otf"),
    include_bytes!("../../../fonts/LibertinusSerif-Bold.otf"),
    include_bytes!("../../../fonts/LibertinusSerif-Italic.otf"),
    include_bytes!("../../../fonts/LibertinusSerif-BoldItalic.otf"),
    include_bytes!("../../../fonts/Amiri-Regular.ttf"),
    include_bytes!("../../../fonts/Amiri-Bold.ttf"),
];

/// A font file of a house, opened.
pub struct FontFile(Vec<Font>);

impl FontFile {
    /// Opens a file with one font or a collection; None where it holds none that can be read, or breaks off.
    #[must_use]
    pub fn parse(bytes: Vec<u8>) -> Option<Self> {
        is_whole(&bytes)?;
        let fonts: Vec<Font> = Font::iter(Bytes::new(bytes)).collect();
        (!fonts.is_empty()).then_some(Self(fonts))
    }

    pub(super) fn into_fonts(self) -> Vec<Font> {
        self.0
    }
}

/// Whether every table of a font file lies within it (OpenType 1.9, "Organization of an OpenType Font"): a reader would take
/// a table that is cut off for one that is not there, and set nothing.
fn is_whole(bytes: &[u8]) -> Option<()> {
    let number = |at: usize| bytes.get(at..at.checked_add(4)?).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let fonts: Vec<usize> =
        if bytes.starts_with(b"ttcf") { (0..number(8)?.min(MOST_FONTS)).map(|n| number(12 + 4 * n)).collect::<Option<_>>()? } else { vec![0] };
    for font in fonts {
        // The number of tables is the first half of these four bytes.
        let tables = number(font.checked_add(4)?)? >> 16;
        for table in 0..tables {
            let record = font + 12 + 16 * table;
            let end = number(record + 8)?.checked_add(number(record + 12)?)?;
            bytes.get(..end)?;
        }
    }
    Some(())
}

/// A collection holds no more fonts.
const MOST_FONTS: usize = 1000;

/// Fonts, and the book in which typst looks them up.
pub(super) struct Fonts {
    pub(super) all: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
}

impl Fonts {
    /// The shipped fonts and a house's own.
    pub(super) fn new(own: &[Font]) -> Self {
        let shipped = SHIPPED.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes)));
        let all: Vec<Font> = shipped.chain(own.iter().cloned()).collect();
        let book = LazyHash::new(FontBook::from_fonts(&all));
        Self { all, book }
    }

    /// Whether each of these characters can be drawn.
    ///
    /// # Errors
    /// Those that no font has.
    pub(super) fn check(&self, characters: BTreeSet<char>) -> Result<(), Diagnostics> {
        let is_drawn = |c: char| c.is_whitespace() || is_default_ignorable(c) || self.all.iter().any(|f| f.info().coverage.contains(u32::from(c)));
        let missing = characters.into_iter().filter(|c| !is_drawn(*c));
        let mut problems = Diagnostics::default();
        for c in missing.take(MOST_TOLD) {
            let code = format!("U+{:04X}", u32::from(c));
            problems.push(
                Diagnostic::error(say!("no font has the character `{character}` ({code})", character = c, code = code))
                    .hint(say!("put a font that has it, as .ttf or .otf, into the folder fonts/ of the workspace")),
            );
        }
        if problems.has_errors() { Err(problems) } else { Ok(()) }
    }
}

/// A text in a script without a font lacks a hundred characters; a few tell which font is needed.
const MOST_TOLD: usize = 3;

/// The characters of a letter's data but for those that the shipped fonts are known to have: most letters have no other, and
/// then no font need be opened to know that they can be set.
pub(super) fn uncommon(data: &Json) -> BTreeSet<char> {
    let mut characters = BTreeSet::new();
    collect(data, &mut characters);
    characters
}

fn is_common(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{148}' | '\u{14a}'..='\u{17e}' | '–' | '—' | '‘'..='„' | '…' | '•' | '€' | '−' | '\u{202f}')
}

fn collect(data: &Json, characters: &mut BTreeSet<char>) {
    match data {
        Json::String(text) => characters.extend(text.chars().filter(|c| !is_common(*c))),
        Json::Array(all) => all.iter().for_each(|one| collect(one, characters)),
        Json::Object(all) => all.values().for_each(|one| collect(one, characters)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_shipped_fonts_have_latin_greek_cyrillic_and_arabic() {
        let fonts = Fonts::new(&[]);
        assert_eq!(fonts.all.len(), SHIPPED.len());
        let data = json!({ "a": ["ÀÉÎÕÜñçßœŁžşğİőăđħ", { "b": "Ωάλφα Жизнь Ґєїщ ليلى خيال؟ «»“”–—…·•№§€°½²" }], "soft": "a\u{ad}b\u{200d}\u{2068}" });
        assert!(fonts.check(uncommon(&data)).is_ok());
        assert!(fonts.check((0..0x1_0000).filter_map(char::from_u32).filter(|c| is_common(*c)).collect()).is_ok());
    }

    #[test]
    fn a_character_that_no_font_has_is_named() {
        let problems = Fonts::new(&[]).check(uncommon(&json!(["中 and a"]))).expect_err("no font for it");
        let said: Vec<String> = problems.iter().map(|p| p.message.to_string()).collect();
        assert_eq!(said, ["no font has the character `中` (U+4E2D)"]);
    }

    #[test]
    fn what_is_no_font_is_not_opened() {
        assert!(FontFile::parse(b"nothing".to_vec()).is_none());
        for shipped in SHIPPED {
            for cut in [0, 11, 100, 4000, shipped.len() / 2, shipped.len() - 16] {
                assert!(FontFile::parse(shipped[..cut].to_vec()).is_none(), "{cut} bytes of a font");
            }
            assert!(FontFile::parse(shipped.to_vec()).is_some());
        }
    }
}
