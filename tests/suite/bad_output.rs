//! Places that cannot be written to: each a clear error, and what was there before is whole.

use crate::test_workspace::TestWorkspace;
use crate::told::json_lines;

const LETTER: &str = "letters/c1.human-rights-defenders.es.html";

#[test]
fn a_file_where_the_folder_should_be_is_an_error_and_stays() {
    let workspace = TestWorkspace::new().case_with(&[]).file("out", "mine").file("letters", "mine too");
    workspace.run("render -o out").code(1).stdout("").stderr_has("appeal: the folder out cannot be made: ").files(&[]);
    workspace.run("render -f html").code(1).stdout("").stderr_has("appeal: the folder letters cannot be made: ").files(&[]);
    assert_eq!((workspace.read("out"), workspace.read("letters")), ("mine".into(), "mine too".into()));
}

#[test]
fn a_folder_where_the_letter_should_be_is_an_error_and_stays() {
    let workspace = TestWorkspace::new().case_with(&[]).file(&format!("{LETTER}/x"), "mine");
    workspace.run("render -f html").code(1).stdout("").stderr_has(&format!("appeal: {LETTER} cannot be written: ")).files(&[]);
    assert_eq!(workspace.read(&format!("{LETTER}/x")), "mine");
}

#[test]
fn a_letter_that_could_not_be_written_is_an_error_for_a_script() {
    let workspace = TestWorkspace::new().case_with(&[]).file("letters", "mine");
    let lines = json_lines(&workspace.run("render -f html --json").code(1).stderr_has("cannot be made").files(&[]).into_stdout());
    let [letter, summary] = lines.as_slice() else { panic!("a letter and a summary: {lines:?}") };
    assert_eq!((letter["state"].as_str(), letter["file"].is_null()), (Some("error"), true), "{letter}");
    assert!(letter["problems"][0]["message"].as_str().is_some_and(|m| m.starts_with("the file cannot be written: ")), "{letter}");
    assert_eq!((&summary["summary"]["cleared"], &summary["summary"]["error"]), (&0.into(), &1.into()), "{summary}");
}

#[test]
fn one_place_that_cannot_be_written_to_does_not_keep_the_other_letters() {
    let workspace = TestWorkspace::new().case_with(&[]).file("letters/c1.human-rights-defenders.en.html/x", "");
    workspace
        .run("render -f html --language es,en,fr")
        .code(1)
        .stdout("letters/c1.human-rights-defenders.es.html  cleared\nletters/c1.human-rights-defenders.fr.html  cleared\n")
        .stderr_has("1 case, 3 letters: 2 cleared, 1 not written because of errors\n")
        .files(&["letters/c1.human-rights-defenders.es.html", "letters/c1.human-rights-defenders.fr.html"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_under_standard_output_is_an_error() {
    if !std::path::Path::new("/dev/full").exists() {
        eprintln!("skipped: there is no /dev/full here");
        return;
    }
    let workspace = TestWorkspace::new().case_with(&[]);
    let full = "appeal: standard output cannot be written: No space left on device (os error 28)\n";
    for words in ["render", "render -o -", "check", "check --json", "render --json -o out", "recipients", "schema", "man", "templates", "completions bash"] {
        let dated = if words.starts_with("render") || words.starts_with("check") { "--date 2021-04-28" } else { "" };
        let run = workspace.shell(&format!("\"$APPEAL\" {words} {dated} > /dev/full")).code(1).stdout("");
        let run = if words.contains("out") { run.files(&["out/c1.human-rights-defenders.es.txt"]) } else { run };
        assert!(run.into_stderr().ends_with(full), "{words}");
    }
}

/// Runs the program with files of at most 512 bytes, as on a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_letter_whole_and_no_piece_of_the_new_one() {
    let workspace = TestWorkspace::new().case_with(&[]).file(LETTER, "the old letter");
    workspace
        .shell("trap '' XFSZ; ulimit -f 1; \"$APPEAL\" render -f html --date 2021-04-28")
        .code(1)
        .stdout("")
        .stderr(&format!("appeal: {LETTER} cannot be written: File too large (os error 27)\n"))
        .files(&[]);
    assert_eq!(workspace.read(LETTER), "the old letter");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = TestWorkspace::new().case_with(&[]).file("letters/x", "").with(|folder| {
        std::fs::set_permissions(folder.join("letters"), PermissionsExt::from_mode(0o500)).unwrap();
    });
    let Some(program) = TestWorkspace::unprivileged(|| std::fs::write(workspace.path().join("letters/y"), "").is_ok()) else {
        eprintln!("skipped: this user may write everywhere");
        return;
    };
    let said = |what: &str| format!("appeal: {what}: Permission denied (os error 13)\n");
    let run = |words: &str| workspace.shell(&format!("{program} render -f html {words} --date 2021-04-28")).code(1).stdout("");
    run("").stderr(&said(&format!("{LETTER} cannot be written"))).files(&[]);
    run("-o letters/tonight").stderr(&said("the folder letters/tonight cannot be made")).files(&[]);
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_nobody_else_to_read() {
    let workspace = TestWorkspace::new().case_with(&[]);
    workspace
        .shell("umask 022; \"$APPEAL\" render -f html -o out/tonight --date 2021-04-28")
        .code(0)
        .stdout("out/tonight/c1.human-rights-defenders.es.html  cleared\n")
        .stderr("1 case, 1 letter: 1 cleared\n")
        .files(&["out/tonight/c1.human-rights-defenders.es.html"]);
    assert_eq!(workspace.mode("out"), "700");
    assert_eq!(workspace.mode("out/tonight"), "700");
    assert_eq!(workspace.mode("out/tonight/c1.human-rights-defenders.es.html"), "600");
}

#[cfg(unix)]
#[test]
fn a_letter_over_a_link_replaces_the_link_and_not_what_it_leads_to() {
    let workspace = TestWorkspace::new().case_with(&[]).file("elsewhere", "mine").link(LETTER, "../elsewhere");
    workspace.run("render -f html").code(0).stdout_has("cleared").stderr_has("1 cleared").files(&[LETTER]);
    assert_eq!(workspace.read("elsewhere"), "mine");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let workspace = TestWorkspace::new().case("c1", crate::test_workspace::CASE).case("c2", crate::test_workspace::CASE);
    for words in ["recipients", "render -o - --date 2021-04-28", "schema", "templates", "man", "completions zsh", "check --json --date 2021-04-28"] {
        let run = workspace.shell(&format!("{{ \"$APPEAL\" {words}; echo \"ended with $?\" >&2; }} | head -1")).code(0);
        let said = run.into_stderr();
        assert!(said.ends_with("ended with 0\n") && !said.contains("panic"), "{words}: {said}");
    }
}
