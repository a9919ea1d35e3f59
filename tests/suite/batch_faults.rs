//! Tables with mistakes: each is told at its cell, none stops the others, and what failed can be corrected and run again.

use crate::batch_cases::{Rows, cases, columns, csv, named};
use crate::test_workspace::TestWorkspace;
use std::collections::BTreeSet;

/// A thousand cases, one a row.
fn thousand() -> Rows {
    let first = named(&cases()[..1]).remove(0);
    let row = |n: usize| {
        let mut row = first.clone();
        row.insert("id".into(), format!("c{n:04}"));
        row.insert("reference".into(), format!("RE/{n}"));
        row
    };
    (1..=1000).map(row).collect()
}

/// The name of a cell: `B7` for the second column of the sixth case.
fn cell(names: &[String], column: &str, case: usize) -> String {
    let mut at = names.iter().position(|n| n == column).unwrap_or_else(|| panic!("there is no column {column}")) + 1;
    let mut letters = Vec::new();
    while at > 0 {
        letters.push(char::from(b'A' + u8::try_from((at - 1) % 26).expect("a letter")));
        at = (at - 1) / 26;
    }
    format!("{}{}", letters.iter().rev().collect::<String>(), case + 1)
}

/// Column, what is written there, and words of what is said.
const WAYS: [(&str, &str, &str); 37] = [
    ("action", "urgent", "is not among its words"),
    ("action", "", "the key `action` is missing"),
    ("country", "Mexico", "`country`"),
    ("country", "", "the key `country` is missing"),
    ("mandates", "nobody-at-all", "is not in the directory"),
    ("mandates", "", "the key `mandates` is missing"),
    ("mandates", "migrants; migrants", "is named twice"),
    ("title.es", "", "the key `title` is missing"),
    ("title.es", "Para Ejemplo", "contains a part of a protected name"),
    ("reference", "EJEMPLO/1", "contains a part of a protected name"),
    ("date", "28/04/2021", "`date` cannot be understood"),
    ("date", "2021-02-30", "is a day that does not exist"),
    ("date", "44314", "a number where a date belongs"),
    ("date", "#REF!", "an error instead of a value"),
    ("language", "español", "`language` cannot be understood"),
    ("urgency.act-by", "pronto", "`act-by` cannot be understood"),
    ("urgency.reason.es", "", "the key `reason` is missing"),
    ("urgency.reason.es", "Lo dijo {v9}.", "refers to nobody"),
    ("victims.1.id", "V 1", "`id` cannot be understood"),
    ("victims.1.id", "", "the key `id` is missing"),
    ("victims.1.kind", "persona", "is not among its words"),
    ("victims.1.kind", "", "the key `kind` is missing"),
    ("victims.1.gender", "mujer", "is not among its words"),
    ("victims.1.age", "treinta", "`age` cannot be understood"),
    ("victims.1.consent.submit", "quizá", "it has to be true or false"),
    ("victims.1.consent.government", "todo", "is not among its words"),
    ("victims.1.consent.by", "vecina", "is not among its words"),
    ("victims.1.consent.on", "abril", "`on` cannot be understood"),
    ("victims.1.consent.on", "2022-01-01", "the consent is dated after the letter"),
    ("perpetrators.1.kind", "estado", "is not among its words"),
    ("incidents.1.date", "", "the key `date` is missing"),
    ("incidents.1.date", "22.03.2021", "`date` cannot be understood"),
    ("incidents.1.account.es", "", "the key `account` is missing"),
    ("incidents.1.victims", "v7", "is not an id of [[victims]]"),
    ("incidents.1.perpetrators", "nadie", "is not an id of [[perpetrators]]"),
    ("incidents.1.reliability", "seguro", "is not among its words"),
    ("sources.1.url", "example.org", "`url` cannot be understood"),
];

#[test]
fn thirty_seven_wrong_rows_of_a_thousand_cost_thirty_seven_letters_and_are_run_again_corrected() {
    let names = columns(&thousand());
    let mut rows = thousand();
    let mut wrong = BTreeSet::new();
    for (number, (column, value, _)) in WAYS.iter().enumerate() {
        let case = 5 + number * 27;
        rows[case - 1].insert((*column).to_owned(), (*value).to_owned());
        wrong.insert(case);
    }
    let workspace = TestWorkspace::new().file("cases.csv", csv(&rows, ';'));
    let said = workspace.run("render cases.csv -o out").into_stderr();
    for (number, (column, value, words)) in WAYS.iter().enumerate() {
        let case = 5 + number * 27;
        let row = format!("{}: ", case + 1);
        let told: Vec<&str> = said.lines().filter(|l| l.starts_with("cases.csv: ") && l.contains(&row) && l.contains(words)).collect();
        assert!(!told.is_empty(), "{column} = {value:?}: nothing says {words:?} of row {}\n{said}", case + 1);
        if !value.is_empty() && !words.contains("missing") {
            let at = format!("cases.csv: {}: ", cell(&names, column, case));
            assert!(told.iter().any(|l| l.starts_with(&at)), "{column} = {value:?} is not told at {at}: {told:?}");
        }
    }
    assert!(said.contains("963 cleared"), "{said}");
    let letters = |workspace: &TestWorkspace| workspace.files().keys().filter(|p| p.starts_with("out/") && p.ends_with(".txt")).count();
    assert_eq!(letters(&workspace), 963);

    let failed = workspace.read("out/cases.failed.csv");
    assert!(failed.starts_with("\u{feff}#problems;id;"), "{}", &failed[..60]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(workspace.path().join("out/cases.failed.csv")).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Somebody corrects every row.
    let good = thousand();
    let corrected: Rows = good.into_iter().enumerate().filter(|(n, _)| wrong.contains(&(n + 1))).map(|(_, row)| row).collect();
    assert_eq!(failed.lines().filter(|l| l.contains(";c0")).count(), 37, "{failed}");
    let mut lines = csv(&corrected, ';').replace("\nc0", "\nx;c0");
    lines.insert_str(0, "#problems;");
    let workspace = workspace.file("out/cases.failed.csv", lines);
    let said = workspace.run("render out/cases.failed.csv -o out").into_stderr();
    assert!(said.contains("37 cleared"), "{said}");
    assert_eq!(letters(&workspace), 1000);
    workspace.run("render out/cases.failed.csv -o out -q").code(0).files(&[]);
}

/// A table, and words that must be said; the letters that are made all the same.
fn bad(table: impl AsRef<[u8]>, words: &[&str], letters: usize) {
    let workspace = TestWorkspace::new().file("t.csv", table);
    let said = workspace.run("render t.csv -o out").into_stderr();
    for word in words {
        assert!(said.contains(word), "nothing says {word:?}\n{said}");
    }
    let made = workspace.files().keys().filter(|p| p.starts_with("out/") && p.ends_with(".txt")).count();
    assert_eq!(made, letters, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_table_that_is_damaged_is_told_and_the_rest_is_read() {
    let rows = named(&cases());
    let good = csv(&rows, ',');
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    bad("", &["t.csv: the table is empty"], 0);
    bad(lines[0], &["t.csv: the table has a header and no rows"], 0);
    bad(good.replacen("id,", "ID|", 1), &["there is no column `id`"], 0);
    bad(good.replace(',', "^"), &["t.csv: A1: there is no column `id`", "comma, semicolon, tab or bar"], 0);
    bad(good.replacen("action,", "action,action,", 1), &["t.csv: C1: the column `action` is there twice"], 0);
    bad(good.replacen("action,", "acton,", 1), &["t.csv: B1: there is no key `acton`", "did you mean `action`?"], 0);
    bad(format!("{good}c9,short\n"), &["the row has 2 cells and the header"], 5);
    bad(format!("{good}c9,\"open\n"), &["a quote is not closed"], 5);
    bad(format!("{good}\n,,,\n"), &["cleared"], 5);
    let again = csv(&vec![rows[0].clone(), rows[1].clone(), rows[0].clone()], ',');
    bad(again, &["a case with this id was there before"], 2);
    let mut other = rows[0].clone();
    other.insert("title.es".into(), "Otro".into());
    bad(csv(&vec![rows[0].clone(), other], ','), &["`title.es` is not what", "says of the same case"], 0);
    let mut huge = rows[0].clone();
    huge.insert("incidents.1.account.es".into(), "x".repeat(10 << 20));
    bad(csv(&vec![huge, rows[1].clone()], ','), &["the row is longer than a case can be here"], 1);
    let mut decimal = rows[0].clone();
    decimal.insert("victims.1.age".into(), "34,5".into());
    bad(csv(&vec![decimal, rows[1].clone()], ','), &["`age` cannot be understood"], 1);
    let mut unnamed = rows[0].clone();
    unnamed.remove("id");
    bad(csv(&vec![rows[1].clone(), unnamed], ','), &["t.csv: A3: the row has no id"], 1);
}

#[test]
fn a_row_that_may_belong_to_the_case_above_keeps_it_from_being_written() {
    let head = "id;title.es;action;country;mandates;date;victims.id;victims.kind;incidents.date;incidents.account.es;requests.text.es\n";
    let first = "c1;Amenazas;allegation-letter;MX;migrants;2021-04-28;v1;community;2021-03-22;Hubo amenazas.;Pedir información.\n";
    let second = ";;;;;;;;2021-03-23;Volvieron.;\n";
    bad(format!("{head}{first}{second}"), &["t.csv: A3: the row has no id"], 0);
    bad(format!("{head}{first}{}", second.replacen(';', "c1;", 1)), &["1 cleared"], 1);
}

/// The most memory of a run, in kilobytes.
#[cfg(target_os = "linux")]
fn memory_of(file: &str, text: &str) -> u64 {
    let workspace = TestWorkspace::new().file(file, text);
    // The shell's own child is the only one, and its peak is what `time` says.
    let script = format!(
        "{} render {file} -o - > /dev/null 2>&1 & pid=$!; peak=0; while kill -0 $pid 2> /dev/null; do now=$(sed -n 's/^VmHWM: *\\([0-9]*\\) kB/\\1/p' /proc/$pid/status 2> /dev/null); [ \"${{now:-0}}\" -gt $peak ] && peak=$now; sleep 0.02; done; echo $peak",
        crate::test_workspace::PROGRAM
    );
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(workspace.path()).output().expect("sh runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of kilobytes")
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_number_of_cases() {
    let many = |n: usize| -> Rows {
        thousand()
            .into_iter()
            .cycle()
            .take(n)
            .enumerate()
            .map(|(n, mut row)| {
                row.insert("id".into(), format!("c{n}"));
                row
            })
            .collect()
    };
    let lines = |n: usize| -> String {
        let case = cases()[0].1.to_string();
        (0..n).fold(String::new(), |text, n| text + &format!("{{\"id\":\"c{n}\",{}\n", &case[1..]))
    };
    for (file, few, more) in [("t.csv", csv(&many(500), ';'), csv(&many(4000), ';')), ("t.ndjson", lines(500), lines(4000))] {
        let (few, more) = (memory_of(file, &few), memory_of(file, &more));
        assert!(more < 48 * 1024, "{file}: {more} kB");
        assert!(more < few + few / 4 + 2048, "{file}: {few} kB for 500 cases, {more} kB for 4,000");
    }
}
