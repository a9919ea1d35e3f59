//! Text as it is cleaned, cut at its references, and judged to be an address or a style.
#![no_main]

use appeal::diagnostic::{Place, did_you_mean, shown};
use appeal::records::Prose;
use appeal::text::{Language, Lines, clean, is_country, is_email, is_web_address};
use appeal::writers::check_style;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for lines in [Lines::One, Lines::Many] {
        let once = clean(text, lines).0;
        let (twice, removed) = clean(&once, lines);
        assert_eq!(once, twice, "what is clean stays as it is");
        assert_eq!(removed, None, "nothing is left to remove");
    }
    let _ = Prose::parse(text, Place::default());
    let _ = (Language::parse(text), is_country(text), is_email(text), is_web_address(text), check_style(text));
    assert!(shown(text).chars().count() <= 60, "what is shown is short");
    let _ = did_you_mean(text, ["mandates", "act-by", text]);
});
