//! Text as a date and as a time of day; what is understood says the same again.
#![no_main]

use appeal::date::{Clock, PartialDate, Point, day, six_years_after};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(known) = PartialDate::parse(text) {
        assert!(known.first() <= known.last(), "a date ends after it begins");
    }
    if let Some(point) = Point::parse(text) {
        assert_eq!(Point::parse(&point.to_string()), Some(point), "a date can be read again as it was printed");
    }
    let _ = Clock::parse(text);
    let _ = day(text).and_then(six_years_after);
});
