//! What a case names must be there, and what others will read of it may hold no name.
//!
//! In: the fields of a case and what was made of them. Out: nothing but problems and remarks.

use super::people::unknown_recipient;
use super::setting::Setting;
use super::{Incident, Person, Source, Step, exempt_sender};
use crate::consent::{Audience, NameMatcher};
use crate::date::PartialDate;
use crate::diagnostic::{Place, did_you_mean, shown};
use crate::directory::Directory;
use crate::organisation::Organisation;
use crate::records::Fields;
use crate::text::{is_country, meant_country};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Every id is given once.
pub(super) fn ids(f: &Fields<'_, '_>) {
    f.check_ids(&["victims", "people", "perpetrators"], &say!("victims, people and perpetrators each need an id of their own"));
    f.check_ids(&["incidents"], &say!("each incident needs an id of its own"));
    f.check_ids(&["sources"], &say!("each source needs an id of its own"));
    f.check_ids(&["annexes"], &say!("each annex needs an id of its own"));
}

/// The mandates are in the directory, and are mandates.
pub(super) fn mandates(f: &Fields<'_, '_>, directory: &Directory, mandates: &[String]) {
    let mut seen = BTreeSet::new();
    for key in mandates {
        match directory.get(key) {
            None => unknown_recipient(f, directory, "mandates", key),
            Some(entry) if entry.kind.audience() != Audience::Mandate => {
                f.problem_in(
                    "mandates",
                    key,
                    say!("`{key}` is not a mandate of the United Nations", key = key),
                    say!("name it in cc: it gets a copy made for its kind of reader"),
                );
            }
            Some(entry) => {
                if let Some(into) = &entry.merged_into {
                    f.remark("mandates", say!("`{key}` was merged into `{into}`", key = key, into = into), say!("write to {into}", into = into));
                }
            }
        }
        if !seen.insert(key) {
            f.problem_in("mandates", key, say!("`{key}` is named twice", key = shown(key)), say!("name each mandate once"));
        }
    }
}

/// The States are countries, and have a name that a letter can print.
pub(super) fn countries(f: &Fields<'_, '_>, countries: &[String], is_called: bool) {
    for code in countries.iter().filter(|code| !is_country(code)) {
        let hint = match meant_country(code) {
            Some(meant) => say!("did you mean \"{near}\"?", near = meant),
            None => say!("write the code of ISO 3166-1, such as \"MX\"; a name of your own stands in state-as"),
        };
        f.problem_in("country", code, say!("`{code}` is no country", code = code), hint);
    }
    if !is_called && countries.iter().any(|code| code == "XK") {
        let hint = say!("write how the letter calls it, by language: state-as.en = \"Kosovo\"");
        f.problem_in("country", "XK", say!("`{code}` has no name of the United Nations", code = "XK"), hint);
    }
}

/// Those who sign are signatories of the organisation.
pub(super) fn signatories(f: &Fields<'_, '_>, organisation: &Organisation, signed_by: &[String]) {
    let known = || organisation.signatories.iter().map(|s| s.id.as_str());
    for id in signed_by.iter().filter(|id| !known().any(|k| k == **id)) {
        let hint = match did_you_mean(id, known()) {
            Some(near) => say!("did you mean `{near}`?", near = near),
            None => say!("the signatories are {known}", known = known().collect::<Vec<_>>().join(", ")),
        };
        f.problem_in("signed-by", id, say!("`{id}` is not a signatory of organisation.toml", id = shown(id)), hint);
    }
}

/// The paths of annexes, as they are written; whether the files are there is for the edge to see.
pub(super) fn paths(f: &Fields<'_, '_>) {
    for (path, place) in f.written("annexes", "file") {
        let outside = path.starts_with('/') || path.split('/').any(|part| part == "..") || path.get(1..2) == Some(":");
        if path.contains('\\') {
            f.problem_at(place, "annexes.file", say!("the path of an annex has a backslash"), say!("write paths with /: annexes/file.pdf"));
        } else if outside {
            f.problem_at(
                place,
                "annexes.file",
                say!("the path of an annex leaves the workspace"),
                say!("put the file into the workspace, and write its path from there: annexes/file.pdf"),
            );
        }
    }
}

/// Entries that are later than the letter.
pub(super) fn times(f: &Fields<'_, '_>, letter: NaiveDate, incidents: &[Incident], steps: &[Step], sources: &[Source]) {
    let later = |known: Option<PartialDate>| known.and_then(PartialDate::first).is_some_and(|first| first > letter);
    let dated = incidents.iter().map(|i| (Some(i.date), i.place, "incidents")).chain(steps.iter().map(|s| (s.date, s.place, "steps")));
    let dated = dated.chain(sources.iter().map(|s| (s.date, s.place, "sources")));
    for (_, place, table) in dated.filter(|(date, _, _)| later(*date)) {
        f.remark_at(place, table, say!("this entry of [[{table}]] is dated after the letter", table = table), say!("correct one of the two dates"));
    }
}

/// What others will read on envelopes, in subjects and in file names, and what it is called in a message.
const LABELS: [(&str, &str, &str); 10] = [
    ("victims", "id", "an id"),
    ("people", "id", "an id"),
    ("perpetrators", "id", "an id"),
    ("incidents", "id", "an id"),
    ("sources", "id", "an id"),
    ("victims", "code", "a code"),
    ("people", "code", "a code"),
    ("annexes", "id", "an annex's id"),
    ("annexes", "file", "an annex's file name"),
    ("annexes", "title", "an annex's title"),
];

/// No label contains a part of a protected name; the message shows the place only.
pub(super) fn labels<'c>(f: &Fields<'_, '_>, setting: &Setting<'_>, people: impl Iterator<Item = &'c Person>, not_a_name: &[String]) {
    let mut matcher = NameMatcher::new(not_a_name);
    for person in people {
        if let Some(name) = &person.name {
            matcher.add_protected(&person.id, name, person.owner());
        }
    }
    exempt_sender(&mut matcher, setting.organisation);
    if matcher.is_empty() {
        return;
    }
    let check = |place: Place, path: &str, what: &str, text: &str| {
        if !matcher.find(text).is_empty() {
            let message = say!("{what} contains a part of a protected name", what = what);
            f.problem_at(place, path, message, say!("use a neutral one; a word that is no name here can be declared: not-a-name = [\"…\"]"));
        }
    };
    check(Place::default(), "", "the case's id (the name of its file)", setting.id);
    for (key, what) in [("title", "the title"), ("reference", "the reference")] {
        f.written_here(key).into_iter().for_each(|(text, place)| check(place, key, what, text));
    }
    for (table, key, what) in LABELS {
        f.written(table, key).into_iter().for_each(|(text, place)| check(place, &format!("{table}.{key}"), what, text));
    }
}
