//! How the parts of a letter are serialised whose data is not what their type would give.
//!
//! In: a value in a [`Letter`](super::Letter). Out: data in which every part, block and run of text is an object with one key,
//! which says what it is.

#![expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands every field on by reference")]

use super::{Inline, ListKind};
use crate::text::Language;
use ::base64::display::Base64Display;
use ::base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use std::sync::Arc;

pub(super) fn language<S: Serializer>(language: &Language, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(language.code())
}

pub(super) fn date<S: Serializer>(date: &chrono::NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(date)
}

pub(super) fn base64<S: Serializer>(bytes: &Arc<[u8]>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&Base64Display::new(bytes, &STANDARD))
}

pub(super) fn list<S: Serializer>(kind: &ListKind, heading: &str, items: &[Vec<Inline>], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct List<'a> {
        heading: &'a str,
        items: &'a [Vec<Inline>],
    }
    let mut map = to.serialize_map(Some(1))?;
    map.serialize_entry(kind, &List { heading, items })?;
    map.end()
}

pub(super) fn heading<S: Serializer>(level: &u8, text: &[Inline], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Heading<'a> {
        level: u8,
        text: &'a [Inline],
    }
    Heading { level: *level, text }.serialize(to)
}

pub(super) fn line_end<S: Serializer>(to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bool(true)
}
