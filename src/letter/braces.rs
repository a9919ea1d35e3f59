//! Braces that a reader would see: what was to be a reference and is none.
//!
//! In: what a letter says, and where the case has a brace that is no reference. Out: a reason to hold the letter for each place.

use super::passages::Passages;
use crate::case::StrayBrace;
use crate::diagnostic::{Diagnostic, Diagnostics, Location};

/// Holds a letter in which a brace can be read. `case`: where the case stands, for a brace that is not its own.
pub(super) fn braces(passages: &Passages, stray: &[StrayBrace], case: &Location, reasons: &mut Diagnostics) {
    if memchr::memchr2(b'{', b'}', passages.text().as_bytes()).is_none() {
        return;
    }
    let mut last = None;
    for (spot, text) in passages.iter().filter(|(_, text)| text.contains(['{', '}'])) {
        let places: Vec<&Location> = stray.iter().filter(|brace| text.contains(&brace.words)).filter_map(|brace| brace.location.as_ref()).collect();
        let place = *places.first().unwrap_or(&case);
        if last.replace((spot, place)) != Some((spot, place)) {
            let hint = say!("a reference is the id of somebody in this case, in one pair of braces: {example}; write other braces as ( )", example = "{v1}");
            reasons.push(Diagnostic::hold(spot.stands(say!("a brace that is no reference"))).at(place.clone()).hint(hint));
        }
    }
}
