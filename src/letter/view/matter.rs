//! The matter itself, as one reader may read of it: context, contact, steps, requests, standards, sources, annexes.

use super::{Table, View};
use crate::case::{Context, Law, RequestText, Source, Who};
use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Place, did_you_mean, shown};
use crate::letter::template::{Value, mark};
use crate::letter::words::fill;
use std::borrow::Cow;

impl<'a> View<'a> {
    pub(in crate::letter) fn source(&mut self, source: &'a Source) -> Table<'a> {
        let path = |key: &str| format!("sources.{}.{key}", source.id);
        let mut t = Table::default();
        let title = self.need(&source.title, || path("title"));
        t.put_some("title", title);
        let publisher = self.maybe(source.publisher.as_ref(), || path("publisher"));
        t.put_some("publisher", publisher);
        t.put_some("date", source.date.map(|d| self.words().date(d)));
        t.put_some("url", source.url.as_deref());
        t
    }

    pub(super) fn case(&mut self) -> Table<'a> {
        let case = self.cx.case;
        let mut t = Table::default();
        let title = self.need(&case.title, || "title".into());
        t.put_some("title", title);
        t.put("action", case.action.word());
        t.put("country", self.country());
        t.put_some("reference", case.reference.as_deref());
        let mut urgency = Table::default();
        if let Some(reason) = &case.urgency.reason {
            let reason = self.prose(reason, || "urgency.reason".into());
            urgency.put_some("reason", reason);
        }
        urgency.put_some("act-by", self.act_by());
        let event = self.maybe(case.urgency.event.as_ref(), || "urgency.event".into());
        urgency.put_some("event", event);
        t.insert("urgency", Value::Table(urgency));
        t.insert("context", Value::Table(self.context()));
        if let Some(contact) = self.contact() {
            t.insert("contact", Value::Table(contact));
        }
        t.tables("steps", self.steps());
        let no_steps = self.maybe(case.no_steps_because.as_ref(), || "no-steps-because".into());
        t.put_some("no-steps-because", no_steps);
        t.tables("requests", self.requests());
        t.tables("law", self.law());
        let sources: Vec<&'a Source> = case.sources.iter().filter(|s| self.may_read(s.share)).collect();
        let sources = sources.into_iter().map(|s| self.source(s)).collect();
        t.tables("sources", sources);
        if case.sources.iter().any(|s| !self.may_read(s.share)) {
            self.withheld.insert("sources");
        }
        let annexes = self.annexes().into_iter().map(|(label, title)| {
            let mut annex = Table::default();
            annex.put("label", label);
            annex.put("title", title);
            annex
        });
        t.tables("annexes", annexes.collect());
        let mut procedures = Vec::new();
        for (n, procedure) in case.other_procedures.iter().enumerate() {
            let path = |key: &str| format!("other-procedures.{}.{key}", n + 1);
            let mut p = Table::default();
            let body = self.need(&procedure.body, || path("body"));
            p.put_some("body", body);
            p.put_some("reference", procedure.reference.as_deref().map(|r| self.marked(r)));
            let status = self.maybe(procedure.status.as_ref(), || path("status"));
            p.put_some("status", status);
            procedures.push(p);
        }
        t.tables("other-procedures", procedures);
        t
    }

    /// The State or States concerned, as the letter calls them.
    fn country(&mut self) -> String {
        let case = self.cx.case;
        if let Some(own) = self.maybe(case.state_as.as_ref(), || "state-as".into()) {
            return own.into_owned();
        }
        let words = self.words();
        let names: Vec<&str> = case.countries.iter().map(|code| words.country(code)).collect();
        words.and(&names)
    }

    /// By when the mandate must act, worded.
    pub(in crate::letter) fn act_by(&self) -> Option<String> {
        let act_by = self.cx.case.urgency.act_by.as_ref()?;
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

    fn context(&mut self) -> Table<'a> {
        let mut t = Table::default();
        for Context { key, text, share } in &self.cx.case.context {
            if self.may_read(*share) {
                let text = self.prose(text, || format!("context.{key}"));
                t.put_some(key, text);
            } else {
                self.withheld.insert(key);
            }
        }
        t
    }

    fn contact(&mut self) -> Option<Table<'a>> {
        let contact = self.cx.case.contact.as_ref()?;
        if self.reader.audience != Audience::Mandate {
            self.withheld.insert("contact");
            return None;
        }
        let words = self.words();
        let hours = self.maybe(contact.hours.as_ref(), || "contact.hours".into());
        let channel = self.maybe(contact.channel.as_ref(), || "contact.channel".into());
        let languages: Vec<&String> = contact.languages.iter().map(|code| words.languages.get(code).unwrap_or(code)).collect();
        let languages = (!languages.is_empty()).then(|| words.and(&languages));
        let mut t = Table::default();
        let name = contact.name.as_deref().map(|n| self.marked(n));
        let mut details: Vec<String> = name.iter().map(|n| n.clone().into_owned()).collect();
        for (key, value) in
            [("phone", contact.phone.as_deref().map(|p| self.marked(p))), ("hours", hours), ("languages", languages.map(Cow::Owned)), ("channel", channel)]
        {
            if let Some(value) = value {
                details.extend(words.details.get(key).map(|p| fill(p, &[("value", &value)])));
                t.put(key, value);
            }
        }
        t.put_some("name", name);
        t.texts("details", details);
        Some(t)
    }

    fn steps(&mut self) -> Vec<Table<'a>> {
        let mut list = Vec::new();
        for (n, step) in self.cx.case.steps.iter().enumerate() {
            if !self.may_read(step.share) {
                self.withheld.insert("steps");
                continue;
            }
            let path = |key: &str| format!("steps.{}.{key}", n + 1);
            let mut t = Table::default();
            let authority = self.need(&step.authority, || path("authority"));
            t.put_some("authority", authority);
            t.put_some("date", step.date.map(|d| self.words().date(d)));
            t.put_some("when", step.date.map(|d| self.words().when(d)));
            t.put_some("reference", step.reference.as_deref().map(|r| self.marked(r)));
            if let Some(outcome) = &step.outcome {
                let outcome = self.prose(outcome, || path("outcome"));
                t.put_some("outcome", outcome);
            }
            list.push(t);
        }
        list
    }

    fn requests(&mut self) -> Vec<Table<'a>> {
        let mut list = Vec::new();
        for (n, request) in self.cx.case.requests.iter().enumerate() {
            if !self.may_read(request.share) {
                self.withheld.insert("requests");
                continue;
            }
            let mut t = Table::default();
            let text = match &request.wish {
                RequestText::Own(text) => self.prose(text, || format!("requests.{}.text", n + 1)),
                RequestText::Standard { key, place } => self.standard_request(key, *place, n + 1).map(Cow::Owned),
            };
            t.put_some("text", text);
            list.push(t);
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
        let mut location = self.cx.case.location.clone();
        (location.line, location.column) = (place.line, place.column);
        self.problems.push(
            Diagnostic::error(say!("`{key}` is not in the catalogue of requests", key = shown(key)))
                .at(location)
                .about(format!("requests.{number}.standard"))
                .hint(hint),
        );
        None
    }

    fn law(&mut self) -> Vec<Table<'a>> {
        let words = self.words();
        let mut list = Vec::new();
        for (n, law) in self.cx.case.law.iter().enumerate() {
            let text = match law {
                Law::Text(text) => self.need(text, || format!("law.{}.text", n + 1)),
                Law::Instrument { key, articles, location } => {
                    if let Some(instrument) = words.instruments.get(key) {
                        Some(Cow::Owned(words.cite(instrument, articles)))
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
            let mut t = Table::default();
            t.put_some("text", text);
            list.push(t);
        }
        list
    }

    /// The annexes this reader may have: label, and title with marks.
    pub(in crate::letter) fn annexes(&mut self) -> Vec<(String, String)> {
        let mut list = Vec::new();
        for annex in &self.cx.case.annexes {
            if !self.may_read(annex.share) {
                self.withheld.insert("annexes");
                continue;
            }
            let label = fill(&self.words().labels.annex, &[("n", &(list.len() + 1).to_string())]);
            let title = self.need(&annex.title, || format!("annexes.{}.title", annex.id));
            list.push((label, title.unwrap_or_default().into_owned()));
        }
        list
    }
}
