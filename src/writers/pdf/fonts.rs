//! The fonts: those that ship with the program, and a house's own.
//!
//! In: font files. Out: [`Fonts`], and, for a letter's data, the first character that none of them has: typst itself would
//! set an empty box.

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
    /// Opens a file with one font or a collection; None where it holds none that can be read.
    #[must_use]
    pub fn parse(bytes: Vec<u8>) -> Option<Self> {
        let fonts: Vec<Font> = Font::iter(Bytes::new(bytes)).collect();
        (!fonts.is_empty()).then_some(Self(fonts))
    }

    pub(super) fn into_fonts(self) -> Vec<Font> {
        self.0
    }
}

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

    /// Whether every character of the data can be drawn.
    ///
    /// # Errors
    /// The characters that no font has.
    pub(super) fn check(&self, data: &Json) -> Result<(), Diagnostics> {
        let mut characters = BTreeSet::new();
        collect(data, &mut characters);
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

fn collect(data: &Json, characters: &mut BTreeSet<char>) {
    match data {
        Json::String(text) => characters.extend(text.chars()),
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
        assert!(fonts.check(&data).is_ok());
    }

    #[test]
    fn a_character_that_no_font_has_is_named() {
        let problems = Fonts::new(&[]).check(&json!(["中 and a"])).expect_err("no font for it");
        let said: Vec<String> = problems.iter().map(|p| p.message.to_string()).collect();
        assert_eq!(said, ["no font has the character `中` (U+4E2D)"]);
    }

    #[test]
    fn what_is_no_font_is_not_opened() {
        assert!(FontFile::parse(b"nothing".to_vec()).is_none());
        assert!(FontFile::parse(SHIPPED[0][..100].to_vec()).is_none());
        assert!(FontFile::parse(SHIPPED[0].to_vec()).is_some());
    }
}
