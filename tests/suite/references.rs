//! References and braces: `{v1}` counts in every text that a letter prints, and a brace that a reader would see holds the letter.
//!
//! One case has every text of the schema, each a slot; a field that is new in the schema has to get a slot here.

use crate::test_workspace::{CASE, TestWorkspace};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every text that a letter prints: `@` is what is tried in it.
const ALL: &str = r#"title = "T0 @ fin"
state-as = "T1 @ fin"
action = "urgent-appeal"
country = "MX"
mandates = ["human-rights-defenders"]
cc = ["T2 @ fin"]
date = 2021-04-28
language = "es"
[urgency]
reason = "T3 @ fin"
event = "T4 @ fin"
[context]
summary = "T5 @ fin"
background = "T6 @ fin"
pattern = "T7 @ fin"
link = "T8 @ fin"
risk = "T9 @ fin"
situation = "T10 @ fin"
reprisals = "T11 @ fin"
[contact]
name = "T12 @ fin"
phone = "T13 @ fin"
hours = "T14 @ fin"
channel = "T15 @ fin"
[[victims]]
id = "v1"
name = "María Ejemplo"
kind = "person"
occupation = "T16 @ fin"
work = "T17 @ fin"
status = "T18 @ fin"
situation = "T19 @ fin"
document = "T20 @ fin"
address = "T21 @ fin"
contact = "T22 @ fin"
nationality = "T23 @ fin"
[victims.consent]
submit = true
government = "name"
public = "name"
by = "self"
on = 2021-04-27
how = "una hoja {firmada}"
[[perpetrators]]
id = "p1"
name = "Agencia"
kind = "state"
individual = true
institution = "T24 @ fin"
rank = "T25 @ fin"
description = "T26 @ fin"
link-to-state = "T27 @ fin"
[[incidents]]
id = "i1"
date = "2021-03-22"
date-note = "T28 @ fin"
time = "T29 @ fin"
place = "T30 @ fin"
victims = ["v1"]
heading = "T31 @ fin"
account = "T32 @ fin"
[[incidents.arrest]]
victims = ["v1"]
time = "T33 @ fin"
place = "T34 @ fin"
by = "T35 @ fin"
authority = "T36 @ fin"
law = "T37 @ fin"
reasons = "T38 @ fin"
[[incidents.detention]]
victims = ["v1"]
place = "T39 @ fin"
authority = "T40 @ fin"
law = "T41 @ fin"
charges = "T42 @ fin"
why-arbitrary = "T43 @ fin"
[[incidents.disappearance]]
victims = ["v1"]
last-seen = "T44 @ fin"
seen-by = "T45 @ fin"
search = "T46 @ fin"
[[incidents.ill-treatment]]
victims = ["v1"]
forms = "T47 @ fin"
injuries = "T48 @ fin"
care = "T49 @ fin"
reported-to = "T50 @ fin"
[[incidents.killing]]
victims = ["v1"]
cause = "T51 @ fin"
force = "T52 @ fin"
investigation = "T53 @ fin"
[[incidents.expulsion]]
victims = ["v1"]
to = "T54 @ fin"
[[steps]]
authority = "T55 @ fin"
reference = "T56 @ fin"
outcome = "T57 @ fin"
[[requests]]
text = "T58 @ fin"
[[law]]
text = "T59 @ fin"
[[sources]]
id = "s1"
title = "T60 @ fin"
publisher = "T61 @ fin"
[[annexes]]
id = "a1"
file = "a1.pdf"
title = "T62 @ fin"
[[other-procedures]]
body = "T63 @ fin"
reference = "T64 @ fin"
status = "T65 @ fin"
[[co-signers]]
name = "T66 @ fin"
role = "T67 @ fin"
"#;

/// The rest stands in an update only, or where no step was taken.
const UPDATE: &str = r#"title = "T0 @ fin"
action = "update"
updates = "c1"
date = 2021-05-06
language = "es"
no-steps-because = "T1 @ fin"
[context]
news = "T2 @ fin"
corrections = "T3 @ fin"
"#;

/// Texts that no letter prints, ids, and what may not refer to anybody because it is what others are called by.
const OTHER: &[&str] = &[
    "annexes.file", // a path
    "reference",    // a head that is not the reader's: a brace holds the letter
    "previous.reference",
    "updates",
    "not-a-name",
    "people",
    "perpetrators.name",
    "victims.aliases",
    "victims.code",
    "victims.consent.how",
    "victims.consent.only",
    "victims.family",
    "victims.given",
    "victims.initials",
    "victims.name",
    "victims.short",
];

fn workspace(case: &str) -> TestWorkspace {
    let before = CASE.replace("date = 2021-04-28\n", "date = 2021-04-20\n").replace("on = 2021-04-27", "on = 2021-04-19");
    TestWorkspace::new().file("a1.pdf", "%PDF-").case("c1", &before).case("all", case)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn slots(case: &str) -> Vec<(usize, usize)> {
    case.lines().enumerate().filter_map(|(n, line)| Some((n + 1, line.split_once("\"T")?.1.split(' ').next()?.parse().ok()?))).collect()
}

#[test]
fn a_reference_counts_in_every_text_that_a_letter_prints() {
    for case in [ALL, UPDATE] {
        for language in ["es", "en", "fr"] {
            let text = case.replace('@', "{v1}").replace("language = \"es\"", &format!("language = \"{language}\""));
            for format in ["text", "form"] {
                let run = workspace(&text).run(&format!("render all -f {format} -o out --date 2021-05-06")).outcome();
                assert_eq!(run.code, 0, "{language} {format}: {}", run.stderr);
                let letter = squeezed(&String::from_utf8_lossy(run.written.values().next().expect("a letter")));
                assert!(!letter.contains(['{', '}', '\u{e003}']), "{language} {format}: {letter}");
                // A form has no copies, no standing of its own, and no signatures.
                for (_, slot) in slots(case).into_iter().filter(|_| format == "text") {
                    assert!(letter.contains(&format!("T{slot} María Ejemplo fin")), "{language}: T{slot}\n{letter}");
                }
            }
        }
    }
}

#[test]
fn a_brace_that_a_reader_would_see_holds_the_letter_at_its_place() {
    for case in [ALL, UPDATE] {
        for (line, slot) in slots(case) {
            let brace = ["{", "}", "{{v1}}", "${v1}", "{V1}"][slot % 5];
            let text = case.replace(&format!("T{slot} @"), &format!("T{slot} {brace}")).replace('@', "-");
            let said = workspace(&text).run("check all --date 2021-05-06").outcome();
            assert_eq!(said.code, 3, "T{slot}: {}{}", said.stdout, said.stderr);
            let place = if case.lines().nth(line - 1).is_some_and(|l| l.starts_with("cc")) { String::new() } else { format!(":{line}:") };
            let held = said.stderr.lines().find(|l| l.contains("a brace that is no reference")).unwrap_or_else(|| panic!("T{slot}: {}", said.stderr));
            assert!(held.starts_with(&format!("cases/all.toml{place}")), "T{slot} at {line}: {held}");
            assert!(said.stderr.contains("\n  hint: a reference is the id of somebody in this case, in one pair of braces: {v1}; write other braces as ( )\n"));
        }
    }
    for (field, with) in [("name = \"María Ejemplo\"", "name = \"María {Ejemplo\""), ("name = \"Agencia\"", "name = \"{p1}\"")] {
        workspace(&ALL.replace(field, with).replace('@', "-")).run("check all").code(3).stdout_has("held").stderr_has("a brace that is no reference");
    }
}

#[test]
fn a_reference_to_nobody_is_an_error_in_every_text() {
    let text = ALL.replace("T30 @", "T30 {v2}").replace("T62 @", "T62 {nobody}").replace('@', "-");
    workspace(&text).run("check all").code(1).stdout_has("errors").stderr_has(
        "cases/all.toml:58:9: {v2} refers to nobody in this case\n  hint: did you mean {v1}?\n\
         cases/all.toml:111:9: {nobody} refers to nobody in this case\n  hint: references name the id of a victim, a person or a perpetrator\n",
    );
}

#[test]
fn an_institution_that_stands_for_a_name_may_refer_to_another_perpetrator() {
    let other = "[[perpetrators]]\nid = \"p2\"\nname = \"Guardia Ejemplar\"\nkind = \"state\"\n[[incidents]]\nid";
    let text = ALL.replace("[[incidents]]\nid", other).replace("T24 @ fin", "{p2}").replace("T32 @", "T32 {p1}").replace('@', "-");
    let text = text.replace("rank = \"T25 - fin\"", "rank = \"capitán\"");
    let run = workspace(&text).run("render all --audience public").outcome();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(squeezed(&run.stdout).contains("T32 capitán, Guardia Ejemplar fin"), "{}", run.stdout);
}

/// The dotted paths of the texts in a schema, lists and tables by language as one.
fn texts(schema: &Value, path: &str, out: &mut BTreeSet<String>) {
    let text = |s: &Value| s["$ref"] == "#/$defs/localized" || (s["type"] == "string" && ["$comment", "format", "enum"].iter().all(|k| s.get(k).is_none()));
    if let Some(properties) = schema["properties"].as_object() {
        for (key, below) in properties {
            texts(below, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, out);
        }
    } else if schema["type"] == "array" {
        texts(&schema["items"], path, out);
    } else if text(schema) || schema["anyOf"].as_array().is_some_and(|any| any.iter().any(text)) {
        out.insert(path.to_owned());
    }
}

/// The dotted paths of the slots of a case.
fn printed(node: &toml::Value, path: &str, out: &mut BTreeSet<String>) {
    match node {
        toml::Value::String(text) if text.contains('@') => drop(out.insert(path.to_owned())),
        toml::Value::Array(items) => items.iter().for_each(|item| printed(item, path, out)),
        toml::Value::Table(table) => {
            table.iter().for_each(|(key, below)| printed(below, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, out));
        }
        _ => {}
    }
}

#[test]
fn every_text_of_the_schema_is_tried_here_or_known_as_another() {
    let schema: Value = serde_json::from_str(&TestWorkspace::bare().run("schema case").outcome().stdout).expect("JSON");
    let (mut all, mut tried) = (BTreeSet::new(), BTreeSet::new());
    texts(&schema, "", &mut all);
    for case in [ALL, UPDATE] {
        printed(&toml::from_str(case).expect("TOML"), "", &mut tried);
    }
    let is_other = |path: &String| OTHER.iter().any(|other| path == other || (*other == "people" && path.starts_with("people.")));
    let open: Vec<&String> = all.iter().filter(|path| !is_other(path) && !tried.contains(*path)).collect();
    assert!(open.is_empty(), "neither tried nor known as another: {open:#?}");
    assert!(tried.is_subset(&all), "{tried:#?}");
}
