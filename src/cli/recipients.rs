//! `appeal recipients`: search the directory, show an entry with its sources, say what is stale.

use super::common::{Common, day};
use super::exit_status::ExitStatus;
use super::{proposals, report};
use crate::app::clock::today;
use crate::app::{RunError, workspace};
use crate::consent::{Audience, fold};
use crate::diagnostic::{Diagnostics, Severity};
use crate::directory::{Directory, Holder, Mandate};
use crate::letter::TemplateStore;
use crate::text::Language;
use chrono::NaiveDate;
use serde_json::{Value as Json, json};

/// What is searched for, or listed.
#[derive(clap::Args)]
pub(super) struct RecipientsArgs {
    /// A key, or words of a title, a theme, a country, a language, a name
    query: Vec<String>,
    /// List what is stale, lapsed or without an address
    #[arg(long)]
    check: bool,
    /// The mandates that this case could name too, each with why
    #[arg(long = "for", value_name = "CASE", conflicts_with_all = ["query", "check"])]
    case: Option<String>,
    /// As of this day
    #[arg(long, value_name = "D", value_parser = day)]
    date: Option<NaiveDate>,
}

pub(super) fn run(common: &Common, args: &RecipientsArgs) -> Result<ExitStatus, RunError> {
    if let Some(case) = &args.case {
        return proposals::run(common, case, args.date);
    }
    let (query, today) = (&args.query.join(" "), args.date.unwrap_or_else(today));
    let mut problems = Diagnostics::default();
    let root = workspace::search(common.directory.as_deref());
    let directory = workspace::load_directory(root.as_deref(), &mut problems);
    if problems.has_errors() {
        return Err(problems.into());
    }
    if args.check {
        return stale(common, &directory, today);
    }
    if let Some(entry) = directory.get(query) {
        return show(common, entry, today);
    }
    let languages = Languages::new();
    let found: Vec<&Mandate> = directory.iter().filter(|m| languages.matches(m, query)).collect();
    if common.json {
        for entry in &found {
            report::json(&entry_json(entry, today))?;
        }
        return Ok(ExitStatus::Done);
    }
    if found.is_empty() {
        let near = directory.nearest(query).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        report::say(&format!("nothing in the directory fits{near}"));
        return Ok(ExitStatus::Done);
    }
    let rows: Vec<Vec<String>> = found.iter().map(|m| row(m, today, &languages.english)).collect();
    report::print(&report::table(&rows))?;
    if !common.quiet {
        report::say(&format!("{}; `appeal recipients KEY` shows one with its sources", report::counted_word(found.len(), "entry", "entries")));
    }
    Ok(ExitStatus::Done)
}

/// The names of countries, for the search.
struct Languages {
    english: Language,
    countries: Vec<std::collections::BTreeMap<String, String>>,
}

impl Languages {
    fn new() -> Self {
        let store = TemplateStore::shipped();
        let tables = store.languages().into_iter().filter_map(|code| store.get(&format!("{code}/countries.toml")));
        let countries = tables.filter_map(|source| toml::from_str(&source.text).ok()).collect();
        Self { english: Language::parse("en").expect("en is a language code"), countries }
    }

    /// Whether all words of the query stand in the entry, accents and case aside.
    fn matches(&self, entry: &Mandate, query: &str) -> bool {
        let mut text = vec![entry.key.clone(), entry.kind.word().to_owned()];
        text.extend(entry.title.all().map(|t| t.any.clone()));
        text.extend(entry.themes.iter().cloned());
        text.extend(entry.languages.iter().cloned());
        text.extend(entry.holders.iter().map(|h| h.name.clone()));
        if let Some(code) = &entry.country {
            text.push(code.clone());
            text.extend(self.countries.iter().filter_map(|c| c.get(code)).cloned());
        }
        let text = fold(&text.join(" "));
        fold(query).split_whitespace().all(|word| text.contains(word))
    }
}

fn row(entry: &Mandate, today: NaiveDate, english: &Language) -> Vec<String> {
    let title = entry.title(english).map(|t| t.any.clone()).or_else(|| entry.title.all().next().map(|t| t.any.clone())).unwrap_or_default();
    let short: String = if title.chars().count() > 76 { title.chars().take(75).chain(['…']).collect() } else { title };
    let holder = entry.holder_on(today).map_or("–", |h| h.name.as_str());
    let holder = entry.merged_into.as_ref().map_or_else(|| holder.to_owned(), |into| format!("→ {into}"));
    vec![entry.key.clone(), short, holder, if entry.address.is_some() { "e-mail".into() } else { "–".into() }]
}

fn stale(common: &Common, directory: &Directory, today: NaiveDate) -> Result<ExitStatus, RunError> {
    let found = directory.check(today);
    if common.json {
        for problem in found.clone().sorted() {
            report::json(&report::problem_json(&problem))?;
        }
        return Ok(ExitStatus::Done);
    }
    let count = found.count(Severity::Warning);
    for problem in found {
        report::print(&format!("{}\n", problem.message))?;
        if let Some(hint) = problem.hint.as_ref().filter(|_| common.verbose) {
            report::print(&format!("  hint: {hint}\n"))?;
        }
    }
    if !common.quiet {
        report::say(&format!("{} as of {today}; -v says what to do", report::counted_word(count, "remark", "remarks")));
    }
    Ok(ExitStatus::Done)
}

fn show(common: &Common, entry: &Mandate, today: NaiveDate) -> Result<ExitStatus, RunError> {
    if common.json {
        report::json(&entry_json(entry, today))?;
        return Ok(ExitStatus::Done);
    }
    let mut rows = vec![vec!["key".into(), entry.key.clone()], vec!["kind".into(), entry.kind.word().into()]];
    let mut row = |label: &str, value: Option<String>| rows.extend(value.map(|v| vec![label.to_owned(), v]));
    row("reader", Some(entry.kind.audience().word().to_owned()));
    for code in ["en", "es", "fr"] {
        let title = Language::parse(code).and_then(|l| entry.title(&l).map(|t| t.any.clone()));
        row(&format!("title ({code})"), title);
    }
    match &entry.address {
        Some(address) => {
            row("e-mail", Some(address.email.clone()));
            row("  source", address.source.clone());
            row("  checked", address.checked.map(|d| d.to_string()));
        }
        None if entry.kind.audience() == Audience::Mandate => {
            row("e-mail", Some("no source gives one: use the form, or write it into the workspace's recipients.toml".into()));
        }
        None => {}
    }
    row("older e-mail", entry.older_email.as_ref().map(|e| format!("{e} (on older pages; never used)")));
    row("form", entry.form.clone());
    row("languages", joined(&entry.languages));
    row("themes", joined(&entry.themes));
    row("country", entry.country.clone());
    row("merged into", entry.merged_into.clone());
    row("source", entry.source.clone());
    row("checked", entry.checked.map(|d| d.to_string()));
    row("note", entry.note.clone());
    let serving = entry.holder_on(today).map(|h| h.name.clone());
    let addressed = serving.unwrap_or_else(|| "nobody by name: no term certainly covers the day; the office is addressed".into());
    row(&format!("on {today}"), Some(addressed));
    for holder in &entry.holders {
        row("holder", Some(holder_line(holder)));
        row("  source", holder.source.clone());
        row("  checked", holder.checked.map(|d| d.to_string()));
        row("  note", holder.note.clone());
    }
    report::print(&report::table(&rows))?;
    Ok(ExitStatus::Done)
}

fn joined(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(", "))
}

fn holder_line(holder: &Holder) -> String {
    let honorific = holder.honorific.as_ref().map(|h| format!("{h} ")).unwrap_or_default();
    let term = match (holder.from, holder.to) {
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        (Some(from), None) => format!(", from {from}"),
        (None, Some(to)) => format!(", to {to}"),
        (None, None) => String::new(),
    };
    format!("{honorific}{}{term}{}", holder.name, if holder.is_member { ", member" } else { "" })
}

fn entry_json(entry: &Mandate, today: NaiveDate) -> Json {
    let titles: serde_json::Map<String, Json> =
        ["en", "es", "fr"].into_iter().filter_map(|c| Some((c.to_owned(), json!(entry.title(&Language::parse(c)?)?.any)))).collect();
    json!({
        "schema": 1,
        "key": entry.key,
        "kind": entry.kind.word(),
        "audience": entry.kind.audience().word(),
        "title": titles,
        "email": entry.address.as_ref().map(|a| a.email.clone()),
        "email-source": entry.address.as_ref().and_then(|a| a.source.clone()),
        "form": entry.form,
        "themes": entry.themes,
        "country": entry.country,
        "languages": entry.languages,
        "source": entry.source,
        "checked": entry.checked.map(|d| d.to_string()),
        "note": entry.note,
        "merged-into": entry.merged_into,
        "addressed": entry.holder_on(today).map(|h| h.name.clone()),
        "holders": entry.holders.iter().map(|h| json!({
            "name": h.name, "from": h.from.map(|d| d.to_string()), "to": h.to.map(|d| d.to_string()), "source": h.source, "checked": h.checked.map(|d| d.to_string()), "note": h.note,
        })).collect::<Vec<_>>(),
    })
}
