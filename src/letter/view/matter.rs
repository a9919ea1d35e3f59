//! The matter itself, as one reader may read of it: context, contact, steps, requests, standards, sources, annexes.

use super::{Table, View, put, texts};
use crate::case::{Context, Law, Source, Who, Wish};
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Place, did_you_mean, shown};
use crate::letter::template::mark;
use crate::letter::words::fill;
use serde_json::Value as Json;

impl View<'_> {
    pub(in crate::letter) fn source(&mut self, source: &Source) -> Table {
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

    pub(super) fn case(&mut self) -> Table {
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
    fn country(&mut self) -> String {
        let case = self.scene.case;
        if let Some(own) = self.maybe(case.state_as.as_ref(), || "state-as".into()) {
            return own;
        }
        let words = self.words();
        let names: Vec<&str> = case.countries.iter().map(|code| words.country(code)).collect();
        words.and(&names)
    }

    /// By when the mandate must act, worded.
    pub(in crate::letter) fn act_by(&self) -> Option<String> {
        let act_by = self.scene.case.urgency.act_by.as_ref()?;
        let words = self.words();
        let mut text = words.day(act_by.day);
        if let Some(clock) = act_by.clock {
            text.push_str(", ");
            text.push_str(&words.time(clock));
            if let Some(zone) = &act_by.zone {
                // An offset alone says not from what.
                let utc = if zone.starts_with(['+', '-']) { "UTC" } else { "" };
                text.push_str(&format!(" ({utc}{zone})"));
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
        let languages: Vec<&String> = contact.languages.iter().map(|code| words.languages.get(code).unwrap_or(code)).collect();
        let languages = (!languages.is_empty()).then(|| words.and(&languages));
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
            let text = match &request.wish {
                Wish::Own(text) => self.prose(text, || format!("requests.{}.text", n + 1)),
                Wish::Standard { key, place } => self.standard_request(key, *place, n + 1),
            };
            put(&mut t, "text", text);
            list.push(Json::Object(t));
        }
        list
    }

    /// A request of the catalogue, for the victims this letter tells of.
    fn standard_request(&mut self, key: &str, place: Place, number: usize) -> Option<String> {
        let words = self.words();
        if let Some(pattern) = words.requests.get(key) {
            let victims: Vec<String> = self.victims().into_iter().map(|(n, _)| mark::reference(self.number(Who::Victim(n)))).collect();
            return Some(fill(pattern, &[("victims", &words.and(&victims))]));
        }
        let hint = match did_you_mean(key, words.requests.keys().map(String::as_str)) {
            Some(near) => say!("did you mean `{near}`?", near = near),
            None => say!("`appeal templates` lists the catalogue; other requests are written as text = \"…\""),
        };
        let mut location = self.scene.case.location.clone();
        (location.line, location.column) = (place.line, place.column);
        self.problems.push(
            Diagnostic::error(say!("`{key}` is not in the catalogue of requests", key = shown(key)))
                .at(location)
                .about(format!("requests.{number}.standard"))
                .hint(hint),
        );
        None
    }

    fn law(&mut self) -> Vec<Json> {
        let words = self.words();
        let mut list = Vec::new();
        for (n, law) in self.scene.case.law.iter().enumerate() {
            let text = match law {
                Law::Text(text) => self.need(text, || format!("law.{}.text", n + 1)),
                Law::Instrument { key, articles, location } => {
                    if let Some(instrument) = words.instruments.get(key) {
                        Some(words.instruments.cite(words, instrument, articles))
                    } else {
                        let hint = match did_you_mean(key, words.instruments.keys()) {
                            Some(near) => say!("did you mean `{near}`?", near = near),
                            None => say!("`appeal templates` lists the catalogue; other standards are written as text = \"…\""),
                        };
                        self.problems.push(
                            Diagnostic::error(say!("`{key}` is not in the catalogue of instruments", key = shown(key)))
                                .at(location.clone())
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
    pub(in crate::letter) fn annexes(&mut self) -> Vec<(String, String)> {
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
}
