//! Golden letters: each format, language and reader of one case and of the example, letter by letter.
//!
//! The expected letters lie in `golden/`. After a change that is meant, `INSTA_UPDATE=always cargo test golden` writes them
//! anew; look at the difference before it is committed. The style of HTML letters is left out: it is judged by eye.

use crate::test_workspace::TestWorkspace;
use std::collections::BTreeMap;

/// Compares with the golden letter of this name.
#[track_caller]
pub(crate) fn is_golden(name: &str, letter: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, letter));
}

/// An HTML letter without its style.
fn without_style(html: &str) -> String {
    let (before, rest) = html.split_once("<style>").expect("an HTML letter has a style");
    let (_, after) = rest.split_once("</style>").expect("the style has an end");
    format!("{before}<style></style>{after}")
}

/// The Desk's case, with a different consent for each reader.
fn workspace() -> TestWorkspace {
    TestWorkspace::new().case_with(&[("government = \"name\"", "government = \"initials\""), ("public = \"name\"", "public = \"unnamed\"")])
}

#[track_caller]
fn letters_are_golden(workspace: &TestWorkspace, case: &str, name: &str) {
    for reader in ["mandate", "government", "public"] {
        let run = workspace.run(&format!("render {case} -f text,html --language es,en,fr --audience {reader} -o out-{reader}")).outcome();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.written.len(), 6);
        for (path, bytes) in run.written {
            let letter = String::from_utf8(bytes).expect("a letter is UTF-8");
            let (format, letter) = if letter.starts_with("<!DOCTYPE html>") { ("html", without_style(&letter)) } else { ("text", letter) };
            let language = ["es", "en", "fr"].into_iter().find(|l| path.contains(&format!(".{l}."))).expect("a file is named after its language");
            is_golden(&format!("{name}-{language}-{reader}-{format}"), &letter);
        }
    }
}

#[test]
fn the_letters_of_a_small_case() {
    letters_are_golden(&workspace(), "c1", "small");
}

#[test]
fn the_letters_of_the_example() {
    letters_are_golden(&TestWorkspace::copy_of("examples/rodolfo-robles-2021"), "rodolfo-robles-2021", "example");
}

#[test]
fn the_update_of_the_example() {
    let workspace = TestWorkspace::copy_of("examples/rodolfo-robles-2021");
    let run = workspace.run("render rodolfo-robles-2021-05 -o out --date 2021-05-06").outcome();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let letter = run.written.values().next().expect("a letter was written");
    is_golden("example-update-es-mandate-text", &String::from_utf8_lossy(letter));
}

/// Renders everything and gives the files of `out`.
fn rendered(workspace: &TestWorkspace) -> BTreeMap<String, Vec<u8>> {
    let run = workspace.run("render -f text,html --language es,en,fr --audience mandate,government,public -o out").outcome();
    assert_eq!(run.code, 0, "{}", run.everything());
    run.written
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let files = [
        ("organisation.toml", crate::test_workspace::ORGANISATION),
        ("recipients.toml", "[human-rights-defenders]\nform = \"https://a.example.org/\"\n"),
        ("letter-templates/es/contact.hbs", "## Contacto\n\nEscríbanos a {{organisation.email}}.\n"),
        ("letter-templates/page.css", "p { color: black }\n"),
    ];
    let one = files.iter().fold(TestWorkspace::bare(), |workspace, (path, text)| workspace.file(path, text)).case_with(&[]);
    let other = files.iter().rev().fold(TestWorkspace::bare().case_with(&[]), |workspace, (path, text)| workspace.file(path, text));
    let expected = rendered(&one);
    assert_eq!(expected.len(), 18);
    assert_eq!(rendered(&other), expected, "the order in which files were made makes no difference");
    // Nor do the place, the clock's zone, the language of the machine.
    let elsewhere = files
        .iter()
        .fold(TestWorkspace::bare(), |workspace, (path, text)| workspace.file(path, text))
        .case_with(&[])
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "tr_TR.UTF-8");
    assert_eq!(rendered(&elsewhere), expected);
    // And the second time nothing is new.
    let again = one.run("render -f text,html --language es,en,fr --audience mandate,government,public -o out").outcome();
    assert_eq!((again.code, again.written.len()), (0, 0), "{}", again.stdout);
}

#[test]
fn a_letter_says_nothing_of_the_machine() {
    let workspace = workspace().env("USER", "canary-user").env("HOSTNAME", "canary-host").env("HOME", "/home/canary-home");
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let folder = workspace.path().to_string_lossy().into_owned();
    for (path, bytes) in rendered(&workspace) {
        let letter = String::from_utf8_lossy(&bytes);
        for secret in ["canary-", folder.as_str(), "/tmp/", "/home/", host.trim(), env!("CARGO_MANIFEST_DIR"), "appeal"] {
            let is_word = secret == "appeal" && letter.contains("urgent appeal");
            assert!(secret.is_empty() || is_word || !letter.contains(secret), "{path} says {secret:?}");
        }
        for never in ["http://", "<script", "<link", "@import", "src=\"http", "url(http"] {
            assert!(!letter.contains(never), "{path} has {never:?}");
        }
        let clock = letter.split(|c: char| !c.is_ascii_digit() && c != ':').any(|w| w.len() == 8 && w.matches(':').count() == 2);
        assert!(!clock, "{path} has a time of day");
    }
}
