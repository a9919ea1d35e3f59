//! The first minutes with the program.

use crate::test_workspace::TestWorkspace;

#[test]
fn one_text_letter_goes_to_standard_output() {
    TestWorkspace::new().case_with(&[]).run("render").code(0).stdout_has("Distinguida Sra. Lawlor:\n");
}

#[test]
fn everything_else_goes_into_letters() {
    let workspace = TestWorkspace::new().case_with(&[]);
    workspace
        .run("render -f html --language es,en")
        .code(0)
        .stdout("letters/c1.human-rights-defenders.es.html  cleared\nletters/c1.human-rights-defenders.en.html  cleared\n")
        .stderr("1 case, 2 letters: 2 cleared\n")
        .files(&["letters/c1.human-rights-defenders.en.html", "letters/c1.human-rights-defenders.es.html"]);
}

#[test]
fn a_file_is_rewritten_only_if_its_bytes_differ() {
    let workspace = TestWorkspace::new().case_with(&[]);
    workspace.run("render -f html").code(0).stdout_has("cleared\n").stderr_has("1 cleared").files(&["letters/c1.human-rights-defenders.es.html"]);
    workspace.run("render -f html").code(0).stdout_has("cleared, unchanged\n").stderr_has("1 cleared").files(&[]);
}

#[test]
fn the_example_clears_in_three_languages_and_is_what_init_writes() {
    let workspace = TestWorkspace::copy_of("examples/rodolfo-robles-2021");
    let letter = workspace.run("render rodolfo-robles-2021 --language en").code(0).into_stdout();
    assert!(letter.contains("Dear Ms. Lawlor,") && !letter.contains("DRAFT"), "{letter}");
    let fresh = TestWorkspace::bare();
    let _ = fresh.run("init robles --example").into_stdout();
    assert_eq!(fresh.read("robles/organisation.toml"), workspace.read("organisation.toml"));
    assert_eq!(fresh.read("robles/cases/rodolfo-robles-2021.toml"), workspace.read("cases/rodolfo-robles-2021.toml"));
}

#[test]
fn a_workspace_is_found_from_a_folder_inside_it() {
    let letter = TestWorkspace::new().case_with(&[]).run("render").into_stdout();
    let inside = TestWorkspace::new().case_with(&[]).file("annexes/note.txt", "x").inside("annexes").run("render").into_stdout();
    assert_eq!(letter, inside);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let letter = TestWorkspace::new().case_with(&[]).run("render").into_stdout();
    let windows = format!("\u{feff}{}", crate::test_workspace::CASE.replace('\n', "\r\n"));
    assert_eq!(TestWorkspace::new().case("c1", &windows).run("render").into_stdout(), letter);
}

#[test]
fn the_help_of_each_command_tells_its_own_options_first_and_what_is_true() {
    let help = |words: &str| TestWorkspace::bare().run(words).code(0).into_stdout();
    for command in ["init", "new", "import", "check", "render", "send", "status", "record", "recipients", "templates", "schema"] {
        let said = help(&format!("{command} -h"));
        let (own, common) = said.split_once("Common options:\n").unwrap_or_else(|| panic!("{command}: {said}"));
        assert!(!own.contains("--no-input") && !own.contains("--ui") && common.contains("--no-input"), "{said}");
        assert!(common.contains(&format!("Examples:\n  appeal {command}")), "{said}");
    }
    let flowing = |words: &str| help(words).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing("--help").contains("4 not accepted, 5 in doubt, 130 interrupted."));
    assert!(flowing("render --help").contains("files (TOML, NDJSON, CSV, XLSX, ODS)"));
}

#[test]
fn the_schema_of_an_organisation_has_every_key_that_its_file_may_have() {
    let schema: serde_json::Value = serde_json::from_str(&TestWorkspace::new().run("schema organisation").code(0).into_stdout()).expect("JSON");
    let keys = |table: &serde_json::Value| table["properties"].as_object().expect("a table").keys().cloned().collect::<Vec<_>>();
    let expected = "about acronym address email languages logo mail members name paper phone place signatories source website";
    assert_eq!(keys(&schema).join(" "), expected);
    assert_eq!(schema["required"], serde_json::json!(["languages", "name", "email", "signatories"]));
    assert_eq!(keys(&schema["properties"]["mail"]).join(" "), "body from reply-to test-addresses");
    assert_eq!(keys(&schema["properties"]["signatories"]["items"]).join(" "), "id name role signature");
    // And so the mistakes of a file without a name are told at once.
    let nameless = TestWorkspace::new().file("organisation.toml", "languages = [\"es\"]\nacronym = \"A\"\nemail = \"a\"\n");
    nameless
        .run("check")
        .code(1)
        .stderr_has("the key `name` is missing")
        .stderr_has("`email` cannot be understood")
        .stderr_has("`signatories` is missing")
        .outcome();
}
