//! From a record to a case: what must be there, what refers to what, what contradicts itself.
//!
//! In: a record and its [`Setting`]. Out: a case and remarks, or no case and every reason. Nothing is composed here.

use super::people::{Days, SHARES, other, perpetrator, victim};
use super::{
    ACTIONS, ActBy, Action, Annex, CONTEXTS, Case, CoSigner, Contact, Context, Copy, Earlier, Incident, Matter, Perpetrator, Person, Source, Step, Urgency,
    Whom, evidence, exempt_sender, incident,
};
use crate::consent::{Audience, Watch};
use crate::date::{Clock, day};
use crate::diagnostic::{Diagnostics, Location, Place, shown};
use crate::directory::Directory;
use crate::organisation::{Organisation, SOURCES};
use crate::records::{Fields, Log, Record, Required, Shape};
use crate::text::{Language, Localized, is_country};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a case is read in.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The case's id.
    pub id: &'a str,
    /// The sender.
    pub organisation: &'a Organisation,
    /// Whom letters can go to.
    pub directory: &'a Directory,
    /// The case that this one updates, where there is one here.
    pub earlier: Option<&'a Case>,
    /// The letter's date where it was said on the command line.
    pub date: Option<NaiveDate>,
    /// This run's today.
    pub today: NaiveDate,
}

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
        let (matter, problems) = Log::read(record, Self::shape, |f| read(f, Some(setting), record.file()));
        let case = matter.filter(|_| !problems.has_errors()).map(|matter| Self { matter });
        (case, problems)
    }

    /// What a case file may contain.
    #[must_use]
    pub fn shape() -> Shape {
        Log::shape(|f| read(f, None, &Arc::from("")))
    }

    /// The id of the case that this record says it updates.
    #[must_use]
    pub fn updated_id(record: &Record) -> Option<&str> {
        record.root.get("updates").and_then(|n| n.text())
    }
}

/// The keys that an update takes from the earlier case.
const INHERITED: [&str; 5] = ["victims", "people", "perpetrators", "mandates", "cc"];

fn read(f: &mut Fields<'_, '_>, setting: Option<&Setting<'_>>, file: &Arc<str>) -> Option<Matter> {
    let language = f.line_as("language", "the language of the letter and of its plain strings", "a language code such as \"es\"", Language::parse);
    let earlier = setting.and_then(|s| s.earlier);
    let fallback = setting.map(|s| earlier.map_or_else(|| s.organisation.languages[0].clone(), |e| e.language.clone()));
    let language = language.or(fallback).or_else(|| Language::parse("en"))?;
    f.speak(language.clone());
    let date = f.day("date", "the letter's date; left out: today");
    let date = setting.and_then(|s| s.date).or(date);
    let today = setting.map_or(NaiveDate::MAX, |s| s.today);
    let days = Days { letter: date.unwrap_or(today), today };

    let action = f.must().choice("action", "urgent-appeal, allegation-letter, update or withdrawal", ACTIONS);
    let is_new = !action.is_some_and(Action::is_about_an_earlier_letter);
    let needed = if is_new && !f.is_describing() && action.is_some() { Required::Yes } else { Required::No };
    let own = if earlier.is_some() { Required::No } else { needed };

    let title = f.required(own).localized("title", "the matter in a few words, without a protected name");
    let countries = f
        .required(own)
        .list("country", "the State concerned, or a list: ISO 3166-1 alpha-2", "a country code such as \"MX\"", |t| is_country(t).then(|| t.to_owned()));
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

    let mut victims = f.required(own).tables("victims", "the alleged victims", |f| victim(f, days));
    let mut people = f.tables("people", "relatives, witnesses, lawyers, sources and others", |f| other(f, days));
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
    check_ids(f, &victims, &people, &perpetrators);
    let whom = Whom {
        victims: victims.iter().map(|v| v.id.as_str()).collect(),
        people: people.iter().map(|p| p.id.as_str()).collect(),
        perpetrators: perpetrators.iter().map(|p| p.id.as_str()).collect(),
    };

    let urgent = if action == Some(Action::UrgentAppeal) && !f.is_describing() { Required::Yes } else { Required::No };
    let urgency = f.required(urgent).table("urgency", "why it cannot wait", |f| urgency(f, urgent, &whom)).unwrap_or_default();
    let context = f.table("context", "what surrounds the facts", |f| contexts(f, &whom)).unwrap_or_default();
    let contact = f.table("contact", "whom the mandate can reach; for mandates only", contact);
    let incidents = f.required(needed).tables("incidents", "what happened", |f| incident::incident(f, &whom));
    let steps = f.tables("steps", "what was done about it, with which authority", |f| evidence::step(f, &whom));
    let requests = f.required(needed).tables("requests", "what the mandate is asked to do", |f| evidence::request(f, &whom));
    let law = f.tables("law", "the standards that apply", evidence::law);
    let sources = f.tables("sources", "where it can be read", evidence::source);
    let annexes = f.tables("annexes", "what goes with the letter", evidence::annex);
    let other_procedures = f.tables("other-procedures", "other procedures that have the matter", evidence::other_procedure);
    if f.is_describing() {
        return None;
    }

    let setting = setting?;
    check_mandates(f, setting.directory, &mandates);
    check_signatories(f, setting.organisation, &signed_by);
    check_sources(f, &incidents, &sources);
    check_annexes(f, &annexes);
    check_times(f, days.letter, &incidents, &steps, &sources);
    if !steps.is_empty() && no_steps_because.is_some() {
        f.problem("no-steps-because", say!("there are [[steps]] and also `no-steps-because`"), say!("keep one of the two"));
    }
    let earlier_letter = earlier_letter(f, setting, action, updates.as_deref(), previous, date);
    let inherited_title = title.or_else(|| earlier.map(|e| e.title.clone()));
    let labels = Labels { id: setting.id, title: inherited_title.as_ref(), reference: reference.as_deref(), annexes: &annexes };
    check_labels(f, setting, &labels, &victims, &people, &not_a_name);

    Some(Matter {
        id: setting.id.to_owned(),
        location: Location::whole(Arc::clone(file)),
        title: inherited_title?,
        action: action?,
        countries: if countries.is_empty() { earlier.map(|e| e.countries.clone()).unwrap_or_default() } else { countries },
        state_as: state_as.or_else(|| earlier.and_then(|e| e.state_as.clone())),
        mandates,
        cc,
        reference,
        date,
        language,
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

fn unknown_recipient(f: &Fields<'_, '_>, directory: &Directory, at: &str, key: &str) {
    if key == "TODO" {
        return f.problem(at, say!("`{at}` is still to be filled in", at = at), say!("`appeal recipients` lists the keys"));
    }
    let hint = match directory.nearest(key) {
        Some(near) => say!("did you mean `{near}`?", near = near),
        None => say!("`appeal recipients` lists the keys; add your own in recipients.toml"),
    };
    f.problem(at, say!("`{key}` is not in the directory", key = shown(key)), hint);
}

fn co_signer(f: &mut Fields<'_, '_>) -> Option<CoSigner> {
    let name = f.must().line("name", "the name");
    let country = f.line_as("country", "ISO 3166-1 alpha-2", "a country code such as \"MX\"", |t| is_country(t).then(|| t.to_owned()));
    let role = f.localized("role", "the office held");
    Some(CoSigner { name: name?, country, role })
}

fn urgency(f: &mut Fields<'_, '_>, required: Required, whom: &Whom<'_>) -> Urgency {
    const FORM: &str = "a day as 2021-05-05, or a local date and time as 2021-05-05T18:00 with zone = \"-06:00\"";
    let reason = f.required(required).prose("reason", "why it cannot wait").map(|r| whom.prose(f, "reason", r));
    let moment = f.line_as("act-by", "by when the mandate must act", FORM, |t| match t.split_once(['T', ' ']) {
        Some((d, c)) => Some((day(d)?, Some(Clock::parse(c.get(..5)?).filter(|_| c.len() == 5 || c.get(5..6) == Some(":"))?))),
        None => Some((day(t)?, None)),
    });
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

fn contexts(f: &mut Fields<'_, '_>, whom: &Whom<'_>) -> Vec<Context> {
    let mut texts = Vec::new();
    for (key, doc) in CONTEXTS {
        texts.extend(f.prose(key, doc).map(|t| (*key, whom.prose(f, key, t))));
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

fn check_ids(f: &Fields<'_, '_>, victims: &[Person], people: &[Person], perpetrators: &[Perpetrator]) {
    let ids =
        victims.iter().map(|v| (&v.id, "victims")).chain(people.iter().map(|p| (&p.id, "people"))).chain(perpetrators.iter().map(|p| (&p.id, "perpetrators")));
    let mut seen = BTreeSet::new();
    for (id, table) in ids {
        if !seen.insert(id) {
            f.problem(table, say!("the id `{id}` is given twice", id = id), say!("victims, people and perpetrators each need an id of their own"));
        }
    }
}

fn check_mandates(f: &Fields<'_, '_>, directory: &Directory, mandates: &[String]) {
    let mut seen = BTreeSet::new();
    for key in mandates {
        match directory.get(key) {
            None => unknown_recipient(f, directory, "mandates", key),
            Some(entry) if entry.kind.audience() != Audience::Mandate => {
                f.problem(
                    "mandates",
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
            f.problem("mandates", say!("`{key}` is named twice", key = shown(key)), say!("name each mandate once"));
        }
    }
}

fn check_signatories(f: &Fields<'_, '_>, organisation: &Organisation, signed_by: &[String]) {
    for id in signed_by.iter().filter(|id| !organisation.signatories.iter().any(|s| s.id == **id)) {
        let known: Vec<&str> = organisation.signatories.iter().map(|s| s.id.as_str()).collect();
        f.problem("signed-by", say!("`{id}` is not a signatory of organisation.toml", id = id), say!("the signatories are {known}", known = known.join(", ")));
    }
}

fn check_sources(f: &Fields<'_, '_>, incidents: &[Incident], sources: &[Source]) {
    let mut seen = BTreeSet::new();
    for source in sources.iter().filter(|s| !seen.insert(&s.id)) {
        f.problem_at(source.place, "sources", say!("the id `{id}` is given twice", id = source.id), say!("each source needs an id of its own"));
    }
    for incident in incidents {
        for id in incident.sources.iter().filter(|id| !sources.iter().any(|s| s.id == **id)) {
            f.problem_at(incident.place, "incidents.sources", say!("`{id}` is not an id of [[sources]]", id = id), say!("add the source, or correct the id"));
        }
    }
    let mut seen = BTreeSet::new();
    for incident in incidents {
        if let Some(id) = incident.id.as_ref().filter(|id| !seen.insert(*id)) {
            f.problem_at(incident.place, "incidents.id", say!("the id `{id}` is given twice", id = id), say!("each incident needs an id of its own"));
        }
    }
}

fn check_annexes(f: &Fields<'_, '_>, annexes: &[Annex]) {
    let mut seen = BTreeSet::new();
    for annex in annexes {
        if !seen.insert(&annex.id) {
            f.problem_at(annex.place, "annexes", say!("the id `{id}` is given twice", id = annex.id), say!("each annex needs an id of its own"));
        }
        let outside = annex.file.starts_with('/') || annex.file.split('/').any(|part| part == "..") || annex.file.get(1..2) == Some(":");
        if annex.file.contains('\\') {
            f.problem_at(annex.place, "annexes.file", say!("the path of an annex has a backslash"), say!("write paths with /: annexes/file.pdf"));
        } else if outside {
            f.problem_at(
                annex.place,
                "annexes.file",
                say!("the path of an annex leaves the workspace"),
                say!("put the file into the workspace, and write its path from there: annexes/file.pdf"),
            );
        }
    }
}

fn check_times(f: &Fields<'_, '_>, letter: NaiveDate, incidents: &[Incident], steps: &[Step], sources: &[Source]) {
    let later = |known: Option<crate::date::Known>| known.and_then(crate::date::Known::first).is_some_and(|first| first > letter);
    let dated = incidents.iter().map(|i| (Some(i.date), i.place, "incidents")).chain(steps.iter().map(|s| (s.date, s.place, "steps")));
    let dated = dated.chain(sources.iter().map(|s| (s.date, s.place, "sources")));
    for (_, place, table) in dated.filter(|(date, _, _)| later(*date)) {
        f.remark_at(place, table, say!("this entry of [[{table}]] is dated after the letter", table = table), say!("correct one of the two dates"));
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
        if updates.is_some() {
            f.problem("updates", say!("`updates` stands only in an update or a withdrawal"), say!("write action = \"update\", or remove the key"));
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
            let written = case.letter_date(setting.today);
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

/// What others will read on envelopes, in subjects and in file names.
struct Labels<'a> {
    id: &'a str,
    title: Option<&'a Localized>,
    reference: Option<&'a str>,
    annexes: &'a [Annex],
}

fn check_labels(f: &Fields<'_, '_>, setting: &Setting<'_>, labels: &Labels<'_>, victims: &[Person], people: &[Person], not_a_name: &[String]) {
    let mut watch = Watch::new(not_a_name);
    for person in victims.iter().chain(people) {
        if let Some(name) = &person.name {
            watch.add_protected(&person.id, name, person.bearer());
        }
    }
    exempt_sender(&mut watch, setting.organisation);
    if watch.is_empty() {
        return;
    }
    let hint = || say!("use a neutral one; a word that is no name here can be declared: not-a-name = [\"…\"]");
    let check = |place: Place, path: &str, what: &str, text: &str| {
        if !watch.find(text).is_empty() {
            f.problem_at(place, path, say!("{what} contains a part of a protected name", what = what), hint());
        }
    };
    check(Place::default(), "", "the case's id (the name of its file)", labels.id);
    labels.title.iter().flat_map(|t| t.all()).for_each(|t| check(f.place("title"), "title", "the title", t));
    labels.reference.iter().for_each(|r| check(f.place("reference"), "reference", "the reference", r));
    for person in victims.iter().chain(people) {
        check(person.place, "id", "an id", &person.id);
        person.code.iter().flat_map(super::super::text::Localized::all).for_each(|c| check(person.place, "code", "a code", c));
    }
    for annex in labels.annexes {
        check(annex.place, "annexes.id", "an annex's id", &annex.id);
        check(annex.place, "annexes.file", "an annex's file name", &annex.file);
        annex.title.all().for_each(|t| check(annex.place, "annexes.title", "an annex's title", t));
    }
}
