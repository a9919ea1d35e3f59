//! The most urgent cases first: letters leave one after another, and a person whose day is near cannot wait for a thousand
//! others.
//!
//! In: the cases of a run, in the order of the input. Out: the same; first those with a day to act by, the nearest first, then
//! the others in the order of the input. All wait in memory as they were read, a path or the bytes of a record each, because
//! the last one may be the first to go.

use super::items::{Item, Items};
use super::workers::{self, Bundle};
use crate::case::Case;
use crate::date::Clock;
use crate::records::Record;
use chrono::NaiveDate;
use std::convert::Infallible;

/// The cases in the order in which they have to go; `common` is what all of them share. One that cannot be read has no day, and
/// is reported in its turn.
pub(crate) fn first(items: Items, common: Option<&Record>) -> impl Iterator<Item = Item> + Send + use<> {
    let shared = common.and_then(Case::act_by);
    let (mut urgent, mut others) = (Vec::new(), Vec::new());
    let act_by = |item: Item| (item.peek().as_ref().and_then(Case::act_by).or(shared), item);
    let sort = |(act_by, item)| {
        match act_by {
            Some(act_by) => urgent.push((moment(act_by), item)),
            None => others.push(item),
        }
        Ok::<(), Infallible>(())
    };
    let Ok(()) = workers::in_order(items, Bundle::Many, act_by, sort);
    urgent.sort_by_key(|(moment, _)| *moment);
    urgent.into_iter().map(|(_, item)| item).chain(others)
}

/// The day, and the hour as written; a day without one ends at midnight. Zones are left aside: the day is what matters.
fn moment((day, clock): (NaiveDate, Option<Clock>)) -> (NaiveDate, (u32, u32)) {
    let hour = match clock {
        Some(Clock::At(hour, minute) | Clock::About(hour, minute) | Clock::Span(_, (hour, minute))) => (hour, minute),
        None => (24, 0),
    };
    (day, hour)
}
