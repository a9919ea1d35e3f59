//! The letter as data: for programs that have their own idea of a page.

use crate::test_workspace::{CASE, TestWorkspace};
use crate::told::json_lines;
use serde_json::Value as Json;

/// Every text of a letter, in the order of its parts.
fn words(json: &Json, out: &mut String) {
    match json {
        Json::String(text) => {
            out.push_str(text);
            out.push(' ');
        }
        Json::Array(items) => items.iter().for_each(|item| words(item, out)),
        Json::Object(keys) => keys.values().for_each(|value| words(value, out)),
        _ => {}
    }
}

/// Letters and digits alone: what wrapping and marks do not change.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn the_letter_itself_is_a_line_of_json_with_the_words_of_the_text() {
    let workspace = TestWorkspace::new().case("c1", CASE).case("c2", CASE);
    let lines = json_lines(&workspace.run("render -f jsonl -o -").code(0).stderr("").into_stdout());
    assert_eq!(lines.len(), 2);
    let letter = &lines[0];
    assert_eq!(
        (&letter["schema"], &letter["case"], &letter["state"], &letter["language"], &letter["audience"], &letter["mark"]),
        (&1.into(), &"c1".into(), &"cleared".into(), &"es".into(), &"mandate".into(), &Json::Null)
    );
    let kinds: Vec<&str> = letter["parts"].as_array().unwrap().iter().map(|p| p.as_object().unwrap().keys().next().unwrap().as_str()).collect();
    assert!(kinds.starts_with(&["letterhead", "marks", "date-line", "addressees", "subject", "body"]), "{kinds:?}");
    let text = bare(&workspace.run("render c1").into_stdout());
    for part in letter["parts"].as_array().unwrap() {
        // Numbers of lists and the like are the page's; every paragraph is in both.
        for block in part["body"].as_array().into_iter().flatten().filter(|b| !b["paragraph"].is_null()) {
            let mut said = String::new();
            words(block, &mut said);
            assert!(text.contains(&bare(&said)), "{said}");
        }
    }
    assert!(letter.to_string().contains("{\"value\":\"María Ejemplo\"}"), "{letter}");
}

#[test]
fn a_draft_as_data_says_so_and_why_and_shows_no_name() {
    let workspace = TestWorkspace::new().case("c1", &CASE.replace("submit = true", "submit = false"));
    workspace
        .run("render -f jsonl")
        .code(3)
        .stdout("letters/c1.human-rights-defenders.es.jsonl  held: a draft\n")
        .stderr_has("1 letter: 1 held")
        .files(&["letters/c1.human-rights-defenders.es.jsonl"]);
    let draft = workspace.read("letters/c1.human-rights-defenders.es.jsonl");
    assert!(!draft.contains("María"), "{draft}");
    let draft = &json_lines(&draft)[0];
    assert_eq!((&draft["state"], &draft["mark"]), (&"draft".into(), &"BORRADOR".into()));
    assert_ne!(draft["reasons"].as_array().unwrap().len(), 0);
}
