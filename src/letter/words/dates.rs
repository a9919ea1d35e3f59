//! Dates and times in words.
//!
//! In: dates as they are known. Out: words, by the patterns of `words.toml`.

use super::{Table, Words, fill};
use crate::date::{Clock, Known, Point};
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Dates {
    day: String,
    day_of_month: String,
    month: String,
    year: String,
    approximate: String,
    days: Table,
    plain: Forms,
    when: Forms,
}

/// How a date is said, by how much of it is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Forms {
    day: String,
    month: String,
    year: String,
    about_day: String,
    about_month: String,
    about_year: String,
    from_to_day: String,
    from_to_month: String,
    from_to_year: String,
    between_day: String,
    between_month: String,
    between_year: String,
    unknown: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Times {
    at: String,
    about: String,
    between: String,
}

#[derive(Clone, Copy)]
enum Precision {
    Day,
    Month,
    Year,
}

fn precision(point: Point) -> Precision {
    match (point.month, point.day) {
        (_, Some(_)) => Precision::Day,
        (Some(_), None) => Precision::Month,
        (None, None) => Precision::Year,
    }
}

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
    pub fn date(&self, known: Known) -> String {
        self.worded(known, &self.dates.plain)
    }

    /// A date as it stands in a sentence: `between 22 and 24 March 2021`.
    #[must_use]
    pub fn when(&self, known: Known) -> String {
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

    fn worded(&self, known: Known, forms: &Forms) -> String {
        match known {
            Known::Unknown => forms.unknown.clone(),
            Known::At(point) => {
                let pattern = match (precision(point), point.about) {
                    (Precision::Day, false) => &forms.day,
                    (Precision::Day, true) => &forms.about_day,
                    (Precision::Month, false) => &forms.month,
                    (Precision::Month, true) => &forms.about_month,
                    (Precision::Year, false) => &forms.year,
                    (Precision::Year, true) => &forms.about_year,
                };
                fill(pattern, &[("date", &self.point(point))])
            }
            Known::Span(a, b) => self.pair(a, b, [&forms.from_to_day, &forms.from_to_month, &forms.from_to_year]),
            Known::Between(a, b) => self.pair(a, b, [&forms.between_day, &forms.between_month, &forms.between_year]),
        }
    }

    /// Two dates in one pattern; what both have in common is said once.
    fn pair(&self, a: Point, b: Point, [day, month, year]: [&String; 3]) -> String {
        let pattern = match (precision(a), precision(b)) {
            (Precision::Day, Precision::Day) => day,
            (Precision::Year, Precision::Year) => year,
            _ => month,
        };
        let exact = !a.about && !b.about;
        let first = match (a.day, b.day) {
            (Some(d), Some(_)) if exact && a.year == b.year && a.month == b.month => self.day_number(d),
            (Some(d), Some(_)) if exact && a.year == b.year => fill(&self.dates.day_of_month, &[("d", &self.day_number(d)), ("month", self.month_name(a))]),
            _ => self.approximately(a),
        };
        fill(pattern, &[("a", &first), ("b", &self.approximately(b))])
    }

    fn approximately(&self, point: Point) -> String {
        let date = self.point(point);
        if point.about { fill(&self.dates.approximate, &[("date", &date)]) } else { date }
    }

    fn point(&self, point: Point) -> String {
        let year = point.year.to_string();
        let pattern = match precision(point) {
            Precision::Day => &self.dates.day,
            Precision::Month => &self.dates.month,
            Precision::Year => &self.dates.year,
        };
        let day = point.day.map(|d| self.day_number(d)).unwrap_or_default();
        fill(pattern, &[("d", &day), ("month", self.month_name(point)), ("y", &year)])
    }

    fn month_name(&self, point: Point) -> &str {
        point.month.and_then(|m| self.months.get(m as usize - 1)).map_or("", String::as_str)
    }

    fn day_number(&self, day: u32) -> String {
        let number = day.to_string();
        self.dates.days.get(&number).cloned().unwrap_or(number)
    }
}
