//! Foreign dates and times, as forms, databases and spreadsheets write them.
//!
//! In: the words of a cell, and the order of days and months if a mapping declares one. Out: the same day or hour as a case writes
//! it. A zone is dropped: a day and an hour are those that the clock at the place showed. Nothing is guessed: a time of UTC tells
//! neither, and is refused here; what is not understood is handed on as it is, and refused where it is read.

use crate::diagnostic::Message;

/// In which order foreign dates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// The words for the orders.
pub(super) const ORDERS: &[(&str, DateOrder)] =
    &[("day-month-year", DateOrder::DayMonthYear), ("month-day-year", DateOrder::MonthDayYear), ("year-month-day", DateOrder::YearMonthDay)];

/// What stands between two full days that are the first and the last, where a mapping says nothing of it.
const BETWEEN: [&str; 6] = ["~", " - ", " – ", "–", " — ", "—"];

/// A date as we write it: a day without its hour, or from one day to another. `between` is what a mapping says stands between the two.
pub(super) fn date(text: &str, order: Option<DateOrder>, between: Option<&str>) -> Result<String, (Message, Message)> {
    let marks = between.as_ref().map_or(BETWEEN.as_slice(), std::slice::from_ref);
    for (first, last) in marks.iter().filter_map(|mark| text.split_once(mark)) {
        match (day(first, order)?, day(last, order)?) {
            (Some(first), Some(last)) if first == last => return Ok(first),
            (Some(first), Some(last)) => return Ok(format!("{first}/{last}")),
            // With a day on one side alone it would be read as "about that day".
            _ if between.is_some() => {
                return Err((
                    say!("the cell has not two days as the first and the last"),
                    say!("write both, one day alone without the sign between them, or leave the cell empty"),
                ));
            }
            _ => {}
        }
    }
    Ok(day(text, order)?.unwrap_or_else(|| text.to_owned()))
}

/// The day of a cell in a table of ours: a spreadsheet or a script may write midnight behind it.
pub(crate) fn without_midnight(text: &str) -> &str {
    let midnight = |rest: &str| time(rest).is_some_and(|time| time.is_midnight());
    text.get(..10).filter(|day| is_ours(day) && text.get(11..).is_some_and(midnight) && matches!(text.as_bytes()[10], b'T' | b' ')).unwrap_or(text)
}

/// An hour as we write it, from a time alone or one that follows a day; nothing if it is no time.
pub(crate) fn clock(text: &str, order: Option<DateOrder>) -> Result<Option<String>, (Message, Message)> {
    let Some(time) = time(text).or_else(|| split(text, order).map(|(_, time)| time)) else { return Ok(None) };
    if time.is_utc {
        return Err((
            say!("the cell has the hour of UTC, and nobody can tell which hour it was at the place"),
            say!("write the hour that the clock showed there, such as 13:00"),
        ));
    }
    Ok(Some(format!("{:02}:{:02}", time.hour, time.minute)))
}

/// The day of a text; nothing if it has none. Near midnight the day of UTC is not that of the place, and midnight itself is how
/// programs write a day alone.
fn day(text: &str, order: Option<DateOrder>) -> Result<Option<String>, (Message, Message)> {
    if let Some(day) = calendar_day(text, order) {
        return Ok(Some(day));
    }
    match split(text, order) {
        Some((_, time)) if time.is_utc && !time.is_midnight() => Err((
            say!("the cell has the day of UTC, and nobody can tell which day it was at the place"),
            say!("write the day that it was there, without a time: 2021-04-28"),
        )),
        split => Ok(split.map(|(day, _)| day)),
    }
}

/// A day and the time behind it.
fn split(text: &str, order: Option<DateOrder>) -> Option<(String, Time)> {
    text.char_indices().filter(|(_, c)| *c == 'T' || c.is_whitespace()).find_map(|(at, c)| {
        let time = time(&text[at + c.len_utf8()..])?;
        Some((calendar_day(text[..at].trim_end_matches(','), order)?, time))
    })
}

fn calendar_day(text: &str, order: Option<DateOrder>) -> Option<String> {
    let text = text.trim();
    if is_ours(text) {
        return Some(text.to_owned());
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
    let (year, month, day) = match (order?, parts.as_slice()) {
        (DateOrder::DayMonthYear, [day, month, year]) => (year, month, day),
        (DateOrder::MonthDayYear, [month, day, year]) => (year, month, day),
        (DateOrder::YearMonthDay, [year, month, day]) => (year, month, day),
        _ => return None,
    };
    let short = |n: &str| (1..=2).contains(&n.len());
    // A year of two digits leaves the century open, and what is no number is no date.
    let is_date = year.len() == 4 && short(month) && short(day) && [year, month, day].iter().all(|n| is_number(n));
    is_date.then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

fn is_ours(day: &str) -> bool {
    day.len() == 10 && chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

struct Time {
    hour: u32,
    minute: u32,
    /// Whether there are no seconds beside them.
    is_exact: bool,
    is_utc: bool,
}

impl Time {
    fn is_midnight(&self) -> bool {
        (self.hour, self.minute, self.is_exact) == (0, 0, true)
    }
}

/// `13:00`, `13:00:00.000-06:00`, `1:00 PM`, `1:00:00 p. m.`
fn time(text: &str) -> Option<Time> {
    let (text, is_utc) = without_zone(text.trim());
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let half: String = text[end..].chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_lowercase).collect();
    let mut parts = text[..end].split(':');
    let number = |part: Option<&str>, digits: std::ops::RangeInclusive<usize>, limit: u32| {
        part.filter(|p| digits.contains(&p.len()) && is_number(p))?.parse().ok().filter(|n| *n < limit)
    };
    let hour = number(parts.next(), 1..=2, 24)?;
    let minute = number(parts.next(), 2..=2, 60)?;
    let seconds = parts.next().unwrap_or("00");
    let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
    let second = number(Some(whole), 2..=2, 60)?;
    if parts.next().is_some() || !is_number(fraction) {
        return None;
    }
    let hour = match half.as_str() {
        "" | "h" | "hrs" => hour,
        "am" | "pm" if !(1..=12).contains(&hour) => return None,
        "am" => hour % 12,
        "pm" => hour % 12 + 12,
        _ => return None,
    };
    Some(Time { hour, minute, is_exact: second == 0 && fraction.bytes().all(|b| b == b'0'), is_utc })
}

/// The time without its zone, and whether that is UTC by name. An offset is that of the place.
fn without_zone(text: &str) -> (&str, bool) {
    if let Some(rest) = ["Z", "z", "UTC", "GMT"].iter().find_map(|name| text.strip_suffix(name)) {
        return (rest.trim_end(), true);
    }
    let is_offset = |rest: &str| matches!(rest.len(), 2 | 4 | 5) && rest.bytes().enumerate().all(|(at, b)| b.is_ascii_digit() || (at == 2 && b == b':'));
    match text.rfind(['+', '-']).filter(|at| is_offset(&text[at + 1..])) {
        Some(at) => (text[..at].trim_end(), false),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str, order: Option<DateOrder>) -> String {
        date(text, order, None).expect("no mark is declared")
    }

    #[test]
    fn the_order_of_a_date_is_declared_and_never_guessed() {
        assert_eq!(day("03/04/2021", None), "03/04/2021");
        assert_eq!(day("2021-04-03T10:00:00.000-06:00", None), "2021-04-03");
        assert_eq!(day("2021-04-03 or later", None), "2021-04-03 or later");
        let order = Some(DateOrder::DayMonthYear);
        for text in [
            "03/04/2021",
            "3.4.2021",
            "03/04/2021 00:00",
            "03/04/2021 1:00:00 p. m.",
            "3/4/2021, 13:00",
            "03-04-2021T13:00:00-06:00",
            "2021-04-03T00:00:00.000Z",
            "2021-04-03",
        ] {
            assert_eq!(day(text, order), "2021-04-03", "{text}");
        }
        assert_eq!(day("3.4.2021", Some(DateOrder::MonthDayYear)), "2021-03-04");
        assert_eq!(day("2021/3/4 10:15 AM", Some(DateOrder::YearMonthDay)), "2021-03-04");
        for text in ["03/04/21", "03/04/2021 25:00", "03/04/2021 o después", "2021"] {
            assert_eq!(day(text, order), text);
        }
    }

    #[test]
    fn the_day_of_utc_may_not_be_that_of_the_place() {
        let order = Some(DateOrder::DayMonthYear);
        for text in
            ["2026-03-01T23:30:00Z", "2026-03-01 05:30 UTC", "01/03/2026 00:00:01Z", "2026-03-01T05:30:00Z~2026-03-02", "2026-03-01 - 2026-03-02T01:00Z"]
        {
            assert!(date(text, order, None).is_err(), "{text}");
        }
        assert_eq!(day("2026-03-01T23:30:00-06:00", order), "2026-03-01");
    }

    #[test]
    fn a_range_is_one_where_it_says_so() {
        let uwazi = |text| date(text, None, Some("~")).ok();
        assert_eq!(uwazi("2026-03-02~2026-03-04").as_deref(), Some("2026-03-02/2026-03-04"));
        assert_eq!(uwazi("2026-03-02~2026-03-02").as_deref(), Some("2026-03-02"));
        assert_eq!((uwazi("2026-03-02~"), uwazi("~2026-03-02")), (None, None));
        assert_eq!(day("02/03/2026 - 04/03/2026", Some(DateOrder::DayMonthYear)), "2026-03-02/2026-03-04");
        // About a day, as we write it.
        assert_eq!(day("2026-03-02~", None), "2026-03-02~");
    }

    #[test]
    fn an_hour_is_the_one_at_the_place() {
        let hour = |text| clock(text, None).ok().flatten();
        for text in ["14:30", "14:30:00", "14:30:00.000-06:00", "2:30 PM", "02:30 p. m.", "2026-03-02T14:30:00.000+02:00", "14:30 h"] {
            assert_eq!(hour(text).as_deref(), Some("14:30"), "{text}");
        }
        assert_eq!(hour("12:05 a.m.").as_deref(), Some("00:05"));
        for text in ["14:30:00Z", "14:30~", "14:30/15:00", "por la tarde", "13:00 PM", "25:00", "2:30:00:00", ":", "", "é:00"] {
            assert_eq!(hour(text), None, "{text}");
        }
        assert_eq!((without_midnight("2026-03-02T00:00:00"), without_midnight("2026-03-02 14:30")), ("2026-03-02", "2026-03-02 14:30"));
    }
}
