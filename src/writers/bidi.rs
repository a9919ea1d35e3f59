//! What keeps a direction of its own in a line (Unicode Standard Annex 9).
//!
//! In: a text and the letter's direction. Out: whether all of it, or which pieces of it, have to be set apart from their
//! neighbours. A telephone number or a file number in Arabic prose would otherwise be shown with its groups in reverse.

use crate::letter::Direction;
use unicode_bidi::{BidiClass, bidi_class};

/// A piece of a text, and whether it has to be set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Goes with the text around it.
    Along(&'t str),
    /// Is set apart.
    Apart(&'t str),
}

/// Whether a value that stands in a letter of this direction has to be set apart as a whole: it begins or ends in the
/// other direction, or is a number of several groups.
pub(super) fn is_apart(value: &str, direction: Direction) -> bool {
    if direction == Direction::Ltr && !may_turn(value) {
        return false;
    }
    let mut directions = value.chars().filter_map(strong);
    let first = directions.next();
    let last = directions.next_back().or(first);
    match first {
        None => direction == Direction::Rtl && value.chars().any(char::is_numeric) && !value.chars().all(char::is_numeric),
        Some(_) if direction == Direction::Ltr => value.chars().any(|c| strong(c) == Some(Direction::Rtl)),
        Some(_) => first != Some(Direction::Rtl) || last != Some(Direction::Rtl),
    }
}

/// The pieces of a text: in a letter from right to left, telephone numbers and numbers with letters or hyphens are set
/// apart. A span of two numbers (`13-14`) is read from right to left like the text, and stays.
pub(super) fn pieces(text: &str, direction: Direction) -> Vec<Piece<'_>> {
    if direction == Direction::Ltr || !text.contains(|c: char| c.is_ascii_digit()) {
        return vec![Piece::Along(text)];
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut words = words(text).peekable();
    while let Some((start, mut end)) = words.next() {
        if text[start..end].starts_with('+') {
            while let Some((_, next)) = words.next_if(|(s, e)| text[end..*s] == *" " && is_group(&text[*s..*e])) {
                end = next;
            }
        } else if !is_file_number(&text[start..end]) {
            continue;
        }
        if from < start {
            pieces.push(Piece::Along(&text[from..start]));
        }
        pieces.push(Piece::Apart(&text[start..end]));
        from = end;
    }
    if from < text.len() {
        pieces.push(Piece::Along(&text[from..]));
    }
    pieces
}

/// Words between spaces, without the punctuation around them.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let around = |c: char| !c.is_alphanumeric() && c != '+';
    let mut at = 0;
    text.split_inclusive(char::is_whitespace).filter_map(move |word| {
        let start = at + word.len() - word.trim_start_matches(around).len();
        at += word.len();
        let length = word.trim_matches(around).len();
        (length > 0).then_some((start, start + length))
    })
}

/// A group of a telephone number: `71`, `(0)20`, `555-012`.
fn is_group(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | '-' | '.' | '/'))
}

/// `2026-03-14`, `2026/0113-A`, `A/HRC/16/L.6`: a number that more than one span or fraction is made of.
fn is_file_number(word: &str) -> bool {
    let digits = word.contains(|c: char| c.is_ascii_digit());
    let latin = word.contains(|c: char| c.is_ascii_alphabetic());
    digits && !word.contains(|c| strong(c) == Some(Direction::Rtl)) && (latin && word.contains(|c: char| !c.is_alphanumeric()) || word.matches('-').count() > 1)
}

/// Whether there may be characters from right to left, or marks: none begins below U+0590, so most texts need no closer look.
pub(super) fn may_turn(text: &str) -> bool {
    text.bytes().fold(0, u8::max) >= 0xd6
}

/// The direction of a character that has one.
pub(super) fn strong(c: char) -> Option<Direction> {
    match bidi_class(c) {
        BidiClass::L => Some(Direction::Ltr),
        BidiClass::R | BidiClass::AL => Some(Direction::Rtl),
        _ => None,
    }
}

/// The first direction outside of what is set apart, between the two marks given.
pub(super) fn first_direction(line: &str, (open, close): (char, char)) -> Option<Direction> {
    let mut depth = 0_usize;
    line.chars().find_map(|c| {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            return strong(c);
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{Piece, is_apart, pieces};
    use crate::letter::Direction;
    use Direction::{Ltr, Rtl};
    use Piece::{Along, Apart};

    #[test]
    fn numbers_of_several_groups_are_set_apart_in_prose_from_right_to_left() {
        assert_eq!(pieces("من الرقم +216 71 555 099 وهددها", Rtl), [Along("من الرقم "), Apart("+216 71 555 099"), Along(" وهددها")]);
        assert_eq!(pieces("(المرجع 2026/0113-A).", Rtl), [Along("(المرجع "), Apart("2026/0113-A"), Along(").")]);
        assert_eq!(pieces("في 2026-03-14", Rtl), [Along("في "), Apart("2026-03-14")]);
        for plain in ["المواد 3 و19", "من 13-14 مارس", "الساعة 18:30", "رقم 2021/3/22"] {
            assert_eq!(pieces(plain, Rtl), [Along(plain)]);
        }
        assert_eq!(pieces("on +216 71 555 099", Ltr), [Along("on +216 71 555 099")]);
    }

    #[test]
    fn a_value_is_set_apart_where_it_begins_or_ends_in_the_other_direction() {
        for (value, direction, apart) in [
            ("Ana Ejemplo", Ltr, false),
            ("ليلى", Ltr, true),
            ("+216 71", Ltr, false),
            ("ليلى", Rtl, false),
            ("Agua Clara S.A.", Rtl, true),
            ("Rue de l'Exemple 7, أريانة", Rtl, true),
            ("شركة Agua", Rtl, true),
            ("قال «Radio» ثم سكت", Rtl, false),
            ("+216 71", Rtl, true),
            ("34", Rtl, false),
        ] {
            assert_eq!(is_apart(value, direction), apart, "{value}");
        }
    }
}
