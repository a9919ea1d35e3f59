//! Dates in words, found by their shape in any language, so that no line ends inside one.

use std::ops::Range;

/// The next date in words: a day, a month and a year, with or without short words between them, in any language:
/// `14 March 2026`, `1er mars 2026`, `14 de marzo de 2026`.
pub(super) fn date(words: &str, from: usize) -> Option<Range<usize>> {
    let digits = words.as_bytes()[from..].iter().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| from + at);
    let mut starts = digits.filter(|at| !words[..*at].ends_with(char::is_alphanumeric));
    starts.find_map(|start| date_length(&words[start..]).map(|length| start..start + length))
}

/// How long the date is with which these words begin.
fn date_length(words: &str) -> Option<usize> {
    let is_word = |word: &str| word.chars().all(char::is_alphabetic);
    let mut rest = words.split(' ');
    let day = rest.next()?;
    let number = day.trim_end_matches(char::is_alphabetic);
    if !matches!(number.len(), 1 | 2) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut length = day.len();
    let mut months = 0;
    for word in rest.take(4) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 4 && months == 1 {
            return (!word[4..].starts_with(char::is_alphanumeric)).then_some(length + 1 + digits);
        }
        if word.is_empty() || !is_word(word) {
            return None;
        }
        months += usize::from(word.chars().count() > 2);
        length += 1 + word.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_date_in_words_is_found_whole_and_nothing_else_is() {
        let found = |words: &str| date(words, 0).map(|range| words[range].to_owned());
        assert_eq!(found("our letter of 14 March 2026 – Mexico").as_deref(), Some("14 March 2026"));
        assert_eq!(found("del 22 al 24 de marzo de 2021.").as_deref(), Some("24 de marzo de 2021"));
        assert_eq!(found("(le 1er mars 2026)").as_deref(), Some("1er mars 2026"));
        assert_eq!(found("14 مارس 2026").as_deref(), Some("14 مارس 2026"));
        for words in ["A/RES/53/144, 1998", "articles 9 and 12", "12 people 20266", "114 March 2026", "14 March", "14  March 2026", "14 de 2026"] {
            assert_eq!(found(words), None, "{words}");
        }
    }
}
