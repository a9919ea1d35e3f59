//! The languages of the program: every sentence it holds letters and asks questions with exists in each, gaps and all.

use crate::test_workspace::{CASE, TestWorkspace};
use appeal::case::Case;
use appeal::records::{Kind, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The sentences of a source: the first text of every `say!` and of every fixed [`Reply`], its tests and comments aside.
///
/// [`Reply`]: appeal::mail::Reply
fn sentences(path: &str) -> Vec<String> {
    let source = read(path);
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    let openings = ["say!(", "Reply::none(", "refused("];
    for (at, opening) in openings.iter().flat_map(|opening| code.match_indices(opening)) {
        let rest = code[at + opening.len()..].trim_start();
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
fn every_sentence_of_the_program_is_told_in_every_language() {
    let told: Vec<String> = crate::house::all().iter().flat_map(|(path, _)| sentences(&format!("src/{path}"))).collect();
    assert!(told.len() > 700, "only {} sentences were found", told.len());
    let mut lacking = Vec::new();
    for (file, catalogue) in catalogues() {
        for sentence in &told {
            if !catalogue.contains_key(sentence) {
                lacking.push(format!("{file} lacks {sentence:?}"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

/// What is said of the keys of a shape, and of the form of their values.
fn docs(shape: &Shape, out: &mut BTreeSet<&'static str>) {
    fn form(kind: &Kind, out: &mut BTreeSet<&'static str>) {
        match kind {
            Kind::Text(form) if !form.is_empty() => drop(out.insert(form)),
            Kind::List(kind) => form(kind, out),
            Kind::Either(kinds) => kinds.iter().for_each(|k| form(k, out)),
            Kind::Table(shape) | Kind::Tables(shape) => docs(shape, out),
            _ => {}
        }
    }
    for field in &shape.fields {
        out.insert(field.doc);
        form(&field.kind, out);
    }
}

#[test]
fn what_every_key_of_a_case_means_is_told_in_every_language() {
    let mut said = BTreeSet::new();
    docs(&Case::shape(), &mut said);
    assert!(said.len() > 100);
    for (file, catalogue) in catalogues() {
        // A table in a list of texts is no column of a workbook.
        let lacking: Vec<_> = said.iter().filter(|doc| !catalogue.contains_key(**doc) && !["whether a copy is also e-mailed"].contains(*doc)).collect();
        assert!(lacking.is_empty(), "{file} lacks {lacking:#?}");
    }
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
    let workspace = || TestWorkspace::new().case("c1", &missing);
    workspace().run("check --ui fr").code(3).stdout_has("1 cas, 1 lettre: 1 retenue").stderr_has("n'a pas accepté cet envoi");
    workspace().env("LANG", "es_MX.UTF-8").run("check").code(3).stdout_has("1 retenida").stderr_has("  sugerencia: ");
    workspace().env("LANG", "es_MX.UTF-8").env("LC_ALL", "C").run("check").code(3).stdout_has("1 held").stderr_has("  hint: ");
    workspace().env("LANG", "es_MX.UTF-8").run("check --ui en").code(3).stdout_has("1 held").stderr_has("  hint: ");
    workspace().run("check --ui xx").code(2).stderr_has("does not speak xx");
}

#[test]
fn what_send_says_of_each_letter_and_in_sum_is_told_in_the_language_of_the_person() {
    use crate::mail_room::Room;
    let room =
        Room::new().cases(2).with(|workspace| workspace.case("c3", &CASE.replace("submit = true", "submit = false")).env("LANG", "es_MX.UTF-8")).rehearsal();
    let plan = room.workspace.run("send").code(3).stdout_has("se enviará a defenders@un.org").stdout_has("3 cartas: 2 previstas, 1 retenida");
    plan.stdout_has("retenida: no está autorizada").stderr_has("no ha aceptado este envío").files(&[]);
    room.workspace.run("send --ui fr").code(3).stdout_has("sera envoyée à").stdout_has("3 lettres: 2 prévues, 1 retenue").stderr_has("conseil").files(&[]);
    let sent = room.workspace.run("send -x --yes -v").code(3).stdout_has("ensayada: new/").stdout_has("3 cartas: 2 ensayadas, 1 retenida").outcome();
    assert!(sent.stderr.contains("sugerencia: "), "{}", sent.stderr);
}

#[test]
fn a_mistake_on_the_command_line_is_told_in_the_language_of_the_person() {
    let workspace = || TestWorkspace::new().case_with(&[]).env("LANG", "fr_FR.UTF-8");
    workspace().run("check c2").code(2).stderr_has("il n'y a pas de cas c2\n  conseil: ").files(&[]);
    workspace().run("check --to migrant").code(2).stderr_has("`migrant` n'est pas dans le répertoire").stderr_has("vouliez-vous dire migrants").files(&[]);
    workspace().run("send -x --ui es").code(2).stderr_has("no hay nadie que diga que sí").files(&[]);
    workspace().run("check --ui xx").code(2).stderr_has("le programme ne parle pas xx").files(&[]);
}

#[test]
fn the_words_of_a_letter_in_json_stay_english_unless_asked_and_its_state_always() {
    use crate::mail_room::Room;
    let room = Room::new().cases(1).with(|workspace| workspace.env("LANG", "es_MX.UTF-8"));
    let first = |more: &str| {
        let line = room.workspace.run(&format!("send --json{more}")).code(0).files(&[]).into_stdout();
        let json: serde_json::Value = line.lines().next().and_then(|l| serde_json::from_str(l).ok()).expect("a line of JSON");
        (json["state"].as_str().map(str::to_owned), json["words"].as_str().map(str::to_owned))
    };
    let planned = Some("planned".to_owned());
    assert_eq!(first(""), (planned.clone(), Some("will send to defenders@un.org".to_owned())));
    assert_eq!(first(" --ui es"), (planned, Some("se enviará a defenders@un.org".to_owned())));
}

#[test]
fn json_stays_english_unless_it_is_asked_for_another_language() {
    let workspace = || TestWorkspace::new().case_with(&[]);
    workspace().env("LANG", "es_MX.UTF-8").run("check --json").code(0).stdout_has("How old is each person?");
    workspace().run("check --json --ui es").code(0).stdout_has("¿Qué edad tiene cada persona?");
}

#[test]
fn what_an_annex_carries_is_told_in_the_language_of_the_person() {
    let annex = "[[annexes]]\nid = \"a1\"\nfile = \"annexes/one.jpg\"\ntitle = \"Fotografía\"\n[[requests]]";
    let workspace =
        TestWorkspace::new().case_with(&[("[[requests]]", annex)]).file("annexes/one.jpg", b"\xff\xd8\xff\xfe\0\x10Canary remark.\xff\xda\0\x02data\xff\xd9");
    workspace
        .run("check --annexes --ui es")
        .code(0)
        .stdout_has("  anexo a1 (annexes/one.jpg): comentarios\n")
        .stderr_has("el anexo `a1` contiene comentarios\n");
    workspace
        .run("check --annexes --ui fr")
        .code(0)
        .stdout_has("  annexe a1 (annexes/one.jpg) : des commentaires\n")
        .stderr_has("l'annexe `a1` contient des commentaires\n");
}
