//! Small words where they meet a name: elision, contraction, "e" for "y", capitals. Who writes a reference does not know which
//! form each reader will see.

use crate::test_workspace::{CASE, TestWorkspace};
use appeal::letter::{LanguagePack, TemplateStore};
use appeal::text::Language;

fn pack(code: &str) -> LanguagePack {
    TemplateStore::shipped().pack(&Language::parse(code).expect("a language of the test")).unwrap_or_else(|p| panic!("{p:?}"))
}

/// A text and a name after it, and what they are together.
#[track_caller]
fn together(code: &str, triples: &[(&str, &str, &str)]) {
    let words = pack(code).words;
    for (before, name, expected) in triples {
        let said = match words.meet(before, name) {
            Some(meeting) => format!("{}{}{}", &before[..meeting.keep], meeting.small, &name[meeting.skip..]),
            None => format!("{before}{name}"),
        };
        assert_eq!(said, *expected, "{code}: {before:?} and {name:?}");
    }
}

#[test]
fn french_words_elide_and_contract_before_a_name() {
    together(
        "fr",
        &[
            ("la maison de ", "Amina", "la maison d'Amina"),
            ("la maison de ", "Élodie", "la maison d'Élodie"),
            ("la maison de ", "Hassan", "la maison de Hassan"),
            ("la maison de ", "Rosa", "la maison de Rosa"),
            ("la maison d'", "Personne A", "la maison de Personne A"),
            ("la maison d’", "Amina", "la maison d’Amina"),
            ("la maison d'", "Hélène", "la maison d'Hélène"),
            ("l'expulsion de ", "les familles", "l'expulsion des familles"),
            ("l'expulsion de ", "le collectif", "l'expulsion du collectif"),
            ("De ", "les familles", "Des familles"),
            ("grâce à ", "le collectif", "grâce au collectif"),
            ("de ", "Le Pen", "de Le Pen"),
            ("parce que ", "Amina", "parce qu'Amina"),
            ("des agents de la ", "Inspection", "des agents de l'Inspection"),
            ("des agents de l'", "Garde", "des agents de l'Garde"),
            ("la vue de", "Amina", "la vue deAmina"),
            ("grande ", "Amina", "grande Amina"),
        ],
    );
}

#[test]
fn spanish_words_contract_and_change_before_a_name() {
    together(
        "es",
        &[
            ("la casa de ", "el Sr. Ejemplo", "la casa del Sr. Ejemplo"),
            ("detuvieron a ", "el Sr. Ejemplo", "detuvieron al Sr. Ejemplo"),
            ("la casa de ", "la Sra. Ejemplo", "la casa de la Sra. Ejemplo"),
            ("vino de ", "El Salvador", "vino de El Salvador"),
            ("Ana y ", "Inés", "Ana e Inés"),
            ("Ana e ", "Persona A", "Ana y Persona A"),
            ("Ana o ", "Óscar", "Ana u Óscar"),
            ("Ana y ", "Rosa", "Ana y Rosa"),
        ],
    );
}

#[test]
fn english_words_stay_as_they_are() {
    together("en", &[("the house of ", "Amina", "the house of Amina"), ("Ana and ", "Inés", "Ana and Inés")]);
}

#[test]
fn each_reader_reads_the_small_words_of_the_form_they_see() {
    let case = CASE
        .replace("name = \"María Ejemplo\"", "name = \"Amina Quillabamba\"\nshort = \"les accompagnatrices\"")
        .replace("public = \"name\"", "public = \"unnamed\"")
        .replace("ont tenté d'emmener {v1} sur le territoire du Guatemala.", "sont entrés dans la maison de {v1}. {v1} ont vu le fils de {v1}.");
    let workspace = TestWorkspace::new().case("c1", &case);
    let mandate = workspace.run("render c1 --language fr").into_stdout().replace('\n', " ");
    assert!(mandate.contains("Des agents de l'Instituto Nacional de Migración sont entrés dans la maison des accompagnatrices."), "{mandate}");
    assert!(mandate.contains("Les accompagnatrices ont vu le fils des accompagnatrices."), "{mandate}");
    assert!(mandate.contains("en faveur d'Amina Quillabamba."), "{mandate}");
    let public = workspace.run("render c1 --language fr --audience public -o -").into_stdout().replace('\n', " ");
    assert!(public.contains("dans la maison de Defensora A. Defensora A ont vu le fils de Defensora A."), "{public}");
}
