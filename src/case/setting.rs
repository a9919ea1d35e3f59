//! What a case is read in: who sends it, whom letters can go to, the earlier case, the days.

use super::Case;
use crate::directory::Directory;
use crate::organisation::Organisation;
use chrono::NaiveDate;

/// What a case is read in.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The case's id.
    pub id: &'a str,
    /// The sender.
    pub organisation: &'a Organisation,
    /// Whom letters can go to.
    pub directory: &'a Directory,
    /// The case that this one updates, where there is one here.
    pub earlier: Option<&'a Case>,
    /// The letter's date where it was said on the command line.
    pub date: Option<NaiveDate>,
    /// This run's today.
    pub today: NaiveDate,
}
