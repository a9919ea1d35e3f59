//! The mistakes that people make when they write TOML: each has its own sentence, at its own line, once.

use crate::told::told;

#[test]
fn quotes_have_their_own_sentences() {
    told(&[
        (
            "curly quotes",
            &[(r#"reference = "RE/2021/07""#, "reference = “RE/2021/07”")],
            "7:13: the text of `reference` stands in curly quotes",
            r#"write straight quotes: reference = "…""#,
        ),
        (
            "curly quotes in a list",
            &[(r#"mandates = ["human-rights-defenders"]"#, "mandates = [\n  “human-rights-defenders”,\n]")],
            "7:3: this text stands in curly quotes",
            r#"write straight quotes: "…""#,
        ),
        (
            "missing closing quote",
            &[(r#"reference = "RE/2021/07""#, r#"reference = "RE/2021/07"#)],
            "7:13: the text of `reference` has no closing quote",
            r#"end it with the quote that opened it; a text of several lines stands between """ and """"#,
        ),
        (
            "missing closing quotes of a text",
            &[(r#"reason.es = "Los agentes anunciaron que volverían.""#, "reason.es = \"\"\"\nLos agentes anunciaron que volverían.")],
            "14:13: the text of `reason.es` begins here and never ends",
            "close it with the three quotes that opened it",
        ),
        ("no quotes", &[(r#"reference = "RE/2021/07""#, "reference = RE/2021/07")], "7:13: the text of `reference` has no quotes", r#"write reference = "…""#),
        ("no value", &[(r#"reference = "RE/2021/07""#, "reference =")], "7:12: `reference` has no value", r#"write reference = "…", or leave the line out"#),
        (
            "quote inside",
            &[(r#"reference = "RE/2021/07""#, r#"reference = "RE "2021" 07""#)],
            "7:13: a quote inside the text of `reference` ends it too early",
            r#"use “ ” inside the text, or put the text between """ and """"#,
        ),
        (
            "more after the text",
            &[(r#"reference = "RE/2021/07""#, r#"reference = "RE/2021/07";"#)],
            "7:13: after the text of `reference` nothing may stand but a remark",
            "remove what follows the closing quote, or begin it with #",
        ),
        (
            "yes in quotes",
            &[("submit = true", r#"submit = "true""#)],
            "23:10: `submit` cannot be understood: it has to be true or false",
            "write true without quotes",
        ),
        ("capitals", &[("submit = true", "submit = True")], "23:10: `submit` is in capitals", "write submit = true or submit = false, in small letters"),
    ]);
}

#[test]
fn a_backslash_has_its_own_sentence() {
    told(&[
        (
            "a backslash in a path",
            &[("[[requests]]", "[[annexes]]\nid = \"queja\"\nfile = \"annexes\\queja.pdf\"\ntitle = \"Queja\"\n[[requests]]")],
            "45:8: a backslash in the text of `file` is taken for a special character",
            "write paths with / (annexes/file.pdf), or put the text in single quotes: '…'",
        ),
        (
            "a backslash in a text of several lines",
            &[(r#"text.es = "Exhortar al Estado a garantizar condiciones de seguridad.""#, "text.es = \"\"\"\nExhortar al Estado: C:\\queja\n\"\"\"")],
            "45:23: a backslash in this text is taken for a special character",
            "write paths with / (annexes/file.pdf), or put the text in single quotes: '…'",
        ),
        (
            "a backslash in single quotes",
            &[("[[requests]]", "[[annexes]]\nid = \"queja\"\nfile = 'annexes\\queja.pdf'\ntitle = \"Queja\"\n[[requests]]")],
            "45:8: the path of an annex has a backslash",
            "write paths with /: annexes/file.pdf",
        ),
    ]);
}

#[test]
fn a_date_in_another_order_has_its_own_sentence() {
    told(&[
        (
            "day first, bare",
            &[("date = 2021-04-28", "date = 28/04/2021")],
            "8:8: `date` is not a date that can be understood",
            "write the year first: 2021-04-28 for 28 April 2021",
        ),
        (
            "day first, as text",
            &[("date = 2021-04-28", r#"date = "28/04/2021""#)],
            "8:8: `date` cannot be understood: it has to be a day as 2021-04-28",
            "write the year first: 2021-04-28 for 28 April 2021",
        ),
        (
            "day first, of an incident",
            &[(r#"date = "2021-03-22""#, r#"date = "22.03.2021""#)],
            "35:8: `date` cannot be understood: it has to be a date: 2021-03-22, 2021-03 or 2021, with ~ for about, A/B from A to B, [A..B] between A and B, XXXX unknown",
            "write the year first: 2021-04-28 for 28 April 2021",
        ),
        (
            "one digit",
            &[("date = 2021-04-28", "date = 2021-4-28")],
            "8:8: `date` is not a date that can be understood",
            "write the month and the day with two digits, and hyphens between them: 2021-04-08 for 8 April 2021",
        ),
        ("no such day, bare", &[("date = 2021-04-28", "date = 2021-04-31")], "8:8: `date` is a day that does not exist", "look at the calendar again"),
        (
            "no such day, as text",
            &[(r#"date = "2021-03-22""#, r#"date = "2021-02-29""#)],
            "35:8: `date` is a day that does not exist",
            "look at the calendar again; write 2021-03 if the day is not known",
        ),
        (
            "a year of two digits",
            &[(r#"date = "2021-03-22""#, "date = 21")],
            "35:8: `date` cannot be understood: it has to be a date: 2021-03-22, 2021-03 or 2021, with ~ for about, A/B from A to B, [A..B] between A and B, XXXX unknown",
            "write a date: 2021-03-22, 2021-03 or 2021, with ~ for about, A/B from A to B, [A..B] between A and B, XXXX unknown",
        ),
    ]);
}

#[test]
fn keys_have_their_own_sentences() {
    told(&[
        (
            "a top-level key below a table",
            &[("mandates = [\"human-rights-defenders\"]\n", ""), ("[urgency]\n", "[urgency]\nmandates = [\"human-rights-defenders\"]\n")],
            "13:1: there is no key `mandates` in [urgency]",
            "`mandates` belongs to the top of the file: write it above the first [table], since a key belongs to the last header before it",
        ),
        (
            "key in the wrong table",
            &[("[urgency]\n", "[urgency]\noccupation = \"abogada\"\n")],
            "14:1: there is no key `occupation` in [urgency]",
            "`occupation` is a key of [[victims]], [[people]]: move it below that header",
        ),
        (
            "colon",
            &[(r#"reference = "RE/2021/07""#, "reference: RE/2021/07")],
            "7:1: a key and its value are joined by `=`, not by `:`",
            r#"write reference = "…""#,
        ),
        (
            "spaces in a key",
            &[(r#"reference = "RE/2021/07""#, r#"signed by = ["ana"]"#)],
            "7:1: a key is made of plain letters, digits and hyphens",
            "write it without spaces and accents, such as act-by = …; `appeal new` shows the keys",
        ),
        (
            "not TOML",
            &[(r#"reference = "RE/2021/07""#, "// a remark")],
            "7:1: this line is not TOML",
            r#"write key = "value", a [header], or begin a remark with #; a text of several lines stands between """ and """"#,
        ),
        (
            "key twice",
            &[(r#"reference = "RE/2021/07""#, "reference = \"RE/2021/07\"\nreference = \"RE/2021/08\"")],
            "8:1: `reference` is there already",
            "keep one of the two",
        ),
        ("unknown key near", &[("reference =", "referense =")], "7:1: there is no key `referense`", "did you mean `reference`?"),
        (
            "unknown key far",
            &[("reference =", "weather =")],
            "7:1: there is no key `weather`",
            "the keys here are language, date, action, title, country, state-as, mandates, cc, reference, signed-by, co-signers, no-steps-because, not-a-name, source, updates, previous, victims, people, perpetrators, sources, urgency, context, contact, incidents, steps, requests, law, annexes, other-procedures",
        ),
        (
            "unknown key with underscore",
            &[("no-steps-because.es", "no_steps_because.es"), ("no-steps-because.en", "no_steps_because.en"), ("no-steps-because.fr", "no_steps_because.fr")],
            "10:1: there is no key `no_steps_because`",
            "did you mean `no-steps-because`?",
        ),
    ]);
}

#[test]
fn headers_have_their_own_sentences() {
    told(&[
        ("single brackets", &[("[[victims]]", "[victims]")], "17:1: `victims` may be there several times", "write [[victims]] with double brackets"),
        (
            "single brackets twice",
            &[("[[victims]]", "[victims]"), ("[[perpetrators]]", "[victims]\nid = \"v2\"\nkind = \"group\"\n[[perpetrators]]")],
            "29:2: `victims` is there already",
            "keep one of the two; tables that may come several times have double brackets each time: [[victims]]",
        ),
        (
            "single brackets among double",
            &[("[[requests]]", "[requests]\ntext = \"a\"\n[[requests]]")],
            "43:1: `requests` may be there several times",
            "write [[requests]] with double brackets",
        ),
        ("double brackets", &[("[urgency]", "[[urgency]]")], "13:1: there is only one `urgency`", "write [urgency] with single brackets, once"),
        (
            "a table twice",
            &[("[[perpetrators]]", "[urgency]\nevent = \"x\"\n[[perpetrators]]")],
            "29:2: `urgency` is there already",
            "keep one of the two; tables that may come several times have double brackets each time: [[urgency]]",
        ),
        (
            "header not closed",
            &[("[[victims]]", "[[victims]")],
            "17:1: this header is not complete",
            "write [name] for one table, [[name]] for one of several, alone on a line",
        ),
        (
            "a remark after a header is no TOML",
            &[("[urgency]", "[urgency] por qué")],
            "13:1: this header is not complete",
            "write [name] for one table, [[name]] for one of several, alone on a line",
        ),
    ]);
}

#[test]
fn lists_have_their_own_sentences() {
    told(&[
        (
            "list not closed",
            &[(r#"mandates = ["human-rights-defenders"]"#, r#"mandates = ["human-rights-defenders""#)],
            "6:12: the list of `mandates` is never closed",
            r#"close it with a bracket: mandates = ["one", "two"]"#,
        ),
        (
            "comma missing",
            &[(r#"mandates = ["human-rights-defenders"]"#, r#"mandates = ["human-rights-defenders" "migrants"]"#)],
            "6:38: a comma is missing before this",
            r#"part the items of a list with commas: ["one", "two"]"#,
        ),
        (
            "a table in braces not closed",
            &[(r#"mandates = ["human-rights-defenders"]"#, "mandates = [\"human-rights-defenders\"]\nstate-as = { es = \"México\"")],
            "7:12: the table of `state-as` is never closed",
            r#"close it with a brace: state-as = { name = "value" }"#,
        ),
    ]);
}

#[test]
fn what_is_of_another_type_has_its_own_sentence() {
    told(&[
        (
            "date where text belongs",
            &[(r#"reference = "RE/2021/07""#, "reference = 2021-04-28")],
            "7:13: `reference` cannot be understood: it has to be text in quotes",
            r#"put it in quotes: reference = "…""#,
        ),
        (
            "date where prose belongs",
            &[(r#"account.es = "Agentes del {inm} intentaron llevar a {v1} a territorio de Guatemala.""#, "account.es = 2021-04-28")],
            "39:14: `account` cannot be understood: it has to be text in quotes",
            r#"put it in quotes: account = "…""#,
        ),
        (
            "number where text belongs",
            &[(r#"reference = "RE/2021/07""#, "reference = 7")],
            "7:13: `reference` cannot be understood: it has to be text in quotes",
            r#"put it in quotes: reference = "…""#,
        ),
        (
            "text where a list of tables belongs",
            &[(r#"mandates = ["human-rights-defenders"]"#, "mandates = [\"human-rights-defenders\"]\nsteps = \"none\"")],
            "7:9: `steps` cannot be understood: it has to be tables, each under its own [[header]]",
            "write tables, each under its own [[header]]",
        ),
        (
            "clock",
            &[(r#"reliability = "direct""#, "reliability = \"direct\"\ntime = \"25:00\"")],
            r#"43:8: `time` cannot be understood: it has to be a time: "13:00", "13:00~" for about, "13:00/15:00", or words in quotes"#,
            r#"write a time: "13:00", "13:00~" for about, "13:00/15:00", or words in quotes"#,
        ),
        (
            "time is a date",
            &[(r#"reliability = "direct""#, "reliability = \"direct\"\ntime = 2021-03-22")],
            r#"43:8: `time` cannot be understood: it has to be a time: "13:00", "13:00~" for about, "13:00/15:00", or words in quotes"#,
            r#"write a time: "13:00", "13:00~" for about, "13:00/15:00", or words in quotes"#,
        ),
        (
            "a number of a person",
            &[(r#"code = "Defensora A""#, "code = \"Defensora A\"\nage = -3")],
            r#"22:7: `age` cannot be understood: it has to be a whole number, or an age: 34, "30~" for about, "30/35" for between"#,
            r#"write a whole number, or an age: 34, "30~" for about, "30/35" for between"#,
        ),
    ]);
}

#[test]
fn what_is_empty_has_its_own_sentence() {
    told(&[
        ("empty", &[(r#"reference = "RE/2021/07""#, r#"reference = """#)], "7:13: `reference` is empty", "write it, or leave the key out"),
        (
            "empty in a list",
            &[(r#"["human-rights-defenders"]"#, r#"["human-rights-defenders", ""]"#)],
            "6:39: `mandates` is empty",
            "write it, or leave the key out",
        ),
        (
            "empty text of a language",
            &[(r#"reason.fr = "Les agents ont annoncé qu'ils reviendraient.""#, r#"reason.fr = " ""#)],
            "16:13: `reason` is empty",
            "write it, or leave the key out",
        ),
        (
            "empty table of languages",
            &[("reference =", "state-as = {}\nreference =")],
            "7:12: `state-as` is empty",
            r#"write a text for a language: state-as.es = "…""#,
        ),
        (
            "nobody in a list",
            &[(r#"mandates = ["human-rights-defenders"]"#, "mandates = []")],
            "6:12: `mandates` is empty",
            "write at least one: to whom, by key, in this order",
        ),
    ]);
}
