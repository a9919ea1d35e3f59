//! Workbooks: XLSX and ODS say the same as a table of plain text, and what is wrong in them is told at its cell.

use crate::batch::{expected, letters};
use crate::batch_cases::{Rows, cases, columns, named, spread};
use crate::books::{Cell, Epoch, Sheet, cells, column, ods, packed, xlsx};
use crate::test_workspace::TestWorkspace;

/// A header and rows.
fn grid(rows: &Rows) -> Vec<Vec<String>> {
    let names = columns(rows);
    let mut grid = vec![names.clone()];
    grid.extend(rows.iter().map(|row| names.iter().map(|n| row.get(n).cloned().unwrap_or_default()).collect()));
    grid
}

/// The columns of one table, and the id.
fn part(rows: &Rows, is_there: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let picked: Rows =
        rows.iter().map(|row| row.iter().filter(|(name, _)| *name == "id" || is_there(name)).map(|(n, v)| (n.clone(), v.clone())).collect()).collect();
    grid(&picked).into_iter().filter(|row| row.iter().skip(1).any(|c| !c.is_empty())).collect()
}

#[track_caller]
fn assert_same(name: &str, bytes: Vec<u8>) {
    let found = letters(&TestWorkspace::new().file(name, bytes), name);
    for (path, bytes) in &expected() {
        let found = found.get(path).unwrap_or_else(|| panic!("{name}: no {path}"));
        assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(bytes), "{name}: {path}");
    }
}

#[test]
fn the_same_cases_give_the_same_letters_from_workbooks_of_every_shape() {
    let (one, rows) = (grid(&named(&cases())), grid(&spread(&cases())));
    for typed in [false, true] {
        let sheets: [Sheet<'_>; 1] = [("Casos", cells(&one, typed))];
        assert_same("one.xlsx", xlsx(&sheets, Epoch::Y1900));
        assert_same("old.xlsx", xlsx(&sheets, Epoch::Y1904));
        assert_same("one.ods", ods(&sheets));
        let sheets: [Sheet<'_>; 1] = [("Casos", cells(&rows, typed))];
        assert_same("rows.xlsx", xlsx(&sheets, Epoch::Y1900));
        assert_same("rows.ods", ods(&sheets));
    }
    // A sheet a part, and one of explanations.
    let spread = spread(&cases());
    let is_people = |name: &str| name.starts_with("victims.") || name.starts_with("perpetrators.");
    let sheets: [Sheet<'_>; 3] = [
        ("Personas", cells(&part(&spread, is_people), true)),
        ("Casos", cells(&part(&spread, |name| !is_people(name)), true)),
        ("Notas", vec![vec![Cell::Text("Aquí se explica".into())]]),
    ];
    for (name, bytes) in [("parts.xlsx", xlsx(&sheets, Epoch::Y1900)), ("parts.ods", ods(&sheets))] {
        let workspace = TestWorkspace::new().file(name, bytes);
        let said = workspace.run(&format!("render -f text,html -o out {name}")).into_stderr();
        assert!(said.contains(&format!("{name}: Notas: warning: this sheet has no column `id` and is left out")), "{said}");
        let mut found = workspace.files();
        found.retain(|path, _| path.starts_with("out/"));
        assert_eq!(found, expected(), "{name}");
    }
}

#[test]
fn a_header_of_two_rows_with_merged_cells_is_read_as_one() {
    let one = grid(&named(&cases()));
    let split: Vec<(String, String)> =
        one[0].iter().map(|name| name.split_once('.').map_or((String::new(), name.clone()), |(table, rest)| (table.to_owned(), rest.to_owned()))).collect();
    let mut upper: Vec<String> = split.iter().map(|(table, _)| table.clone()).collect();
    // The first cell of a merged one holds the text, the others nothing; a column of the case itself ends it.
    let whole = upper.clone();
    for at in 1..upper.len() {
        if whole[at].is_empty() {
            upper[at] = one[0][at].clone();
        } else if whole[at] == whole[at - 1] {
            upper[at] = String::new();
        }
    }
    let lower = split.iter().zip(&whole).map(|((_, rest), over)| if over.is_empty() && rest != "id" { String::new() } else { rest.clone() }).collect();
    let mut rows = vec![vec!["Registro 2021".to_owned()], upper, lower];
    rows.extend(one.into_iter().skip(1));
    assert_same("merged.xlsx", xlsx(&[("Casos", cells(&rows, true))], Epoch::Y1900));
    assert_same("merged.ods", ods(&[("Casos", cells(&rows, true))]));
}

#[test]
fn a_cell_that_is_wrong_is_told_with_its_sheet() {
    let mut rows = cells(&grid(&named(&cases())), true);
    let at = |name: &str| columns(&named(&cases())).iter().position(|n| n == name).expect("the column is there");
    let title = at("title.es");
    rows[1][title] = Cell::Formula("Un título de una fórmula".into());
    rows[2][at("date")] = Cell::Number(44_314.0);
    rows[3][at("reference")] = Cell::Error;
    rows[4][at("victims.1.kind")] = Cell::Text("María".into());
    for (name, bytes) in [("c.xlsx", xlsx(&[("Hoja 1", rows.clone())], Epoch::Y1900)), ("c.ods", ods(&[("Hoja 1", rows.clone())]))] {
        let workspace = TestWorkspace::new().file(name, bytes);
        let said = workspace.run(&format!("render -o out {name}")).into_stderr();
        for words in
            ["4: the cell has an error instead of a value", "3: the cell has a number where a date belongs", "5: `kind` has a word that is not among its words"]
        {
            let found = said.lines().any(|l| l.starts_with(&format!("{name}: Hoja 1!")) && l.contains(words));
            assert!(found, "{name}: nothing says {words}: {said}");
        }
        assert!(!said.contains("María"), "{said}");
        assert!(said.contains("2 cleared"), "{said}");
        let letter = workspace.read("out/c1.joint.es.txt").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(letter.contains("Un título de una fórmula"), "{letter}");
        let failed = workspace.read("out/c.failed.csv");
        assert_eq!(failed.lines().filter(|l| l.contains(",c2,") || l.contains(",c3,") || l.contains(",c4,")).count(), 3, "{failed}");
    }
}

#[test]
fn a_formula_without_a_value_and_a_row_that_cannot_be_read_stop_their_case_alone() {
    let mut rows = cells(&grid(&named(&cases())), true);
    let title = columns(&named(&cases())).iter().position(|n| n == "title.es").expect("the column is there");
    rows[2][title] = Cell::Uncounted;
    rows[3][title] = Cell::Broken;
    let at = |sheet: &str, cell: &str| format!("Hoja 1!{cell}: {sheet}");
    let uncounted = |row: u32| at("the cell has an error instead of a value", &format!("{}{row}", column(title)));
    for (name, bytes, broken) in [
        ("f.xlsx", xlsx(&[("Hoja 1", rows.clone())], Epoch::Y1900), at("the row cannot be read: the workbook is damaged here", "A4")),
        ("f.ods", ods(&[("Hoja 1", rows.clone())]), uncounted(4)),
    ] {
        let workspace = TestWorkspace::new().file(name, bytes);
        let said = workspace.run(&format!("render -o out {name}")).into_stderr();
        for words in [uncounted(3), broken] {
            assert!(said.contains(&format!("{name}: {words}")), "{name}: nothing says {words}: {said}");
        }
        assert!(said.contains("\n2 errors, 1 warning\n5 cases, 5 letters: 3 cleared, 2 not written because of errors\n"), "{said}");
        assert!(workspace.read("out/c1.joint.es.txt").len() > 1_000);
    }
}

#[test]
fn a_workbook_that_is_none_is_damaged_or_dangerous_is_refused_in_a_sentence() {
    let good = xlsx(&[("Casos", cells(&grid(&named(&cases())), true))], Epoch::Y1900);
    let mut rows = cells(&grid(&named(&cases())), true);
    rows[1][1] = Cell::Text("x".repeat(10 << 20));
    let huge = xlsx(&[("Casos", rows)], Epoch::Y1900);
    let bomb = packed(&[("content.xml".into(), "<r/>".repeat(18 << 20))]);
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600]].concat();
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("empty.xlsx", Vec::new(), "the file is not a workbook"),
        ("text.xlsx", b"id,title\n1,2\n".to_vec(), "the file is not a workbook"),
        ("half.xlsx", good[..good.len() / 2].to_vec(), "the workbook is damaged"),
        ("locked.xlsx", locked, "protected by a password"),
        ("huge.xlsx", huge, "Casos!A2: the row is longer than a case can be here (4 MB)"),
        ("bomb.ods", bomb, "hundreds of times its size"),
        ("none.xlsx", xlsx(&[("Casos", Vec::new())], Epoch::Y1900), "the workbook is empty"),
        ("other.ods", ods(&[("Notas", vec![vec![Cell::Text("nada".into())]])]), "no sheet has a column `id`"),
        ("head.ods", ods(&[("Casos", vec![cells(&grid(&named(&cases())), true).remove(0)])]), "a header and no rows"),
    ];
    for (name, bytes, words) in cases {
        let said = TestWorkspace::new().file(name, bytes).run(&format!("check {name}")).into_stderr();
        assert!(said.contains(words), "{name}: {said}");
        assert!(said.contains("  hint: "), "{name}: {said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
}

#[test]
fn a_row_of_a_second_sheet_without_its_case_is_told() {
    let spread = spread(&cases());
    let is_people = |name: &str| name.starts_with("victims.") || name.starts_with("perpetrators.");
    let mut people = part(&spread, is_people);
    let mut lost = people[1].clone();
    lost[0] = "c99".into();
    people.push(lost);
    let last = people.len();
    let sheets: [Sheet<'_>; 2] = [("Casos", cells(&part(&spread, |name| !is_people(name)), true)), ("Personas", cells(&people, true))];
    let said = TestWorkspace::new().file("c.ods", ods(&sheets)).run("check c.ods").into_stderr();
    assert!(said.contains(&format!("c.ods: Personas!A{last}: no case has the id of this row")), "{said}");
}
