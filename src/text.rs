//! One text in several languages, the cleaning of every text that comes from outside, and the forms of addresses and codes.
//!
//! In: strings from files. Out: [`Localized`] texts in which no control, override or private-use character is left.
//! Private-use characters are the program's own marks inside a letter, so outside text may never contain them.

use memchr::memmem::Finder;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// A language, as its folder in `letter-templates/` is called: `es`, `fr`, `pt-BR`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(Arc<str>);

impl Language {
    /// A language code: two or three small letters, then optional subtags of letters and digits (BCP 47).
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let mut parts = code.split('-');
        let primary = parts.next()?;
        let fits = matches!(primary.len(), 2 | 3)
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        fits.then(|| Self(code.into()))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One text (or what was made of it) in the languages it exists in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized<T = String> {
    everywhere: Option<T>,
    by_language: Vec<(Language, T)>,
}

impl<T> Localized<T> {
    /// A text that stands in every language: a proper name.
    #[must_use]
    pub fn everywhere(text: T) -> Self {
        Self { everywhere: Some(text), by_language: Vec::new() }
    }

    /// A text in the languages given.
    #[must_use]
    pub fn by_language(texts: Vec<(Language, T)>) -> Self {
        Self { everywhere: None, by_language: texts }
    }

    /// The text in this language, if there is one. Nothing is ever taken from another language.
    #[must_use]
    pub fn get(&self, language: &Language) -> Option<&T> {
        self.by_language.iter().find(|(l, _)| l == language).map(|(_, t)| t).or(self.everywhere.as_ref())
    }

    /// Every text, whatever its language.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.everywhere.iter().chain(self.by_language.iter().map(|(_, t)| t))
    }

    /// The texts that belong to a language.
    #[must_use]
    pub fn into_languages(self) -> Vec<(Language, T)> {
        self.by_language
    }

    /// The same texts, made into something else.
    pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> Localized<U> {
        Localized { everywhere: self.everywhere.map(&mut make), by_language: self.by_language.into_iter().map(|(l, t)| (l, make(t))).collect() }
    }
}

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: every line end or tab becomes one space.
    One,
    /// Paragraphs, divided by blank lines; lines inside a paragraph are joined.
    Many,
}

/// What cleaning took out of a text, for a warning that names no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// Control characters.
    Control,
    /// Bidirectional overrides, embeddings, isolates and marks that can reorder what is read.
    Bidi,
    /// Private-use characters, which have no agreed meaning.
    PrivateUse,
}

/// A text as it may stand in a letter, and what was taken out of it. Borrowed where nothing had to change.
#[must_use]
pub fn clean(text: &str, lines: Lines) -> (Cow<'_, str>, Option<Removed>) {
    let trimmed = text.trim_matches(is_space);
    if is_clean(trimmed, lines) {
        return (Cow::Borrowed(trimmed), None);
    }
    let (kept, removed) = without_strangers(trimmed);
    let text = match lines {
        Lines::One => join_words(&kept),
        Lines::Many => paragraphs(&kept),
    };
    (Cow::Owned(text), removed)
}

fn is_clean(text: &str, lines: Lines) -> bool {
    static GAP: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("  "));
    has_only_common(text) && (lines == Lines::One || GAP.find(text.as_bytes()).is_none())
}

/// Whether a text has neither line ends nor anything that is taken out. Most bytes tell by themselves: below the space and the
/// delete character are controls; after C2 others may follow; and what is rare begins with E0 or more, and is looked at.
fn has_only_common(text: &str) -> bool {
    let is_strange = |byte: u8| matches!(byte, ..b' ' | 0x7f | 0xc2 | 0xe0..);
    let is_common = |c: char| stranger(c).is_none() && !is_line_end(c) && c != '\t';
    // Every byte is asked and none decides, so that the processor can ask many of them together.
    !text.bytes().fold(false, |found, byte| found | is_strange(byte)) || text.chars().all(is_common)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn stranger(c: char) -> Option<Removed> {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => None,
        '\u{feff}' => Some(Removed::Control),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(Removed::Bidi),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}' => Some(Removed::PrivateUse),
        '\u{fff9}'..='\u{fffb}' | '\u{e0001}'..='\u{e007f}' | '\u{fdd0}'..='\u{fdef}' | '\u{206a}'..='\u{206f}' => Some(Removed::Control),
        c if c.is_control() || u32::from(c) & 0xfffe == 0xfffe => Some(Removed::Control),
        _ => None,
    }
}

/// Where a text first has a control character or one of private use, in bytes: what must not reach a letter by a template.
#[must_use]
pub fn first_unprintable(text: &str) -> Option<usize> {
    text.char_indices().find(|&(_, c)| matches!(stranger(c), Some(Removed::Control | Removed::PrivateUse))).map(|(at, _)| at)
}

fn without_strangers(text: &str) -> (String, Option<Removed>) {
    let mut removed = None;
    let kept = text
        .chars()
        .filter(|&c| match stranger(c) {
            None => true,
            Some(kind) => {
                // A byte order mark is understood, not reported.
                if c != '\u{feff}' {
                    removed = removed.or(Some(kind));
                }
                false
            }
        })
        .collect();
    (kept, removed)
}

fn join_words(text: &str) -> String {
    let text = text.trim_matches(is_space);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_line_end(c) || c == '\t' {
            if c == '\r' && chars.peek() == Some(&'\n') {
                chars.next();
            }
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    out
}

/// Paragraphs divided by exactly one blank line (`\n\n`), each on one line.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.split(is_line_end) {
        let line = line.trim_matches(is_space);
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { " " });
        }
        blank = false;
        let mut words = line.split([' ', '\t']).filter(|w| !w.is_empty());
        out.push_str(words.next().unwrap_or_default());
        for word in words {
            out.push(' ');
            out.push_str(word);
        }
    }
    out
}

/// Whether this can be an e-mail address: one `@`, a domain with a dot, nothing that could break a header.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain =
        |t: &str| !t.is_empty() && !t.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '@'));
    plain(local) && plain(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..")
}

/// Whether this is an address of the web that a letter may carry.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/')) && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
}

/// The codes of ISO 3166-1 alpha-2, and the one that the United Nations and others use for Kosovo.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD \
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF \
    GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI \
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS YE YT ZA ZM ZW XK";

/// What people write for a code of ISO 3166-1, and the code.
const MISTAKEN_COUNTRIES: &[(&str, &str)] = &[("UK", "GB"), ("EN", "GB"), ("EL", "GR"), ("SP", "ES"), ("KO", "KR"), ("TP", "TL"), ("ZR", "CD")];

/// Whether this has the form of a code of a country: two capitals.
#[must_use]
pub fn looks_like_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether this is a code of ISO 3166-1 alpha-2.
#[must_use]
pub fn is_country(text: &str) -> bool {
    looks_like_country(text) && COUNTRIES.split(' ').any(|code| code == text)
}

/// The code that somebody meant who wrote this one.
#[must_use]
pub fn meant_country(text: &str) -> Option<&'static str> {
    MISTAKEN_COUNTRIES.iter().find(|(written, _)| *written == text).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, Language, Lines, MISTAKEN_COUNTRIES, Removed, clean, is_country, is_email, is_web_address};

    #[test]
    fn a_line_end_or_a_tab_becomes_one_space_in_one_line_fields() {
        assert_eq!(clean("a\r\nb\tc\u{2028}d", Lines::One).0, "a b c d");
    }

    #[test]
    fn strangers_are_removed_and_named_by_kind() {
        assert_eq!(clean("a\u{202e}b", Lines::One), ("ab".into(), Some(Removed::Bidi)));
        assert_eq!(clean("a\u{0}b", Lines::One), ("ab".into(), Some(Removed::Control)));
        assert_eq!(clean("a\u{e000}b", Lines::Many), ("ab".into(), Some(Removed::PrivateUse)));
        assert_eq!(clean("\u{feff}a", Lines::One), ("a".into(), None));
    }

    #[test]
    fn joiners_that_scripts_need_stay() {
        assert_eq!(clean("می\u{200c}خواهم", Lines::One), ("می\u{200c}خواهم".into(), None));
    }

    #[test]
    fn paragraphs_are_kept_and_lines_inside_them_joined() {
        assert_eq!(clean("  one\n  two\n\n\n three\r\nfour ", Lines::Many).0, "one two\n\nthree four");
    }

    #[test]
    fn a_language_is_its_code() {
        assert!(Language::parse("es").is_some());
        assert!(Language::parse("pt-BR").is_some());
        assert!(Language::parse("Spanish").is_none());
        assert!(Language::parse("../es").is_none());
    }

    #[test]
    fn an_address_is_an_address() {
        for good in ["a@b.org", "hrc-sr-defenders@un.org", "ñ@correo.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "a b@c.org", "a@b.org\r\nBcc: x@y.org", "<a@b.org>", "a@@b.org", "a@b..org"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_web_address("https://www.proceso.com.mx/"));
        assert!(!is_web_address("javascript:alert(1)"));
        assert!(!is_web_address("https://a.org/\"onclick=x"));
    }

    #[test]
    fn every_country_of_the_shipped_names_is_one_and_no_mistake_is() {
        let shipped: toml::Table = toml::from_str(include_str!("../letter-templates/en/countries.toml")).expect("the shipped names are TOML");
        let codes: Vec<&str> = COUNTRIES.split(' ').filter(|code| *code != "XK").collect();
        assert_eq!(codes, shipped.keys().map(String::as_str).collect::<Vec<_>>());
        assert!(MISTAKEN_COUNTRIES.iter().all(|(written, code)| !is_country(written) && is_country(code)));
    }

    proptest::proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(text in ".*") {
            for lines in [Lines::One, Lines::Many] {
                let once = clean(&text, lines).0.into_owned();
                let (twice, removed) = clean(&once, lines);
                proptest::prop_assert_eq!(twice.as_ref(), once.as_str());
                proptest::prop_assert_eq!(removed, None);
            }
        }
    }
}
