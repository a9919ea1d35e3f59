//! People and perpetrators, as one reader may see them (design §6.3).

use super::{Table, View, flag, put, texts, word};
use crate::case::people::{KINDS, ROLES};
use crate::case::perpetrators::PERPETRATOR_KINDS;
use crate::case::{Age, Perpetrator, Person, Showable};
use crate::consent::{Audience, Disclosure};
use crate::directory::{GENDERS, Gender};
use crate::letter::template::{Shown, mark};
use crate::letter::words::{Words, fill};

impl View<'_> {
    /// How this reader sees a person: by name, initials, code, or a number.
    pub(super) fn shown(&mut self, person: &Person, number: usize) -> Shown {
        let disclosure = self.disclosure(number, person);
        let code = self.scene.tongue.language.code();
        if let (Some(name), Disclosure::Name) = (person.name.as_ref().and_then(|n| n.disclose(self.reader)), disclosure) {
            let full = name.in_language(code).map(str::to_owned);
            if full.is_none() {
                self.lacks(&format!("{}.name", person.id), person.location.clone());
            }
            return Shown { full: full.unwrap_or_default(), short: name.short.clone() };
        }
        let initials = person.name.as_ref().filter(|_| disclosure == Disclosure::Initials).and_then(|n| n.initials(self.reader, code));
        let full = initials.or_else(|| self.maybe(person.code.as_ref(), || format!("{}.code", person.id)));
        let labels = &self.words().labels;
        let fallback = || {
            if person.is_unnamed_group() {
                labels.kinds.get(word(KINDS, &person.kind)).cloned().unwrap_or_default()
            } else {
                fill(&labels.person, &[("n", &(number + 1).to_string())])
            }
        };
        Shown { full: full.unwrap_or_else(fallback), short: None }
    }

    /// Whether this reader is told a perpetrator's rank and institution instead of the name.
    pub(in crate::letter) fn is_masked(&self, who: &Perpetrator) -> bool {
        who.individual && self.reader.audience == Audience::Public && !who.name_in_public
    }

    pub(super) fn shown_perpetrator(&mut self, who: &Perpetrator, number: usize) -> Shown {
        let unnamed = fill(&self.words().labels.perpetrator, &[("n", &number.to_string())]);
        if !self.may_read(who.share) {
            self.withheld.insert("perpetrators");
            return Shown { full: unnamed, short: None };
        }
        if self.is_masked(who) {
            let rank = self.maybe(who.rank.as_ref(), || format!("{}.rank", who.id));
            let institution = self.maybe(who.institution.as_ref(), || format!("{}.institution", who.id));
            let known: Vec<String> = [rank, institution].into_iter().flatten().collect();
            return Shown { full: if known.is_empty() { unnamed } else { known.join(", ") }, short: None };
        }
        let name = self.maybe(who.name.as_ref(), || format!("{}.name", who.id));
        let name = name.or_else(|| self.maybe(who.institution.as_ref(), || format!("{}.institution", who.id)));
        Shown { full: name.unwrap_or(unnamed), short: None }
    }

    pub(super) fn person(&mut self, person: &Person, number: usize) -> Table {
        let named = self.disclosure(number, person) == Disclosure::Name && person.name.is_some();
        let may = |what: Showable| named || person.show_unnamed.contains(&what);
        let words = self.words();
        let path = |key: &str| format!("{}.{key}", person.id);
        let mut t = Table::new();
        put(&mut t, "id", person.id.clone());
        put(&mut t, "name", mark::name(number));
        flag(&mut t, "named", named);
        put(&mut t, "kind", words.labels.kinds.get(word(KINDS, &person.kind)).cloned());
        if let Some(role) = &person.role {
            put(&mut t, "role", words.labels.roles.get(word(ROLES, role)).cloned());
        }
        let mut details: Vec<String> = Vec::new();
        if let Some(gender) = person.gender.filter(|_| may(Showable::Gender)) {
            put(&mut t, "gender", words.labels.genders.get(word(GENDERS, &gender)).cloned());
            flag(&mut t, "f", gender == Gender::F);
            flag(&mut t, "m", gender == Gender::M);
        }
        if let Some(age) = person.age.filter(|_| may(Showable::Age)) {
            let age = worded_age(words, age);
            put(&mut t, "age", age.clone());
            details.push(age);
        }
        let private = (self.reader.audience == Audience::Mandate && named).then(|| person.private.disclose(self.reader)).flatten();
        let mut detail_of = |details: &mut Vec<String>, key: &'static str, gap: &str, value: Option<String>| {
            if let Some(value) = value {
                details.extend(words.details.get(key).map(|p| fill(p, &[(gap, &value)])));
                put(&mut t, key, value);
            }
        };
        if let Some(private) = private {
            detail_of(&mut details, "born", "date", private.born.map(|b| words.date(b)));
        }
        let nationality = person.nationality.as_ref().filter(|_| may(Showable::Nationality));
        let nationality = self.maybe(nationality, || path("nationality")).map(|n| if crate::text::is_country(&n) { words.country(&n).to_owned() } else { n });
        detail_of(&mut details, "nationality", "value", nationality);
        let occupation = self.maybe(person.occupation.as_ref().filter(|_| may(Showable::Occupation)), || path("occupation"));
        detail_of(&mut details, "occupation", "value", occupation);
        let status = self.maybe(person.status.as_ref().filter(|_| may(Showable::Status)), || path("status"));
        detail_of(&mut details, "status", "value", status);
        if let Some(private) = private {
            detail_of(&mut details, "document", "value", private.document.clone());
            let address = self.maybe(private.address.as_ref(), || path("address"));
            detail_of(&mut details, "address", "value", address);
            detail_of(&mut details, "contact", "value", private.contact.clone());
        }
        if (private.is_none() && person.has_private()) || keeps_back(person, may) {
            self.withheld.insert("personal");
        }
        let work = self.maybe(person.work.as_ref().filter(|_| may(Showable::Work)), || path("work"));
        put(&mut t, "work", work);
        let situation = self.maybe(person.situation.as_ref().filter(|_| may(Showable::Situation)), || path("situation"));
        put(&mut t, "situation", situation);
        texts(&mut t, "details", details);
        t
    }

    pub(super) fn perpetrator(&mut self, who: &Perpetrator, number: usize) -> Table {
        let words = self.words();
        let path = |key: &str| format!("{}.{key}", who.id);
        let mut t = Table::new();
        put(&mut t, "id", who.id.clone());
        put(&mut t, "name", mark::name(number));
        put(&mut t, "kind", words.labels.perpetrator_kinds.get(word(PERPETRATOR_KINDS, &who.kind)).cloned());
        flag(&mut t, "individual", who.individual);
        let masked = self.is_masked(who);
        let rank = self.maybe(who.rank.as_ref(), || path("rank"));
        let institution = self.maybe(who.institution.as_ref(), || path("institution"));
        let mut details = Vec::new();
        if !masked {
            for (key, value) in [("rank", &rank), ("institution", &institution)] {
                details.extend(value.as_ref().and_then(|v| words.details.get(key).map(|p| fill(p, &[("value", v)]))));
            }
        }
        put(&mut t, "rank", rank);
        put(&mut t, "institution", institution);
        if !masked {
            let description = self.maybe(who.description.as_ref(), || path("description"));
            put(&mut t, "description", description);
        }
        let link = self.maybe(who.link_to_state.as_ref(), || path("link-to-state"));
        put(&mut t, "link-to-state", link);
        texts(&mut t, "details", details);
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
