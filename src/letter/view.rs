//! A case as one reader may see it, as data for templates.
//!
//! In: a case, a reader, a language. Out: the data behind the names of [`template::names`](super::template::names), the
//! cast (how each person is shown), and what was withheld. Names are never in the data: marks stand for them.

use super::template::{Cast, Shown, mark};
use super::words::{Addressed, fill};
use super::{Order, Scene};
use crate::case::people::{KINDS, PERPETRATOR_KINDS, ROLES};
use crate::case::{Age, Answer, Context, Fact, FactValue, Incident, Law, Perpetrator, Person, Prose, Reliability, Showable, Source, Time, Who};
use crate::consent::{Audience, Disclosure, Reader, disclosure};
use crate::diagnostic::{Diagnostic, Diagnostics, Place, did_you_mean, shown};
use crate::directory::Gender;
use crate::records::Piece;
use crate::text::Localized;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// What one reader may see, and what was kept from them.
pub(super) struct View<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) order: &'a Order,
    pub(super) reader: Reader<'a>,
    /// Keys of `[parts]`: what was withheld.
    pub(super) withheld: BTreeSet<&'static str>,
    /// Texts that the letter's language lacks, and other errors of this letter.
    pub(super) problems: Diagnostics,
}

type Table = Map<String, Json>;

fn put(table: &mut Table, key: &str, value: impl Into<Option<String>>) {
    if let Some(value) = value.into() {
        table.insert(key.to_owned(), Json::String(value));
    }
}

fn flag(table: &mut Table, key: &str, value: bool) {
    if value {
        table.insert(key.to_owned(), Json::Bool(true));
    }
}

fn texts(table: &mut Table, key: &str, items: Vec<String>) {
    if !items.is_empty() {
        table.insert(key.to_owned(), Json::Array(items.into_iter().map(Json::String).collect()));
    }
}

fn word<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, v)| v == value).map_or("", |(w, _)| w)
}

impl<'a> View<'a> {
    pub(super) fn new(scene: &'a Scene<'a>, order: &'a Order, reader: Reader<'a>) -> Self {
        Self { scene, order, reader, withheld: BTreeSet::new(), problems: Diagnostics::default() }
    }

    fn words(&self) -> &'a super::words::Words {
        &self.scene.tongue.words
    }

    /// Whether this reader may read what has this `share`.
    pub(super) fn may_read(&self, share: Audience) -> bool {
        self.reader.audience >= share
    }

    /// The text in the letter's language; without it, an error of this letter.
    pub(super) fn need(&mut self, text: &Localized, path: impl FnOnce() -> String) -> Option<String> {
        let found = text.get(&self.scene.tongue.language).cloned();
        if found.is_none() {
            self.lacks(&path(), None);
        }
        found
    }

    fn maybe(&mut self, text: Option<&Localized>, path: impl FnOnce() -> String) -> Option<String> {
        text.and_then(|t| self.need(t, path))
    }

    fn lacks(&mut self, path: &str, place: Option<Place>) {
        let language = &self.scene.tongue.words.name;
        let mut location = self.scene.case.location.clone();
        if let Some(place) = place {
            (location.line, location.column) = (place.line, place.column);
        }
        self.problems.push(
            Diagnostic::error(say!("`{path}` has no text in {language}", path = path, language = language)).at(location).about(path).hint(say!(
                "write {path}.{code} = \"…\", or render the letter in a language that it has",
                path = path,
                code = self.scene.tongue.language
            )),
        );
    }

    /// Prose with a mark for each reference.
    pub(super) fn prose(&mut self, text: &Localized<Prose>, path: impl FnOnce() -> String) -> Option<String> {
        let Some(prose) = text.get(&self.scene.tongue.language) else {
            let place = text.all().next().map(|p| p.place);
            self.lacks(&path(), place);
            return None;
        };
        let mut out = String::new();
        for piece in &prose.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Reference(who) => out.push_str(&mark::reference(self.number(*who))),
            }
        }
        Some(out)
    }

    /// The number of somebody in the cast: victims, then people, then perpetrators.
    pub(super) fn number(&self, who: Who) -> usize {
        let case = self.scene.case;
        match who {
            Who::Victim(n) => n,
            Who::Person(n) => case.victims.len() + n,
            Who::Perpetrator(n) => case.victims.len() + case.people.len() + n,
        }
    }

    /// How this reader sees everybody.
    pub(super) fn cast(&mut self) -> Cast {
        let case = self.scene.case;
        let mut cast = Vec::with_capacity(case.victims.len() + case.people.len() + case.perpetrators.len());
        for (n, person) in case.everybody().enumerate() {
            cast.push(self.shown(person, n + 1));
        }
        for (n, perpetrator) in case.perpetrators.iter().enumerate() {
            cast.push(self.shown_perpetrator(perpetrator, n + 1));
        }
        Cast::new(cast)
    }

    /// What this reader may be told of a person. A withdrawal names nobody.
    pub(super) fn disclosure(&self, person: &Person) -> Disclosure {
        if self.scene.case.action == crate::case::Action::Withdrawal {
            return Disclosure::Unnamed;
        }
        disclosure(person.consent.as_ref(), self.reader)
    }

    fn shown(&mut self, person: &Person, number: usize) -> Shown {
        let disclosure = self.disclosure(person);
        if let (Some(name), Disclosure::Name) = (person.name.as_ref().and_then(|n| n.disclose(self.reader)), disclosure) {
            return Shown { full: name.in_language(self.scene.tongue.language.code()).to_owned(), short: name.short.clone() };
        }
        if person.name.is_some() {
            self.withheld.insert("names");
        }
        let initials = person.name.as_ref().filter(|_| disclosure == Disclosure::Initials).and_then(|n| n.initials(self.reader));
        let full = initials.or_else(|| self.maybe(person.code.as_ref(), || format!("{}.code", person.id)));
        let labels = &self.words().labels;
        let fallback = || {
            if person.is_unnamed_group() {
                labels.kinds.get(word(KINDS, &person.kind)).cloned().unwrap_or_default()
            } else {
                fill(&labels.person, &[("n", &number.to_string())])
            }
        };
        Shown { full: full.unwrap_or_else(fallback), short: None }
    }

    fn shown_perpetrator(&mut self, who: &Perpetrator, number: usize) -> Shown {
        let unnamed = fill(&self.words().labels.perpetrator, &[("n", &number.to_string())]);
        if !self.may_read(who.share) {
            self.withheld.insert("perpetrators");
            return Shown { full: unnamed, short: None };
        }
        if who.individual && self.reader.audience == Audience::Public && !who.name_in_public {
            self.withheld.insert("names");
            let rank = self.maybe(who.rank.as_ref(), || format!("{}.rank", who.id));
            let institution = self.maybe(who.institution.as_ref(), || format!("{}.institution", who.id));
            let known: Vec<String> = [rank, institution].into_iter().flatten().collect();
            return Shown { full: if known.is_empty() { unnamed } else { known.join(", ") }, short: None };
        }
        let name = self.maybe(who.name.as_ref(), || format!("{}.name", who.id));
        let name = name.or_else(|| self.maybe(who.institution.as_ref(), || format!("{}.institution", who.id)));
        Shown { full: name.unwrap_or(unnamed), short: None }
    }

    /// The victims this letter tells of: all, or the one of a letter a person.
    pub(super) fn victims(&self) -> Vec<(usize, &'a Person)> {
        let all = self.scene.case.victims.iter().enumerate();
        all.filter(|(n, _)| self.order.person.is_none_or(|only| only == *n)).collect()
    }

    /// Everything behind the roots of the names, but for `letter`.
    pub(super) fn data(&mut self, addressed: &[Addressed<'_>]) -> Table {
        let mut root = Table::new();
        let case = self.scene.case;
        let victims = self.victims();
        let list = victims.iter().map(|(n, v)| Json::Object(self.person(v, *n))).collect();
        root.insert("victims".into(), Json::Array(list));
        let first = case.victims.len();
        let list = case.people.iter().enumerate().map(|(n, p)| Json::Object(self.person(p, first + n))).collect();
        root.insert("people".into(), Json::Array(list));
        let first = first + case.people.len();
        let visible: Vec<_> = case.perpetrators.iter().enumerate().filter(|(_, p)| self.may_read(p.share)).collect();
        let list = visible.into_iter().map(|(n, p)| Json::Object(self.perpetrator(p, first + n))).collect();
        root.insert("perpetrators".into(), Json::Array(list));
        root.insert("incidents".into(), Json::Array(self.incidents()));
        root.insert("case".into(), Json::Object(self.case()));
        root.insert("organisation".into(), Json::Object(self.organisation()));
        root.insert("recipients".into(), Json::Array(self.recipients(addressed)));
        root
    }

    fn person(&mut self, person: &Person, number: usize) -> Table {
        let named = self.disclosure(person) == Disclosure::Name && person.name.is_some();
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
            put(&mut t, "gender", words.labels.genders.get(word(crate::directory::GENDERS, &gender)).cloned());
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
            let address = private.address.as_ref().and_then(|a| a.get(&self.scene.tongue.language).cloned());
            detail_of(&mut details, "address", "value", address);
            detail_of(&mut details, "contact", "value", private.contact.clone());
        } else if person.has_private() {
            self.withheld.insert("personal");
        }
        let work = self.maybe(person.work.as_ref().filter(|_| may(Showable::Work)), || path("work"));
        put(&mut t, "work", work);
        let situation = self.maybe(person.situation.as_ref().filter(|_| may(Showable::Situation)), || path("situation"));
        put(&mut t, "situation", situation);
        texts(&mut t, "details", details);
        t
    }

    fn perpetrator(&mut self, who: &Perpetrator, number: usize) -> Table {
        let words = self.words();
        let path = |key: &str| format!("{}.{key}", who.id);
        let mut t = Table::new();
        put(&mut t, "id", who.id.clone());
        put(&mut t, "name", mark::name(number));
        put(&mut t, "kind", words.labels.perpetrator_kinds.get(word(PERPETRATOR_KINDS, &who.kind)).cloned());
        flag(&mut t, "individual", who.individual);
        let masked = who.individual && self.reader.audience == Audience::Public && !who.name_in_public;
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

    fn incidents(&mut self) -> Vec<Json> {
        let all = &self.scene.case.incidents;
        let told = |i: &&Incident| self.order.person.is_none_or(|only| i.victims.is_empty() || i.concerns(only));
        let visible: Vec<&Incident> = all.iter().filter(told).filter(|i| self.may_read(i.share)).collect();
        if all.iter().any(|i| !self.may_read(i.share)) {
            self.withheld.insert("incidents");
        }
        let mut list = Vec::with_capacity(visible.len());
        for (n, incident) in visible.iter().enumerate() {
            // One line for a run of incidents known in the same way.
            let last_of_run = visible.get(n + 1).is_none_or(|next| next.reliability != incident.reliability);
            list.push(Json::Object(self.incident(incident, last_of_run)));
        }
        list
    }

    fn incident(&mut self, incident: &Incident, attributed: bool) -> Table {
        let words = self.words();
        let number = self.scene.case.incidents.iter().position(|i| std::ptr::eq(i, incident)).unwrap_or_default() + 1;
        let path = |key: &str| format!("incidents.{number}.{key}");
        let mut t = Table::new();
        put(&mut t, "id", incident.id.clone());
        let note = self.maybe(incident.date_note.as_ref(), || path("date-note"));
        let date = words.date(incident.date);
        put(
            &mut t,
            "date",
            match &note {
                Some(note) => format!("{date} ({note})"),
                None => date,
            },
        );
        put(&mut t, "when", words.when(incident.date));
        put(&mut t, "date-note", note);
        let time = incident.time.as_ref().and_then(|time| self.time(time, || path("time")));
        put(&mut t, "time", time);
        let place = self.maybe(incident.place_name.as_ref(), || path("place"));
        put(&mut t, "place", place);
        let heading = self.maybe(incident.heading.as_ref(), || path("heading"));
        put(&mut t, "heading", heading);
        let account = self.prose(&incident.account, || path("account"));
        put(&mut t, "account", account);
        if attributed {
            put(&mut t, "attribution", self.attribution(incident.reliability));
        }
        put(&mut t, "victims", words.and(&incident.victims.iter().map(|n| mark::name(self.number(Who::Victim(*n)))).collect::<Vec<_>>()));
        let perpetrators: Vec<String> = incident.perpetrators.iter().map(|n| mark::name(self.number(Who::Perpetrator(*n)))).collect();
        put(&mut t, "perpetrators", words.and(&perpetrators));
        let sources: Vec<&Source> = incident.sources.iter().filter_map(|id| self.scene.case.sources.iter().find(|s| s.id == *id)).collect();
        let audience = self.reader.audience;
        let sources: Vec<Json> = sources.into_iter().filter(|s| audience >= s.share).map(|s| Json::Object(self.source(s))).collect();
        t.insert("sources".into(), Json::Array(sources));
        let facts = incident.facts.iter().map(|f| Json::Object(self.fact(f, number))).collect();
        t.insert("facts".into(), Json::Array(facts));
        t
    }

    /// How the facts are known; outside mandate letters always the neutral words (design §6.6).
    fn attribution(&self, reliability: Option<Reliability>) -> Option<String> {
        let reliability = reliability?;
        let key = if self.reader.audience == Audience::Mandate { word(crate::case::incident::RELIABILITIES, &reliability) } else { "neutral" };
        self.words().attribution.get(key).cloned()
    }

    fn time(&mut self, time: &Time, path: impl FnOnce() -> String) -> Option<String> {
        match time {
            Time::Clock(clock) => Some(self.words().time(*clock)),
            Time::Words(words) => self.need(words, path),
        }
    }

    fn fact(&mut self, fact: &Fact, incident: usize) -> Table {
        let words = self.words();
        let empty = super::words::Table::new();
        let labels = words.facts.get(fact.kind).unwrap_or(&empty);
        let victims: Vec<String> = fact.victims.iter().map(|n| mark::name(self.number(Who::Victim(*n)))).collect();
        let mut items = Vec::with_capacity(fact.items.len());
        for (key, value) in &fact.items {
            let path = || format!("incidents.{incident}.{}.{key}", fact.kind);
            let answer = |a: Answer| match a {
                Answer::Yes => words.labels.yes.clone(),
                Answer::No => words.labels.no.clone(),
                Answer::Unknown => words.labels.unknown.clone(),
            };
            let text = match value {
                FactValue::Date(known) => Some(words.date(*known)),
                FactValue::Time(time) => self.time(time, path),
                FactValue::Answer(a) => Some(answer(*a)),
                FactValue::Text(text) => self.need(text, path).map(|t| t.replace("\n\n", " ")),
                FactValue::Codes(codes) => Some(words.and(codes)),
            };
            let label = labels.get(*key).map_or(*key, String::as_str);
            items.extend(text.map(|text| format!("{label}{}{text}", words.labels.list_colon)));
        }
        let mut t = Table::new();
        let title = labels.get("title").map_or(fact.kind, String::as_str);
        put(&mut t, "title", fill(title, &[("victims", &words.and(&victims))]));
        texts(&mut t, "items", items);
        t
    }

    pub(super) fn source(&mut self, source: &Source) -> Table {
        let path = |key: &str| format!("sources.{}.{key}", source.id);
        let mut t = Table::new();
        let title = self.need(&source.title, || path("title"));
        put(&mut t, "title", title);
        let publisher = self.maybe(source.publisher.as_ref(), || path("publisher"));
        put(&mut t, "publisher", publisher);
        put(&mut t, "date", source.date.map(|d| self.words().date(d)));
        put(&mut t, "url", source.url.clone());
        t
    }

    fn case(&mut self) -> Table {
        let case = self.scene.case;
        let mut t = Table::new();
        let title = self.need(&case.title, || "title".into());
        put(&mut t, "title", title);
        put(&mut t, "action", case.action.word().to_owned());
        put(&mut t, "country", self.country());
        put(&mut t, "reference", case.reference.clone());
        let mut urgency = Table::new();
        if let Some(reason) = &case.urgency.reason {
            let reason = self.prose(reason, || "urgency.reason".into());
            put(&mut urgency, "reason", reason);
        }
        put(&mut urgency, "act-by", self.act_by());
        let event = self.maybe(case.urgency.event.as_ref(), || "urgency.event".into());
        put(&mut urgency, "event", event);
        t.insert("urgency".into(), Json::Object(urgency));
        t.insert("context".into(), Json::Object(self.context()));
        if let Some(contact) = self.contact() {
            t.insert("contact".into(), Json::Object(contact));
        }
        t.insert("steps".into(), Json::Array(self.steps()));
        let no_steps = self.maybe(case.no_steps_because.as_ref(), || "no-steps-because".into());
        put(&mut t, "no-steps-because", no_steps);
        t.insert("requests".into(), Json::Array(self.requests()));
        t.insert("law".into(), Json::Array(self.law()));
        let sources: Vec<Json> =
            case.sources.iter().filter(|s| self.may_read(s.share)).collect::<Vec<_>>().into_iter().map(|s| Json::Object(self.source(s))).collect();
        t.insert("sources".into(), Json::Array(sources));
        if case.sources.iter().any(|s| !self.may_read(s.share)) {
            self.withheld.insert("sources");
        }
        let annexes = self
            .annexes()
            .into_iter()
            .map(|(label, title)| Json::Object(Table::from_iter([("label".to_owned(), Json::String(label)), ("title".to_owned(), Json::String(title))])));
        t.insert("annexes".into(), Json::Array(annexes.collect()));
        let mut procedures = Vec::new();
        for (n, procedure) in case.other_procedures.iter().enumerate() {
            let path = |key: &str| format!("other-procedures.{}.{key}", n + 1);
            let mut p = Table::new();
            let body = self.need(&procedure.body, || path("body"));
            put(&mut p, "body", body);
            put(&mut p, "reference", procedure.reference.clone());
            let status = self.maybe(procedure.status.as_ref(), || path("status"));
            put(&mut p, "status", status);
            procedures.push(Json::Object(p));
        }
        t.insert("other-procedures".into(), Json::Array(procedures));
        t
    }

    /// The State or States concerned, as the letter calls them.
    pub(super) fn country(&mut self) -> String {
        let case = self.scene.case;
        if let Some(own) = self.maybe(case.state_as.as_ref(), || "state-as".into()) {
            return own;
        }
        let words = self.words();
        let names: Vec<&str> = case.countries.iter().map(|code| words.country(code)).collect();
        words.and(&names)
    }

    /// By when the mandate must act, worded.
    pub(super) fn act_by(&self) -> Option<String> {
        let act_by = self.scene.case.urgency.act_by.as_ref()?;
        let words = self.words();
        let mut text = words.day(act_by.day);
        if let Some(clock) = act_by.clock {
            text.push_str(", ");
            text.push_str(&words.time(clock));
            if let Some(zone) = &act_by.zone {
                text.push_str(&format!(" ({zone})"));
            }
        }
        Some(text)
    }

    fn context(&mut self) -> Table {
        let mut t = Table::new();
        for Context { key, text, share } in &self.scene.case.context {
            if self.may_read(*share) {
                let text = self.prose(text, || format!("context.{key}"));
                put(&mut t, key, text);
            } else {
                self.withheld.insert(key);
            }
        }
        t
    }

    fn contact(&mut self) -> Option<Table> {
        let contact = self.scene.case.contact.as_ref()?;
        if self.reader.audience != Audience::Mandate {
            self.withheld.insert("contact");
            return None;
        }
        let words = self.words();
        let hours = self.maybe(contact.hours.as_ref(), || "contact.hours".into());
        let channel = self.maybe(contact.channel.as_ref(), || "contact.channel".into());
        let languages = (!contact.languages.is_empty()).then(|| words.and(&contact.languages));
        let mut t = Table::new();
        let mut details: Vec<String> = contact.name.iter().cloned().collect();
        for (key, value) in [("phone", contact.phone.clone()), ("hours", hours), ("languages", languages), ("channel", channel)] {
            if let Some(value) = value {
                details.extend(words.details.get(key).map(|p| fill(p, &[("value", &value)])));
                put(&mut t, key, value);
            }
        }
        put(&mut t, "name", contact.name.clone());
        texts(&mut t, "details", details);
        Some(t)
    }

    fn steps(&mut self) -> Vec<Json> {
        let mut list = Vec::new();
        for (n, step) in self.scene.case.steps.iter().enumerate() {
            if !self.may_read(step.share) {
                self.withheld.insert("steps");
                continue;
            }
            let path = |key: &str| format!("steps.{}.{key}", n + 1);
            let mut t = Table::new();
            let authority = self.need(&step.authority, || path("authority"));
            put(&mut t, "authority", authority);
            put(&mut t, "date", step.date.map(|d| self.words().date(d)));
            put(&mut t, "when", step.date.map(|d| self.words().when(d)));
            put(&mut t, "reference", step.reference.clone());
            if let Some(outcome) = &step.outcome {
                let outcome = self.prose(outcome, || path("outcome"));
                put(&mut t, "outcome", outcome);
            }
            list.push(Json::Object(t));
        }
        list
    }

    fn requests(&mut self) -> Vec<Json> {
        let mut list = Vec::new();
        for (n, request) in self.scene.case.requests.iter().enumerate() {
            if !self.may_read(request.share) {
                self.withheld.insert("requests");
                continue;
            }
            let mut t = Table::new();
            let text = self.prose(&request.text, || format!("requests.{}.text", n + 1));
            put(&mut t, "text", text);
            list.push(Json::Object(t));
        }
        list
    }

    fn law(&mut self) -> Vec<Json> {
        let words = self.words();
        let mut list = Vec::new();
        for (n, law) in self.scene.case.law.iter().enumerate() {
            let text = match law {
                Law::Text(text) => self.need(text, || format!("law.{}.text", n + 1)),
                Law::Instrument { key, articles, place } => {
                    if let Some(instrument) = words.instruments.get(key) {
                        Some(words.instruments.cite(words, instrument, articles))
                    } else {
                        let hint = match did_you_mean(key, words.instruments.keys()) {
                            Some(near) => say!("did you mean `{near}`?", near = near),
                            None => say!("`appeal templates` lists the catalogue; other standards are written as text = \"…\""),
                        };
                        let mut location = self.scene.case.location.clone();
                        (location.line, location.column) = (place.line, place.column);
                        self.problems.push(
                            Diagnostic::error(say!("`{key}` is not in the catalogue of instruments", key = shown(key)))
                                .at(location)
                                .about(format!("law.{}.instrument", n + 1))
                                .hint(hint),
                        );
                        None
                    }
                }
            };
            let mut t = Table::new();
            put(&mut t, "text", text);
            list.push(Json::Object(t));
        }
        list
    }

    /// The annexes this reader may have: label and title.
    pub(super) fn annexes(&mut self) -> Vec<(String, String)> {
        let mut list = Vec::new();
        for annex in &self.scene.case.annexes {
            if !self.may_read(annex.share) {
                self.withheld.insert("annexes");
                continue;
            }
            let label = fill(&self.words().labels.annex, &[("n", &(list.len() + 1).to_string())]);
            let title = self.need(&annex.title, || format!("annexes.{}.title", annex.id));
            list.push((label, title.unwrap_or_default()));
        }
        list
    }

    fn organisation(&mut self) -> Table {
        let organisation = self.scene.organisation;
        let words = self.words();
        let mut t = Table::new();
        let name = self.need(&organisation.name, || "organisation.name".into());
        put(&mut t, "name", name);
        put(&mut t, "acronym", organisation.acronym.clone());
        let about = self.maybe(organisation.about.as_ref(), || "organisation.about".into());
        put(&mut t, "about", about);
        let place = self.maybe(organisation.place.as_ref(), || "organisation.place".into());
        put(&mut t, "place", place);
        put(&mut t, "phone", organisation.phone.clone());
        put(&mut t, "website", organisation.website.clone());
        put(&mut t, "email", organisation.email.clone());
        let members = organisation.members.iter().map(|m| {
            let mut member = Table::new();
            put(&mut member, "name", m.name.clone());
            put(&mut member, "country", m.country.as_ref().map(|c| words.country(c).to_owned()));
            Json::Object(member)
        });
        t.insert("members".into(), Json::Array(members.collect()));
        let mut signatories = Vec::new();
        for (name, role, _) in self.signers() {
            let mut s = Table::new();
            put(&mut s, "name", name);
            put(&mut s, "role", role);
            signatories.push(Json::Object(s));
        }
        t.insert("signatories".into(), Json::Array(signatories));
        t
    }

    /// Who signs: name, role, and the path of the signature.
    pub(super) fn signers(&mut self) -> Vec<(String, Option<String>, Option<String>)> {
        let case = self.scene.case;
        let organisation = self.scene.organisation;
        let mut signers = Vec::new();
        for s in organisation.signatories.iter().filter(|s| case.signed_by.is_empty() || case.signed_by.contains(&s.id)) {
            let role = self.maybe(s.role.as_ref(), || format!("organisation.signatories.{}.role", s.id));
            signers.push((s.name.clone(), role, s.signature.clone()));
        }
        for s in &case.co_signers {
            let role = self.maybe(s.role.as_ref(), || format!("co-signers.{}.role", s.name));
            let country = s.country.as_ref().map(|c| self.words().country(c).to_owned());
            let role = [role, country].into_iter().flatten().collect::<Vec<_>>();
            signers.push((s.name.clone(), (!role.is_empty()).then(|| role.join(", ")), None));
        }
        signers
    }

    fn recipients(&mut self, addressed: &[Addressed<'_>]) -> Vec<Json> {
        let words = self.words();
        let language = &self.scene.tongue.language;
        let mut list = Vec::new();
        for to in addressed {
            let mut t = Table::new();
            put(&mut t, "key", to.mandate.key.clone());
            put(&mut t, "name", to.holder.map(|h| h.name.clone()));
            let title = words.title(*to, language);
            if title.is_none() {
                let mut at = to.mandate.location.clone();
                if let Some(at) = &mut at {
                    at.column = 1;
                }
                self.problems.push(
                    Diagnostic::error(say!("the directory has no title of `{key}` in {language}", key = to.mandate.key, language = words.name))
                        .at(at)
                        .about(format!("{}.title", to.mandate.key))
                        .hint(say!("write [{key}] title.{code} = \"…\" in the workspace's recipients.toml", key = to.mandate.key, code = language)),
                );
            }
            put(&mut t, "title", title);
            put(&mut t, "short", words.short_form(*to, language));
            put(&mut t, "kind", to.mandate.kind.word().to_owned());
            list.push(Json::Object(t));
        }
        list
    }
}

fn worded_age(words: &super::words::Words, age: Age) -> String {
    let pattern = |key: &str| words.details.get(key).map_or("{n}", String::as_str);
    match age {
        Age::Exactly(n) => fill(pattern("age"), &[("n", &n.to_string())]),
        Age::About(n) => fill(pattern("age-about"), &[("n", &n.to_string())]),
        Age::Between(a, b) => fill(pattern("age-between"), &[("a", &a.to_string()), ("b", &b.to_string())]),
    }
}
