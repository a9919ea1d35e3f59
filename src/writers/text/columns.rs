//! How many columns a text takes, and where it is cut.
//!
//! In: a text and the room for it. Out: where its lines end. Columns are counted by the width of characters (Unicode Standard Annex
//! 11), but most texts are in letters of which each takes one, and those are counted by looking at many bytes together.

use unicode_width::UnicodeWidthChar;

/// What a text is made of, as far as it matters to count its columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Letters and signs of ASCII: each byte is a column.
    Ascii,
    /// Latin letters and signs below U+0300, dashes and quotation marks: each character is a column.
    Latin,
    /// Anything.
    Any,
}

impl Script {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        if is_latin(bytes) {
            return if text.is_ascii() { Self::Ascii } else { Self::Latin };
        }
        // Hyphens, dashes, quotation marks and dots, U+2010 to U+2027, are E2 80 90 to E2 80 A7.
        let is_sign = |at: usize| matches!(bytes.get(at + 1..at + 3), Some([0x80, 0x90..=0xa7]));
        let is_of_one_column = !any_byte(bytes, |b| matches!(b, ..b' ' | 0x7f | 0xcc..=0xe1 | 0xe3..)) && memchr::memchr_iter(0xe2, bytes).all(is_sign);
        if is_of_one_column { Self::Latin } else { Self::Any }
    }
}

/// Where a text is cut that is wider than this room: the end of the last word that fits, or of the first one if none does,
/// and where the next word begins. None if all of it fits.
pub(super) fn cut(text: &str, room: usize, script: Script) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let beyond = beyond(text, room, script)?;
    let space = if bytes[beyond] == b' ' { Some(beyond) } else { memchr::memrchr(b' ', &bytes[..beyond]) };
    // A word wider than the line stands alone on it.
    let end = space.filter(|at| bytes[..*at].iter().any(|b| *b != b' ')).or_else(|| {
        let begin = bytes.iter().position(|b| *b != b' ')?;
        memchr::memchr(b' ', &bytes[begin..]).map(|at| begin + at)
    })?;
    let next = end + bytes[end..].iter().position(|b| *b != b' ')?;
    let end = bytes[..end].iter().rposition(|b| *b != b' ').map_or(0, |last| last + 1);
    Some((end, next))
}

/// Where the first character begins that has no room. None if there is room for all.
fn beyond(text: &str, room: usize, script: Script) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.len() <= room {
        return None;
    }
    if script == Script::Ascii {
        return Some(room);
    }
    // As many characters are missing in the first bytes as these continue others; the next bytes bring some, or continue more.
    let (mut at, mut missing) = (0, room);
    while missing > 0 {
        let more = bytes.get(at..at + missing)?;
        if script == Script::Any && !is_latin(more) {
            return beyond_one_by_one(text, room);
        }
        at += missing;
        missing = count_bytes(more, is_continuation);
    }
    let next = (at..bytes.len()).find(|at| !is_continuation(bytes[*at]))?;
    // A mark that goes over the last letter takes no room.
    if script == Script::Latin || is_latin(&bytes[next..=next]) { Some(next) } else { beyond_one_by_one(text, room) }
}

fn beyond_one_by_one(text: &str, room: usize) -> Option<usize> {
    let mut used = 0;
    text.char_indices().find_map(|(at, c)| {
        used += if c.is_ascii() { 1 } else { c.width().unwrap_or(0) };
        (used > room).then_some(at)
    })
}

/// Whether the characters are Latin letters and signs below U+0300, each of one column, as far as the first bytes of each tell.
fn is_latin(bytes: &[u8]) -> bool {
    !any_byte(bytes, |b| matches!(b, ..b' ' | 0x7f | 0xcc..))
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Whether each byte is a character of one column.
fn is_narrow(bytes: &[u8]) -> bool {
    !any_byte(bytes, |b| !(b' '..0x7f).contains(&b))
}

/// Whether a text may have characters from U+2000 on: isolates, and scripts that break a line anywhere.
pub(super) fn has_rare(text: &str) -> bool {
    any_byte(text.as_bytes(), |b| b >= 0xe2)
}

/// The columns that a text takes, character by character.
pub(super) fn columns(text: &str) -> usize {
    if is_narrow(text.as_bytes()) {
        return text.len();
    }
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Whether there is a character of a script that breaks a line between any two. They begin at E2 BA in UTF-8; most texts with a
/// rarer character have no more than a dash or a quotation mark, from E2 80 on.
pub(super) fn may_break_anywhere(text: &str) -> bool {
    let bytes = text.as_bytes();
    let may = any_byte(bytes, |b| b >= 0xe3) || memchr::memchr_iter(0xe2, bytes).any(|at| bytes.get(at + 1).is_some_and(|next| *next >= 0xba));
    may && text.chars().any(breaks_anywhere)
}

/// Scripts that break a line between any two characters.
fn breaks_anywhere(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether one of the bytes is such. All are looked at and none decides, so that many are looked at together.
fn any_byte(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(false, |found, byte| found | is_such(*byte))
}

/// How many of the bytes are such.
fn count_bytes(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    // A sum that fits into a byte can be kept for many bytes side by side.
    bytes.chunks(usize::from(u8::MAX)).map(|part| usize::from(part.iter().fold(0_u8, |sum, byte| sum + u8::from(is_such(*byte))))).sum()
}

#[cfg(test)]
mod tests {
    use super::{Script, any_byte, beyond, beyond_one_by_one, count_bytes};
    use unicode_width::UnicodeWidthChar as _;

    #[test]
    fn each_byte_is_seen_however_many_there_are() {
        for length in [0, 1, 15, 16, 17, 254, 255, 256, 1000] {
            let mut bytes = vec![b'a'; length];
            assert!(!any_byte(&bytes, |b| b == b'b') && count_bytes(&bytes, |b| b == b'a') == length, "{length}");
            if let Some(last) = bytes.last_mut() {
                *last = b'b';
                assert!(any_byte(&bytes, |b| b == b'b') && count_bytes(&bytes, |b| b == b'b') == 1, "{length}");
            }
        }
    }

    #[test]
    fn bytes_tell_how_many_characters_fit() {
        // Latin characters are taken for one column each; many readers show a soft hyphen, so that it gets its column too.
        let others: Vec<char> = ('\u{a0}'..'\u{300}').filter(|c| c.width() != Some(1)).collect();
        assert_eq!(others, ['\u{ad}']);
        assert!(('\u{2010}'..='\u{2027}').all(|c| c.width() == Some(1) && Script::of(&c.to_string()) == Script::Latin));
        assert!(['\u{200f}', '\u{2028}', '\u{2068}', '\u{301}', 'א', '漢', '\t'].into_iter().all(|c| Script::of(&c.to_string()) == Script::Any));
        for text in ["", "a", "é", "aé", "éa", "éé", "ñandú y colibrí", "a – b", "漢字", "aé漢", "e\u{301}e", "«é»", "áéíóúüñ¿?¡!", "“ab – cd…”", "ab cd"]
        {
            for room in 0..20 {
                for script in [Script::of(text), Script::Any] {
                    assert_eq!(beyond(text, room, script), beyond_one_by_one(text, room), "{text:?} in {room}");
                }
            }
        }
    }
}
