//! From a record to a case: what must be there, what refers to what, what contradicts itself.
//!
//! In: a record and its [`Setting`]. Out: a case and remarks, or no case and every reason. Nothing is composed here.

use super::people::{Around, SHARES, other, unknown_recipient, victim};
use super::perpetrators::perpetrator;
use super::references::{Ids, References};
use super::setting::Setting;
use super::{ACTIONS, ActBy, Action, CONTEXTS, Case, CoSigner, Contact, Context, Copy, Earlier, Matter, Urgency, check, evidence, incident, names};
use crate::consent::Audience;
use crate::date::{Clock, day};
use crate::diagnostic::{Diagnostics, Location, shown};
use crate::organisation::SOURCES;
use crate::records::{Fields, Log, Record, Required, Shape, Value};
use crate::text::{Language, is_country, looks_like_country};
use chrono::NaiveDate;
use std::cell::LazyCell;

/// Whether this can be a case's id: 1 to 64 of `[A-Za-z0-9._-]`, beginning with a letter or a digit.
#[must_use]
pub fn id_is_fit(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

impl Case {
    /// Understands a case, or says everything that keeps it from being understood.
    #[must_use]
    pub fn parse(record: &Record, setting: &Setting<'_>) -> (Option<Self>, Diagnostics) {
        let (matter, mut problems) = Log::read(record, Self::shape, |f| read(f, Some(setting), &record.whereabouts()));
        // Most cases have no problems, and then nobody asks for the names.
        let names = LazyCell::new(|| {
            let mut names = names::written(record);
            setting.earlier.iter().for_each(|earlier| earlier.add_names(&mut names));
            names
        });
        problems.conceal(|text| !names.find(text).is_empty());
        let matter = matter.filter(|_| !problems.has_errors());
        let case = matter.map(|matter| Self { matter: Matter { is_dated: record.root.get("date").is_some(), ..matter } });
        (case, problems)
    }

    /// Takes out of problems of this record's file what may be a name: the word that somebody mistyped.
    pub fn conceal_names(record: &Record, problems: &mut Diagnostics) {
        let names = LazyCell::new(|| names::written(record));
        problems.conceal(|text| !names.find(text).is_empty());
    }

    /// What a case file may contain.
    #[must_use]
    pub fn shape() -> Shape {
        Log::shape(|f| read(f, None, &Location::whole("")))
    }

    /// The id of the case that this record says it updates.
    #[must_use]
    pub fn updated_id(record: &Record) -> Option<&str> {
        record.root.get("updates").and_then(|n| n.text())
    }

    /// The day, and the hour where one is given, by which the mandate must act, as this record says it: for the order of letters
    /// before anybody has read the rest.
    #[must_use]
    pub fn act_by(record: &Record) -> Option<(NaiveDate, Option<Clock>)> {
        match &record.root.get("urgency")?.get("act-by")?.value {
            Value::Text(text) | Value::Date(text) => moment(text.trim()),
            _ => None,
        }
    }
}

/// The keys that an update takes from the earlier case.
const INHERITED: [&str; 5] = ["victims", "people", "perpetrators", "mandates", "cc"];

fn read(f: &mut Fields<'_, '_>, setting: Option<&Setting<'_>>, whereabouts: &Location) -> Option<Matter> {
    let language = f.line_as("language", "the language of the letter and of its plain strings", "a language code such as \"es\"", Language::parse);
    let earlier = setting.and_then(|s| s.earlier);
    let fallback = setting.map(|s| earlier.map_or_else(|| s.organisation.languages[0].clone(), |e| e.language.clone()));
    let language = language.or(fallback).or_else(|| Language::parse("en"))?;
    f.speak(language.clone());
    let date = f.day("date", "the letter's date; left out: today");
    let date = setting.and_then(|s| s.date).or(date);
    let today = setting.map_or(NaiveDate::MAX, |s| s.today);
    let around = Around { letter: date.unwrap_or(today), today, directory: setting.map(|s| s.directory) };

    let action = f.must().choice("action", "urgent-appeal, allegation-letter, update or withdrawal", ACTIONS);
    let is_new = !action.is_some_and(Action::is_about_an_earlier_letter);
    let needed = if is_new && !f.is_describing() && action.is_some() { Required::Yes } else { Required::No };
    let own = match earlier {
        Some(_) => Required::No,
        // An earlier letter from elsewhere leaves nothing to read these from.
        None if f.has("previous") && !f.is_describing() => Required::Yes,
        None => needed,
    };

    let title = f.required(own).localized("title", "the matter in a few words, without a protected name");
    let countries = f.required(own).list("country", "the State concerned, or a list: ISO 3166-1 alpha-2", "a country code such as \"MX\"", |t| {
        looks_like_country(t).then(|| t.to_owned())
    });
    let state_as = f.proper_name("state-as", "how the State is to be called, where its code misleads");
    let mandates = f.required(own).list("mandates", "to whom, by key, in this order", "a key of the directory", |t| Some(t.to_owned()));
    let cc = f.texts_or_tables("cc", "copies: a key of the directory, a line, or {to = \"KEY\", send = true}", |t, _| Some(Copy::Line(t.to_owned())), copy);
    let cc = resolve_copies(f, setting, cc);
    let reference = f.line("reference", "the sender's own reference");
    let signed_by = f.ids("signed-by", "which signatories sign; left out: all");
    let co_signers = f.tables("co-signers", "who else signs", co_signer);
    let no_steps_because = f.localized("no-steps-because", "why no step was taken");
    let not_a_name = f.lines("not-a-name", "words that are a part of a name but no sign of it here");
    let source = f.choice("source", "confidential or open, where it differs from the organisation's rule", SOURCES);
    let updates = f.line("updates", "the id of the case that this one updates or withdraws");
    let previous = f.table("previous", "the earlier letter, where its case is not in this workspace", |f| {
        let date = f.must().day("date", "its date");
        let reference = f.line("reference", "its reference");
        (date, reference)
    });

    let mut victims = f.required(own).tables("victims", "the alleged victims", |f| victim(f, around));
    let mut people = f.tables("people", "relatives, witnesses, lawyers, sources and others", |f| other(f, around));
    let mut perpetrators = f.tables("perpetrators", "the alleged perpetrators", perpetrator);
    let mut mandates = mandates;
    let mut cc = cc;
    if let Some(earlier) = earlier {
        for key in INHERITED.into_iter().filter(|key| f.has(key) && f.place(key).file == 0) {
            f.problem(key, say!("`{key}` is read from the case that this one updates", key = key), say!("remove it here, or correct it there"));
        }
        victims.clone_from(&earlier.victims);
        people.clone_from(&earlier.people);
        perpetrators.clone_from(&earlier.perpetrators);
        mandates.clone_from(&earlier.mandates);
        cc.clone_from(&earlier.cc);
    }
    let sources = f.tables("sources", "where it can be read", evidence::source);
    let references = References {
        victims: Ids::new(f, "victims", victims.iter().map(|v| v.id.as_str())),
        people: Ids::new(f, "people", people.iter().map(|p| p.id.as_str())),
        perpetrators: Ids::new(f, "perpetrators", perpetrators.iter().map(|p| p.id.as_str())),
        sources: Ids::new(f, "sources", sources.iter().map(|s| s.id.as_str())),
    };

    let urgent = if action == Some(Action::UrgentAppeal) && !f.is_describing() { Required::Yes } else { Required::No };
    let urgency = f.required(urgent).table("urgency", "why it cannot wait", |f| urgency(f, urgent, &references)).unwrap_or_default();
    let context = f.table("context", "what surrounds the facts", |f| contexts(f, &references)).unwrap_or_default();
    let contact = f.table("contact", "whom the mandate can reach; for mandates only", contact);
    let incidents = f.required(needed).tables("incidents", "what happened", |f| incident::incident(f, &references));
    let steps = f.tables("steps", "what was done about it, with which authority", |f| evidence::step(f, &references));
    let requests = f.required(needed).tables("requests", "what the mandate is asked to do", |f| evidence::request(f, &references));
    let law = f.tables("law", "the standards that apply", evidence::law);
    let annexes = f.tables("annexes", "what goes with the letter", evidence::annex);
    let other_procedures = f.tables("other-procedures", "other procedures that have the matter", evidence::other_procedure);
    if f.is_describing() {
        return None;
    }

    let setting = setting?;
    check::mandates(f, setting.directory, &mandates);
    check::signatories(f, setting.organisation, &signed_by);
    check::countries(f, &countries, state_as.is_some());
    check::ids(f);
    check::paths(f);
    check::times(f, around.letter, &incidents, &steps, &sources);
    let no_steps_because = no_steps_because.filter(|_| steps.is_empty());
    // What all cases share gives way silently.
    if !steps.is_empty() && f.has("no-steps-because") && f.place("steps").file == f.place("no-steps-because").file {
        f.remark("no-steps-because", say!("there are [[steps]], so `no-steps-because` is not printed"), say!("remove one of the two"));
    }
    let earlier_letter = earlier_letter(f, setting, action, updates.as_deref(), previous, date);
    let mut stray_braces = references.check(f);
    stray_braces.extend(earlier.iter().flat_map(|e| e.stray_braces.iter().cloned()));
    let inherited_title = title.or_else(|| earlier.map(|e| e.title.clone()));
    check::labels(f, setting, victims.iter().chain(&people), &not_a_name);

    Some(Matter {
        id: setting.id.to_owned(),
        location: whereabouts.clone(),
        title: inherited_title?,
        action: action?,
        countries: if countries.is_empty() { earlier.map(|e| e.countries.clone()).unwrap_or_default() } else { countries },
        state_as: state_as.or_else(|| earlier.and_then(|e| e.state_as.clone())),
        mandates,
        cc,
        reference,
        date,
        language,
        language_location: f.has("language").then(|| f.location(f.place("language"))).flatten(),
        signed_by: if signed_by.is_empty() { earlier.map(|e| e.signed_by.clone()).unwrap_or_default() } else { signed_by },
        co_signers,
        no_steps_because,
        not_a_name: if not_a_name.is_empty() { earlier.map(|e| e.not_a_name.clone()).unwrap_or_default() } else { not_a_name },
        source: source.or_else(|| earlier.and_then(|e| e.source)),
        urgency,
        context,
        contact,
        victims,
        people,
        perpetrators,
        incidents,
        steps,
        requests,
        law,
        sources,
        annexes,
        other_procedures,
        earlier: earlier_letter,
        stray_braces,
        is_dated: false,
    })
}

fn copy(f: &mut Fields<'_, '_>) -> Option<Copy> {
    let key = f.must().line("to", "a key of the directory");
    let send = f.flag("send", "whether a copy is also e-mailed").unwrap_or(false);
    Some(Copy::Recipient { key: key?, send })
}

/// A word that could be a key must be one; anything with a space or a capital letter is a line to print.
fn resolve_copies(f: &Fields<'_, '_>, setting: Option<&Setting<'_>>, copies: Vec<Copy>) -> Vec<Copy> {
    let Some(directory) = setting.map(|s| s.directory) else { return Vec::new() };
    let unknown = |key: &str| unknown_recipient(f, directory, "cc", key);
    let mut resolved = Vec::with_capacity(copies.len());
    for copy in copies {
        match copy {
            Copy::Line(line) if directory.get(&line).is_some() => resolved.push(Copy::Recipient { key: line, send: false }),
            Copy::Line(line) if line.contains(|c: char| c.is_whitespace() || c.is_uppercase()) => resolved.push(Copy::Line(line)),
            Copy::Line(key) => unknown(&key),
            Copy::Recipient { key, send } if directory.get(&key).is_some() => resolved.push(Copy::Recipient { key, send }),
            Copy::Recipient { key, .. } => unknown(&key),
        }
    }
    resolved
}

fn co_signer(f: &mut Fields<'_, '_>) -> Option<CoSigner> {
    let name = f.must().line("name", "the name");
    let country = f.line_as("country", "ISO 3166-1 alpha-2", "a country code such as \"MX\"", |t| is_country(t).then(|| t.to_owned()));
    let role = f.localized("role", "the office held");
    Some(CoSigner { name: name?, country, role })
}

fn urgency(f: &mut Fields<'_, '_>, required: Required, references: &References<'_>) -> Urgency {
    const FORM: &str = "a day as 2021-05-05, or a local date and time as 2021-05-05T18:00 with zone = \"-06:00\"";
    let reason = f.required(required).prose("reason", "why it cannot wait").map(|r| references.prose(f, r));
    let moment = f.line_as("act-by", "by when the mandate must act", FORM, moment);
    let zone = f.line_as(
        "zone",
        "whose hour act-by is: an offset or the name of a zone",
        "an offset such as \"-06:00\" or a name such as \"America/Mexico_City\"",
        |t| {
            let fits = t.len() <= 40 && t.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'+' | b'-' | b':'));
            fits.then(|| t.to_owned())
        },
    );
    if moment.is_some_and(|(_, clock)| clock.is_some()) && zone.is_none() {
        f.problem("act-by", say!("the hour of `act-by` does not say whose hour it is"), say!("add zone = \"-06:00\" or the name of the zone"));
    }
    let act_by = moment.map(|(day, clock)| ActBy { day, clock, zone });
    let event = f.localized("event", "what is about to happen");
    Urgency { reason, act_by, event }
}

fn moment(text: &str) -> Option<(NaiveDate, Option<Clock>)> {
    match text.split_once(['T', ' ']) {
        // TOML's own times may have seconds.
        Some((d, c)) => {
            let clock = Clock::parse(c.strip_suffix(":00").filter(|c| c.len() == 5).unwrap_or(c));
            Some((day(d)?, Some(clock.filter(|c| matches!(c, Clock::At(..)))?)))
        }
        None => Some((day(text)?, None)),
    }
}

fn contexts(f: &mut Fields<'_, '_>, references: &References<'_>) -> Vec<Context> {
    let mut texts = Vec::new();
    for (key, doc) in CONTEXTS {
        texts.extend(f.prose(key, doc).map(|t| (*key, references.prose(f, t))));
    }
    let shares = f
        .table("share", "who may read each of these texts: share.link = \"mandate\"", |f| {
            CONTEXTS.iter().filter_map(|(key, _)| f.choice(key, "public, government or mandate", SHARES).map(|s| (*key, s))).collect::<Vec<_>>()
        })
        .unwrap_or_default();
    let share_of = |key: &str| shares.iter().find(|(k, _)| *k == key).map_or(Audience::Public, |(_, s)| *s);
    texts.into_iter().map(|(key, text)| Context { key, share: share_of(key), text }).collect()
}

fn contact(f: &mut Fields<'_, '_>) -> Contact {
    Contact {
        name: f.line("name", "the name"),
        phone: f.line("phone", "telephone"),
        hours: f.proper_name("hours", "when"),
        languages: f.list("languages", "in which languages", "a language code such as \"es\"", |t| Language::parse(t).map(|l| l.code().to_owned())),
        channel: f.proper_name("channel", "by which channel"),
    }
}

fn earlier_letter(
    f: &Fields<'_, '_>,
    setting: &Setting<'_>,
    action: Option<Action>,
    updates: Option<&str>,
    previous: Option<(Option<NaiveDate>, Option<String>)>,
    date: Option<NaiveDate>,
) -> Option<Earlier> {
    let action = action?;
    if !action.is_about_an_earlier_letter() {
        for key in ["updates", "previous"].into_iter().filter(|key| f.has(key)) {
            f.problem(key, say!("`{key}` stands only in an update or a withdrawal", key = key), say!("write action = \"update\", or remove the key"));
        }
        return None;
    }
    let Some(id) = updates else {
        f.problem("", say!("the key `updates` is missing"), say!("name the case that this letter updates or withdraws: updates = \"ID\""));
        return None;
    };
    if id == "TODO" {
        f.problem("updates", say!("`updates` is still to be filled in"), say!("name the case that this letter updates or withdraws: updates = \"ID\""));
        return None;
    }
    match (setting.earlier, previous) {
        (Some(_), Some(_)) => {
            f.problem(
                "previous",
                say!("`previous` is only for an earlier letter whose case is not here"),
                say!("remove it: date and reference are read from that case"),
            );
            None
        }
        (Some(case), None) => {
            let Some(written) = case.date else {
                f.problem("updates", say!("the letter that this one is about has no date"), say!("write the day it was sent into its file: date = 2021-04-28"));
                return None;
            };
            if date.is_some_and(|d| d < written) {
                f.problem("date", say!("this letter is dated before the letter that it is about"), say!("correct one of the two dates"));
            }
            Some(Earlier { case: id.to_owned(), date: written, reference: case.reference.clone() })
        }
        (None, Some((date, reference))) => Some(Earlier { case: id.to_owned(), date: date?, reference }),
        (None, None) => {
            f.problem(
                "updates",
                say!("there is no case `{id}` in this workspace", id = shown(id)),
                say!("correct the id; for a letter that was written elsewhere add previous = { date = 2021-04-28, reference = \"…\" }"),
            );
            None
        }
    }
}
