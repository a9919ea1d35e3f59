//! What happened, and the facts that particular mandates ask for, as one reader may read of them.

use super::{Table, View, word};
use crate::case::incident::RELIABILITIES;
use crate::case::{Answer, Fact, FactValue, Incident, Reliability, Source, Time, Who};
use crate::consent::Audience;
use crate::letter::words::fill;
use std::borrow::Cow;
use std::collections::BTreeMap;

impl<'a> View<'a> {
    pub(super) fn incidents(&mut self) -> Vec<Table<'a>> {
        let all = &self.cx.case.incidents;
        let told = |i: &&Incident| self.spec.person.is_none_or(|only| i.victims.is_empty() || i.concerns(only));
        let visible = all.iter().enumerate().filter(|(_, i)| told(i) && self.may_read(i.share));
        let visible: Vec<(usize, &'a Incident)> = visible.collect();
        if all.iter().filter(told).any(|i| !self.may_read(i.share)) {
            self.withheld.insert("incidents");
        }
        let mut list = Vec::with_capacity(visible.len());
        for (n, (number, incident)) in visible.iter().enumerate() {
            // One line for a run of incidents known, as far as this reader is told, in the same way.
            let last_of_run = visible.get(n + 1).is_none_or(|(_, next)| self.attribution(next.reliability) != self.attribution(incident.reliability));
            list.push(self.incident(incident, number + 1, last_of_run));
        }
        list
    }

    fn incident(&mut self, incident: &'a Incident, number: usize, attributed: bool) -> Table<'a> {
        let words = self.words();
        let path = |key: &str| format!("incidents.{number}.{key}");
        let mut t = Table::default();
        t.put_some("id", incident.id.as_deref());
        let note = self.maybe(incident.date_note.as_ref(), || path("date-note"));
        let date = words.date(incident.date);
        t.put(
            "date",
            match &note {
                Some(note) => format!("{date} ({note})"),
                None => date,
            },
        );
        t.put("when", words.when(incident.date));
        t.put_some("date-note", note);
        let time = incident.time.as_ref().and_then(|time| self.time(time, || path("time")));
        t.put_some("time", time);
        let place = self.maybe(incident.place_name.as_ref(), || path("place"));
        t.put_some("place", place);
        let heading = self.maybe(incident.heading.as_ref(), || path("heading"));
        t.put_some("heading", heading);
        let account = self.prose(&incident.account, || path("account"));
        t.put_some("account", account);
        if attributed {
            t.put_some("attribution", self.attribution(incident.reliability));
        }
        t.put_some("victims", self.listed(incident.victims.iter().map(|n| Who::Victim(*n))));
        t.put_some("perpetrators", self.listed(incident.perpetrators.iter().map(|n| Who::Perpetrator(*n))));
        let sources: Vec<&'a Source> = incident.sources.iter().filter_map(|n| self.cx.case.sources.get(*n)).collect();
        let audience = self.reader.audience;
        let sources = sources.into_iter().filter(|s| audience >= s.share).map(|s| self.source(s)).collect();
        t.tables("sources", sources);
        let told = |f: &&Fact| self.spec.person.is_none_or(|only| f.victims.is_empty() || f.victims.contains(&only));
        let facts: Vec<&'a Fact> = incident.facts.iter().filter(told).collect();
        let facts = facts.into_iter().map(|f| self.fact(f, number)).collect();
        t.tables("facts", facts);
        t
    }

    /// How the facts are known; outside mandate letters always the neutral words.
    fn attribution(&self, reliability: Option<Reliability>) -> Option<&'a str> {
        let reliability = reliability?;
        let key = if self.reader.audience == Audience::Mandate { word(RELIABILITIES, &reliability) } else { "neutral" };
        self.words().attribution.get(key).map(String::as_str)
    }

    fn time(&mut self, time: &'a Time, path: impl FnOnce() -> String) -> Option<Cow<'a, str>> {
        match time {
            Time::Clock(clock) => Some(self.words().time(*clock).into()),
            Time::Words(words) => self.need(words, path),
        }
    }

    fn fact(&mut self, fact: &'a Fact, incident: usize) -> Table<'a> {
        let words = self.words();
        let empty = BTreeMap::new();
        let labels = words.facts.get(fact.kind).unwrap_or(&empty);
        let victims = self.listed(fact.victims.iter().map(|n| Who::Victim(*n))).unwrap_or_default();
        let mut items = Vec::with_capacity(fact.items.len());
        for (key, value) in &fact.items {
            let path = || format!("incidents.{incident}.{}.{key}", fact.kind);
            let text = self.worded(value, path);
            let label = labels.get(*key).map_or(*key, String::as_str);
            items.extend(text.map(|text| format!("{label}{}{text}", words.labels.list_colon)));
        }
        let mut t = Table::default();
        let title = labels.get("title").map_or(fact.kind, String::as_str);
        t.put("title", fill(title, &[("victims", &victims)]));
        t.texts("items", items);
        t
    }

    /// One field of a fact, in words.
    pub(in crate::letter) fn worded(&mut self, value: &'a FactValue, path: impl FnOnce() -> String) -> Option<String> {
        let words = self.words();
        match value {
            FactValue::Date(known) => Some(words.date(*known)),
            FactValue::Time(time) => self.time(time, path).map(Cow::into_owned),
            FactValue::Answer(Answer::Yes) => Some(words.labels.yes.clone()),
            FactValue::Answer(Answer::No) => Some(words.labels.no.clone()),
            FactValue::Answer(Answer::Unknown) => Some(words.labels.unknown.clone()),
            FactValue::Text(text) => self.need(text, path).map(|t| t.replace("\n\n", " ")),
            FactValue::Codes(codes) => Some(words.and(codes)),
        }
    }
}
