//! What day it is, and which second: the clock is read here and nowhere else.

use chrono::NaiveDate;

/// Today, where this computer is.
#[expect(clippy::disallowed_methods, reason = "the clock is read here, once, and handed on")]
pub(crate) fn today() -> NaiveDate {
    chrono::Local::now().date_naive()
}

/// This second of Unix time.
#[expect(clippy::disallowed_methods, reason = "the clock is read here, and handed on")]
pub(crate) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
