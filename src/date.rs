//! Dates as people know them: a day, a month, about a day, from one to another, somewhere between, not at all.
//!
//! In: the spellings of a part of EDTF (ISO 8601-2:2019). Out: [`PartialDate`]. No order of day and month is ever
//! guessed; how a date is worded is the language's affair.

use chrono::{Datelike, NaiveDate};
use std::fmt;

/// A date as far as it is known, with the day or the month left open, or only about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The year, 1 to 9999.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: Option<u32>,
    /// The day of the month, from 1.
    pub day: Option<u32>,
    /// Approximate (`~`).
    pub about: bool,
}

/// A date as the record knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartialDate {
    /// A day, a month or a year.
    At(Point),
    /// From the first to the second (`A/B`).
    Span(Point, Point),
    /// Once, some time between the two (`[A..B]`).
    Between(Point, Point),
    /// Not known (`XXXX`).
    Unknown,
}

impl Point {
    /// An exact day.
    #[must_use]
    pub fn day(date: NaiveDate) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()), about: false }
    }

    /// Reads `2021`, `2021-03`, `2021-03-22`, each with an optional `~`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, about) = text.strip_suffix('~').map_or((text, false), |t| (t, true));
        let mut parts = text.split('-');
        let number = |part: &str, digits: usize| (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten();
        let year = number(parts.next()?, 4).filter(|y| *y > 0)?;
        let month = parts.next().map(|p| number(p, 2).filter(|m| (1..=12).contains(m)).ok_or(())).transpose().ok()?;
        let day = parts.next().map(|p| number(p, 2).ok_or(())).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        let point = Self { year: i32::try_from(year).ok()?, month, day, about };
        point.first().map(|_| point)
    }

    /// The first day it can mean. None for a day that does not exist.
    #[must_use]
    pub fn first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day it can mean.
    #[must_use]
    pub fn last(self) -> Option<NaiveDate> {
        if self.day.is_some() {
            return self.first();
        }
        let (year, month) = match self.month {
            None | Some(12) => (self.year + 1, 1),
            Some(month) => (self.year, month + 1),
        };
        NaiveDate::from_ymd_opt(year, month, 1)?.pred_opt()
    }
}

impl PartialDate {
    /// Reads one of the spellings above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "XXXX" {
            return Some(Self::Unknown);
        }
        let pair = |a: &str, b: &str| {
            let (a, b) = (Point::parse(a)?, Point::parse(b)?);
            (a.first()? <= b.last()?).then_some((a, b))
        };
        if let Some(inside) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            let (a, b) = inside.split_once("..")?;
            return pair(a, b).map(|(a, b)| Self::Between(a, b));
        }
        if let Some((a, b)) = text.split_once('/') {
            return pair(a, b).map(|(a, b)| Self::Span(a, b));
        }
        Point::parse(text).map(Self::At)
    }

    /// The first day it can mean, if anything is known.
    #[must_use]
    pub fn first(self) -> Option<NaiveDate> {
        match self {
            Self::At(a) | Self::Span(a, _) | Self::Between(a, _) => a.first(),
            Self::Unknown => None,
        }
    }

    /// The last day it can mean, if anything is known.
    #[must_use]
    pub fn last(self) -> Option<NaiveDate> {
        match self {
            Self::At(a) | Self::Span(_, a) | Self::Between(_, a) => a.last(),
            Self::Unknown => None,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        if self.about { f.write_str("~") } else { Ok(()) }
    }
}

/// The time of day as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// At this hour and minute.
    At(u32, u32),
    /// At about this hour and minute (`13:00~`).
    About(u32, u32),
    /// Between two (`13:00/15:00`).
    Span((u32, u32), (u32, u32)),
}

impl Clock {
    /// Reads `13:00`, `13:00~`, `13:00/15:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hour_minute = |t: &str| {
            let (h, m) = t.split_once(':')?;
            let part = |p: &str, limit: u32| (p.len() == 2 && p.bytes().all(|b| b.is_ascii_digit())).then(|| p.parse().ok()).flatten().filter(|n| *n < limit);
            Some((part(h, 24)?, part(m, 60)?))
        };
        if let Some((a, b)) = text.split_once('/') {
            return Some(Self::Span(hour_minute(a)?, hour_minute(b)?));
        }
        match text.strip_suffix('~') {
            Some(t) => hour_minute(t).map(|(h, m)| Self::About(h, m)),
            None => hour_minute(text).map(|(h, m)| Self::At(h, m)),
        }
    }
}

/// Reads one full day, `2021-04-28`.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let point = Point::parse(text)?;
    (!point.about && point.day.is_some()).then(|| point.first()).flatten()
}

/// Six years after this day, less a day: the longest a holder may serve in one mandate
/// (Human Rights Council resolution 5/1, annex, para. 45).
#[must_use]
pub fn six_years_after(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_add_months(chrono::Months::new(72))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::{Clock, PartialDate, Point, day, six_years_after};
    use chrono::NaiveDate;

    fn day_of(text: &str) -> NaiveDate {
        day(text).expect("a day of the test")
    }

    #[test]
    fn the_spellings_of_the_design_are_understood() {
        assert_eq!(PartialDate::parse("2021-03-22"), Some(PartialDate::At(Point::day(day_of("2021-03-22")))));
        for good in ["2021", "2021~", "2021-03", "2021-03-22~", "2021-03-22/2021-03-24", "[2021-03..2021-04]", "XXXX"] {
            assert!(PartialDate::parse(good).is_some(), "{good}");
        }
        for bad in ["28/04/2021", "2021-4-28", "2021-02-30", "21-04-28", "2021-13", "2021-04-28T10:00", "[2021]", "2022/2021", "", "0000"] {
            assert!(PartialDate::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_month_begins_on_its_first_and_ends_on_its_last_day() {
        let month = PartialDate::parse("2024-02").expect("a month");
        assert_eq!((month.first(), month.last()), (Some(day_of("2024-02-01")), Some(day_of("2024-02-29"))));
        let year = PartialDate::parse("2021").expect("a year");
        assert_eq!((year.first(), year.last()), (Some(day_of("2021-01-01")), Some(day_of("2021-12-31"))));
    }

    #[test]
    fn clock_times_are_strict() {
        assert_eq!(Clock::parse("13:00~"), Some(Clock::About(13, 0)));
        assert_eq!(Clock::parse("13:00/15:30"), Some(Clock::Span((13, 0), (15, 30))));
        assert_eq!(Clock::parse("24:00"), None);
        assert_eq!(Clock::parse("1:00"), None);
    }

    #[test]
    fn six_years_end_the_day_before() {
        assert_eq!(six_years_after(day_of("2020-05-01")), Some(day_of("2026-04-30")));
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in ".{0,40}") {
            let _ = (PartialDate::parse(&text), Clock::parse(&text));
        }

        #[test]
        fn the_first_day_is_never_after_the_last(y in 1i32..9999, m in 1u32..=12, d in 1u32..=31) {
            for text in [format!("{y:04}"), format!("{y:04}-{m:02}"), format!("{y:04}-{m:02}-{d:02}")] {
                if let Some(known) = PartialDate::parse(&text) {
                    proptest::prop_assert!(known.first() <= known.last());
                }
            }
        }
    }
}
