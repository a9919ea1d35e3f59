//! What each mandate asks for: every requirement can be met and can be missed, in every language, and the data keeps its rules.
//!
//! The cases are derived from requirements.toml: a case that answers everything a mandate asks, and then that case without what
//! answers one requirement.

use crate::test_workspace::TestWorkspace;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use toml::{Table, Value};

const LANGUAGES: [&str; 3] = ["en", "es", "fr"];

fn read(file: &str) -> Table {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file of the project can be read");
    toml::from_str(&text).expect("it is TOML")
}

fn texts<'a>(table: &'a Value, key: &str) -> Vec<&'a str> {
    table.get(key).and_then(Value::as_array).map(|a| a.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

fn is_common(requirement: &Value) -> bool {
    requirement.get("common").and_then(Value::as_bool) == Some(true)
}

/// A word of a list, as a sentence may have it.
fn first_word(requirement: &Value, key: &str, language: &str) -> String {
    requirement[key][language].as_str().expect("words by language").split(',').next().expect("a word").trim().to_owned()
}

/// A case in this language that answers everything this mandate asks, but for what is left out on purpose.
fn complete(mandate: &str, language: &str, leave_out: Option<&str>) -> Table {
    let requirements = read("requirements.toml");
    let asks: BTreeSet<String> = texts(&read("recipients.toml")[mandate], "asks").into_iter().map(str::to_owned).collect();
    let mentioned =
        requirements.iter().filter(|(key, r)| asks.contains(*key) && Some(key.as_str()) != leave_out && texts(r, "answered-by").contains(&"mentions"));
    let mut words: Vec<String> = mentioned.map(|(_, r)| first_word(r, "words", language)).collect();
    // What turns a question on stands in the letter, unless another question is to be missed: it could answer that one.
    let turned_on = |key: &str| leave_out.is_none_or(|out| out == key);
    words.extend(
        requirements
            .iter()
            .filter(|(key, r)| asks.contains(*key) && turned_on(key) && r.get("when-words").is_some())
            .map(|(_, r)| first_word(r, "when-words", language)),
    );
    let words = words.join(" . ");
    let case = format!(
        r#"
title = "x y"
action = "urgent-appeal"
country = "MX"
mandates = ["{mandate}"]
date = 2021-04-28
language = "{language}"
[urgency]
reason = "z z z"
act-by = 2021-05-05
[context]
background = "{words}."
link = "z z"
pattern = "z z"
situation = "z z"
risk = "z z"
[[victims]]
id = "v1"
name = "Zenobia Canary"
kind = "person"
code = "A"
gender = "f"
age = 34
nationality = "GT"
occupation = "z z"
work = "z z"
status = "z z"
document = "z z"
address = "z z"
contact = "z z"
[victims.consent]
submit = true
government = "name"
public = "unnamed"
by = "family"
on = 2021-04-27
how = "z"
[[victims]]
id = "g1"
kind = "community"
code = "B"
[[perpetrators]]
id = "p1"
name = "z z"
kind = "state"
[[incidents]]
id = "i1"
date = "2021-03-22"
place = "z z"
victims = ["v1"]
perpetrators = ["p1"]
account = "zzzz zzzz zzzz zzzz zzzz zzzz {{v1}}"
reliability = "direct"
[[incidents.arrest]]
victims = ["v1"]
date = "2021-03-22"
time = "13:00"
place = "z"
by = "z"
warrant = "no"
authority = "z"
law = "z"
reasons = "z"
[[incidents.detention]]
victims = ["v1"]
from = "2021-03-22"
place = "z"
authority = "z"
law = "z"
charges = "z"
family = "no"
lawyer = "no"
doctor = "unknown"
categories = ["I"]
why-arbitrary = "z"
[[incidents.disappearance]]
victims = ["v1"]
date = "2021-03-22"
last-seen = "z"
search = "z"
[[incidents.ill-treatment]]
victims = ["v1"]
forms = "z"
injuries = "z"
care = "z"
reported-to = "z"
[[incidents.killing]]
victims = ["v1"]
cause = "z"
force = "z"
investigation = "z"
[[incidents.expulsion]]
victims = ["v1"]
to = "z"
at = "2021-05-05"
[[steps]]
authority = "z z"
date = "2021-03-23"
outcome = "z z"
[[requests]]
text = "z z"
[[other-procedures]]
body = "z z"
"#
    );
    toml::from_str(&case).unwrap_or_else(|e| panic!("{e}\n{case}"))
}

fn organisation() -> Table {
    toml::from_str(
        "name = 'Red Ejemplo'\nlanguages = ['es', 'en', 'fr']\nemail = 'red@ejemplo.example.org'\nsource = 'open'\naddress = ['z 1']\n[[signatories]]\nid = 'ana'\nname = 'Ana Firmante'\n",
    )
    .expect("the organisation of the test")
}

fn tables<'a>(case: &'a mut Table, name: &str) -> impl Iterator<Item = &'a mut Table> {
    case.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_table_mut)
}

/// Takes out of a case (or its sender) what fulfils this condition.
fn take_out(condition: &str, case: &mut Table, sender: &mut Table) {
    let (head, tail) = condition.split_once('.').unwrap_or((condition, ""));
    match condition {
        "identified" => {
            for v in tables(case, "victims") {
                v.remove("code");
                v.get_mut("consent")
                    .and_then(Value::as_table_mut)
                    .map(|c| (c.insert("mandate".into(), "unnamed".into()), c.insert("government".into(), "unnamed".into())));
            }
            tables(case, "victims").filter(|v| v["kind"].as_str() == Some("community")).for_each(|v| drop(v.remove("code")));
        }
        "community" => case["victims"].as_array_mut().expect("victims").truncate(1),
        "organisation" | "mentions" => {}
        "victims.consent" => tables(case, "victims").for_each(|v| drop(v.remove("consent"))),
        "victims.consent.by" => {
            tables(case, "victims").filter_map(|v| v.get_mut("consent")?.as_table_mut()).for_each(|c| drop(c.insert("by".into(), "self".into())));
        }
        "victims.name" => tables(case, "victims").filter(|v| v.contains_key("name")).for_each(|v| drop(v.insert("name".into(), "Zenobia".into()))),
        "organisation.name" => drop(sender.insert("name".into(), "ANONYMOUS".into())),
        "organisation.address" => drop(sender.remove("address")),
        "perpetrators" => {
            case.remove("perpetrators");
            tables(case, "incidents").for_each(|i| drop(i.remove("perpetrators")));
        }
        "perpetrators.state" => tables(case, "perpetrators").for_each(|p| drop(p.insert("kind".into(), "non-state".into()))),
        "perpetrators.description" => tables(case, "perpetrators").for_each(|p| drop(p.remove("name"))),
        "incidents.date" => tables(case, "incidents").for_each(|i| {
            i.insert("date".into(), "XXXX".into());
            i.insert("date-note".into(), "z".into());
        }),
        "incidents.place" => tables(case, "incidents").for_each(|i| drop(i.remove("place"))),
        "incidents.account" => tables(case, "incidents").for_each(|i| drop(i.insert("account".into(), "z z".into()))),
        "month-known" => facts(case, "disappearance").for_each(|f| drop(f.insert("date".into(), "2021".into()))),
        "chronological" => {
            let mut earlier = case["incidents"][0].as_table().expect("an incident").clone();
            earlier.insert("id".into(), "i2".into());
            earlier.insert("date".into(), "2021-03-01".into());
            case["incidents"].as_array_mut().expect("incidents").push(Value::Table(earlier));
        }
        "steps" => drop(case.remove("steps")),
        "no-steps-because" => {}
        "steps.outcome" => tables(case, "steps").for_each(|s| drop(s.remove("outcome"))),
        "other-procedures" => drop(case.remove("other-procedures")),
        "first-hand" => tables(case, "incidents").for_each(|i| drop(i.insert("reliability".into(), "media".into()))),
        "recent" => {
            tables(case, "incidents").for_each(|i| drop(i.insert("date".into(), "2019-03-22".into())));
        }
        "recent-disappearance" => facts(case, "disappearance").for_each(|f| drop(f.insert("date".into(), "2020-12".into()))),
        "ongoing" => {
            case["context"].as_table_mut().expect("context").remove("risk");
            case["urgency"].as_table_mut().expect("urgency").remove("act-by");
            for i in tables(case, "incidents") {
                ["expulsion", "detention", "disappearance"].iter().for_each(|kind| drop(i.remove(*kind)));
            }
        }
        "not-imminent" => drop(case.insert("action".into(), "allegation-letter".into())),
        "still-ahead" => drop(case["urgency"].as_table_mut().expect("urgency").insert("act-by".into(), "2021-04-20".into())),
        "spelled-out" => drop(case["context"].as_table_mut().expect("context").insert("pattern".into(), "z QZX z".into())),
        "short-or-annexed" => drop(case["context"].as_table_mut().expect("context").insert("pattern".into(), "z ".repeat(1300).into())),
        _ if head == "context" => drop(case["context"].as_table_mut().expect("context").remove(tail)),
        _ if head == "victims" || head == "any-victim" => {
            // In a case of persons and groups, who is asked about are the persons.
            tables(case, "victims").for_each(|v| drop(v.remove(tail)));
        }
        _ if tail.is_empty() => tables(case, "incidents").for_each(|i| drop(i.remove(head))),
        _ => facts(case, head).for_each(|f| drop(f.remove(tail))),
    }
}

fn facts<'a>(case: &'a mut Table, kind: &str) -> impl Iterator<Item = &'a mut Table> {
    tables(case, "incidents").flat_map(move |i| i.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten()).filter_map(Value::as_table_mut)
}

/// The keys of what a mandate asks about a case.
fn asked(case: &Table, sender: &Table) -> Vec<String> {
    let workspace = TestWorkspace::bare().file("organisation.toml", toml::to_string(sender).expect("TOML")).case("c1", &toml::to_string(case).expect("TOML"));
    let said = workspace.run("check --json").into_stdout();
    assert!(!said.contains("Canary"), "a confidential name was repeated\n{said}");
    let mut keys = Vec::new();
    for line in said.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(line["state"] != "error", "{line:#}\n{}", toml::to_string(case).expect("TOML"));
        for finding in line["findings"].as_array().into_iter().flatten() {
            let key = finding["key"].as_str().expect("a key").to_owned();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

#[test]
fn a_case_that_answers_everything_is_asked_nothing() {
    for (mandate, entry) in read("recipients.toml") {
        if texts(&entry, "asks").is_empty() {
            continue;
        }
        for language in LANGUAGES {
            if entry["title"].get(language).is_none() {
                continue;
            }
            assert_eq!(asked(&complete(&mandate, language, None), &organisation()), Vec::<String>::new(), "{mandate} {language}");
        }
    }
}

#[test]
fn every_requirement_can_be_missed_and_is_then_asked_in_every_language() {
    let directory = read("recipients.toml");
    for (key, requirement) in read("requirements.toml") {
        let home = |entry: &Value| texts(entry, "asks").contains(&key.as_str());
        let mandate = if is_common(&requirement) { "human-rights-defenders" } else { directory.iter().find(|(_, e)| home(e)).expect("somebody asks it").0 };
        for language in LANGUAGES.into_iter().filter(|l| directory[mandate]["title"].get(l).is_some()) {
            let (mut case, mut sender) = (complete(mandate, language, Some(&key)), organisation());
            if mandate != "indigenous-peoples" {
                case["victims"].as_array_mut().expect("victims").truncate(1);
            }
            for condition in texts(&requirement, "answered-by") {
                take_out(condition, &mut case, &mut sender);
            }
            if texts(&requirement, "answered-by") == ["civil"] {
                let word = first_word(&requirement, "words", language);
                case["context"].as_table_mut().expect("context").insert("pattern".into(), word.into());
            }
            let keys = asked(&case, &sender);
            assert!(keys.contains(&key), "{key} {language}: {keys:?}");
        }
    }
}

#[test]
fn the_data_keeps_its_rules() {
    let requirements = read("requirements.toml");
    let directory = read("recipients.toml");
    let six = ["disappeared-name", "disappeared-date", "disappeared-place", "disappeared-by", "disappeared-search"];
    for (key, r) in &requirements {
        for language in LANGUAGES {
            assert!(r["question"].get(language).is_some(), "{key} has no question in {language}");
            for words in ["words", "when-words"] {
                assert!(r.get(words).is_none_or(|w| w.get(language).is_some()), "{key} has no {words} in {language}");
            }
        }
        assert!(r.get("source").is_some() && r.get("checked").is_some(), "{key} has no source");
        let is_hard = r["severity"].as_str() == Some("cannot-be-processed");
        assert!(!is_hard || is_common(r) || six.contains(&key.as_str()), "{key} may not be hard");
        let unread = r.get("note").and_then(Value::as_str).is_some_and(|n| n.to_lowercase().contains("general knowledge"));
        assert!(!(unread && is_hard), "{key} rests on a document that nobody read");
        let is_asked = directory.values().any(|e| texts(e, "asks").contains(&key.as_str()));
        assert!(is_common(r) != is_asked, "{key} is asked by nobody, or by all and again by one");
    }
}

#[test]
fn no_question_is_phrased_as_a_judgement() {
    for (key, r) in read("requirements.toml") {
        for language in LANGUAGES {
            let question = r["question"][language].as_str().expect("a question").to_lowercase();
            assert!(question.contains('?') || key == "perpetrators" || key == "urgency-fits", "{key}: {question}");
            for word in ["guilty", "illegal", "unlawful", "culpable", "ilegal", "coupable", "illégal"] {
                assert!(!question.contains(word), "{key}: {question}");
            }
        }
    }
}

#[test]
fn a_workspace_adds_requirements_and_overrides_them_key_by_key() {
    let own = "[age]\nquestion.es = '¿Cuántos años?'\nanswered-by = ['victims.age']\nseverity = 'will-be-asked'\nfield = 'victims.age'\n[ours]\nquestion.es = '¿Y los anexos?'\nanswered-by = ['steps']\ncommon = true\nseverity = 'will-be-asked'\nfield = 'annexes'\n";
    let workspace = TestWorkspace::new().case_with(&[]).file("requirements.toml", own);
    workspace.run("check --ui es").code(0).stdout_has("¿Cuántos años?\n");
    workspace.run("check --ui es").code(0).stdout_has("¿Y los anexos?\n    annexes\n");
    let workspace = TestWorkspace::new().case_with(&[]).file("recipients.toml", "[migrants]\nasks = ['minorss']\n");
    workspace.run("check").code(1).stderr_has("recipients.toml:1:1: `minorss` in `asks` is not a requirement\n  hint: did you mean `minors`?\n");
    let workspace = TestWorkspace::new()
        .case_with(&[])
        .file("requirements.toml", "[x]\nquestion = 'x?'\nanswered-by = ['victims.agee']\nseverity = 'will-be-asked'\nfield = 'x'\n");
    workspace.run("check").code(1).stderr_has("requirements.toml:3:");
}

#[test]
fn other_mandates_are_proposed_by_country_facts_and_words_each_with_why() {
    let case = crate::test_workspace::CASE.replace("country = \"MX\"", "country = \"IR\"");
    let fact = "reliability = \"direct\"\n[[incidents.detention]]\nvictims = [\"v1\"]\nfrom = \"2021-03-22\"\n";
    let workspace = TestWorkspace::new().case("c1", &case.replace("reliability = \"direct\"\n", fact));
    let said = workspace.run("recipients --for c1").code(0).stderr_has("hints only").into_stdout();
    let keys: Vec<&str> = said.lines().filter_map(|l| l.split_whitespace().next()).collect();
    assert_eq!(keys, ["iran", "arbitrary-detention"], "{said}");
    assert!(said.contains("it is about IR") && said.contains("the case has [[incidents.detention]]"), "{said}");
    let said = TestWorkspace::new().case_with(&[("Agentes del", "En la frontera, agentes del")]).run("recipients --for c1 --json").code(0).into_stdout();
    assert!(said.contains("\"key\":\"migrants\"") && !said.contains("human-rights-defenders"), "{said}");
    TestWorkspace::new().case_with(&[]).run("recipients --for c2").code(2).stderr_has("there is no case c2");
}

#[test]
fn a_letter_that_is_cleared_is_not_called_one_that_cannot_be_processed() {
    let case = crate::test_workspace::CASE.replace("place = \"Puente Rodolfo Robles, Suchiate, Chiapas\"\n", "");
    let said = TestWorkspace::new().case("c1", &case).run("check --ui en").code(0).into_stdout();
    assert!(said.starts_with("c1.human-rights-defenders.es: cleared, but the mandate cannot process it without what is marked !\n  ! "), "{said}");
    assert!(said.ends_with("\n1 case, 1 letter: 1 cleared\n") && !said.contains("cannot be processed"), "{said}");
    let held = TestWorkspace::new().case("c1", &case.replace("submit = true\n", "")).run("check --ui en").code(3).into_stdout();
    assert!(held.starts_with("c1.human-rights-defenders.es: cannot be processed\n  ! ") && held.ends_with("\n1 case, 1 letter: 1 held\n"), "{held}");
}
