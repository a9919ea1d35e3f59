//! Tables as offices and forms really keep them: what nobody can understand never becomes a letter in silence.

use crate::books::{Epoch, Sheet, cells, xlsx};
use crate::test_workspace::TestWorkspace;
use std::fs;
use std::path::Path;

/// A workspace with some of the fixtures' tables.
fn field(names: &[&str]) -> TestWorkspace {
    names.iter().fold(TestWorkspace::new(), |workspace, name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables").join(name);
        workspace.file(name, fs::read(path).expect("a fixture can be read"))
    })
}

/// The mapping of one's own register, with lines above its tables and columns more.
fn register(above: &str, columns: &str) -> String {
    format!(
        "{above}\n[id]\ncolumn = \"No.\"\nprefix = \"c-\"\n[number]\nvictims = \"v\"\n[constants]\n\"title\" = \"Threats\"\n\"action\" = \"allegation-letter\"\n\
         \"country\" = \"MX\"\n\"mandates\" = \"migrants\"\n\"date\" = \"2021-04-28\"\n\"language\" = \"en\"\n\"victims.kind\" = \"person\"\n\"requests.text\" = \"Ask to protect {{v1}}.\"\n\
         [columns]\n\"Day\" = \"incidents.date\"\n\"What happened\" = \"incidents.account\"\n\"Who\" = \"victims.name\"\n\"Agreed\" = \"victims.consent.submit\"\n\
         \"State\" = \"victims.consent.government\"\n\"Public\" = \"victims.consent.public\"\n{columns}"
    )
}

const HEADER: &str = "No.;Day;What happened;Who;Agreed;State;Public";

fn row(number: u32, day: &str, who: &str) -> String {
    format!("{number};{day};Two men threatened {{v1}}.;{who};yes;name;unnamed")
}

/// What a table gives under a mapping: the letters' names, what is said, and a letter's text.
fn render(table: &str, map: &str) -> (Vec<String>, String, String) {
    let workspace = TestWorkspace::new().file("t.csv", table).file("m.toml", map);
    let said = workspace.run("render t.csv --map m.toml -o out").into_stderr();
    let files: Vec<String> = workspace.files().into_keys().filter(|path| path.ends_with(".txt")).collect();
    let letter = files.first().map(|path| workspace.read(path)).unwrap_or_default();
    (files, said, letter)
}

#[test]
fn a_header_that_stands_twice_is_told_and_gives_no_letter() {
    let run = field(&["duplicate-header.csv", "duplicate-header.toml"]).run("render duplicate-header.csv --map duplicate-header.toml -o out").code(1);
    run.stdout("")
        .stderr_has("duplicate-header.csv: C1: the column `Nombre` is there twice, in B1 and C1")
        .stderr_has("duplicate-header.csv: G1: the column `Lugar` is there twice, in F1 and G1")
        .files(&[]);
    // The column of the ids too, and a path that a header names by itself beside one that the mapping names.
    let (files, said, _) = render(&format!("{HEADER};No.\n{};9\n", row(1, "2021-03-02", "Rosa")), &register("", ""));
    assert!(files.is_empty() && said.contains("t.csv: H1: the column `No.` is there twice, in A1 and H1"), "{said}");
    let (files, said, _) = render(&format!("{HEADER};victims/name\n{};Ana\n", row(1, "2021-03-02", "Rosa")), &register("paths = \"/\"", ""));
    assert!(files.is_empty() && said.contains("t.csv: H1: the columns in D1 and H1 stand for the same key of a case"), "{said}");
    // What the mapping does not name may stand as often as it likes.
    let (files, said, _) = render(&format!("{HEADER};Notes;Notes\n{};a;b\n", row(1, "2021-03-02", "Rosa")), &register("", ""));
    assert_eq!(files, ["out/c-1.migrants.en.txt"], "{said}");
}

#[test]
fn a_header_that_stands_twice_in_a_sheet_of_repeats_gives_no_letter() {
    let grid = |rows: &[&[&str]]| cells(&rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect::<Vec<_>>(), false);
    let sheets: Vec<Sheet<'_>> =
        vec![("form", grid(&[&["title", "_id", "_index"], &["T", "7", "1"]])), ("victims", grid(&[&["name", "name", "_parent_index"], &["Uno", "Dos", "1"]]))];
    let workspace = TestWorkspace::new().file("k.xlsx", xlsx(&sheets, Epoch::Y1900));
    workspace
        .run("render k.xlsx --map kobotoolbox -o out")
        .code(1)
        .stdout("")
        .stderr_has("victims!B1: the column `name` is there twice, in victims!A1 and victims!B1")
        .files(&[]);
}

#[test]
fn a_cell_with_several_people_is_told_and_never_one_name() {
    for who in ["Rosa Ejemplo; Juan Modelo", "\"Rosa Ejemplo; Juan Modelo\"", "\"Rosa Ejemplo\nJuan Modelo\"", "Rosa Ejemplo | Juan Modelo"] {
        let (files, said, _) = render(
            &format!("{}\n{}\n", HEADER.replace(';', ","), row(1, "2021-03-02", who).replacen(';', ",", 3).replace(";yes;name;", ",yes,name,")),
            &register("", ""),
        );
        assert!(files.is_empty() && said.contains("t.csv: D2: the cell has a sign or a line end that divides several people"), "{who}: {said}");
        assert!(!said.contains("Modelo"), "{said}");
    }
    let warned =
        |who: &str| render(&format!("{HEADER}\n{}\n", row(1, "2021-03-02", who)), &register("", "")).1.contains("D2: warning: the cell may name two people");
    assert!(warned("Rosa Ejemplo y Juan Modelo"));
    assert!(!warned("Santiago Ramón y Cajal") && !warned("Ejemplo, Rosa"));
}

#[test]
fn a_row_of_tags_and_a_submission_that_was_refused_are_left_out_and_said() {
    let workspace = field(&["kobo-hxl-row.csv", "kobo-not-approved.csv"]);
    workspace
        .run("render kobo-hxl-row.csv --map kobotoolbox --date 2026-03-20 -o out")
        .code(0)
        .stderr_has("kobo-hxl-row.csv: A2: warning: the row has the tags of HXL and is left out")
        .stderr_has("1 case, 1 letter: 1 cleared")
        .outcome();
    workspace
        .run("check kobo-not-approved.csv --map kobotoolbox --date 2026-03-20")
        .code(0)
        .stdout_has("1 case, 1 letter: 1 cleared")
        .stderr_has("kobo-not-approved.csv: Q3: warning: a reviewer did not approve this row")
        .files(&[]);
    for (header, word) in [
        ("_validation_status", "validation_status_not_approved"),
        ("Estado de validación", "No aprobado"),
        ("ReviewState", "rejected"),
        ("__system/reviewState", "Rechazada"),
        ("Statut de validation", "Non approuvé"),
    ] {
        let table = format!("{HEADER};{header}\n{};{word}\n{};\n", row(1, "2021-03-02", "Rosa"), row(2, "2021-03-03", "Ana"));
        let (files, said, _) = render(&table, &register("", ""));
        assert_eq!(files, ["out/c-2.migrants.en.txt"], "{header}: {said}");
        assert!(said.contains("t.csv: H2: warning: a reviewer did not approve this row"), "{header}: {said}");
        let (files, said, _) = render(&table, &register(&format!("[rows]\n\"{header}\" = [\"{word}\", \"\"]"), ""));
        assert_eq!(files.len(), 2, "{header}: {said}");
    }
}

#[test]
fn the_repeats_of_a_submission_that_was_refused_go_with_it() {
    let grid = |rows: &[&[&str]]| cells(&rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect::<Vec<_>>(), false);
    let main: &[&[&str]] = &[&["title", "_id", "_index", "_validation_status"], &["T", "7", "1", "Not approved"]];
    let sheets: Vec<Sheet<'_>> = vec![("form", grid(main)), ("victims", grid(&[&["kind", "_parent_index"], &["community", "1"]]))];
    let workspace = TestWorkspace::new().file("k.xlsx", xlsx(&sheets, Epoch::Y1900));
    workspace
        .run("check k.xlsx --map kobotoolbox")
        .code(0)
        .stdout("0 cases, 0 letters\n")
        .stderr_has("form!D2: warning: a reviewer did not approve")
        .files(&[]);
}

#[test]
fn a_mapping_chooses_rows_and_names_the_row_of_the_header_and_the_delimiter() {
    let rows =
        format!("{}|norte|x\n{}|sur|x\n{}|Norte|\n", row(1, "2021-03-02", "Rosa"), row(2, "2021-03-03", "Ana"), row(3, "2021-03-04", "Eva")).replace(';', "|");
    let table = format!("Register 2021; of all; regions\n\n{}|Region|Ready\n{rows}", HEADER.replace(';', "|"));
    let above = "header-row = 3\ndelimiter = \"|\"\nrows = { \"Region\" = [\"norte\"], \"Ready\" = \"x\" }";
    let (files, said, _) = render(&table, &register(above, ""));
    assert_eq!(files, ["out/c-1.migrants.en.txt"], "{said}");
    let grid: Vec<Vec<String>> = table.replace('|', ";").lines().map(|line| line.split(';').map(str::to_owned).collect()).collect();
    let workspace = TestWorkspace::new().file("m.toml", register(above, "")).file("t.xlsx", xlsx(&[("S", cells(&grid, false))], Epoch::Y1900));
    workspace.run("check t.xlsx --map m.toml").code(0).stdout_has("1 case, 1 letter: 1 cleared").outcome();
    for (above, words) in [
        ("header-row = 0", "m.toml:1:14: rows count from 1"),
        ("delimiter = \"ab\"", "a delimiter is one sign"),
        ("[rows]\n\"Region\" = [\"norte\"]", "t.csv: A1: there is no column `Region`, by which the mapping chooses rows"),
    ] {
        let (files, said, _) = render(&format!("{HEADER}\n{}\n", row(1, "2021-03-02", "Rosa")), &register(above, ""));
        assert!(files.is_empty() && said.contains(words), "{above}: {said}");
    }
}

#[test]
fn dates_and_times_of_forms_are_read_once_the_order_is_declared() {
    let letter = |day: &str, time: &str, above: &str| {
        let table = format!("{HEADER};Hour\n{};{time}\n", row(1, day, "Rosa"));
        let (_, said, letter) = render(&table, &register(above, "\"Hour\" = \"incidents.time\"\n"));
        (said, letter)
    };
    for day in ["02/03/2021 00:00", "2/3/2021 9:15:00 p. m.", "2.3.2021 13:00", "2021-03-02T13:00:00.000-06:00"] {
        let (said, letter) = letter(day, "2:30 PM", "dates = \"day-month-year\"");
        assert!(letter.contains("2 March 2021") && letter.contains("14:30"), "{day}: {said}{letter}");
    }
    let (said, letter_text) = letter("02/03/2021 - 04/03/2021", "13:00:00.000-06:00", "dates = \"day-month-year\"");
    assert!(letter_text.contains("4 March 2021") && letter_text.contains("13:00") && !letter_text.contains("06:00"), "{said}{letter_text}");
    let (said, letter_text) = letter("02/03/2021 13:00", "", "");
    assert!(letter_text.is_empty() && said.contains("B2: `date` cannot be understood"), "{said}");
    let (said, letter_text) = letter("2021-03-02", "13:00:00Z", "");
    assert!(letter_text.is_empty() && said.contains("H2: the cell has the hour of UTC"), "{said}");
    // Near midnight the day of UTC is not that of the place; midnight itself is a day without a time.
    let (said, letter_text) = letter("2021-03-02T23:30:00.000Z", "", "");
    assert!(letter_text.is_empty() && said.contains("B2: the cell has the day of UTC"), "{said}");
    let (said, letter_text) = letter("2021-03-02T00:00:00Z", "", "");
    assert!(letter_text.contains("2 March 2021"), "{said}");
    let (said, letter_text) = letter("2021-03-02~", "", "ranges = \"~\"");
    assert!(letter_text.is_empty() && said.contains("B2: the cell has not two days as the first and the last"), "{said}");
}

#[test]
fn our_own_columns_take_times_as_forms_write_them_and_midnight_for_the_day() {
    let workspace = field(&["time-own.csv", "iso-midnight.xlsx"]);
    workspace.run("render time-own.csv --date 2026-03-14 -o out").code(0).stderr_has("4 cleared").outcome();
    for case in ["a1", "a2", "a3", "a4"] {
        let letter = workspace.read(&format!("out/{case}.migrants.es.txt"));
        assert!(letter.contains("14:30") && !letter.contains("14:30:00") && !letter.contains("PM"), "{letter}");
    }
    workspace.run("check iso-midnight.xlsx --date 2026-03-14").code(0).stdout_has("1 cleared").outcome();
}

#[test]
fn a_range_of_uwazi_is_from_the_first_to_the_last_day() {
    let workspace = field(&["uwazi-daterange.csv", "uwazi-daterange.toml"]);
    workspace.run("check uwazi-daterange.csv --map uwazi-daterange.toml -q").code(1).stderr_has("H2: the cell has a sign").stdout("").files(&[]);
    let one = workspace.read("uwazi-daterange.csv").replace("|Juan Modelo", "");
    let workspace = workspace.file("uwazi-daterange.csv", one);
    let letter = workspace.run("render uwazi-daterange.csv --map uwazi-daterange.toml --date 2026-03-20 -o -").into_stdout();
    assert!(letter.contains("2 al 4 de marzo de 2026"), "{letter}");
}

#[test]
fn warnings_alone_end_with_0_and_count_no_case() {
    let workspace = field(&["absent-column.csv", "absent-column.toml", "notes-sheet-exit1.xlsx"]);
    workspace
        .run("check absent-column.csv --map absent-column.toml --date 2026-03-20")
        .code(0)
        .stderr_has("absent-column.csv: warning: the mapping names a column `Lugar`")
        .stdout_has("1 case, 1 letter: 1 cleared")
        .files(&[]);
    let json = workspace.run("check notes-sheet-exit1.xlsx --date 2026-03-20 --json").code(0).into_stdout();
    assert_eq!(json.lines().count(), 2, "{json}");
    workspace.run("import notes-sheet-exit1.xlsx").code(0).stderr_has("1 written, 0 not").outcome();
}

#[test]
fn the_rows_that_failed_hold_only_the_columns_that_are_read() {
    let workspace = field(&["failed-copies-phone.csv", "failed-copies-phone.toml"]);
    workspace.run("render failed-copies-phone.csv --map failed-copies-phone.toml -o out").code(1).outcome();
    let failed = workspace.read("out/failed-copies-phone.failed.csv");
    assert!(failed.starts_with("\u{feff}#problems;No.;Matter;Day;What happened;Who;Agreed?\n") && !failed.contains("555"), "{failed}");
    let corrected = failed.replace("99/03/2026", "09/03/2026");
    let workspace = workspace.file("out/failed-copies-phone.failed.csv", corrected);
    workspace
        .run("check out/failed-copies-phone.failed.csv --map failed-copies-phone.toml --date 2026-03-20 -q")
        .code(3)
        .stderr_has("the consent of `v1` has no answer for `government`")
        .outcome();
}

#[test]
fn a_constant_makes_no_incident_beside_a_repeat_and_what_failed_of_repeats_is_run_again() {
    let workspace = field(&["nested-constant.xlsx", "nested-constant.toml"]);
    let run = workspace.run("render nested-constant.xlsx --map nested-constant.toml --date 2026-03-20 -o out").code(1).outcome();
    // Ten arrests lack their victims; no incident of its own lacks an account.
    assert_eq!(run.stderr.matches("the key `victims` is missing in [[incidents.arrest]]").count(), 10, "{}", run.stderr);
    assert!(run.stderr.contains("10 errors") && !run.stderr.contains("`account` is missing"), "{}", run.stderr);
    let files: Vec<String> = workspace.files().into_keys().filter(|path| path.starts_with("out/")).collect();
    let names = ["-categories", "-items", "-suppliers", ""].map(|table| format!("out/nested-constant.failed{table}.csv"));
    assert_eq!(files, names);
    let map = workspace
        .read("nested-constant.toml")
        .replace("\"incidents.date\"", "\"victims.id\" = \"v1\"\n\"incidents.arrest.victims\" = \"v1\"\n\"incidents.date\"");
    let map = map.replace("\"victims.id\" = \"v1\"\n", "");
    let workspace = workspace.file("nested-constant.toml", map);
    workspace
        .run("render out/nested-constant.failed.csv --map nested-constant.toml --date 2026-03-20 -o out2")
        .code(0)
        .stderr_has("3 cases, 3 letters: 3 cleared")
        .outcome();
    let letter = workspace.read("out2/kobo-321261095.migrants.es.txt");
    assert!(letter.contains("food") && letter.contains("watermelon") && letter.contains("rice") && !letter.contains("jeans"), "{letter}");
}

#[test]
fn yes_and_no_are_understood_in_our_own_tables() {
    let table = |answer: &str| {
        format!(
            "id,title,action,country,mandates,date,victims.id,victims.name,victims.kind,victims.consent.submit,victims.consent.government,victims.consent.public,incidents.date,incidents.account,requests.text\n\
             a,T,allegation-letter,MX,migrants,2021-04-28,v1,Rosa Ejemplo,person,{answer},name,name,2021-03-02,Amenazas.,Pedir información.\n"
        )
    };
    for yes in ["yes", "SÍ", "si", "Oui", "1", "true", "VERDADERO", "si\u{301}"] {
        TestWorkspace::new().file("t.csv", table(yes)).run("check t.csv").code(0).stdout_has("1 cleared").outcome();
    }
    for no in ["no", "Non", "0", "FALSO"] {
        TestWorkspace::new().file("t.csv", table(no)).run("check t.csv -q").code(3).stderr_has("has not agreed").outcome();
    }
    TestWorkspace::new().file("t.csv", table("quizá")).run("check t.csv -q").code(1).stderr_has("J2: ").outcome();
}
