//! A new language is a new folder and no code; and what is missing in it is said by file and line.

use crate::golden::is_golden;
use crate::test_workspace::{CASE, ORGANISATION, TestWorkspace};
use std::path::Path;

/// A shipped file of `letter-templates/`.
fn shipped(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("letter-templates").join(path)).expect("a shipped file can be read")
}

/// The text with large letters, but for what stands between these marks.
fn shouted(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (inside, tail) = after.split_once(close).expect("a mark is closed");
        out.push_str(&format!("{}{open}{inside}{close}", before.to_uppercase()));
        rest = tail;
    }
    out + &rest.to_uppercase()
}

/// Every text of a TOML value with large letters.
fn shouted_toml(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::String(text) if text == "ltr" => toml::Value::String("rtl".into()),
        toml::Value::String(text) => toml::Value::String(shouted(&text, "{", "}")),
        toml::Value::Array(items) => toml::Value::Array(items.into_iter().map(shouted_toml).collect()),
        // The name of a plural's form is a name, and no word.
        toml::Value::Table(table) => toml::Value::Table(table.into_iter().map(|(k, v)| if k == "form" { (k, v) } else { (k, shouted_toml(v)) }).collect()),
        other => other,
    }
}

/// A field of the workspace's directory replaces the shipped one, in all its languages.
const TITLES: &str =
    "[human-rights-defenders]\ntitle.xx = \"SPECIAL RAPPORTEUR ON DEFENDERS\"\ntitle.en = \"Special Rapporteur\"\ntitle.es = \"Relator Especial\"\n";

/// A workspace with a language of its own: English, shouted, from right to left.
fn shouting() -> TestWorkspace {
    let again = |text: &str| -> String {
        let lines = text.lines().map(|l| if l.contains(".en = ") { format!("{l}\n{}", l.replacen(".en = ", ".xx = ", 1)) } else { l.to_owned() });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    };
    let mut workspace = TestWorkspace::bare()
        .file("organisation.toml", again(&ORGANISATION.replace("\"fr\"]", "\"fr\", \"xx\"]")))
        .file("recipients.toml", TITLES)
        .case("c1", &again(CASE));
    for name in ["words.toml", "countries.toml", "instruments.toml"] {
        let value: toml::Value = toml::from_str(&shipped(&format!("en/{name}"))).expect("a shipped file is TOML");
        workspace = workspace.file(&format!("letter-templates/xx/{name}"), toml::to_string(&shouted_toml(value)).expect("TOML can be written"));
    }
    for name in ["urgent-appeal", "urgency", "victims", "facts", "background", "standards", "requests", "contact"] {
        let text = shipped(&format!("en/{name}.hbs"));
        let text = match text.strip_prefix("+++\n").and_then(|t| t.split_once("\n+++\n")) {
            Some((front, body)) => format!("+++\n{front}\n+++\n{}", shouted(body, "{{", "}}")),
            None => shouted(&text, "{{", "}}"),
        };
        // The engine's own words are small.
        workspace = workspace.file(&format!("letter-templates/xx/{name}.hbs"), text);
    }
    workspace
}

#[test]
fn a_language_of_a_workspace_writes_letters() {
    let workspace = shouting();
    let run = workspace.run("render c1 --language xx,en -f text,html -o out").outcome();
    assert_eq!(run.code, 0, "{}", run.everything());
    assert_eq!(run.written.len(), 4);
    let text = workspace.read("out/c1.human-rights-defenders.xx.txt");
    is_golden("language-xx-text", &text);
    let html = workspace.read("out/c1.human-rights-defenders.xx.html");
    assert!(html.contains("<html lang=\"xx\" dir=\"rtl\">"), "{html}");
    assert!(html.contains("DEAR MS. Lawlor,"), "{html}");
    assert!(workspace.read("out/c1.human-rights-defenders.en.txt").contains("Dear Ms. Lawlor,"));
}

#[test]
fn a_text_that_the_language_lacks_is_an_error_of_that_letter_alone() {
    let workspace = shouting();
    let workspace = workspace.case("c1", &CASE.replace("title.fr = ", "title.xx = "));
    let run = workspace.run("render c1 --language es,xx -o out").outcome();
    assert_eq!(run.code, 1);
    assert_eq!(run.written.keys().collect::<Vec<_>>(), ["out/c1.human-rights-defenders.es.txt"]);
    for path in ["no-steps-because", "urgency.reason", "incidents.1.account", "requests.1.text"] {
        assert!(run.stderr.contains(&format!("`{path}` has no text in ENGLISH")), "{path}: {}", run.stderr);
    }
}

#[test]
fn a_language_without_a_folder_is_an_error_that_names_the_languages() {
    let workspace = TestWorkspace::new().case_with(&[]);
    let run = workspace.run("render c1 --language pt -o out").outcome();
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "there are no words and templates for the language `pt`\n  hint: the languages are en, es, fr; a new one is a folder letter-templates/pt/\n1 error\n"
    );
}

/// Spanish words with one change; what is said about them, which has to be on the line of `at`.
#[track_caller]
fn mistake(from: &str, to: &str, at: &str, expected: &[&str]) {
    let shipped = shipped("es/words.toml");
    assert_eq!(shipped.matches(from).count(), 1, "{from:?} is not there once");
    let text = shipped.replacen(from, to, 1);
    let line = text.lines().position(|l| l.starts_with(at)).unwrap_or_else(|| panic!("no line {at:?}")) + 1;
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/es/words.toml", &text);
    for command in ["render c1 -o out", "check c1"] {
        let run = workspace.run(command).outcome();
        assert_eq!((run.code, run.written.len()), (1, 0), "{}", run.everything());
        for words in expected {
            assert!(run.stderr.contains(&format!("letter-templates/es/words.toml:{line}:")), "line {line}: {}", run.stderr);
            assert!(run.stderr.contains(words), "no {words:?} in {}", run.stderr);
        }
    }
}

#[test]
fn a_missing_word_is_an_error_at_its_table() {
    mistake("draft = \"BORRADOR\"\n", "", "[labels]", &["`labels.draft` is missing\n  hint: add draft = \"…\"; in English it is \"DRAFT\"\n"]);
    mistake("incidents = \"parte de los hechos denunciados\"\n", "", "[parts]", &["`parts.incidents` is missing\n"]);
    mistake("nationality = \"nacionalidad: {value}\"\n", "", "[details]", &["`details.nationality` is missing\n"]);
    mistake("warrant = \"orden de detención exhibida\"\n", "", "[facts.arrest]", &["`facts.arrest.warrant` is missing\n"]);
    mistake("neutral = \"Lo anterior se basa en la información recibida.\"\n", "", "[attribution]", &["`attribution.neutral` is missing\n"]);
    mistake("name = \"español\"\n", "", "#", &["`name` is missing\n"]);
}

#[test]
fn a_misspelt_word_is_an_error_where_it_stands() {
    mistake(
        "perpetrators = \"parte",
        "perpetrator = \"parte",
        "perpetrator = \"parte",
        &["there is no key `parts.perpetrator`\n  hint: did you mean `perpetrators`?\n"],
    );
    mistake("draft-notice = ", "draft-notices = ", "draft-notices", &["there is no key `labels.draft-notices`\n  hint: did you mean `draft-notice`?\n"]);
    mistake("joint = \"Dis", "joined = \"Dis", "joined", &["there is no key `salutations.joined`"]);
    mistake("[facts.killing]", "[facts.kiling]", "[facts.kiling]", &["there is no key `facts.kiling`\n  hint: did you mean `killing`?\n"]);
}

#[test]
fn a_placeholder_that_nothing_fills_or_that_is_missing_is_an_error() {
    mistake(
        "place-and-date = \"{place}, {date}\"",
        "place-and-date = \"{palce}, {date}\"",
        "place-and-date",
        &[
            "`place-and-date` has a placeholder {palce} that nothing fills\n  hint: did you mean {place}?\n",
            "`place-and-date` lacks the placeholder {place}\n  hint: write {place} where its value belongs\n",
        ],
    );
    mistake("annex = \"Anexo {n}\"", "annex = \"Anexo\"", "annex = ", &["`labels.annex` lacks the placeholder {n}\n"]);
    mistake(
        "f = \"Distinguida {honorific} {family}:\"",
        "f = \"Distinguida {honorific} {famly}:\"",
        "f = \"Distinguida {",
        &["a placeholder {famly} that nothing fills\n  hint: did you mean {family}?\n"],
    );
}

#[test]
fn a_word_of_another_kind_is_an_error_where_it_stands() {
    mistake("yes = \"sí\"", "yes = true", "yes = true", &["`labels.yes` has to be a text\n"]);
    mistake(
        "[honorifics.m]\ndefault = \"Sr.\"\n\"Mr.\" = \"Sr.\"\n\"Dr.\" = \"Dr.\"",
        "[honorifics]\nm = \"Sr.\"",
        "m = \"Sr.\"",
        &["`honorifics.m` has to be a table\n"],
    );
    mistake("schema = 1", "schema = 2", "schema", &["this program knows schema 1 of words.toml, not schema 2\n"]);
    mistake("\"noviembre\", \"diciembre\"]", "\"noviembre\"]", "months", &["`months` has to have 12 entries, not 11\n"]);
    mistake("\"noviembre\", \"diciembre\"]", "\"noviembre\", 12]", "months", &["`months` has to be a text\n"]);
}

#[test]
fn what_a_language_may_add_is_no_mistake() {
    let text = shipped("es/words.toml")
        .replace("[salutations.other]", "[salutations.embassy]\nf = \"Señora Embajadora:\"\nm = \"Señor Embajador:\"\nnamed = \"Señora, señor:\"\noffice = \"Señoras y señores:\"\n[salutations.other]")
        .replace("\"Dr.\" = \"Dra.\"", "\"Dr.\" = \"Dra.\"\n\"Prof.\" = \"Profa.\"")
        .replace("human-rights-defenders = \"personas", "my-own-mandate = \"lo nuestro\"\nhuman-rights-defenders = \"personas");
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/es/words.toml", text);
    let run = workspace.run("render c1 -o out").outcome();
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn an_instrument_may_count_paragraphs_and_says_where_their_numbers_belong() {
    let cited = CASE.replace("[[requests]]", "[[law]]\ninstrument = \"our-law\"\narticles = [\"4\", \"7\"]\n[[requests]]");
    let said = |patterns: &str| {
        let text = format!("{}\n[our-law]\ntitle = \"Ley nuestra\"\n{patterns}\n", shipped("es/instruments.toml"));
        TestWorkspace::new().case("c1", &cited).file("letter-templates/es/instruments.toml", text).run("render c1").outcome()
    };
    let run = said("article = \"regla {list}\"\narticles = \"reglas {list}\"");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("- Ley nuestra, reglas 4 y 7.\n"), "{}", run.stdout);
    let run = said("articles = \"reglas\"");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains("`our-law.articles` lacks the placeholder {list}\n  hint: write {list} where its value belongs\n"), "{}", run.stderr);
    let run = said("article = 7");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains("`our-law.article` has to be a text\n"), "{}", run.stderr);
}

#[test]
fn an_instrument_without_a_title_is_an_error() {
    let text = shipped("es/instruments.toml") + "\n[our-law]\nshort = \"Ley\"\nsymbl = \"X\"\n";
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/es/instruments.toml", text);
    let run = workspace.run("render c1 -o out").outcome();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("letter-templates/es/instruments.toml:") && run.stderr.contains("`our-law.title` is missing"), "{}", run.stderr);
    assert!(
        run.stderr.contains("there is no key `our-law.symbl`\n  hint: an instrument has title, short, symbol, binding, article and articles\n"),
        "{}",
        run.stderr
    );
}
