//! Dates and times in words.
//!
//! In: dates as they are known. Out: words, by the patterns of `words.toml`.

use super::pattern::fill;
use super::tables::{Phrases, Words};
use crate::date::{Clock, PartialDate, Point};
use chrono::NaiveDate;
use std::borrow::Cow;

/// By what a date is said, after how much of it is known.
fn precision(point: Point) -> usize {
    match (point.month, point.day) {
        (_, Some(_)) => DAY,
        (Some(_), None) => MONTH,
        (None, None) => YEAR,
    }
}

const DAY: usize = 0;
const MONTH: usize = 1;
const YEAR: usize = 2;

impl Words {
    /// An exact day: `28 April 2021`.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        self.point(Point::day(day))
    }

    /// The line of place and date.
    #[must_use]
    pub fn place_and_date(&self, place: Option<&str>, day: NaiveDate) -> String {
        let date = self.day(day);
        match place {
            Some(place) => fill(&self.place_and_date, &[("place", place), ("date", &date)]),
            None => fill(&self.date_alone, &[("date", &date)]),
        }
    }

    /// A date as it stands alone: `on or about 22 March 2021`.
    #[must_use]
    pub fn date(&self, known: PartialDate) -> String {
        self.worded(known, &self.dates.plain)
    }

    /// A date as it stands in a sentence: `between 22 and 24 March 2021`.
    #[must_use]
    pub fn when(&self, known: PartialDate) -> String {
        self.worded(known, &self.dates.when)
    }

    /// A time of day.
    #[must_use]
    pub fn time(&self, clock: Clock) -> String {
        let hour = |(h, m): (u32, u32)| fill(&self.clock, &[("h", &h.to_string()), ("m", &format!("{m:02}"))]);
        match clock {
            Clock::At(h, m) => fill(&self.times.at, &[("t", &hour((h, m)))]),
            Clock::About(h, m) => fill(&self.times.about, &[("t", &hour((h, m)))]),
            Clock::Span(a, b) => fill(&self.times.between, &[("a", &hour(a)), ("b", &hour(b))]),
        }
    }

    fn worded(&self, known: PartialDate, forms: &Phrases) -> String {
        match known {
            PartialDate::Unknown => phrase(forms, "unknown").to_owned(),
            PartialDate::At(point) => {
                let keys = if point.about { ["about-day", "about-month", "about-year"] } else { ["day", "month", "year"] };
                fill(phrase(forms, keys[precision(point)]), &[("date", &self.point(point))])
            }
            PartialDate::Span(a, b) => self.pair(a, b, forms, ["from-to-day", "from-to-month", "from-to-year"]),
            PartialDate::Between(a, b) => self.pair(a, b, forms, ["between-day", "between-month", "between-year"]),
        }
    }

    /// Two dates in one pattern; what both have in common is said once.
    fn pair(&self, a: Point, b: Point, forms: &Phrases, keys: [&str; 3]) -> String {
        let common = if precision(a) == precision(b) { precision(a) } else { MONTH };
        let exact = !a.about && !b.about;
        let first = match (a.day, b.day) {
            (Some(d), Some(_)) if exact && a.year == b.year && a.month == b.month => self.day_number(d).into_owned(),
            (Some(d), Some(_)) if exact && a.year == b.year => fill(&self.dates.day_of_month, &[("d", &self.day_number(d)), ("month", self.month_name(a))]),
            _ => self.approximately(a),
        };
        fill(phrase(forms, keys[common]), &[("a", &first), ("b", &self.approximately(b))])
    }

    fn approximately(&self, point: Point) -> String {
        let date = self.point(point);
        if point.about { fill(&self.dates.approximate, &[("date", &date)]) } else { date }
    }

    fn point(&self, point: Point) -> String {
        let mut year = itoa::Buffer::new();
        let pattern = [&self.dates.day, &self.dates.month, &self.dates.year][precision(point)];
        let day = point.day.map(|d| self.day_number(d)).unwrap_or_default();
        fill(pattern, &[("d", &day), ("month", self.month_name(point)), ("y", year.format(point.year))])
    }

    fn month_name(&self, point: Point) -> &str {
        point.month.and_then(|m| self.months.get(m as usize - 1)).map_or("", String::as_str)
    }

    fn day_number(&self, day: u32) -> Cow<'_, str> {
        let mut figures = itoa::Buffer::new();
        let number = figures.format(day);
        self.dates.days.get(number).map_or_else(|| Cow::Owned(number.to_owned()), |word| Cow::Borrowed(word.as_str()))
    }
}

fn phrase<'w>(forms: &'w Phrases, key: &str) -> &'w str {
    forms.get(key).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use crate::date::{PartialDate, Point};
    use crate::letter::{LanguagePack, TemplateStore};
    use crate::text::Language;
    use proptest::prelude::*;

    fn packs() -> &'static [LanguagePack] {
        static TONGUES: std::sync::LazyLock<Vec<LanguagePack>> = std::sync::LazyLock::new(|| {
            let store = TemplateStore::shipped();
            let known = store.languages().into_iter().map(|code| store.pack(&Language::parse(code).expect("a code")));
            known.map(|pack| pack.unwrap_or_else(|e| panic!("{e:?}"))).collect()
        });
        &TONGUES
    }

    fn when(code: &str, date: &str) -> String {
        let pack = packs().iter().find(|t| t.language.code() == code).expect("a language of the program");
        pack.words.when(PartialDate::parse(date).expect("a date of the test"))
    }

    #[test]
    fn what_is_only_roughly_known_is_said_so() {
        assert_eq!(when("en", "2021-03-22~"), "on or about 22 March 2021");
        assert_eq!(when("es", "[2021-03-22..2021-03-24]"), "entre el 22 y el 24 de marzo de 2021");
        assert_eq!(when("fr", "2021-03"), "en mars 2021");
        assert_eq!(when("fr", "2021-03-01"), "le 1er mars 2021");
        assert_eq!(when("es", "XXXX"), "en fecha desconocida");
    }

    fn point() -> impl Strategy<Value = Point> {
        (1900i32..2100, proptest::option::of((1u32..=12, proptest::option::of(1u32..=28))), any::<bool>()).prop_map(|(year, rest, about)| Point {
            year,
            month: rest.map(|(month, _)| month),
            day: rest.and_then(|(_, day)| day),
            about,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_date_is_worded_in_every_language_as_precisely_as_it_is_known(a in point(), b in point()) {
            for pack in packs() {
                let words = &pack.words;
                let exact = Point { about: false, ..a };
                let all = [PartialDate::At(a), PartialDate::Span(a, b), PartialDate::Between(a, b), PartialDate::Unknown];
                for known in all {
                    for text in [words.date(known), words.when(known)] {
                        prop_assert!(!text.is_empty() && !text.contains(['{', '}', '~']) && !text.contains("  "), "{text:?}");
                        let years = if known == PartialDate::Unknown { vec![] } else { vec![a.year] };
                        // The earlier year is left out only where the later one is the same.
                        prop_assert!(years.iter().all(|y| text.contains(&y.to_string())), "{text:?}");
                    }
                }
                // About is never worded as exact, between never as from–to, and a month never as a day.
                prop_assert!(!a.about || words.when(PartialDate::At(a)) != words.when(PartialDate::At(exact)));
                prop_assert_ne!(words.when(PartialDate::Span(a, b)), words.when(PartialDate::Between(a, b)));
                let digits = |t: &str| t.split(|c: char| !c.is_ascii_digit()).filter(|d| !d.is_empty()).count();
                prop_assert_eq!(digits(&words.date(PartialDate::At(exact))), 1 + usize::from(a.day.is_some()));
            }
        }
    }
}
