//! What comes out, and where: letters, tables and JSON on standard output, problems on standard error, and the exit code.

use crate::test_workspace::{CASE, TestWorkspace};
use crate::told::json_lines;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// [`CASE`] that is held: nobody was asked.
fn held() -> String {
    CASE.replace("submit = true", "submit = false")
}

/// [`CASE`] that is no case.
fn wrong() -> String {
    CASE.replace("country = \"MX\"\n", "")
}

#[test]
fn one_letter_as_text_goes_to_standard_output_and_to_no_file() {
    let workspace = TestWorkspace::new().case("c1", CASE);
    let letter = workspace.run("render").code(0).stderr("").into_stdout();
    assert!(letter.starts_with("Red Ejemplo\n") && letter.ends_with('\n') && letter.contains("\nDistinguida Sra. Lawlor:\n"), "{letter}");
    workspace.run("render -o -").code(0).stdout(&letter);
    workspace
        .run("render -o .")
        .code(0)
        .stdout("c1.human-rights-defenders.es.txt  cleared\n")
        .stderr("1 case, 1 letter: 1 cleared\n")
        .files(&["c1.human-rights-defenders.es.txt"]);
    assert_eq!(workspace.read("c1.human-rights-defenders.es.txt"), letter);
}

#[test]
fn a_hyphen_forces_every_letter_to_standard_output() {
    let workspace = TestWorkspace::new().case("c1", CASE).case("c2", CASE);
    let one = workspace.run("render c1").code(0).into_stdout();
    let html = workspace.run("render c1 -f html -o -").code(0).into_stdout();
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    workspace.run("render -o -").code(0).stdout(&format!("{one}{one}"));
    workspace.run("render c1 -f text,html -o -").code(0).stdout(&format!("{one}{html}"));
}

#[test]
fn two_letters_go_into_the_folder_of_letters() {
    TestWorkspace::new()
        .case("c1", CASE)
        .case("c2", &held())
        .run("render")
        .code(3)
        .stdout("letters/c1.human-rights-defenders.es.txt  cleared\nletters/c2.human-rights-defenders.es.txt  held: a draft\n")
        .stderr(
            "cases/c2.toml:22:1: held: `v1` has not agreed to this submission\n  \
             hint: without submit = true no letter tells of them; ask, or leave them out\n\
             1 reason to hold\n\
             2 cases, 2 letters: 1 cleared, 1 held\n",
        )
        .files(&["letters/c1.human-rights-defenders.es.txt", "letters/c2.human-rights-defenders.es.txt"]);
}

#[test]
fn a_draft_is_written_too_and_says_what_it_is() {
    let draft = TestWorkspace::new().case("c1", &held()).run("render").code(3).nowhere("María").stderr_has("held: ").into_stdout();
    assert!(draft.contains("BORRADOR") && draft.contains("Defensora A"), "{draft}");
}

#[test]
fn the_exit_code_is_the_largest_that_applies() {
    let run = |cases: &[&str], words: &str| {
        let workspace = cases.iter().enumerate().fold(TestWorkspace::new(), |workspace, (n, case)| workspace.case(&format!("c{n}"), case));
        let run = workspace.run(words);
        let code = run.the_code();
        let _ = run.into_stdout();
        code
    };
    let (held, wrong) = (held(), wrong());
    for command in ["check", "render -f html -o out"] {
        assert_eq!(run(&[CASE], command), 0, "{command}");
        assert_eq!(run(&[&wrong], command), 1, "{command}");
        assert_eq!(run(&[CASE, &wrong], command), 1, "{command}");
        assert_eq!(run(&[&held], command), 3, "{command}");
        assert_eq!(run(&[&held, &wrong, CASE], command), 3, "{command}");
        assert_eq!(run(&[&wrong, &held], &format!("{command} --to nobody")), 2, "{command}");
        // A warning changes nothing.
        assert_eq!(run(&[&CASE.replace("how = \"formulario firmado\"\n", "")], command), 0, "{command}");
    }
    // A draft that could not be written is no draft: its letter is an error, like any other that was not written.
    assert_eq!(run(&[&held], "render -o cases/c0.toml"), 1);
}

#[test]
fn quiet_says_only_what_is_wrong() {
    let remark = CASE.replace("how = \"formulario firmado\"\n", "");
    let workspace = TestWorkspace::new().case("c1", &remark);
    workspace.run("check -q").code(0);
    workspace.run("render -q -f html").code(0).files(&["letters/c1.human-rights-defenders.es.html"]);
    let letter = workspace.run("render -q").code(0).into_stdout();
    assert!(letter.starts_with("Red Ejemplo\n"), "the letter itself is what was asked for");
    let wrong = TestWorkspace::new().case("c1", &wrong());
    let said = "cases/c1.toml:1:1: the key `country` is missing\n  \
                hint: add country = … above the first [table] (the State concerned, or a list: ISO 3166-1 alpha-2)\n";
    wrong.run("check -q").code(1).stderr(said);
    wrong.run("check").code(1).stdout_has("1 not written because of errors\n").stderr(&format!("{said}1 error\n"));
    workspace.run("check -q -v").code(2).stderr_has("cannot be used with");
}

#[test]
fn more_is_said_of_the_directory_on_request() {
    let workspace = TestWorkspace::bare();
    let brief = workspace.run("recipients --check --date 2028-01-01").code(0).stderr_has("-v says what to do").into_stdout();
    let more = workspace.run("recipients --check -v --date 2028-01-01").code(0).stderr_has("as of 2028-01-01").into_stdout();
    assert!(!brief.contains("hint: ") && more.contains("  hint: "), "{more}");
}

/// The keys of an object, in order.
fn keys(object: &Json) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_script_gets_a_line_for_each_letter_and_then_a_summary() {
    let workspace = TestWorkspace::new().case("c1", CASE).case("c2", &held()).case("c3", &wrong());
    let out = workspace
        .run("render -f text,html --json")
        .code(3)
        .stderr("")
        .files(&[
            "letters/c1.human-rights-defenders.es.html",
            "letters/c1.human-rights-defenders.es.txt",
            "letters/c2.human-rights-defenders.es.html",
            "letters/c2.human-rights-defenders.es.txt",
        ])
        .into_stdout();
    let lines = json_lines(&out);
    let of = |key: &str| lines.iter().map(|l| l[key].as_str().unwrap_or("–").to_owned()).collect::<Vec<_>>();
    assert_eq!(of("case"), ["c1", "c1", "c2", "c2", "c3", "–"]);
    assert_eq!(of("state"), ["cleared", "cleared", "held", "held", "error", "–"]);
    assert_eq!(of("format"), ["text", "html", "text", "html", "–", "–"]);
    assert_eq!(of("to")[..5], ["human-rights-defenders", "human-rights-defenders", "human-rights-defenders", "human-rights-defenders", "–"]);
    assert_eq!(of("language")[4], "–", "no empty text stands for nothing");
    assert_eq!(of("audience")[0], "mandate");
    assert_eq!(of("file")[0], "letters/c1.human-rights-defenders.es.txt");
    assert!(lines.iter().all(|l| l["schema"] == 1));
    let letters: BTreeSet<Vec<&str>> = lines[..5].iter().map(keys).collect();
    assert_eq!(letters, BTreeSet::from([vec!["audience", "case", "digest", "file", "format", "language", "problems", "schema", "state", "to"]]));
    for line in &lines[..4] {
        let path = line["file"].as_str().expect("a file");
        assert_eq!(line["digest"].as_str().expect("a digest"), sha256(&workspace.files()[path]), "{path}");
    }
    assert_eq!(lines[5]["summary"], serde_json::json!({ "cases": 3, "letters": 3, "cleared": 1, "held": 1, "error": 1 }));
    let problem = &lines[2]["problems"][0];
    assert_eq!(keys(problem), ["cell", "column", "file", "hint", "line", "message", "path", "severity"]);
    assert_eq!((&problem["severity"], &problem["file"], &problem["line"]), (&"held".into(), &"cases/c2.toml".into(), &22.into()));
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    let hex: Vec<String> = sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    hex.concat()
}

#[test]
fn check_says_the_same_to_a_script_and_writes_nothing() {
    let workspace = TestWorkspace::new().case("c1", CASE).case("c2", &held());
    let lines = json_lines(&workspace.run("check --json").code(3).stderr("").into_stdout());
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["state"], &lines[1]["state"], &lines[2]["summary"]["held"]), (&"cleared".into(), &"held".into(), &1.into()));
}

#[test]
fn a_script_hears_of_the_workspace_s_own_mistakes() {
    let lines = json_lines(&TestWorkspace::bare().file("organisation.toml", "name = \"x\"\n").run("check --json").code(1).stderr("").into_stdout());
    let [summary] = lines.as_slice() else { panic!("a summary: {lines:?}") };
    assert_eq!(summary["problems"].as_array().map(Vec::len), Some(3), "{summary}");
    assert_eq!(summary["summary"]["letters"], 0);
}

#[test]
fn json_and_letters_do_not_share_standard_output() {
    TestWorkspace::new()
        .case("c1", CASE)
        .run("render --json -o -")
        .code(2)
        .stdout("")
        .stderr("appeal: --json and -o - both want standard output\n  hint: name a folder with -o DIR\n");
}

#[test]
fn a_workspace_without_cases_says_how_to_make_one() {
    TestWorkspace::new().run("check").code(1).stdout("").stderr_has("the folder cases cannot be read; `appeal new ID` makes a first case in it: ");
    TestWorkspace::new().file("cases/.keep", "").run("check").code(0).stdout("0 cases, 0 letters\n");
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    for (key, value) in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
        for words in ["--help", "render --help", "rendr", "check"] {
            let run = TestWorkspace::new().case("c1", &wrong()).env(key, value).run_words(&words.split(' ').collect::<Vec<_>>());
            let code = run.the_code();
            assert!([0, 1, 2].contains(&code));
            let run = run.code(code).nowhere("\u{1b}");
            let _ = run.into_stdout();
        }
    }
}

#[test]
fn a_mistyped_command_is_a_mistake_of_the_command() {
    TestWorkspace::new().run_words(&["rendr"]).code(2).stdout("").stderr_has("'render'");
    TestWorkspace::new().run_words(&[]).code(2).stdout("").stderr_has("Usage: appeal");
    TestWorkspace::new().run_words(&["render", "-f", "doc"]).code(2).stdout("").stderr_has("the formats are text, html");
    TestWorkspace::new().run_words(&["render", "--audience", "press"]).code(2).stdout("").stderr_has("an audience is mandate, government or public");
    TestWorkspace::new().run_words(&["render", "--language", "Spanish"]).code(2).stdout("").stderr_has("a language is a code such as es");
    TestWorkspace::new().run_words(&["--version"]).code(0).stdout(concat!("appeal ", env!("CARGO_PKG_VERSION"), "\n"));
}
