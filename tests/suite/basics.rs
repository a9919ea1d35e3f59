//! The first minutes with the program.

use crate::desk::Desk;

#[test]
fn one_text_letter_goes_to_standard_output() {
    Desk::new().case_with(&[]).run("render").code(0).stdout_has("Distinguida Sra. Lawlor:\n");
}

#[test]
fn everything_else_goes_into_letters() {
    let desk = Desk::new().case_with(&[]);
    desk.run("render -f html --language es,en")
        .code(0)
        .stdout("letters/c1.human-rights-defenders.es.html  cleared\nletters/c1.human-rights-defenders.en.html  cleared\n")
        .stderr("1 case, 2 letters: 2 cleared\n")
        .files(&["letters/c1.human-rights-defenders.en.html", "letters/c1.human-rights-defenders.es.html"]);
}

#[test]
fn a_file_is_rewritten_only_if_its_bytes_differ() {
    let desk = Desk::new().case_with(&[]);
    desk.run("render -f html").code(0).stdout_has("cleared\n").stderr_has("1 cleared").files(&["letters/c1.human-rights-defenders.es.html"]);
    desk.run("render -f html").code(0).stdout_has("cleared, unchanged\n").stderr_has("1 cleared").files(&[]);
}
