//! Requests of the catalogue: `standard = "release"`, in every language.

use crate::test_workspace::TestWorkspace;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn catalogue(language: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("letter-templates/{language}/requests.toml"));
    toml::from_str(&fs::read_to_string(path).expect("the catalogue can be read")).expect("it is TOML")
}

#[test]
fn every_request_exists_in_every_language_and_begins_with_an_infinitive() {
    let english = catalogue("en");
    assert_eq!(english.len(), 8);
    for (language, endings) in [("en", &["Urge", "Ask"][..]), ("es", &["ar", "er", "ir"]), ("fr", &["er", "ir", "re"])] {
        let requests = catalogue(language);
        assert!(requests.keys().eq(english.keys()), "{language}");
        for (key, text) in requests {
            let first = text.split(' ').next().expect("a word");
            assert!(endings.iter().any(|e| first.ends_with(e)), "{language} {key}: {first}");
            assert_eq!(text.contains("{victims}"), english[&key].contains("{victims}"), "{language} {key}");
            assert!(text.ends_with('.'), "{language} {key}");
        }
    }
}

const OWN: &str = "text.es = \"Exhortar al Estado a garantizar condiciones de seguridad.\"\ntext.en = \"Urge the State to guarantee safe conditions.\"\n\
                   text.fr = \"Exhorter l'État à garantir des conditions de sécurité.\"\n";

#[test]
fn a_standard_request_is_written_in_the_language_of_the_letter_and_names_as_the_reader_may_see() {
    let workspace = || TestWorkspace::new().case_with(&[(OWN, "standard = \"medical-care\"\n"), ("public = \"name\"", "public = \"unnamed\"")]);
    workspace().run("render").code(0).stdout_has("1. Exhortar al Estado a prestar de inmediato a María Ejemplo la atención");
    workspace().run("render --language fr").code(0).stdout_has("1. Exhorter l'État à fournir sans attendre à María Ejemplo les soins");
    workspace().run("render --language en --audience public").code(0).nowhere("Ejemplo la").stdout_has("Urge the State to provide");
}

#[test]
fn an_unknown_request_is_an_error_with_a_suggestion_and_two_in_one_are_an_error() {
    let workspace = TestWorkspace::new().case_with(&[(OWN, "standard = \"protektion\"\n")]);
    workspace.run("check").code(1).stdout_has("errors").stderr_has("`protektion` is not in the catalogue of requests\n  hint: did you mean `protection`?\n");
    let workspace = TestWorkspace::new().case_with(&[("[[requests]]\n", "[[requests]]\nstandard = \"protection\"\n")]);
    workspace.run("check").code(1).stdout_has("errors").stderr_has("`standard` and `text` are both given\n");
    let workspace = TestWorkspace::new().case_with(&[(OWN, "")]);
    workspace.run("check").code(1).stdout_has("errors").stderr_has("the key `text` is missing in [[requests]]\n");
}

#[test]
fn an_instrument_is_cited_in_the_languages_in_which_its_title_has_a_source() {
    let law = "[[law]]\ninstrument = \"lawyers-principles\"\narticles = [\"16\", \"18\"]\n[[law]]\ninstrument = \"judiciary-principles\"\n[[requests]]";
    let workspace = TestWorkspace::new().case_with(&[("[[requests]]", law)]);
    for (language, cited) in [
        ("es", "Principios Básicos sobre la Función de los Abogados (Octavo Congreso de las Naciones Unidas, La Habana, 1990), principios 16 y 18"),
        ("en", "Basic Principles on the Role of Lawyers (Eighth United Nations Congress, Havana, 1990), principles 16 and 18"),
        ("fr", "Principes de base relatifs au rôle du barreau (huitième Congrès des Nations Unies, La Havane, 1990), principes 16 et 18"),
    ] {
        let letter = workspace.run(&format!("render --language {language}")).code(0).outcome().stdout;
        let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(letter.contains(cited), "{letter}");
    }
    let law = "[[law]]\ninstrument = \"kampala-convention\"\n[[requests]]";
    let workspace = TestWorkspace::new().case_with(&[("[[requests]]", law)]);
    let only = "African Union Convention for the Protection and Assistance of Internally Displaced Persons in Africa";
    let letter = workspace.run("render --language en").code(0).outcome().stdout;
    assert!(letter.split_whitespace().collect::<Vec<_>>().join(" ").contains(only), "{letter}");
    workspace
        .run("check --language es")
        .code(1)
        .stdout_has("not written because of errors")
        .stderr_has("`kampala-convention` is not in the catalogue of instruments")
        .files(&[]);
}
