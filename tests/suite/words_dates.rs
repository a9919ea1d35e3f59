//! Dates, times, lists, plurals, elision: the words of each language, by pairs written by hand.

use appeal::date::{Clock, PartialDate};
use appeal::letter::{LanguagePack, TemplateStore};
use appeal::text::Language;
use chrono::NaiveDate;

fn pack(code: &str) -> LanguagePack {
    TemplateStore::shipped().pack(&Language::parse(code).expect("a language of the test")).unwrap_or_else(|p| panic!("{p:?}"))
}

/// A date, alone and in a sentence.
#[track_caller]
fn dates(code: &str, pairs: &[(&str, &str, &str)]) {
    let words = pack(code).words;
    for (date, alone, within) in pairs {
        let known = PartialDate::parse(date).unwrap_or_else(|| panic!("{date} is a date"));
        assert_eq!((words.date(known).as_str(), words.when(known).as_str()), (*alone, *within), "{code} {date}");
    }
}

#[test]
fn dates_in_spanish() {
    dates(
        "es",
        &[
            ("2021-03-22", "22 de marzo de 2021", "el 22 de marzo de 2021"),
            ("2021-04-01", "1 de abril de 2021", "el 1 de abril de 2021"),
            ("2021-03", "marzo de 2021", "en marzo de 2021"),
            ("2021", "2021", "en 2021"),
            ("2021-03-22~", "hacia el 22 de marzo de 2021", "hacia el 22 de marzo de 2021"),
            ("2021-03~", "hacia marzo de 2021", "hacia marzo de 2021"),
            ("2021~", "hacia 2021", "hacia 2021"),
            ("2021-03-22/2021-03-24", "del 22 al 24 de marzo de 2021", "del 22 al 24 de marzo de 2021"),
            ("2021-03-30/2021-04-02", "del 30 de marzo al 2 de abril de 2021", "del 30 de marzo al 2 de abril de 2021"),
            ("2020-12-30/2021-01-02", "del 30 de diciembre de 2020 al 2 de enero de 2021", "del 30 de diciembre de 2020 al 2 de enero de 2021"),
            ("2021-03-22~/2021-03-24", "del 22 de marzo de 2021 (aprox.) al 24 de marzo de 2021", "del 22 de marzo de 2021 (aprox.) al 24 de marzo de 2021"),
            ("[2021-03-22..2021-03-24]", "entre el 22 y el 24 de marzo de 2021", "entre el 22 y el 24 de marzo de 2021"),
            ("2021-03/2021-05", "de marzo de 2021 a mayo de 2021", "de marzo de 2021 a mayo de 2021"),
            ("[2021-03..2021-05]", "entre marzo de 2021 y mayo de 2021", "entre marzo de 2021 y mayo de 2021"),
            ("2019/2021", "de 2019 a 2021", "de 2019 a 2021"),
            ("[2019..2021]", "entre 2019 y 2021", "entre 2019 y 2021"),
            ("XXXX", "fecha desconocida", "en fecha desconocida"),
        ],
    );
}

#[test]
fn dates_in_english() {
    dates(
        "en",
        &[
            ("2021-03-22", "22 March 2021", "on 22 March 2021"),
            ("2021-03", "March 2021", "in March 2021"),
            ("2021", "2021", "in 2021"),
            ("2021-03-22~", "on or about 22 March 2021", "on or about 22 March 2021"),
            ("2021-03~", "around March 2021", "around March 2021"),
            ("2021~", "around 2021", "around 2021"),
            ("2021-03-22/2021-03-24", "22 to 24 March 2021", "from 22 to 24 March 2021"),
            ("2021-03-30/2021-04-02", "30 March to 2 April 2021", "from 30 March to 2 April 2021"),
            ("2020-12-30/2021-01-02", "30 December 2020 to 2 January 2021", "from 30 December 2020 to 2 January 2021"),
            ("2021-03-22/2021-03-24~", "22 March 2021 to 24 March 2021 (approx.)", "from 22 March 2021 to 24 March 2021 (approx.)"),
            ("[2021-03-22..2021-03-24]", "between 22 and 24 March 2021", "between 22 and 24 March 2021"),
            ("2021-03/2021-05", "March 2021 to May 2021", "from March 2021 to May 2021"),
            ("2021-03-22/2021-05", "22 March 2021 to May 2021", "from 22 March 2021 to May 2021"),
            ("2019/2021", "2019 to 2021", "from 2019 to 2021"),
            ("[2019..2021]", "between 2019 and 2021", "between 2019 and 2021"),
            ("XXXX", "date not known", "on a date that is not known"),
        ],
    );
}

#[test]
fn dates_in_french() {
    dates(
        "fr",
        &[
            ("2021-04-01", "1er avril 2021", "le 1er avril 2021"),
            ("2021-04-02", "2 avril 2021", "le 2 avril 2021"),
            ("2021-04-11", "11 avril 2021", "le 11 avril 2021"),
            ("2021-04", "avril 2021", "en avril 2021"),
            ("2021", "2021", "en 2021"),
            ("2021-04-01~", "vers le 1er avril 2021", "vers le 1er avril 2021"),
            ("2021-04~", "vers avril 2021", "vers avril 2021"),
            ("2021-03-22/2021-03-24", "du 22 au 24 mars 2021", "du 22 au 24 mars 2021"),
            ("2021-04-01/2021-04-03", "du 1er au 3 avril 2021", "du 1er au 3 avril 2021"),
            ("2021-03-30/2021-04-01", "du 30 mars au 1er avril 2021", "du 30 mars au 1er avril 2021"),
            ("2020-12-30/2021-01-01", "du 30 décembre 2020 au 1er janvier 2021", "du 30 décembre 2020 au 1er janvier 2021"),
            ("[2021-04-01..2021-04-03]", "entre le 1er et le 3 avril 2021", "entre le 1er et le 3 avril 2021"),
            ("2021-03/2021-05", "mars 2021 – mai 2021", "pendant la période mars 2021 – mai 2021"),
            ("2019/2021", "de 2019 à 2021", "de 2019 à 2021"),
            ("[2019..2021]", "entre 2019 et 2021", "entre 2019 et 2021"),
            ("XXXX", "date inconnue", "à une date inconnue"),
        ],
    );
}

#[test]
fn times_of_day() {
    for (code, at, about, between) in [
        ("es", "9:05 h", "hacia las 13:00 h", "entre las 13:00 y las 15:30 h"),
        ("en", "9:05", "about 13:00", "between 13:00 and 15:30"),
        ("fr", "9\u{a0}h\u{a0}05", "vers 13\u{a0}h\u{a0}00", "entre 13\u{a0}h\u{a0}00 et 15\u{a0}h\u{a0}30"),
    ] {
        let words = pack(code).words;
        let time = |text: &str| words.time(Clock::parse(text).expect("a time of the test"));
        assert_eq!((time("09:05").as_str(), time("13:00~").as_str(), time("13:00/15:30").as_str()), (at, about, between), "{code}");
    }
}

#[test]
fn the_line_of_place_and_date() {
    let day = NaiveDate::from_ymd_opt(2021, 4, 28).expect("a day of the test");
    let first = NaiveDate::from_ymd_opt(2021, 4, 1).expect("a day of the test");
    for (code, place, line, alone) in [
        ("es", "Bogotá", "Bogotá, 28 de abril de 2021", "28 de abril de 2021"),
        ("en", "Beirut", "Beirut, 28 April 2021", "28 April 2021"),
        ("fr", "Tunis", "Tunis, le 28 avril 2021", "Le 28 avril 2021"),
    ] {
        let words = pack(code).words;
        assert_eq!((words.place_and_date(Some(place), day).as_str(), words.place_and_date(None, day).as_str()), (line, alone));
    }
    assert_eq!(pack("fr").words.place_and_date(Some("Tunis"), first), "Tunis, le 1er avril 2021");
}

/// What Spanish puts before each of these: the sound decides, not the letter.
const AND: &[(&str, &str)] = &[
    ("Inés", " e "),
    ("inés", " e "),
    ("Íñigo", " e "),
    ("íñigo", " e "),
    ("I\u{301}ñigo", " e "),
    ("Hilda", " e "),
    ("Hípias", " e "),
    ("Iyad", " e "),
    ("Yvonne", " e "),
    ("Isabel", " e "),
    ("«Inés»", " e "),
    ("INÉS", " e "),
    ("Hielo", " y "),
    ("Hiato", " y "),
    ("hierro", " y "),
    ("Iago", " y "),
    ("Ionela", " y "),
    ("Yolanda", " y "),
    ("Yemen", " y "),
    ("Ana", " y "),
    ("Hugo", " y "),
    ("Óscar", " y "),
    ("9", " y "),
    ("", " y "),
    ("Дмитрий", " y "),
    ("محمد", " y "),
];
const OR: &[(&str, &str)] = &[
    ("Olga", " u "),
    ("Óscar", " u "),
    ("óscar", " u "),
    ("Homero", " u "),
    ("hombre", " u "),
    ("8", " u "),
    ("11", " u "),
    ("80", " u "),
    ("Ana", " o "),
    ("Inés", " o "),
    ("110", " o "),
    ("1", " o "),
    ("Hugo", " o "),
    ("Uno", " o "),
];

#[test]
fn spanish_joins_lists_by_the_sound_that_follows() {
    let words = pack("es").words;
    for (next, and) in AND {
        assert_eq!(words.and(&["Luis", next]), format!("Luis{and}{next}"), "{next:?}");
    }
    for (next, or) in OR {
        assert_eq!(words.or(&["Luis", next]), format!("Luis{or}{next}"), "{next:?}");
    }
    assert_eq!(words.and(&["Inés"]), "Inés");
    assert_eq!(words.and::<&str>(&[]), "");
    assert_eq!(words.and(&["Inés", "Ana", "Íñigo"]), "Inés, Ana e Íñigo");
}

#[test]
fn english_and_french_join_lists_in_one_way() {
    let (en, fr) = (pack("en").words, pack("fr").words);
    assert_eq!((en.and(&["a", "b", "i"]).as_str(), en.or(&["a", "b"]).as_str()), ("a, b and i", "a or b"));
    assert_eq!((fr.and(&["a", "b", "i"]).as_str(), fr.or(&["a", "b"]).as_str()), ("a, b et i", "a ou b"));
}

#[test]
fn french_elides_before_vowels_and_never_before_h_or_y() {
    let words = pack("fr").words;
    for (next, of) in [
        ("Amina", "d'"),
        ("Élise", "d'"),
        ("Œdipe", "d'"),
        ("Yasmina", "de "),
        ("Youssef", "de "),
        ("Hilda", "de "),
        ("Rosa", "de "),
        ("«Amina»", "d'"),
        ("Ångström", "d'"),
        ("", "de "),
        ("8", "de "),
    ] {
        assert_eq!(words.elided("de", next), of, "{next}");
    }
    assert_eq!((words.elided("que", "Amina").as_str(), words.elided("le", "Amina").as_str(), words.elided("par", "Amina").as_str()), ("qu'", "l'", "par "));
    assert_eq!(pack("es").words.elided("de", "Amina"), "de ");
}

#[test]
fn plurals_take_the_form_of_their_number() {
    for (code, forms) in [("es", ["other", "one", "other"]), ("en", ["other", "one", "other"]), ("fr", ["one", "one", "other"])] {
        let words = pack(code).words;
        assert_eq!([0, 1, 2].map(|n| words.plural(n)), forms, "{code}");
    }
}

#[test]
fn names_behind_marks_are_joined_by_their_sound() {
    use crate::consent_readers::flat;
    use crate::test_workspace::{CASE, TestWorkspace};
    let second = "[[victims]]\nid = \"v2\"\nname = \"Inés Otra\"\nkind = \"person\"\ncode = \"B\"\n[victims.consent]\nsubmit = true\ngovernment = \"name\"\npublic = \"name\"\nby = \"self\"\n\
                  on = 2021-04-27\nhow = \"x\"\n";
    let both = CASE.replacen("[[perpetrators]]", &format!("{second}[[perpetrators]]"), 1).replace("victims = [\"v1\"]", "victims = [\"v1\", \"v2\"]").replacen(
        "[[requests]]",
        "[[incidents.arrest]]\nvictims = [\"v1\", \"v2\"]\nwarrant = \"no\"\n[[requests]]",
        1,
    );
    let workspace = TestWorkspace::new().case("c1", &both);
    let text = flat(&workspace.run("render c1 -o -").outcome().stdout);
    assert!(text.contains("Detención de María Ejemplo e Inés Otra: orden de detención exhibida: no."), "{text}");
    assert!(text.contains("presuntas víctimas: María Ejemplo e Inés Otra."), "{text}");
    let french = flat(&workspace.run("render c1 --language fr -o -").outcome().stdout);
    assert!(french.contains("Arrestation (María Ejemplo et Inés Otra) : mandat présenté : non."), "{french}");
}

#[test]
fn french_elides_before_a_name_that_this_reader_sees() {
    use crate::consent_readers::flat;
    use crate::test_workspace::TestWorkspace;
    let workspace = TestWorkspace::new().case_with(&[("name = \"María Ejemplo\"", "name = \"Amina Ejemplo\""), ("public = \"name\"", "public = \"unnamed\"")]);
    let letter = |reader: &str| flat(&workspace.run(&format!("render c1 --language fr --audience {reader} -o -")).outcome().stdout);
    assert!(letter("mandate").contains("en faveur d'Amina Ejemplo."));
    assert!(letter("public").contains("en faveur de Defensora A."));
}

proptest::proptest! {
    #[test]
    fn a_list_has_every_item_once_and_one_last_word(items in proptest::collection::vec("[A-ZÁÉÍÓÚÑa-záéíóúñ«» -]{1,12}", 1..6), which in 0..AND.len()) {
        let words = tongue_es();
        let (last, and) = AND[which];
        let mut all: Vec<String> = items.clone();
        all.push(last.to_owned());
        proptest::prop_assert_eq!(words.and(&all), format!("{}{and}{last}", items.join(", ")));
    }

    #[test]
    fn any_day_is_worded_with_its_number_and_its_year(year in 1000i32..9999, month in 1u32..=12, day in 1u32..=28) {
        let known = PartialDate::parse(&format!("{year:04}-{month:02}-{day:02}")).expect("a day");
        let said = tongue_es().date(known);
        let months = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"];
        proptest::prop_assert_eq!(said, format!("{day} de {} de {year}", months[month as usize - 1]));
    }
}

fn tongue_es() -> &'static appeal::letter::words::Words {
    static WORDS: std::sync::OnceLock<LanguagePack> = std::sync::OnceLock::new();
    &WORDS.get_or_init(|| pack("es")).words
}
