//! What a case says and cannot mean: each has its own sentence, at its own line, once.

use crate::told::told;

#[test]
fn what_is_missing_has_its_own_sentence() {
    told(&[
        (
            "required key",
            &[("country = \"MX\"\n", "")],
            "1:1: the key `country` is missing",
            "add country = … above the first [table] (the State concerned, or a list: ISO 3166-1 alpha-2)",
        ),
        (
            "required table",
            &[("[[requests]]\n", ""), (r#"text.es = "Ex"#, "#"), (r#"text.en = "Urge"#, "#"), (r#"text.fr = "Ex"#, "#")],
            "1:1: the key `requests` is missing",
            "add [[requests]] (what the mandate is asked to do)",
        ),
        (
            "required key in a table",
            &[("kind = \"person\"\n", "")],
            "17:1: the key `kind` is missing in [[victims]]",
            "add kind = … (person, group, organisation or community)",
        ),
    ]);
}

#[test]
fn a_word_that_is_not_among_its_words_has_its_own_sentence() {
    told(&[
        (
            "wrong word near",
            &[(r#"kind = "person""#, r#"kind = "persona""#)],
            "20:8: `kind` has a word that is not among its words",
            r#"did you mean "person"?"#,
        ),
        (
            "wrong word far",
            &[(r#"kind = "person""#, r#"kind = "woman""#)],
            "20:8: `kind` has a word that is not among its words",
            r#"write one of "person", "group", "organisation", "community""#,
        ),
        (
            "share word",
            &[(r#"reliability = "direct""#, r#"share = "publik""#)],
            "42:9: `share` has a word that is not among its words",
            r#"did you mean "public"?"#,
        ),
        (
            "show-unnamed",
            &[(r#"code = "Defensora A""#, "code = \"Defensora A\"\nshow-unnamed = [\"gendr\"]")],
            "22:17: `show-unnamed` has a word that is not among its words",
            r#"did you mean "gender"?"#,
        ),
        (
            "country",
            &[(r#""MX""#, r#""Mexico""#)],
            r#"5:11: `country` cannot be understood: it has to be a country code such as "MX""#,
            r#"write a country code such as "MX""#,
        ),
        (
            "unknown language",
            &[(r#"language = "es""#, r#"language = "Spanish""#)],
            r#"9:12: `language` cannot be understood: it has to be a language code such as "es""#,
            r#"write a language code such as "es""#,
        ),
        (
            "unknown language of a text",
            &[("title.fr =", "title.french =")],
            "3:7: `french` below `title` is not a language",
            r#"write a language code: title.es = "…""#,
        ),
        (
            "url",
            &[("[[requests]]", "[[sources]]\nid = \"s1\"\ntitle = \"x\"\nurl = \"www.example.org\"\n[[requests]]")],
            "46:7: `url` cannot be understood: it has to be a web address that begins with https://",
            "write a web address that begins with https://",
        ),
        (
            "not an id",
            &[(r#"id = "v1""#, r#"id = "V 1""#)],
            r#"18:6: `id` cannot be understood: it has to be an id of small letters, digits and hyphens, such as "v1""#,
            r#"write an id of small letters, digits and hyphens, such as "v1""#,
        ),
    ]);
}

#[test]
fn a_reference_to_nobody_has_its_own_sentence() {
    told(&[
        ("unknown reference", &[("llevar a {v1}", "llevar a {v2}")], "39:14: {v2} refers to nobody in this case", "did you mean {v1}?"),
        (
            "unknown reference far",
            &[("llevar a {v1}", "llevar a {somebody}")],
            "39:14: {somebody} refers to nobody in this case",
            "references name the id of a victim, a person or a perpetrator",
        ),
        ("unknown id", &[(r#"victims = ["v1"]"#, r#"victims = ["v2"]"#)], "37:12: `v2` is not an id of [[victims]]", "did you mean `v1`?"),
        (
            "unknown perpetrator",
            &[(r#"perpetrators = ["inm"]"#, "perpetrators = [\n  \"inm\",\n  \"policia\",\n]")],
            "40:3: `policia` is not an id of [[perpetrators]]",
            "the ids of [[perpetrators]] are inm",
        ),
        (
            "unknown source",
            &[(r#"reliability = "direct""#, "reliability = \"direct\"\nsources = [\"s1\"]")],
            "43:12: `s1` is not an id of [[sources]]",
            "there is no [[sources]] with an id",
        ),
        (
            "id twice",
            &[(r#"id = "inm""#, r#"id = "v1""#), ("{inm}", "INM"), ("{inm}", "INM"), ("{inm}", "INM"), (r#"perpetrators = ["inm"]"#, "")],
            "30:6: the id `v1` is given twice",
            "victims, people and perpetrators each need an id of their own",
        ),
    ]);
}

#[test]
fn an_unknown_recipient_or_signatory_has_its_own_sentence() {
    told(&[
        (
            "unknown mandate",
            &[(r#""human-rights-defenders""#, r#""human-rights-defender""#)],
            "6:13: `human-rights-defender` is not in the directory",
            "did you mean `human-rights-defenders`?",
        ),
        (
            "unknown mandate far",
            &[(r#""human-rights-defenders""#, r#""weather""#)],
            "6:13: `weather` is not in the directory",
            "`appeal recipients` lists the keys; add your own in recipients.toml",
        ),
        (
            "mandate twice",
            &[(r#"["human-rights-defenders"]"#, r#"["human-rights-defenders", "human-rights-defenders"]"#)],
            "6:13: `human-rights-defenders` is named twice",
            "name each mandate once",
        ),
        (
            "not a mandate",
            &[(r#"["human-rights-defenders"]"#, r#"["national-human-rights-commission"]"#)],
            "6:13: `national-human-rights-commission` is not a mandate of the United Nations",
            "name it in cc: it gets a copy made for its kind of reader",
        ),
        (
            "unknown copy",
            &[("reference =", "cc = [\"national-human-right-commission\"]\nreference =")],
            "7:7: `national-human-right-commission` is not in the directory",
            "did you mean `national-human-rights-commission`?",
        ),
        (
            "only unknown",
            &[("submit = true", "submit = true\nonly = [\"human-right-defenders\"]")],
            "24:9: `human-right-defenders` is not in the directory",
            "did you mean `human-rights-defenders`?",
        ),
        (
            "unknown signatory",
            &[("reference =", "signed-by = [\"anna\"]\nreference =")],
            "7:14: `anna` is not a signatory of organisation.toml",
            "did you mean `ana`?",
        ),
    ]);
}

#[test]
fn a_consent_that_contradicts_itself_has_its_own_sentence() {
    told(&[
        (
            "public wider",
            &[(r#"government = "name""#, r#"government = "unnamed""#)],
            "25:10: the consent tells the public more than the Government or the mandates",
            "public may be at most what government is: nothing, unnamed, initials, name, from the least to the most",
        ),
        (
            "government wider",
            &[(r#"government = "name""#, "government = \"name\"\nmandate = \"initials\""), (r#"public = "name""#, r#"public = "unnamed""#)],
            "24:14: the consent tells the Government more than the mandates",
            "government may be at most what mandate is: nothing, unnamed, initials, name, from the least to the most",
        ),
        (
            "self under 18",
            &[(r#"code = "Defensora A""#, "code = \"Defensora A\"\nage = 17")],
            "27:6: somebody under 18 cannot give this consent alone",
            r#"record who gave it for them: by = "guardian" or "family""#,
        ),
        (
            "self under 18 by birth",
            &[(r#"code = "Defensora A""#, "code = \"Defensora A\"\nborn = \"2003-04-28\"")],
            "27:6: somebody under 18 cannot give this consent alone",
            r#"record who gave it for them: by = "guardian" or "family""#,
        ),
        (
            "on after the letter",
            &[("on = 2021-04-27", "on = 2021-04-29")],
            "27:6: the consent is dated after the letter or after today",
            "correct on = …, or date the letter later",
        ),
        (
            "age and born",
            &[(r#"code = "Defensora A""#, "code = \"Defensora A\"\nage = 34\nborn = \"1987\"")],
            "22:7: `age` and `born` are both given",
            "keep the one that is known better",
        ),
    ]);
}

#[test]
fn dates_that_leave_a_question_have_their_own_sentences() {
    told(&[
        (
            "act-by hour without zone",
            &[("[urgency]\n", "[urgency]\nact-by = 2021-05-05T18:00:00\n")],
            "14:10: the hour of `act-by` does not say whose hour it is",
            r#"add zone = "-06:00" or the name of the zone"#,
        ),
        (
            "act-by with offset",
            &[("[urgency]\n", "[urgency]\nact-by = 2021-05-05T18:00:00-06:00\n")],
            r#"14:10: `act-by` cannot be understood: it has to be a day as 2021-05-05, or a local date and time as 2021-05-05T18:00 with zone = "-06:00""#,
            r#"write a day as 2021-05-05, or a local date and time as 2021-05-05T18:00 with zone = "-06:00""#,
        ),
        (
            "unknown date",
            &[(r#"date = "2021-03-22""#, r#"date = "XXXX""#)],
            "35:8: the date is unknown and nothing says why",
            r#"add date-note = "…", for instance what came before and after"#,
        ),
    ]);
}

#[test]
fn an_earlier_letter_that_is_not_there_has_its_own_sentence() {
    told(&[
        (
            "updates without case",
            &[(r#"action = "urgent-appeal""#, "action = \"update\"\nupdates = \"norte-2021\""), ("mandates = [\"human-rights-defenders\"]\n", "")],
            "5:11: there is no case `norte-2021` in this workspace",
            r#"correct the id; for a letter that was written elsewhere add previous = { date = 2021-04-28, reference = "…" }"#,
        ),
        (
            "updates missing",
            &[(r#"action = "urgent-appeal""#, r#"action = "update""#)],
            "1:1: the key `updates` is missing",
            r#"name the case that this letter updates or withdraws: updates = "ID""#,
        ),
        (
            "updates in an appeal",
            &[(r#"action = "urgent-appeal""#, "action = \"urgent-appeal\"\nupdates = \"norte-2021\"")],
            "5:11: `updates` stands only in an update or a withdrawal",
            r#"write action = "update", or remove the key"#,
        ),
        (
            "previous in an appeal",
            &[(r#"action = "urgent-appeal""#, "action = \"urgent-appeal\"\nprevious = { date = 2021-04-01 }")],
            "5:12: `previous` stands only in an update or a withdrawal",
            r#"write action = "update", or remove the key"#,
        ),
        (
            "previous needs",
            &[
                (r#"action = "urgent-appeal""#, "action = \"update\"\nupdates = \"x\"\nprevious = { date = 2021-04-01 }"),
                ("mandates = [\"human-rights-defenders\"]\n", ""),
            ],
            "1:1: the key `mandates` is missing",
            "add mandates = … above the first [table] (to whom, by key, in this order)",
        ),
    ]);
}

#[test]
fn a_label_with_a_part_of_a_name_shows_its_place_only() {
    told(&[
        (
            "a code with a part of a name",
            &[(r#"code = "Defensora A""#, r#"code = "María A""#), (r#"public = "name""#, r#"public = "unnamed""#)],
            "21:8: a code contains a part of a protected name",
            r#"use a neutral one; a word that is no name here can be declared: not-a-name = ["…"]"#,
        ),
        (
            "a title with a part of a name",
            &[("migrantes\"\n", "migrantes y Ejemplo\"\n"), (r#"public = "name""#, r#"public = "unnamed""#)],
            "1:12: the title contains a part of a protected name",
            r#"use a neutral one; a word that is no name here can be declared: not-a-name = ["…"]"#,
        ),
        (
            "a reference with a part of a name",
            &[("RE/2021/07", "EJEMPLO/2021/07"), (r#"public = "name""#, r#"public = "unnamed""#)],
            "7:13: the reference contains a part of a protected name",
            r#"use a neutral one; a word that is no name here can be declared: not-a-name = ["…"]"#,
        ),
        (
            "an id with a part of a name",
            &[
                (r#"id = "v1""#, r#"id = "maria""#),
                (r#"["v1"]"#, r#"["maria"]"#),
                ("{v1}", "{maria}"),
                ("{v1}", "{maria}"),
                ("{v1}", "{maria}"),
                (r#"public = "name""#, r#"public = "unnamed""#),
            ],
            "18:6: an id contains a part of a protected name",
            r#"use a neutral one; a word that is no name here can be declared: not-a-name = ["…"]"#,
        ),
        (
            "an annex with a part of a name",
            &[
                ("[[requests]]", "[[annexes]]\nid = \"queja\"\nfile = \"annexes/maria-ejemplo.pdf\"\ntitle = \"Queja\"\n[[requests]]"),
                (r#"public = "name""#, r#"public = "unnamed""#),
            ],
            "45:8: an annex's file name contains a part of a protected name",
            r#"use a neutral one; a word that is no name here can be declared: not-a-name = ["…"]"#,
        ),
        (
            "an annex's title with a part of a name",
            &[
                ("[[requests]]", "[[annexes]]\nid = \"queja\"\nfile = \"annexes/queja.pdf\"\ntitle = \"Queja de M. Ejemplo\"\n[[requests]]"),
                (r#"public = "name""#, r#"public = "unnamed""#),
            ],
            "46:9: an annex's title contains a part of a protected name",
            r#"use a neutral one; a word that is no name here can be declared: not-a-name = ["…"]"#,
        ),
    ]);
}

#[test]
fn what_excludes_each_other_has_its_own_sentence() {
    told(&[
        (
            "law nothing",
            &[("[[requests]]", "[[law]]\narticles = [\"9\"]\n[[requests]]")],
            "43:1: a [[law]] names nothing",
            r#"write instrument = "iccpr" with articles = ["9"], or text = "…""#,
        ),
        (
            "law both",
            &[("[[requests]]", "[[law]]\ninstrument = \"iccpr\"\ntext = \"x\"\n[[requests]]")],
            "45:8: `instrument` and `text` are both given",
            "keep one of the two",
        ),
        (
            "law unknown",
            &[("[[requests]]", "[[law]]\ninstrument = \"icpr\"\n[[requests]]")],
            "44:14: `icpr` is not in the catalogue of instruments",
            "did you mean `iccpr`?",
        ),
    ]);
}

#[test]
fn an_annex_that_is_not_there_has_its_own_sentence() {
    told(&[
        (
            "annex outside",
            &[("[[requests]]", "[[annexes]]\nid = \"queja\"\nfile = \"../queja.pdf\"\ntitle = \"Queja\"\n[[requests]]")],
            "45:8: the path of an annex leaves the workspace",
            "put the file into the workspace, and write its path from there: annexes/file.pdf",
        ),
        (
            "annex missing",
            &[("[[requests]]", "[[annexes]]\nid = \"queja\"\nfile = \"annexes/queja.pdf\"\ntitle = \"Queja\"\n[[requests]]")],
            "45:8: the annex `queja`: there is no such file",
            "look at the path; it is meant from the current folder, or, inside a file, from the workspace",
        ),
    ]);
}

#[test]
fn what_no_country_and_no_person_can_be_has_its_own_sentence() {
    let iso = r#"write the code of ISO 3166-1, such as "MX"; a name of your own stands in state-as"#;
    let age = r#"correct the age in years, or write what is known of the birth: born = "1980""#;
    let code = r#"code = "Defensora A""#;
    told(&[
        ("country of nobody", &[(r#""MX""#, r#""QX""#)], "5:11: `QX` is no country", iso),
        ("country as people say", &[(r#""MX""#, r#"["MX", "UK"]"#)], "5:18: `UK` is no country", r#"did you mean "GB"?"#),
        (
            "country without a name",
            &[(r#""MX""#, r#""XK""#)],
            "5:11: `XK` has no name of the United Nations",
            r#"write how the letter calls it, by language: state-as.en = "Kosovo""#,
        ),
        ("age", &[(code, "age = 250\ncode = \"Defensora A\"")], "21:7: nobody is older than 120", age),
        ("age about", &[(code, "age = \"121~\"\ncode = \"Defensora A\"")], "21:7: nobody is older than 120", age),
        ("age between", &[(code, "age = \"30/121\"\ncode = \"Defensora A\"")], "21:7: nobody is older than 120", age),
        ("birth", &[(code, "born = \"2030\"\ncode = \"Defensora A\"")], "21:8: the birth is dated after the letter", "correct one of the two dates"),
    ]);
}
