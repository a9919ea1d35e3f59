//! The languages of the program: every sentence it holds letters and asks questions with exists in each, gaps and all.

use crate::desk::{CASE, Desk};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What must be told in every language: reasons to hold, what check sums up, what requirements report.
const TOLD: [&str; 26] = [
    "src/letter/clearance.rs",
    "src/letter/passages.rs",
    "src/cli/check.rs",
    "src/cli/failed.rs",
    "src/cli/import.rs",
    "src/cli/post.rs",
    "src/cli/config.rs",
    "src/cli/record.rs",
    "src/cli/send/execute.rs",
    "src/cli/send/plan.rs",
    "src/cli/send/fate.rs",
    "src/cli/status/due.rs",
    "src/cli/status/receipt.rs",
    "src/mail/message.rs",
    "src/mail/clerk.rs",
    "src/mail/config.rs",
    "src/mail/maildir.rs",
    "src/mail/smtp.rs",
    "src/mail/ledger/failure.rs",
    "src/cli/letters.rs",
    "src/cli/sum.rs",
    "src/cli/proposals.rs",
    "src/cli/report.rs",
    "src/diagnostic.rs",
    "src/diagnostic/message.rs",
    "src/fitness/requirement.rs",
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The sentences of a source: the first text of every `say!`, its tests and comments aside.
fn sentences(path: &str) -> Vec<String> {
    let source = read(path);
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("say!(") {
        let rest = code[at + 5..].trim_start();
        let Some(rest) = rest.strip_prefix('"') else { continue };
        let (mut text, mut escaped) = (String::new(), false);
        for c in rest.chars() {
            match (escaped, c) {
                (true, c) => {
                    text.push(c);
                    escaped = false;
                }
                (false, '\\') => escaped = true,
                (false, '"') => break,
                (false, c) => text.push(c),
            }
        }
        found.push(text);
    }
    found
}

fn gaps(text: &str) -> BTreeSet<&str> {
    let is_gap = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).filter(is_gap).collect()
}

fn catalogues() -> Vec<(String, BTreeMap<String, String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let files = fs::read_dir(folder).expect("ui can be read").flatten().map(|e| e.path());
    files.map(|p| (p.display().to_string(), toml::from_str(&fs::read_to_string(&p).expect("a catalogue can be read")).expect("a catalogue is TOML"))).collect()
}

#[test]
fn every_hold_summary_and_finding_is_told_in_every_language() {
    let mut lacking = Vec::new();
    for (file, catalogue) in catalogues() {
        for sentence in TOLD.iter().flat_map(|path| sentences(path)) {
            if !catalogue.contains_key(&sentence) {
                lacking.push(format!("{file} lacks {sentence:?}"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn a_translation_has_the_gaps_of_its_sentence() {
    for (file, catalogue) in catalogues() {
        for (english, translation) in &catalogue {
            assert_eq!(gaps(english), gaps(translation), "{file}: {english}");
        }
    }
}

#[test]
fn every_translation_belongs_to_a_sentence_of_the_program() {
    let sources = crate::house::all();
    let all: String = sources.iter().map(|(_, source)| source.replace("\\\"", "\"")).collect();
    for (file, catalogue) in catalogues() {
        for english in catalogue.keys() {
            assert!(all.contains(&format!("\"{english}\"")), "{file}: nobody says {english:?}");
        }
    }
}

#[test]
fn the_program_speaks_the_language_of_the_flag_or_of_the_locale() {
    let missing = CASE.replace("submit = true", "submit = false");
    let desk = || Desk::new().case("c1", &missing);
    desk().run("check --ui fr").code(3).stdout_has("1 cas, 1 lettre: 1 retenue").stderr_has("n'a pas accepté cet envoi");
    desk().env("LANG", "es_MX.UTF-8").run("check").code(3).stdout_has("1 retenida").stderr_has("  sugerencia: ");
    desk().env("LANG", "es_MX.UTF-8").env("LC_ALL", "C").run("check").code(3).stdout_has("1 held").stderr_has("  hint: ");
    desk().env("LANG", "es_MX.UTF-8").run("check --ui en").code(3).stdout_has("1 held").stderr_has("  hint: ");
    desk().run("check --ui xx").code(2).stderr_has("does not speak xx");
}

#[test]
fn json_stays_english_unless_it_is_asked_for_another_language() {
    let desk = || Desk::new().case_with(&[]);
    desk().env("LANG", "es_MX.UTF-8").run("check --json").code(0).stdout_has("How old is each person?");
    desk().run("check --json --ui es").code(0).stdout_has("¿Qué edad tiene cada persona?");
}
