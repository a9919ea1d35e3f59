//! Batches: the same cases from every kind of table give the same letters, to the last byte.

use crate::batch_cases::{cases, csv, lines, named, spread, toml, windows_1252};
use crate::test_workspace::TestWorkspace;
use std::collections::BTreeMap;

/// The letters of a run, by their names.
pub(crate) fn letters(workspace: &TestWorkspace, words: &str) -> BTreeMap<String, Vec<u8>> {
    let errors = workspace.run(&format!("render -f text,html -q -o out {words}")).into_stderr();
    assert_eq!(errors, "");
    workspace.files().into_iter().filter(|(path, _)| path.starts_with("out/")).collect()
}

/// What the five cases give as files of TOML.
pub(crate) fn expected() -> BTreeMap<String, Vec<u8>> {
    let workspace = cases().iter().fold(TestWorkspace::new(), |workspace, (id, case)| workspace.case(id, &toml(case)));
    let letters = letters(&workspace, "");
    assert_eq!(letters.len(), 10, "{:?}", letters.keys());
    letters
}

#[test]
fn the_same_cases_give_the_same_letters_from_every_kind_of_file() {
    let numbered = csv(&named(&cases()), ',');
    let spread = spread(&cases());
    let files: [(&str, Vec<u8>); 8] = [
        ("c.ndjson", lines(&cases()).into_bytes()),
        ("c.csv", numbered.clone().into_bytes()),
        ("bom.csv", format!("\u{feff}{}", numbered.replace('\n', "\r\n").replace("\u{2028}", "\n")).into_bytes()),
        ("c.tsv", csv(&named(&cases()), '\t').into_bytes()),
        ("latin.csv", windows_1252(&csv(&named(&cases()), ';'))),
        ("wide.csv", numbered.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("rows.csv", csv(&spread, ';').into_bytes()),
        ("excel.csv", format!("sep=;\n{}", csv(&spread, ';')).into_bytes()),
    ];
    let expected = expected();
    for (name, bytes) in files {
        let found = letters(&TestWorkspace::new().file(name, bytes), name);
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}");
        for (path, bytes) in &found {
            assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&expected[path]), "{name}: {path}");
        }
    }
    let workspace = TestWorkspace::new().stdin(lines(&cases()));
    assert_eq!(letters(&workspace, "-"), expected);
}

#[test]
fn letters_stream_to_standard_output_in_the_order_of_the_input_with_a_line_between_them() {
    let workspace = TestWorkspace::new().stdin(lines(&cases()));
    let out = workspace.run("render - -o - --separator =====").into_stdout();
    let parts: Vec<&str> = out.split("=====\n").collect();
    assert_eq!(parts.len(), 5);
    for (part, (id, _)) in parts.iter().zip(cases()) {
        assert!(part.contains(&format!("RE/{id}")), "{id}: {part}");
    }
    let workspace = TestWorkspace::new().stdin(lines(&cases()));
    let out = workspace.run("render - --json").into_stdout();
    let ids: Vec<String> =
        out.lines().filter_map(|l| serde_json::from_str::<serde_json::Value>(l).expect("a line is JSON")["case"].as_str().map(str::to_owned)).collect();
    assert_eq!(ids, cases().iter().map(|(id, _)| (*id).to_owned()).collect::<Vec<_>>());
}

#[test]
fn one_bad_line_never_stops_the_others() {
    let good = lines(&cases());
    let mut lines: Vec<&str> = good.lines().collect();
    lines.insert(1, "{\"id\": \"broken\", ");
    lines.insert(3, "[1, 2]");
    let no_id = lines[0].replacen("\"id\":\"c1\",", "", 1);
    lines.push(&no_id);
    lines.push(lines[0]);
    let run = TestWorkspace::new().file("c.ndjson", lines.join("\n"));
    let errors = run.run("check c.ndjson").into_stderr();
    for expected in [
        "c.ndjson:2:16: the line ends before",
        "c.ndjson:4:1: the line is not an object",
        "c.ndjson:8:1: the record has no `id`",
        "c.ndjson:9:1: a case with this id was there before",
    ] {
        assert!(errors.contains(expected), "{errors}");
    }
    run.run("check c.ndjson -q").code(1).stdout("").stderr_has("the line ends").files(&[]);
    let made = run.run("render c.ndjson -q -o out").into_stderr();
    assert_eq!(made.lines().filter(|l| l.starts_with("c.ndjson")).count(), 4, "{made}");
    assert_eq!(run.files().keys().filter(|p| p.starts_with("out/") && p.ends_with(".txt")).count(), 5);
    let failed = run.read("out/c.failed.ndjson");
    assert_eq!(failed.lines().count(), 4, "{failed}");
    assert!(failed.lines().any(|l| l.starts_with("{\"#problems\":[\"8: the record has no `id`") && l.ends_with('}')), "{failed}");
}
