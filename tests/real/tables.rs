//! Tables made by programs that nobody here wrote: `LibreOffice` Calc and openpyxl give the letters of the plain text.

#![expect(clippy::disallowed_methods, reason = "a temporary table needs no care")]

use crate::programs::{calc, here, openpyxl, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Two cases, the second of two rows: dates, an hour, truth values, numbers, accents, a line end and a delimiter in cells.
const TABLE: &str = "id,title,action,country,mandates,date,language,victims.id,victims.kind,victims.name,victims.code,victims.age,victims.consent.submit,\
victims.consent.government,victims.consent.public,victims.consent.by,victims.consent.on,incidents.id,incidents.date,incidents.time,incidents.place,\
incidents.account,requests.text
uno,Amenazas,allegation-letter,MX,migrants; human-rights-defenders,2021-04-28,es,v1,person,María Ejemplo,Defensora A,34,true,name,unnamed,self,2021-04-27,\
i1,2021-03-22,13:00,\"Suchiate, Chiapas\",\"Dos hombres dijeron a {v1}: \"\"no, señora\"\".\n\nVolvieron al día siguiente.\",Pedir información.
dos,Expulsión,allegation-letter,MX,migrants,2021-04-28,es,v1,community,,,,,,,,,i1,2021-03-20,,Tapachula,Se impidió el paso.,Pedir información.
dos,,,,,,,,,,,,,,,,,i2,2021-03-21/2021-03-22,,Tapachula,Se repitió.,
";

/// The letters of a table, by their names.
#[track_caller]
fn letters(table: &Path) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().expect("a temporary folder");
    let example = here().join("../../examples/rodolfo-robles-2021");
    let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
    run(command.arg("-C").arg(example).args(["render", "-q", "--date", "2021-04-28", "-f", "text,html", "-o"]).arg(out.path()).arg(table));
    let files = fs::read_dir(out.path()).expect("the folder").flatten();
    files.map(|e| (e.file_name().to_string_lossy().into_owned(), fs::read_to_string(e.path()).expect("a letter"))).collect()
}

/// A table saved by Calc as another kind of file.
fn saved(soffice: &Path, table: &Path, ending: &str, folder: &Path) -> std::path::PathBuf {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let filter = table.extension().is_some_and(|e| e == "csv").then_some("--infilter=CSV:44,34,76");
    run(Command::new(soffice).args([&profile, "--headless", "--convert-to", ending, "--outdir"]).arg(folder).args(filter).arg(table));
    folder.join(table.with_extension(ending).file_name().expect("a table has a name"))
}

#[test]
fn a_table_that_calc_saved_gives_the_letters_of_the_plain_text() {
    let Some(soffice) = calc() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = folder.path().join("table.csv");
    fs::write(&table, TABLE).expect("a table");
    let expected = letters(&table);
    assert_eq!(expected.len(), 4);
    for ending in ["xlsx", "ods"] {
        assert_eq!(letters(&saved(&soffice, &table, ending, folder.path())), expected, "{ending}");
    }
}

#[test]
fn a_workbook_of_openpyxl_gives_the_letters_of_the_plain_text_and_so_does_what_calc_makes_of_it() {
    let Some(python) = openpyxl() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (table, book) = (folder.path().join("table.csv"), folder.path().join("book.xlsx"));
    fs::write(&table, TABLE).expect("a table");
    run(Command::new(python).arg(here().join("workbook.py")).arg(&table).arg(&book));
    let expected = letters(&table);
    assert_eq!(letters(&book), expected);
    let Some(soffice) = calc() else { return };
    for ending in ["xlsx", "ods"] {
        let other = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(letters(&saved(&soffice, &book, ending, other.path())), expected, "{ending}");
    }
}
