//! What two spellings of one name have in common.
//!
//! In: any text. Out: it in small letters without accents, cut into words, each with its place in the text it came from.

use std::ops::Range;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A text in small letters without accents: what two spellings of one name have in common.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_into(c, &mut out));
    out
}

fn fold_into(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    decompose_compatible(c, |part| {
        if is_combining_mark(part) || is_invisible(part) {
            return;
        }
        for small in part.to_lowercase().filter(|s| !is_combining_mark(*s)) {
            match plain(small) {
                Some(letters) => out.push_str(letters),
                None => out.push(small),
            }
        }
    });
}

/// Letters whose accent is part of them, and letters that are written now one way, now another.
fn plain(small: char) -> Option<&'static str> {
    Some(match small {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ة' => "ه",
        _ => return None,
    })
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{61c}' | '\u{feff}'
        | '\u{2066}'..='\u{2069}')
}

/// Scripts that put no space between the parts of a name, or between a name and the words around it.
pub(super) fn writes_without_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{30ff}'
        | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A word of a folded text.
#[derive(Clone, Copy)]
pub(super) struct Word<'t> {
    /// Its letters.
    pub(super) text: &'t str,
    /// Where it begins, in bytes of the folded text.
    pub(super) at: usize,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// The words of a folded text: what stands between anything but letters and digits.
pub(super) fn words(folded: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let begin = rest + folded[rest..].find(char::is_alphanumeric)?;
        let length = folded[begin..].find(|c: char| !c.is_alphanumeric()).unwrap_or(folded.len() - begin);
        rest = begin + length;
        Some(Word { text: &folded[begin..rest], at: begin })
    })
}

/// A folded text that knows where each of its letters came from.
pub(super) struct Traced {
    pub(super) folded: String,
    /// For each byte of the folded text: where the character it came from begins and ends.
    origins: Vec<(usize, usize)>,
}

impl Traced {
    pub(super) fn new(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut origins: Vec<(usize, usize)> = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let before = folded.len();
            fold_into(c, &mut folded);
            let end = at + c.len_utf8();
            if folded.len() == before {
                // An accent or something invisible belongs to the letter before it.
                if let Some(last) = origins.last_mut() {
                    last.1 = end;
                }
            }
            origins.resize(folded.len(), (at, end));
        }
        Self { folded, origins }
    }

    /// The place in the first text of a place in the folded one.
    pub(super) fn origin(&self, folded: &Range<usize>) -> Range<usize> {
        let begin = self.origins.get(folded.start).map_or(0, |o| o.0);
        let end = folded.end.checked_sub(1).and_then(|last| self.origins.get(last)).map_or(begin, |o| o.1);
        begin..end.max(begin)
    }
}

#[cfg(test)]
mod tests {
    use super::{Traced, fold, words};

    #[test]
    fn what_spellings_have_in_common_is_left() {
        for (a, b) in [
            ("María", "MARIA"),
            ("Łukasz", "lukasz"),
            ("Đức", "duc"),
            ("İpek", "ipek"),
            ("ΓΙΩΡΓΟΣ", "Γιώργος"),
            ("على", "علي"),
            ("Eje\u{200b}mplo", "ejemplo"),
            ("Ejemplo", "Ｅｊｅｍｐｌｏ"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_traced_text_is_the_folded_one_and_leads_back(text in ".{0,40}") {
            let traced = Traced::new(&text);
            proptest::prop_assert_eq!(&traced.folded, &fold(&text));
            for word in words(&traced.folded) {
                let range = traced.origin(&(word.at..word.end()));
                proptest::prop_assert!(fold(&text[range]).contains(word.text));
            }
        }
    }
}
