//! Initials, codes, aliases, and what may be told of somebody without the name.

use crate::consent_readers::{NAME, READERS, Reading, agreed};
use crate::test_workspace::TestWorkspace;

/// What the Government reads where it may have the initials of this name; `more` fields of the victim.
#[track_caller]
fn shown(name: &str, more: &str, expected: &str) {
    let case = agreed("initials", "unnamed", "").replace(NAME, name).replace("kind = \"person\"", &format!("kind = \"person\"\n{more}"));
    let workspace = TestWorkspace::new().case("c1", &case);
    Reading::of(&workspace, "government").cleared().says(&format!("llevar a {expected} a territorio")).never_says(name);
}

#[test]
fn initials_are_the_first_letters_of_what_is_a_name() {
    shown("María Ejemplo", "", "M. E.");
    shown("Jean-Luc de la Tour", "", "J.-L. T.");
    shown("Íñigo Óscar del Río", "", "Í. Ó. R.");
    shown("Дмитрий Иванов", "", "Д. И.");
    shown("María", "", "M.");
    shown("Juan C. Pérez", "", "J. C. P.");
    shown("J. R. Quillabamba", "", "J. R. Q.");
}

#[test]
fn each_reader_who_may_have_the_initials_has_them_in_every_format() {
    for (name, initials) in [("Zenobia Quillabamba", "Z. Q."), ("Дмитрий Иванов", "Д. И.")] {
        let case = agreed("initials", "initials", "mandate = \"initials\"").replace(NAME, name);
        let workspace = TestWorkspace::new().case("c1", &case);
        let told = format!("llevar a {initials} a territorio");
        for reader in READERS {
            let reading = Reading::of(&workspace, reader).cleared().says(&told).nowhere(name);
            let _ = if reader == "mandate" { reading.answers(&told) } else { reading };
        }
    }
}

#[test]
fn arabic_initials_leave_out_the_article() {
    // A value written in the other direction stands between isolates in the text.
    let case = agreed("initials", "unnamed", "").replace(NAME, "محمد الحسن");
    let workspace = TestWorkspace::new().case("c1", &case);
    let reading = Reading::of(&workspace, "government").cleared();
    assert!(reading.text.contains("llevar a \u{2068}م. ح.\u{2069} a"), "{}", reading.text);
    reading.never_says("محمد").never_says("الحسن");
}

#[test]
fn a_name_whose_first_letter_is_a_whole_name_needs_recorded_initials() {
    shown("张伟", "", "Defensora A");
    shown("张伟", "initials = \"Z.W.\"", "Z.W.");
    shown("김철수", "", "Defensora A");
}

#[test]
fn initials_that_say_the_name_are_not_shown() {
    shown("J. R.", "", "Defensora A");
    shown("Ñ", "", "Defensora A");
    let recorded = agreed("initials", "unnamed", "").replace("kind = \"person\"", "kind = \"person\"\ninitials = \"Z. Quillabamba\"");
    let workspace = TestWorkspace::new().case("c1", &recorded);
    for reader in READERS {
        Reading::of(&workspace, reader).refused("`initials` contains a part of the name").nowhere(NAME);
    }
}

#[test]
fn without_a_code_a_number_stands_for_the_name() {
    let workspace = TestWorkspace::new().case("c1", &agreed("unnamed", "unnamed", "").replace("code = \"Defensora A\"\n", ""));
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).cleared().says("llevar a Persona 1 a territorio").nowhere(NAME);
    }
}

#[test]
fn a_name_is_never_taken_from_another_language() {
    let named = agreed("name", "unnamed", "").replace("name = \"Zenobia Quillabamba\"", "name.en = \"Zenobia Quillabamba\"");
    let workspace = TestWorkspace::new().case("c1", &named);
    Reading::of(&workspace, "mandate").refused("`v1.name` has no text in español").nowhere(NAME);
    // Who is shown the code needs no name.
    Reading::of(&workspace, "public").cleared().says("Defensora A").nowhere(NAME);
}

/// A victim of whom everything is recorded.
fn full(government: &str, public: &str, more: &str) -> String {
    let fields = "kind = \"person\"\ngender = \"f\"\nborn = \"1990-02-03\"\nnationality = \"HN\"\noccupation.es = \"costurera\"\nwork.es = \"acompaña a migrantes\"\n\
                  document = \"DNI-77-88\"\naddress = \"Calle Secreta 5\"\ncontact = \"+504 1234\"\nstatus.es = \"solicitante de refugio\"\nsituation.es = \"escondida\"";
    agreed(government, public, "").replace("kind = \"person\"", &format!("{fields}\n{more}"))
}

const PRIVATE: [&str; 4] = ["3 de febrero de 1990", "DNI-77-88", "Calle Secreta", "+504 1234"];

#[test]
fn document_address_contact_and_birth_date_are_for_mandates_alone_whatever_the_consent() {
    let workspace = TestWorkspace::new().case("c1", &full("name", "name", ""));
    let told = "Zenobia Quillabamba (género femenino, fecha de nacimiento: 3 de febrero de 1990, nacionalidad: Honduras, costurera, situación jurídica: solicitante de refugio, \
                documento de identidad: DNI-77-88, domicilio: Calle Secreta 5, contacto: +504 1234): acompaña a migrantes; escondida.";
    Reading::of(&workspace, "mandate").cleared().says(told);
    for reader in ["government", "public"] {
        let reading = Reading::of(&workspace, reader)
            .cleared()
            .says("Zenobia Quillabamba (género femenino, nacionalidad: Honduras, costurera, situación jurídica: solicitante de refugio):");
        let reading = reading.says("Elementos omitidos en esta versión: datos personales.");
        PRIVATE.into_iter().fold(reading, |reading, secret| reading.never_says(secret));
    }
}

#[test]
fn without_the_name_only_code_and_kind_are_told() {
    let workspace = TestWorkspace::new().case("c1", &full("unnamed", "unnamed", ""));
    for reader in ["government", "public"] {
        let reading = Reading::of(&workspace, reader).cleared();
        let reading = reading.says("Elementos omitidos en esta versión: nombres de personas y datos personales.").nowhere(NAME);
        let secrets = PRIVATE.into_iter().chain(["Honduras", "costurera", "acompaña a migrantes;", "refugio", "escondida", "femenino"]);
        secrets.fold(reading, |reading, secret| reading.never_says(secret));
    }
}

#[test]
fn without_the_name_what_show_unnamed_says_is_told_too() {
    let workspace = TestWorkspace::new()
        .case("c1", &full("unnamed", "unnamed", "show-unnamed = [\"gender\", \"nationality\", \"occupation\", \"work\", \"status\", \"situation\"]"));
    let told = "Defensora A (género femenino, nacionalidad: Honduras, costurera, situación jurídica: solicitante de refugio): acompaña a migrantes; escondida.";
    for reader in ["government", "public"] {
        let reading = Reading::of(&workspace, reader).cleared().says(told).nowhere(NAME);
        PRIVATE.into_iter().fold(reading, |reading, secret| reading.never_says(secret));
    }
    let workspace = TestWorkspace::new().case("c1", &full("unnamed", "unnamed", "show-unnamed = [\"document\"]"));
    Reading::of(&workspace, "public").refused("`show-unnamed` has a word that is not among its words");
}

#[test]
fn an_age_is_told_only_with_the_name_or_where_show_unnamed_says_so() {
    let aged = |more: &str| agreed("unnamed", "unnamed", "").replace("kind = \"person\"", &format!("kind = \"person\"\nage = \"30~\"\n{more}"));
    let workspace = TestWorkspace::new().case("c1", &aged(""));
    Reading::of(&workspace, "mandate").cleared().says("Zenobia Quillabamba (alrededor de 30 años)");
    Reading::of(&workspace, "public").cleared().never_says("30 años");
    let workspace = TestWorkspace::new().case("c1", &aged("show-unnamed = [\"age\"]"));
    Reading::of(&workspace, "public").cleared().says("Defensora A (alrededor de 30 años)");
}
