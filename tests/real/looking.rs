//! What a browser and axe find on the screen, and what is left when the style is taken away.

use crate::letters::{LETTERS, appeal};
use crate::paper::is_root;
use crate::programs::{chromium, here, node, run};
use crate::words::{in_order, squeezed};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// One line of `look.mjs` a letter.
fn looks() -> Option<&'static [Json]> {
    static LOOKS: LazyLock<Vec<Json>> = LazyLock::new(|| {
        let mut command = Command::new(node().expect("it was found before"));
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser-look");
        command.env("APPEAL_CHROMIUM", chromium().expect("it was found before")).env("APPEAL_PROFILE", profile);
        command.env("APPEAL_SANDBOX", if is_root() { "no" } else { "yes" });
        let output = run(command.arg(here().join("look.mjs")).args(LETTERS.iter().map(|l| &l.file)));
        output.stdout.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).expect("a line of JSON")).collect()
    });
    chromium()?;
    node()?;
    assert_eq!(LOOKS.len(), LETTERS.len());
    Some(&LOOKS)
}

#[test]
fn axe_finds_nothing_by_any_of_its_rules() {
    let Some(looks) = looks() else { return };
    for look in looks {
        assert_eq!((&look["violations"], &look["unsure"]), (&json!([]), &json!([])), "{}", look["file"]);
    }
}

#[test]
fn a_letter_asks_for_nothing_and_runs_nothing() {
    let Some(looks) = looks() else { return };
    for look in looks {
        assert_eq!((&look["requests"], &look["refusals"], &look["scripts"]), (&json!([]), &json!([]), &json!(0)), "{}", look["file"]);
    }
}

#[test]
fn every_picture_shows() {
    let Some(looks) = looks() else { return };
    for (look, letter) in looks.iter().zip(LETTERS.iter()) {
        assert_eq!(look["pictures"], json!(letter.html.matches("<img ").count()), "{}", look["file"]);
    }
    let signed = LETTERS.iter().find(|l| l.name == "alliance/joint.joint.en").expect("the letter is written");
    assert_eq!(signed.html.matches("<img ").count(), 7, "a logo and six signatures");
}

#[test]
fn a_name_stands_where_it_would_without_its_element() {
    let Some(looks) = looks() else { return };
    for look in looks {
        assert_eq!(look["shifts"], json!([]), "{}", look["file"]);
    }
}

#[test]
fn a_letter_fits_a_narrow_screen() {
    let Some(looks) = looks() else { return };
    for look in looks {
        assert_eq!(look["wide"], json!(false), "{}", look["file"]);
    }
}

#[test]
fn a_letter_reads_in_order_without_its_style() {
    let Some(looks) = looks() else { return };
    for (look, letter) in looks.iter().zip(LETTERS.iter()) {
        assert_eq!(squeezed(look["read"].as_str().expect("it reads")), in_order(&letter.html), "{}", letter.name);
    }
    let of = |name: &str| looks.iter().zip(LETTERS.iter()).find(|(_, l)| l.name == name).map(|(look, _)| look["read"].as_str().unwrap_or_default().to_owned());
    let words = of("brief/radio-withdrawn.freedom-of-expression.en").expect("the letter is written");
    assert_eq!(
        words.split("\n\n").collect::<Vec<_>>(),
        [
            "Casa Puente",
            "E-mail: casa@puente.example.org",
            "Ref.: CP-8",
            "Tapachula, 20 March 2026",
            "Ms. Irene Khan",
            "Special Rapporteur on the promotion and protection of the right to freedom of opinion and expression",
            "Office of the United Nations High Commissioner for Human Rights",
            "Subject: Withdrawal of our letter of 14 March 2026 – Mexico (freedom of opinion and expression)",
            "Dear Ms. Khan,",
            "Withdrawal",
            "Our organisation, Casa Puente, hereby withdraws its letter of 14 March 2026 (reference CP-7), which concerned the members of a community radio.",
            "We ask you to take no further action on that letter, not to pass on any information from it, and not to publish any part of it. If any of it \
             has already been passed on, we ask you to tell us to whom and when.",
            "Contact",
            "We remain at your disposal for any question about this withdrawal.",
            "Yours sincerely,",
            "Ana Ejemplo",
            "Coordinator",
        ]
    );
    let draft = of("alliance/draft.human-rights-defenders.en").expect("the letter is written");
    assert!(draft.starts_with("DRAFT\n\nAlliance for the Rivers and Those Who Defend Them"), "{draft}");
    assert!(draft.ends_with("no consent of `v1` is recorded\na placeholder (TODO, TBD or FIXME) stands below \"Urgency\""), "{draft}");
}

#[test]
fn text_and_html_say_the_same() {
    // The text needs no other program; what it says is what is read on the page.
    for (workspace, case) in [("brief", "radio"), ("alliance", "joint"), ("alliance", "eight-pages")] {
        let folder = here().join("../fixtures").join(workspace);
        let text = appeal(&["-C", &folder.to_string_lossy(), "-q", "render", case]);
        let letter = LETTERS.iter().find(|l| l.name.starts_with(&format!("{workspace}/{case}.")) && l.language() == "en").expect("the letter is written");
        let words = |text: &str| {
            let mut words: Vec<char> = squeezed(text).chars().filter(|c| c.is_alphabetic()).collect();
            words.sort_unstable();
            words.into_iter().collect::<String>()
        };
        assert_eq!(words(&text), words(&in_order(&letter.html)), "{}", letter.name);
    }
}
