//! People and perpetrators, as one reader may see them.

use super::{Table, View, word};
use crate::case::people::{KINDS, ROLES};
use crate::case::perpetrators::PERPETRATOR_KINDS;
use crate::case::{Age, Perpetrator, Person, Showable};
use crate::consent::{Audience, Disclosure};
use crate::directory::{GENDERS, Gender};
use crate::letter::template::{DisplayName, mark};
use crate::letter::words::{Words, fill};
use std::borrow::Cow;

impl<'a> View<'a> {
    /// How this reader sees a person: by name, initials, code, or a number.
    pub(super) fn shown(&mut self, person: &'a Person, number: usize) -> DisplayName {
        let disclosure = self.disclosure(number, person);
        let code = self.cx.pack.language.code();
        if let (Some(name), Disclosure::Name) = (person.name.as_ref().and_then(|n| n.disclose(self.reader)), disclosure) {
            let full = name.in_language(code).map(str::to_owned);
            if full.is_none() {
                self.lacks(&format!("{}.name", person.id), person.location.clone());
            }
            return DisplayName { full: full.unwrap_or_default(), short: name.short.clone() };
        }
        let initials = person.name.as_ref().filter(|_| disclosure == Disclosure::Initials).and_then(|n| n.initials(self.reader, code));
        let full = initials.or_else(|| person.code.as_ref().and_then(|code| self.literally(code, || format!("{}.code", person.id))).map(str::to_owned));
        let labels = &self.words().labels;
        let fallback = || {
            if person.is_unnamed_group() {
                labels.kinds.get(word(KINDS, &person.kind)).cloned().unwrap_or_default()
            } else {
                fill(&labels.person, &[("n", &(number + 1).to_string())])
            }
        };
        DisplayName { full: full.unwrap_or_else(fallback), short: None }
    }

    /// Whether this reader is told a perpetrator's rank and institution instead of the name.
    pub(in crate::letter) fn is_masked(&self, who: &Perpetrator) -> bool {
        who.individual && self.reader.audience == Audience::Public && !who.name_in_public
    }

    pub(super) fn shown_perpetrator(&mut self, who: &'a Perpetrator, number: usize) -> DisplayName {
        let unnamed = fill(&self.words().labels.perpetrator, &[("n", &number.to_string())]);
        if !self.may_read(who.share) {
            self.withheld.insert("perpetrators");
            return DisplayName { full: unnamed, short: None };
        }
        if self.is_masked(who) {
            let rank = self.maybe(who.rank.as_ref(), || format!("{}.rank", who.id));
            let institution = self.maybe(who.institution.as_ref(), || format!("{}.institution", who.id));
            let known: Vec<Cow<'_, str>> = [rank, institution].into_iter().flatten().collect();
            return DisplayName { full: if known.is_empty() { unnamed } else { known.join(", ") }, short: None };
        }
        let name = who.name.as_ref().and_then(|name| self.literally(name, || format!("{}.name", who.id))).map(Cow::Borrowed);
        let name = name.or_else(|| self.maybe(who.institution.as_ref(), || format!("{}.institution", who.id)));
        DisplayName { full: name.map_or(unnamed, Cow::into_owned), short: None }
    }

    pub(super) fn person(&mut self, person: &'a Person, number: usize) -> Table<'a> {
        let named = self.disclosure(number, person) == Disclosure::Name && person.name.is_some();
        let may = |what: Showable| named || person.show_unnamed.contains(&what);
        let words = self.words();
        let path = |key: &str| format!("{}.{key}", person.id);
        let mut t = Table::default();
        t.put("id", person.id.as_str());
        t.put("name", mark::name(number));
        t.flag("named", named);
        t.put_some("kind", words.labels.kinds.get(word(KINDS, &person.kind)).map(String::as_str));
        if let Some(role) = &person.role {
            t.put_some("role", words.labels.roles.get(word(ROLES, role)).map(String::as_str));
        }
        let mut details: Vec<String> = Vec::new();
        if let Some(gender) = person.gender.filter(|_| may(Showable::Gender)) {
            t.put_some("gender", words.labels.genders.get(word(GENDERS, &gender)).map(String::as_str));
            t.flag("f", gender == Gender::F);
            t.flag("m", gender == Gender::M);
        }
        if let Some(age) = person.age.filter(|_| may(Showable::Age)) {
            let age = worded_age(words, age);
            t.put("age", age.clone());
            details.push(age);
        }
        let private = (self.reader.audience == Audience::Mandate && named).then(|| person.private.disclose(self.reader)).flatten();
        let mut detail_of = |details: &mut Vec<String>, key: &'static str, gap: &str, value: Option<Cow<'a, str>>| {
            if let Some(value) = value {
                details.extend(words.details.get(key).map(|p| fill(p, &[(gap, &value)])));
                t.put(key, value);
            }
        };
        if let Some(private) = private {
            detail_of(&mut details, "born", "date", private.born.map(|b| words.date(b).into()));
        }
        let nationality = person.nationality.as_ref().filter(|_| may(Showable::Nationality));
        let nationality = self.maybe(nationality, || path("nationality"));
        let nationality = nationality.map(|n| words.countries.get(n.as_ref()).map_or(n, |country| Cow::Borrowed(country.as_str())));
        detail_of(&mut details, "nationality", "value", nationality);
        let occupation = self.maybe(person.occupation.as_ref().filter(|_| may(Showable::Occupation)), || path("occupation"));
        detail_of(&mut details, "occupation", "value", occupation);
        let status = self.maybe(person.status.as_ref().filter(|_| may(Showable::Status)), || path("status"));
        detail_of(&mut details, "status", "value", status);
        if let Some(private) = private {
            detail_of(&mut details, "document", "value", private.document.as_deref().map(|d| self.marked(d)));
            let address = self.maybe(private.address.as_ref(), || path("address"));
            detail_of(&mut details, "address", "value", address);
            detail_of(&mut details, "contact", "value", private.contact.as_deref().map(|c| self.marked(c)));
        }
        if (private.is_none() && person.has_private()) || keeps_back(person, may) {
            self.withheld.insert("personal");
        }
        let work = self.maybe(person.work.as_ref().filter(|_| may(Showable::Work)), || path("work"));
        t.put_some("work", work);
        let situation = self.maybe(person.situation.as_ref().filter(|_| may(Showable::Situation)), || path("situation"));
        t.put_some("situation", situation);
        t.texts("details", details);
        t
    }

    pub(super) fn perpetrator(&mut self, who: &'a Perpetrator, number: usize) -> Table<'a> {
        let words = self.words();
        let path = |key: &str| format!("{}.{key}", who.id);
        let mut t = Table::default();
        t.put("id", who.id.as_str());
        t.put("name", mark::name(number));
        t.put_some("kind", words.labels.perpetrator_kinds.get(word(PERPETRATOR_KINDS, &who.kind)).map(String::as_str));
        t.flag("individual", who.individual);
        let masked = self.is_masked(who);
        let rank = self.maybe(who.rank.as_ref(), || path("rank"));
        let institution = self.maybe(who.institution.as_ref(), || path("institution"));
        let mut details = Vec::new();
        if !masked {
            for (key, value) in [("rank", &rank), ("institution", &institution)] {
                details.extend(value.as_ref().and_then(|v| words.details.get(key).map(|p| fill(p, &[("value", v)]))));
            }
        }
        t.put_some("rank", rank);
        t.put_some("institution", institution);
        if !masked {
            let description = self.maybe(who.description.as_ref(), || path("description"));
            t.put_some("description", description);
        }
        let link = self.maybe(who.link_to_state.as_ref(), || path("link-to-state"));
        t.put_some("link-to-state", link);
        t.texts("details", details);
        t
    }
}

/// Whether something is recorded of a person that this reader is not told.
fn keeps_back(person: &Person, may: impl Fn(Showable) -> bool) -> bool {
    let recorded = [
        (Showable::Gender, person.gender.is_some()),
        (Showable::Age, person.age.is_some()),
        (Showable::Nationality, person.nationality.is_some()),
        (Showable::Occupation, person.occupation.is_some()),
        (Showable::Work, person.work.is_some()),
        (Showable::Status, person.status.is_some()),
        (Showable::Situation, person.situation.is_some()),
    ];
    recorded.into_iter().any(|(what, is_recorded)| is_recorded && !may(what))
}

fn worded_age(words: &Words, age: Age) -> String {
    let pattern = |key: &str| words.details.get(key).map_or("{n}", String::as_str);
    match age {
        Age::Exactly(n) => fill(pattern("age"), &[("n", &n.to_string())]),
        Age::About(n) => fill(pattern("age-about"), &[("n", &n.to_string())]),
        Age::Between(a, b) => fill(pattern("age-between"), &[("a", &a.to_string()), ("b", &b.to_string())]),
    }
}
