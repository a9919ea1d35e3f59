//! The online form's answers, as a letter of its own.
//!
//! In: a context and an order, as for the letter itself. Out: a [`Draft`] that is cleared like any other: a heading a
//! question, below it what is to be pasted. The questions and their order are those of the special procedures' submission
//! form, and for the Working Group on Enforced or Involuntary Disappearances its six indispensable elements first, one
//! form a person (facts: OHCHR, "What information to submit"; WGEID, "Reporting a disappearance").
//!
//! An answer says what the record says. Where it says that something is not known, so does the answer; where it says
//! nothing, the question is listed at the end.

use super::clearance::{Checks, Draft};
use super::compose::running_head;
use super::document::{Block, Inline, Letter, Part, Status};
use super::spec::{LetterContext, LetterSpec};
use super::statements::answer;
use super::template::{NameTable, Value};
use super::view::View;
use super::words::{Addressed, Words, fill};
use crate::case::{Action, Case, Fact, FactValue, PerpetratorKind, PersonKind};
use crate::consent::{Audience, Disclosure, Reader};
use crate::date::PartialDate;
use crate::diagnostic::Diagnostics;
use crate::directory::Per;
use crate::organisation::SourceStatus;

/// Composes the answers for an order's form.
///
/// # Errors
/// Texts that the language lacks, unknown instruments: the same that keep the letter from being composed.
pub fn compose_form(cx: &LetterContext<'_>, spec: &LetterSpec) -> Result<Draft, Diagnostics> {
    let readers = spec.readers();
    let reader = Reader { audience: spec.audience, recipients: &readers };
    let case = cx.case;
    let date = case.letter_date(cx.today);
    let addressed: Vec<Addressed<'_>> = spec.addressees.iter().filter_map(|key| cx.directory.get(key)).map(|m| Addressed::on(m, date)).collect();
    let source = case.source.unwrap_or(cx.organisation.source);

    let mut view = View::new(cx, spec, reader);
    let mut name_table = view.name_table();
    let data = Value::Table(view.data(&addressed));
    let is_for_a_person = addressed.iter().any(|to| to.mandate.per == Per::Person);
    let mut sheet = FormAnswers { words: &cx.pack.words, name_table: &mut name_table, data: &data, blocks: Vec::new(), number: 0, gaps: Vec::new() };
    if let (true, Some(person)) = (is_for_a_person && case.action != Action::Withdrawal, spec.person) {
        disappearance(&mut sheet, &mut view, person);
    }
    sheet.common(&view, source, is_for_a_person);
    let body = sheet.end();
    if view.problems.has_errors() {
        return Err(view.problems);
    }
    let words = &cx.pack.words;
    let title = fill(&words.form.title, &[("subject", &name_table.plain(text(&data, "case.title").unwrap_or_default()))]);
    let letter = Letter {
        case: case.id.clone(),
        to: spec.to(),
        language: cx.pack.language.clone(),
        direction: words.direction,
        audience: spec.audience,
        paper: cx.organisation.paper,
        date,
        status: Status::draft(),
        title: title.clone(),
        running_head: running_head(cx, &addressed, date),
        page_label: words.labels.page.clone(),
        draft_label: words.labels.draft.clone(),
        // No message carries a form: it is pasted.
        cover: Vec::new(),
        parts: vec![Part::Subject { label: String::new(), text: vec![Inline::Value(title)] }, Part::Body(body)],
    };
    let mut mentioned = name_table.mentioned();
    mentioned.extend(view.victims().iter().map(|(n, _)| n));
    let checks = Checks::new(&view, name_table.shown(), &mentioned, source, words.labels.draft_notice.clone());
    Ok(Draft::new(letter, Vec::new(), checks, Diagnostics::default()))
}

/// The questions so far.
struct FormAnswers<'a> {
    words: &'a Words,
    name_table: &'a mut NameTable,
    data: &'a Value<'a>,
    blocks: Vec<Block>,
    number: usize,
    /// What the case does not answer.
    gaps: Vec<String>,
}

/// A text of the data, by its dotted path.
fn text<'j>(data: &'j Value<'_>, path: &str) -> Option<&'j str> {
    path.split('.').try_fold(data, Value::get)?.text()
}

fn list<'j, 'v>(data: &'j Value<'v>, path: &str) -> impl Iterator<Item = &'j Value<'v>> {
    path.split('.').try_fold(data, Value::get).map_or(&[][..], Value::items).iter()
}

fn strings<'j>(data: &'j Value<'_>, path: &str) -> Vec<&'j str> {
    list(data, path).filter_map(Value::text).collect()
}

fn join(parts: impl IntoIterator<Item = Option<String>>, between: &str) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

impl FormAnswers<'_> {
    fn label(&self, key: &str) -> String {
        self.words.form.questions.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// A question; without an answer it is among what the form will ask.
    fn ask(&mut self, key: &str, answer: Option<String>) {
        if answer.is_none() {
            self.gaps.push(self.label(key));
        }
        self.put(key, answer);
    }

    /// A question that is left out where there is nothing to say.
    fn tell(&mut self, key: &str, answer: Option<String>) {
        if answer.is_some() {
            self.put(key, answer);
        }
    }

    fn put(&mut self, key: &str, answer: Option<String>) {
        self.number += 1;
        let answer = answer.map(|a| self.name_table.told(&a));
        // A form counts as browsers do: in units of UTF-16.
        let count = answer.as_ref().map_or(0, |a| a.encode_utf16().count());
        let heading = fill(&self.words.form.question, &[("n", &self.number.to_string()), ("question", &self.label(key)), ("count", &count.to_string())]);
        self.blocks.push(Block::Heading(2, vec![Inline::Text(heading)]));
        match answer {
            Some(answer) => self.blocks.extend(answer.split("\n\n").map(|p| Block::Paragraph(lines(p)))),
            None => self.blocks.push(Block::Paragraph(vec![Inline::Text(self.words.form.missing.clone())])),
        }
    }

    /// The common questions. A form for one person has asked some of them already.
    fn common(&mut self, view: &View<'_>, source: SourceStatus, is_for_a_person: bool) {
        let data = self.data;
        let own = |path: &str| text(data, path).map(str::to_owned);
        let case = view.cx.case;
        self.ask("kind", self.words.form.kinds.get(case.action.word()).cloned());
        self.ask("mandates", join(list(data, "recipients").map(|r| text(r, "title").map(str::to_owned)), "\n"));
        self.ask("country", own("case.country"));
        let earlier = case.earlier.as_ref().and_then(|e| join([Some(self.words.day(e.date)), e.reference.clone()], ", "));
        self.tell("previous", earlier);
        if case.action == Action::Withdrawal {
            return self.withdrawal(view);
        }
        self.ask("summary", join([own("case.title"), own("case.context.summary")], "\n\n"));
        if !is_for_a_person {
            let people: Vec<Option<String>> = list(data, "victims").map(|v| person(v, self.words)).collect();
            self.ask("victims", join(people, "\n\n"));
            self.lacking_details(view, case);
        }
        let perpetrators: Vec<Option<String>> = list(data, "perpetrators").map(perpetrator).collect();
        self.ask("perpetrators", join(perpetrators, "\n"));
        let when: Vec<Option<String>> =
            list(data, "incidents").map(|i| join([text(i, "date").map(str::to_owned), text(i, "time").map(str::to_owned)], ", ")).collect();
        self.ask("when", join(unique(when), "\n"));
        self.ask("where", join(unique(list(data, "incidents").map(|i| text(i, "place").map(str::to_owned)).collect()), "\n"));
        let account: Vec<Option<String>> = list(data, "incidents").map(|i| self.incident(i)).collect();
        self.ask("account", join(account, "\n\n"));
        self.ask("link", own("case.context.link"));
        self.ask("situation", join([own("case.context.situation"), own("case.context.risk")], "\n\n"));
        let is_urgent = case.action == Action::UrgentAppeal;
        let act_by = own("case.urgency.act-by").map(|d| fill(&self.words.labels.urgent_before, &[("date", &d)]));
        let urgency = join([own("case.urgency.reason"), own("case.urgency.event"), act_by], "\n\n");
        if is_urgent {
            self.ask("urgency", urgency);
        } else {
            self.tell("urgency", urgency);
        }
        self.tell("context", join(["background", "pattern", "reprisals", "news", "corrections"].map(|k| own(&format!("case.context.{k}"))), "\n\n"));
        if !is_for_a_person {
            let steps = self.steps();
            self.ask("steps", steps);
        }
        let procedures = list(data, "case.other-procedures").map(|p| join(["body", "reference", "status"].map(|k| text(p, k).map(str::to_owned)), ", "));
        self.ask("procedures", join(procedures, "\n"));
        self.tell("law", join(list(data, "case.law").map(|l| text(l, "text").map(str::to_owned)), "\n"));
        let requests = list(data, "case.requests").enumerate().map(|(n, r)| text(r, "text").map(|t| format!("{}. {t}", n + 1)));
        self.ask("requests", join(requests, "\n"));
        if !is_for_a_person {
            self.ask("sender", sender(view, self.words));
        }
        self.ask("contact", join([Some(strings(data, "case.contact.details").join(&self.words.labels.semicolon))], ""));
        self.consents(view, source);
        let annexes = list(data, "case.annexes").map(|a| join(["label", "title"].map(|k| text(a, k).map(str::to_owned)), &self.words.labels.list_colon));
        self.tell("annexes", join(annexes, "\n"));
    }

    /// A withdrawal says which letter it is about and who withdraws it, names nobody, and asks for no consent: what the form asks
    /// besides would tell again what is to be forgotten.
    fn withdrawal(&mut self, view: &View<'_>) {
        let codes = list(self.data, "victims").map(|v| text(v, "name").map(str::to_owned));
        self.tell("victims", join(codes, "\n"));
        self.tell("summary", text(self.data, "case.context.summary").map(str::to_owned));
        self.ask("sender", sender(view, self.words));
        self.tell("contact", join([Some(strings(self.data, "case.contact.details").join(&self.words.labels.semicolon))], ""));
    }

    fn incident(&self, incident: &Value<'_>) -> Option<String> {
        let own = |key: &str| text(incident, key).map(str::to_owned);
        let head = join([join([own("date"), own("time")], ", "), own("place"), own("heading")], " – ");
        let mut parts = vec![head, own("account")];
        for fact in list(incident, "facts") {
            parts.push(join(
                [text(fact, "title").map(str::to_owned), Some(strings(fact, "items").join(&self.words.labels.semicolon))],
                &self.words.labels.list_colon,
            ));
        }
        join(parts, "\n\n")
    }

    fn steps(&self) -> Option<String> {
        let steps: Vec<Option<String>> = list(self.data, "case.steps")
            .map(|s| {
                join(
                    [join(["authority", "date", "reference"].map(|k| text(s, k).map(str::to_owned)), ", "), text(s, "outcome").map(str::to_owned)],
                    &self.words.labels.list_colon,
                )
            })
            .collect();
        join(steps, "\n").or_else(|| text(self.data, "case.no-steps-because").map(str::to_owned))
    }

    /// What the form asks of each named person and the record does not hold.
    fn lacking_details(&mut self, view: &View<'_>, case: &Case) {
        let names = self.name_table.names();
        for (n, person) in view.victims() {
            if person.kind != PersonKind::Person {
                continue;
            }
            let recorded = [
                ("gender", person.gender.is_some()),
                ("age", person.age.is_some() || person.has_private()),
                ("nationality", person.nationality.is_some()),
                ("occupation", person.occupation.is_some()),
                ("work", person.work.is_some() || !case.mandates.iter().any(|m| m == "human-rights-defenders")),
            ];
            let lacking: Vec<&str> =
                recorded.iter().filter(|(_, known)| !known).filter_map(|(k, _)| self.words.form.details.get(*k)).map(String::as_str).collect();
            if !lacking.is_empty() {
                self.gaps.push(fill(&self.words.form.lacking, &[("who", &names[n]), ("details", &self.words.and(&lacking))]));
            }
        }
    }

    /// Every question on consent is answered from the record. A letter without consent is not cleared, and has no form.
    fn consents(&mut self, view: &View<'_>, source: SourceStatus) {
        let words = self.words;
        let names = self.name_table.names();
        let mut asked: Vec<_> = view.victims().into_iter().filter(|(_, v)| !v.is_unnamed_group()).collect();
        // Whoever else an answer names is asked about like a victim.
        let (first, mentioned) = (view.cx.case.victims.len(), self.name_table.mentioned());
        let others = view.cx.case.people.iter().enumerate().map(|(n, p)| (first + n, p)).filter(|(n, _)| mentioned.contains(n));
        asked.extend(others.filter(|(n, p)| p.name.is_some() && view.disclosure(*n, p) >= Disclosure::Initials));
        let each = |answer: &str, n: usize| fill(&words.form.each, &[("who", &names[n]), ("answer", answer)]);
        let unnamed: Vec<&String> = view.victims().into_iter().filter(|(_, v)| v.is_unnamed_group()).map(|(n, _)| &names[n]).collect();
        let no_individual = (!unnamed.is_empty()).then(|| fill(&words.statements.no_individual, &[("who", &words.and(&unnamed))]));
        let submit = asked.iter().map(|(n, v)| {
            let agreed = v.consent.as_ref().is_some_and(|c| c.submit == Some(true) && c.withdrawn.is_none());
            Some(each(if agreed { &words.labels.yes } else { &words.labels.unknown }, *n))
        });
        let submit: Vec<Option<String>> = submit.chain([no_individual.clone()]).collect();
        self.ask("consent-submit", join(submit, "\n"));
        for (key, audience, question) in
            [("consent-government", Audience::Government, &words.statements.government), ("consent-public", Audience::Public, &words.statements.public)]
        {
            if asked.is_empty() {
                self.ask(key, no_individual.clone());
                continue;
            }
            let answers = asked.iter().map(|(n, v)| Some(each(answer(words, v, audience), *n)));
            let all: Vec<Option<String>> = std::iter::once(Some(format!("{question}{}", words.labels.colon.trim_end()))).chain(answers).collect();
            self.ask(key, join(all, "\n"));
        }
        let source = match source {
            SourceStatus::Confidential => &words.statements.source_confidential,
            SourceStatus::Open => &words.statements.source_open,
        };
        self.ask("source", Some(source.clone()));
    }

    /// The last block: what the form will ask.
    fn end(mut self) -> Vec<Block> {
        self.blocks.push(Block::Heading(2, vec![Inline::Text(self.words.form.remaining.clone())]));
        if self.gaps.is_empty() {
            self.blocks.push(Block::Paragraph(vec![Inline::Text(self.words.form.nothing_remains.clone())]));
        } else {
            let items = self.gaps.into_iter().map(|gap| vec![Block::Paragraph(vec![Inline::Value(gap)])]).collect();
            self.blocks.push(Block::List { start: None, items });
        }
        self.blocks
    }
}

/// A victim: the name, what is told of them, their work, how they are.
fn person(victim: &Value<'_>, words: &Words) -> Option<String> {
    let mut facts: Vec<&str> = text(victim, "gender").into_iter().collect();
    facts.extend(strings(victim, "details"));
    let facts = (!facts.is_empty()).then(|| format!("({})", facts.join(&words.labels.semicolon)));
    let first = join([text(victim, "name").map(str::to_owned), facts], " ")?;
    join([Some(first), text(victim, "work").map(str::to_owned), text(victim, "situation").map(str::to_owned)], "\n")
}

/// An alleged perpetrator, on one line.
fn perpetrator(who: &Value<'_>) -> Option<String> {
    let mut parts: Vec<Option<String>> = strings(who, "details").into_iter().map(|d| Some(d.to_owned())).collect();
    parts.insert(0, text(who, "name").map(str::to_owned));
    parts.extend(["kind", "description", "link-to-state"].map(|k| text(who, k).map(str::to_owned)));
    join(parts, ", ")
}

/// A paragraph of lines.
fn lines(paragraph: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    for line in paragraph.split('\n') {
        if !out.is_empty() {
            out.push(Inline::Break);
        }
        out.push(Inline::Value(line.to_owned()));
    }
    out
}

fn unique(items: Vec<Option<String>>) -> Vec<Option<String>> {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().filter(|i| seen.insert(i.clone())).collect()
}

/// The sender: name, address and how to reach it.
fn sender(view: &View<'_>, words: &Words) -> Option<String> {
    let organisation = view.cx.organisation;
    let name = organisation.name.get(&view.cx.pack.language).cloned();
    let labelled = |label: &str, value: &String| format!("{label}{}{value}", words.labels.list_colon);
    let mut parts = vec![name];
    parts.extend(organisation.address.iter().cloned().map(Some));
    parts.push(organisation.phone.as_ref().map(|p| labelled(&words.labels.telephone, p)));
    parts.push(Some(labelled(&words.labels.email, &organisation.email)));
    parts.push(organisation.website.as_ref().map(|w| labelled(&words.labels.website, w)));
    join(parts, "\n")
}

/// The six elements without which the Working Group takes no case, then what its questionnaire asks about the person.
fn disappearance(sheet: &mut FormAnswers<'_>, view: &mut View<'_>, person: usize) {
    let case = view.cx.case;
    let victim = list(sheet.data, "victims").next();
    sheet.ask("wg-name", victim.and_then(|v| text(v, "name")).map(str::to_owned));
    let found = fact_of(case, person);
    let mut value = |key: &str| {
        let (number, fact) = found?;
        let (_, value) = fact.items.iter().find(|(k, _)| *k == key)?;
        view.worded(value, || format!("incidents.{number}.{}.{key}", fact.kind))
    };
    let (date, last_seen, search, seen_by) = (value("date"), value("last-seen"), value("search"), value("seen-by"));
    sheet.ask("wg-date", date);
    let known = found.and_then(|(_, f)| f.items.iter().find_map(|(k, v)| if let ("date", FactValue::Date(d)) = (*k, v) { Some(*d) } else { None }));
    if known.is_some_and(|d| !has_month(d)) {
        sheet.gaps.push(sheet.words.form.date_too_vague.clone());
    }
    let incident = found.and_then(|(number, _)| list(sheet.data, "incidents").nth(number - 1));
    sheet.ask("wg-place", last_seen.or_else(|| incident.and_then(|i| text(i, "place")).map(str::to_owned)));
    let forces = case.perpetrators.iter().any(|p| p.kind != PerpetratorKind::NonState);
    let who: Vec<Option<String>> = list(sheet.data, "perpetrators").map(perpetrator).collect();
    sheet.ask("wg-forces", if forces { join(who, "\n") } else { None });
    let steps = sheet.steps();
    sheet.ask("wg-search", join([search, steps], "\n\n"));
    sheet.ask("wg-sender", sender(view, sheet.words));
    let identity = victim.and_then(|v| self::person(v, sheet.words));
    sheet.ask("wg-identity", identity);
    sheet.lacking_details(view, case);
    sheet.ask("wg-seen-by", seen_by);
}

/// The fact of this person's disappearance, and the number of its incident.
fn fact_of(case: &Case, person: usize) -> Option<(usize, &Fact)> {
    let facts = case.incidents.iter().enumerate().flat_map(|(n, i)| i.facts.iter().map(move |f| (n + 1, f)));
    facts.into_iter().find(|(_, f)| f.kind == "disappearance" && f.victims.contains(&person))
}

/// Whether a date says at least month and year.
fn has_month(date: PartialDate) -> bool {
    match date {
        PartialDate::At(point) => point.month.is_some(),
        PartialDate::Span(a, b) | PartialDate::Between(a, b) => a.month.is_some() && b.month.is_some(),
        PartialDate::Unknown => false,
    }
}
