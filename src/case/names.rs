//! The names that a record has, sound or not: no message may repeat a part of one.
//!
//! In: a record, also of a case that cannot be understood. Out: what to look for in its problems.

use crate::consent::{Confidential, Name, NameMatcher, NameOwner};
use crate::records::{Node, Record};

/// The names of victims and other people as they are written.
pub(super) fn written(record: &Record) -> NameMatcher {
    let mut matcher = NameMatcher::new(&[]);
    for person in ["victims", "people"].into_iter().filter_map(|key| record.root.get(key)).flat_map(Node::items) {
        let of = |key: &str| person.get(key).into_iter().flat_map(Node::words).map(str::to_owned);
        let names: Vec<String> = ["name", "aliases", "short", "given", "family"].into_iter().flat_map(of).collect();
        let owner = match person.get("kind").and_then(Node::text) {
            Some("group" | "organisation" | "community") => NameOwner::Body,
            _ => NameOwner::Person,
        };
        for name in names.iter().filter(|name| !name.trim().is_empty()) {
            matcher.add_always("", &Confidential::new(Name::of(name), None), owner);
        }
    }
    matcher
}
