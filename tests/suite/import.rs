//! Tables become case files that a person goes on editing, and say the same.

use crate::batch::{expected, letters};
use crate::batch_cases::{cases, csv, lines, named};
use crate::test_workspace::TestWorkspace;

/// What was written by an import, by file.
fn imported(workspace: &TestWorkspace, words: &str) -> Vec<(String, String)> {
    workspace.run(&format!("import {words}")).outcome();
    workspace.files().into_iter().filter(|(path, _)| path.starts_with("cases/")).map(|(p, b)| (p, String::from_utf8(b).unwrap())).collect()
}

#[test]
fn imported_cases_give_the_letters_of_their_table() {
    let expected = expected();
    for (name, bytes) in [("t.csv", csv(&named(&cases()), ';')), ("t.ndjson", lines(&cases()))] {
        let workspace = TestWorkspace::new().file(name, bytes);
        assert_eq!(imported(&workspace, name).len(), 5, "{name}");
        let found = letters(&workspace, "");
        for (path, bytes) in &expected {
            assert_eq!(String::from_utf8_lossy(&found[path]), String::from_utf8_lossy(bytes), "{name}: {path}");
        }
    }
}

const HEADER: &str = "Título;Fecha;Qué pasó;A quién;Aceptó;Teléfono\n";
const MAP: &str = r#"dates = "day-month-year"
[id]
prefix = "DF-2026-"
[number]
victims = "v"
[constants]
"action" = "allegation-letter"
"country" = "MX"
"victims.kind" = "person"
[columns]
"Título" = "title"
"Fecha" = "incidents.date"
"Qué pasó" = "incidents.account"
"A quién" = "victims.name"
"Aceptó" = "victims.consent.submit"
"#;

#[test]
fn a_file_has_the_order_and_the_explanations_of_a_new_one_and_what_is_left_to_do() {
    let table = format!("{HEADER}Amenazas \"graves\";03/04/2021;Hubo amenazas contra {{v1}}.;María Ejemplo;;555-0199\n");
    let workspace = TestWorkspace::new().file("t.csv", table).file("m.toml", MAP);
    workspace.run("import t.csv --map m.toml").code(0).stdout("cases/DF-2026-001.toml  to be completed\n").stderr("1 written, 0 not\n").outcome();
    let file = workspace.read("cases/DF-2026-001.toml");
    let at = |words: &str| file.find(words).unwrap_or_else(|| panic!("no {words} in\n{file}"));
    assert!(at("\ntitle = \"Amenazas \\\"graves\\\"\"") < at("\nmandates = [\"TODO\"]"), "{file}");
    assert!(at("\n[[victims]]\nid = \"v1\"") < at("\nname = \"María Ejemplo\"") && at("name = \"María") < at("\n[victims.consent]\n"), "{file}");
    at("\naccount = \"\"\"\nHubo amenazas contra {v1}.\n\"\"\"\n");
    at("\ndate = 2021-04-03\n");
    at("\ncountry = \"MX\"\n");
    at("\n[[requests]]\ntext = \"\"\"\nTODO\n\"\"\"\n");
    // Nobody was asked: the question stands there, and no answer.
    at("\n# submit = \"?\"");
    assert!(!file.contains("\nsubmit") && !file.contains("555-0199"), "{file}");
    // Completed, and still without a consent, it is held.
    let complete = file.replace("mandates = [\"TODO\"]", "mandates = [\"migrants\"]").replace("TODO", "Pedir información.");
    let workspace = TestWorkspace::new().case("DF-2026-001", &complete);
    workspace.run("check -q").code(3).stdout("").stderr_has("`v1` has not agreed").files(&[]);
}

#[test]
fn what_is_not_understood_is_said_at_its_cell_and_stops_no_other_row() {
    let row = |date: &str, agreed: &str| format!("Amenazas;{date};Hubo amenazas contra {{v1}}.;María Ejemplo;{agreed};555\n");
    let table = format!("{HEADER}{}{}{}", row("03/04/2021", "Sí"), row("04.03", "Sí"), row("05/04/2021", "quizá"));
    let workspace = TestWorkspace::new().file("t.csv", table).file("m.toml", MAP);
    let outcome = workspace.run("import t.csv --map m.toml").code(1).outcome();
    assert_eq!(outcome.stdout, "cases/DF-2026-001.toml  to be completed\n");
    assert!(
        outcome.stderr.contains("t.csv: B3: ") && outcome.stderr.contains("t.csv: E4: ") && outcome.stderr.contains("1 written, 2 not"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("María"), "{}", outcome.stderr);
}

#[test]
fn an_import_overwrites_nothing() {
    let workspace = TestWorkspace::new().file("t.ndjson", lines(&cases())).case("C2", "# mine\n");
    let outcome = workspace.run("import t.ndjson").code(1).outcome();
    assert_eq!(outcome.stdout.lines().count(), 4, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("t.ndjson:2:1: cases/c2.toml is there already, and stays as it is"), "{}", outcome.stderr);
    assert_eq!(workspace.read("cases/C2.toml"), "# mine\n");
    let before = workspace.files();
    assert_eq!(workspace.run("import t.ndjson").code(1).outcome().stdout, "");
    assert_eq!(workspace.files(), before);
}

#[test]
fn a_first_mapping_is_guessed_from_the_header_and_repeats_no_cell() {
    let table = "Folio,Asunto,Fecha de los hechos,Lugar,¿Qué pasó?,Nombre,Edad,¿Autoriza?,Teléfono\n\
                 17,Amenazas,23/04/2021,Tapachula,Hubo amenazas contra {v1}.,María Ejemplo,34,Sí,555-0199\n";
    let workspace = TestWorkspace::new().file("t.csv", table);
    let map = workspace.run("import t.csv --suggest-map").code(0).stderr("").into_stdout();
    for line in [
        "dates = \"day-month-year\"",
        "column = \"Folio\"",
        "\"Asunto\" = \"title\"",
        "\"Fecha de los hechos\" = \"incidents.date\"",
        "\"Lugar\" = \"incidents.place\"",
        "\"¿Qué pasó?\" = \"incidents.account\"",
        "\"Nombre\" = \"victims.name\"",
        "\"Edad\" = \"victims.age\"",
        "# \"¿Autoriza?\" = \"victims.consent.submit\"",
        "# \"Teléfono\" = \"\"",
    ] {
        assert!(map.lines().any(|l| l == line), "{line} in\n{map}");
    }
    assert!(!["María", "Tapachula", "34", "17", "555"].iter().any(|cell| map.contains(cell)), "{map}");
    let workspace =
        TestWorkspace::new().file("t.csv", table).file("m.toml", map.replace("# \"action\"", "\"action\"").replace("# \"victims.kind\"", "\"victims.kind\""));
    workspace.run("import t.csv --map m.toml").code(0).stdout("cases/case-17.toml  to be completed\n").stderr("1 written, 0 not\n").outcome();
    assert!(!workspace.read("cases/case-17.toml").contains("\nsubmit"));
}

#[test]
fn no_order_of_days_and_months_is_guessed() {
    let map = |date: &str| TestWorkspace::new().file("t.csv", format!("Day,What happened\n{date},x\n")).run("import t.csv --suggest-map").into_stdout();
    assert!(map("03/04/2021").contains("\n# dates = "));
    assert!(map("04/23/2021").contains("\ndates = \"month-day-year\""));
    assert!(!map("2021-04-03").contains("dates = "));
}

#[test]
fn with_json_each_case_is_a_line_and_the_last_one_is_the_sum() {
    let line = |id: &str, rest: &str| format!("{{\"id\": \"{id}\", \"title\": \"Threats\", \"action\": \"allegation-letter\"{rest}}}\n");
    let workspace = TestWorkspace::new().file("t.ndjson", line("c1", "") + &line("c2", ", \"date\": \"03/04/2021\""));
    let said = workspace
        .run("import t.ndjson --json")
        .code(1)
        .stderr_has("letters/t.failed.ndjson")
        .files(&["cases/c1.toml", "letters/t.failed.ndjson"])
        .into_stdout();
    let lines: Vec<serde_json::Value> = said.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert_eq!((&lines[0]["case"], &lines[0]["state"], &lines[0]["file"]), (&"c1".into(), &"incomplete".into(), &"cases/c1.toml".into()));
    assert!(lines[0]["problems"].as_array().is_some_and(|p| p.iter().any(|p| p["path"] == "victims")), "{said}");
    assert_eq!((&lines[1]["state"], &lines[1]["file"], &lines[1]["problems"][0]["path"]), (&"error".into(), &serde_json::Value::Null, &"date".into()));
    assert_eq!(lines[2]["summary"], serde_json::json!({ "cases": 2, "written": 1, "error": 1 }));
}
