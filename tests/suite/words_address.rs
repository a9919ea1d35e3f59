//! Salutations, closings, titles and honorifics, after the forms of address that mandates are used to: exact strings.

use appeal::directory::Directory;
use appeal::letter::words::Addressed;
use appeal::letter::{LanguagePack, TemplateStore};
use appeal::records::read_toml;
use appeal::text::Language;
use chrono::NaiveDate;
use std::sync::Arc;

const DIRECTORY: &str = r#"
[sr]
kind = "special-rapporteur"
title.es = "Relator Especial sobre la tortura"
title.en = "Special Rapporteur on torture"
title.fr = "Rapporteur spécial sur la torture"
[sr-f]
kind = "special-rapporteur"
title.es = "Relator Especial sobre la tortura"
title.en = "Special Rapporteur on torture"
title.fr = "Rapporteur spécial sur la torture"
[[sr-f.holders]]
name = "Mary Lawlor"
honorific = "Ms."
gender = "f"
from = 2020-05-01
[sr-m]
kind = "special-rapporteur"
title.es = "Relator Especial sobre la tortura"
title.en = "Special Rapporteur on torture"
title.fr = "Rapporteur spécial sur la torture"
[[sr-m.holders]]
name = "Michel Forst"
gender = "m"
from = 2020-05-01
[sr-doctor]
kind = "special-rapporteur"
title.es = { m = "Relator Especial sobre x", f = "Relatora Especial sobre x", office = "Relatoría sobre x" }
title.en = "Special Rapporteur on x"
title.fr = "Rapporteur spécial sur x"
[[sr-doctor.holders]]
name = "Alice Jill Edwards"
family = "Edwards"
honorific = "Dr."
gender = "f"
from = 2020-05-01
[sr-x]
kind = "special-rapporteur"
title.es = "Relator Especial sobre la tortura"
title.en = "Special Rapporteur on torture"
title.fr = "Rapporteur spécial sur la torture"
[[sr-x.holders]]
name = "Alex Doe"
from = 2020-05-01
[ie]
kind = "independent-expert"
title.es = "Experto Independiente sobre el albinismo"
title.en = "Independent Expert on albinism"
title.fr = "Expert indépendant sur l'albinisme"
[ie-f]
kind = "independent-expert"
title.es = "Experto Independiente sobre el albinismo"
title.en = "Independent Expert on albinism"
title.fr = "Expert indépendant sur l'albinisme"
[[ie-f.holders]]
name = "Attiya Waris"
gender = "f"
from = 2020-05-01
[ie-m]
kind = "independent-expert"
title.es = "Experto Independiente sobre el albinismo"
title.en = "Independent Expert on albinism"
title.fr = "Expert indépendant sur l'albinisme"
[[ie-m.holders]]
name = "George Katrougalos"
gender = "m"
from = 2020-05-01
[wg]
kind = "working-group"
title.es = "Grupo de Trabajo sobre la Detención Arbitraria"
title.en = "Working Group on Arbitrary Detention"
title.fr = "Groupe de travail sur la détention arbitraire"
[wg-f]
kind = "working-group"
title.es = "Grupo de Trabajo sobre la Detención Arbitraria"
title.en = "Working Group on Arbitrary Detention"
title.fr = "Groupe de travail sur la détention arbitraire"
[[wg-f.holders]]
name = "Gabriella Citroni"
gender = "f"
role = "chair"
from = 2020-05-01
[wg-m]
kind = "working-group"
title.es = "Grupo de Trabajo sobre la Detención Arbitraria"
title.en = "Working Group on Arbitrary Detention"
title.fr = "Groupe de travail sur la détention arbitraire"
[[wg-m.holders]]
name = "Matthew Gillett"
gender = "m"
role = "chair"
from = 2020-05-01
[wg-member]
kind = "working-group"
title.es = "Grupo de Trabajo sobre la Detención Arbitraria"
title.en = "Working Group on Arbitrary Detention"
title.fr = "Groupe de travail sur la détention arbitraire"
[[wg-member.holders]]
name = "Ganna Yudkivska"
gender = "f"
role = "member"
from = 2020-05-01
[embassy]
kind = "embassy"
title.fr = "Ambassade"
salutation.fr = "Monsieur l'Ambassadeur,"
closing.fr = "Recevez, {salutation}, mes salutations."
"#;

fn directory() -> Directory {
    let (record, problems) = read_toml(DIRECTORY.as_bytes(), &Arc::from("recipients.toml"));
    let (directory, found) = Directory::parse(&record.expect("the test's directory is TOML"));
    assert!(problems.is_empty() && !found.has_errors(), "{found:?}");
    directory
}

fn language(code: &str) -> Language {
    Language::parse(code).expect("a language of the test")
}

fn pack(code: &str) -> LanguagePack {
    TemplateStore::shipped().pack(&language(code)).unwrap_or_else(|p| panic!("{p:?}"))
}

/// The salutation of a letter to these, on a day in the term of all; and its closing by one signer and by several.
fn forms(code: &str, keys: &[&str]) -> (String, String, String) {
    let directory = directory();
    let day = NaiveDate::from_ymd_opt(2021, 4, 28).expect("a day of the test");
    let to: Vec<Addressed<'_>> = keys.iter().map(|k| Addressed::on(directory.get(k).unwrap_or_else(|| panic!("{k}")), day)).collect();
    let (words, language) = (pack(code).words, language(code));
    (words.salutation(&to, &language), words.closing(&to, 1, &language), words.closing(&to, 2, &language))
}

#[track_caller]
fn salutations(code: &str, expected: &[(&[&str], &str)]) {
    for (keys, salutation) in expected {
        assert_eq!(forms(code, keys).0, *salutation, "{code} {keys:?}");
    }
}

#[test]
fn salutations_in_spanish() {
    let group = "distinguidas y distinguidos miembros del Grupo de Trabajo:";
    salutations(
        "es",
        &[
            (&["sr-f"], "Distinguida Sra. Lawlor:"),
            (&["sr-m"], "Distinguido Sr. Forst:"),
            (&["sr-doctor"], "Distinguida Dra. Edwards:"),
            (&["sr-x"], "Señora Relatora Especial, señor Relator Especial:"),
            (&["sr"], "Señora Relatora Especial, señor Relator Especial:"),
            (&["ie-f"], "Señora Experta Independiente:"),
            (&["ie-m"], "Señor Experto Independiente:"),
            (&["ie"], "Señora Experta Independiente, señor Experto Independiente:"),
            (&["wg-f"], &format!("Distinguida Sra. Presidenta-Relatora, {group}")),
            (&["wg-m"], &format!("Distinguido Sr. Presidente-Relator, {group}")),
            (&["wg"], "Señoras y señores miembros del Grupo de Trabajo:"),
            (&["wg-member"], "Señoras y señores miembros del Grupo de Trabajo:"),
            (&["sr-f", "wg-m"], "Distinguidas y distinguidos titulares de mandatos:"),
            (&["sr", "ie"], "Distinguidas y distinguidos titulares de mandatos:"),
        ],
    );
}

#[test]
fn salutations_in_french() {
    let group = "Mesdames et Messieurs les membres du Groupe de travail,";
    salutations(
        "fr",
        &[
            (&["sr-f"], "Madame la Rapporteuse spéciale,"),
            (&["sr-m"], "Monsieur le Rapporteur spécial,"),
            (&["sr-x"], "Madame, Monsieur,"),
            (&["sr"], "Madame, Monsieur,"),
            (&["ie-f"], "Madame l'Experte indépendante,"),
            (&["ie-m"], "Monsieur l'Expert indépendant,"),
            (&["ie"], "Madame, Monsieur,"),
            (&["wg-f"], &format!("Madame la Présidente-Rapporteuse, {group}")),
            (&["wg-m"], &format!("Monsieur le Président-Rapporteur, {group}")),
            (&["wg"], group),
            (&["wg-member"], group),
            (&["sr-f", "ie-m"], "Mesdames et Messieurs les titulaires de mandat,"),
            (&["embassy"], "Monsieur l'Ambassadeur,"),
        ],
    );
}

#[test]
fn salutations_in_english() {
    salutations(
        "en",
        &[
            (&["sr-f"], "Dear Ms. Lawlor,"),
            (&["sr-m"], "Dear Mr. Forst,"),
            (&["sr-doctor"], "Dear Dr. Edwards,"),
            (&["sr-x"], "Dear Alex Doe,"),
            (&["sr"], "Dear Special Rapporteur,"),
            (&["ie-f"], "Dear Ms. Waris,"),
            (&["ie-m"], "Dear Mr. Katrougalos,"),
            (&["ie"], "Dear Independent Expert,"),
            (&["wg-f"], "Dear Chair-Rapporteur and Members of the Working Group,"),
            (&["wg-m"], "Dear Chair-Rapporteur and Members of the Working Group,"),
            (&["wg"], "Dear Members of the Working Group,"),
            (&["wg-member"], "Dear Members of the Working Group,"),
            (&["sr-f", "ie-m"], "Dear Mandate Holders,"),
        ],
    );
}

#[test]
fn closings_agree_with_the_salutation_and_the_signers() {
    for keys in [&["sr-f"][..], &["sr"], &["wg"], &["sr-f", "wg"]] {
        let (_, one, many) = forms("es", keys);
        assert_eq!((one.as_str(), many.as_str()), ("Atentamente,", "Atentamente,"), "{keys:?}");
        let (salutation, one, many) = forms("fr", keys);
        let salutation = salutation.trim_end_matches(',');
        assert_eq!(one, format!("Veuillez agréer, {salutation}, l'assurance de ma haute considération."), "{keys:?}");
        assert_eq!(many, format!("Veuillez agréer, {salutation}, l'assurance de notre haute considération."), "{keys:?}");
    }
    // In English: sincerely to whom one greets by name, respectfully to an office.
    for (keys, closing) in [
        (&["sr-f"][..], "Yours sincerely,"),
        (&["sr-x"], "Yours sincerely,"),
        (&["ie-m"], "Yours sincerely,"),
        (&["sr"], "Respectfully,"),
        (&["wg-f"], "Respectfully,"),
        (&["wg"], "Respectfully,"),
        (&["sr-f", "ie-m"], "Respectfully,"),
    ] {
        let (_, one, many) = forms("en", keys);
        assert_eq!((one.as_str(), many.as_str()), (closing, closing), "{keys:?}");
    }
    assert_eq!(forms("fr", &["embassy"]).1, "Recevez, Monsieur l'Ambassadeur, mes salutations.");
}

#[test]
fn titles_and_blocks_agree_with_the_holder() {
    let directory = directory();
    let day = NaiveDate::from_ymd_opt(2021, 4, 28).expect("a day of the test");
    for (code, key, name, title) in [
        ("es", "sr-f", Some("Sra. Mary Lawlor"), "Relatora Especial sobre la tortura"),
        ("es", "sr-m", Some("Sr. Michel Forst"), "Relator Especial sobre la tortura"),
        ("es", "sr-x", Some("Alex Doe"), "Relator Especial sobre la tortura"),
        ("es", "sr", None, "Relatoría Especial sobre la tortura"),
        ("es", "sr-doctor", Some("Dra. Alice Jill Edwards"), "Relatora Especial sobre x"),
        ("es", "ie-f", Some("Sra. Attiya Waris"), "Experta Independiente sobre el albinismo"),
        ("es", "wg-f", Some("Sra. Gabriella Citroni"), "Presidenta-Relatora del Grupo de Trabajo sobre la Detención Arbitraria"),
        ("es", "wg", None, "Grupo de Trabajo sobre la Detención Arbitraria"),
        ("es", "wg-member", None, "Grupo de Trabajo sobre la Detención Arbitraria"),
        ("en", "sr-f", Some("Ms. Mary Lawlor"), "Special Rapporteur on torture"),
        ("en", "wg-m", Some("Mr. Matthew Gillett"), "Chair-Rapporteur of the Working Group on Arbitrary Detention"),
        ("fr", "sr-f", Some("Mme Mary Lawlor"), "Rapporteuse spéciale sur la torture"),
        ("fr", "sr-m", Some("M. Michel Forst"), "Rapporteur spécial sur la torture"),
        ("fr", "sr-doctor", Some("Dre Alice Jill Edwards"), "Rapporteuse spéciale sur x"),
        ("fr", "wg-m", Some("M. Matthew Gillett"), "Président-Rapporteur du Groupe de travail sur la détention arbitraire"),
        ("fr", "sr", None, "Rapporteur spécial sur la torture"),
    ] {
        let to = Addressed::on(directory.get(key).expect("a key of the test"), day);
        let block = pack(code).words.block(to, &language(code)).expect("there is a title");
        assert_eq!((block.0.as_deref(), block.1[0].as_str()), (name, title), "{code} {key}");
    }
}

#[test]
fn a_holder_whose_term_does_not_certainly_cover_the_day_is_not_greeted() {
    let directory = directory();
    let words = pack("en").words;
    for (day, salutation) in [
        ("2020-04-30", "Dear Special Rapporteur,"),
        ("2020-05-01", "Dear Ms. Lawlor,"),
        ("2026-04-30", "Dear Ms. Lawlor,"),
        ("2026-05-01", "Dear Special Rapporteur,"),
    ] {
        let day = appeal::date::day(day).expect("a day of the test");
        let to = Addressed::on(directory.get("sr-f").expect("a key of the test"), day);
        assert_eq!(words.salutation(&[to], &language("en")), salutation, "{day}");
    }
}
