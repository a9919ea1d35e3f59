//! The workbook of `init --workbook`: every key has its column, nothing is filled in, and what is filled in gives the letters.

use crate::test_workspace::{CASE, TestWorkspace};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The parts of a workbook, by their names, each text in the cell in which it is read.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is an archive");
    let names: Vec<String> = archive.file_names().map(|n| n.expect("a name").to_string()).collect();
    let text = |name: &String| {
        let mut text = String::new();
        archive.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
        (name.clone(), text)
    };
    let mut parts: BTreeMap<String, String> = names.iter().map(text).collect();
    let Some(shared) = parts.remove("xl/sharedStrings.xml") else { return parts };
    let texts: Vec<&str> = shared.split("<si>").skip(1).map(|t| t.split("</si>").next().expect("it ends")).collect();
    for sheet in parts.iter_mut().filter(|(name, _)| name.starts_with("xl/worksheets/")).map(|(_, sheet)| sheet) {
        let mut cells = sheet.split(" t=\"s\"><v>");
        let mut whole = cells.next().expect("there is always one piece").to_owned();
        for cell in cells {
            let (number, rest) = cell.split_once("</v>").expect("a number ends");
            let text = texts[number.parse::<usize>().expect("the number of a text")];
            whole.push_str(&format!(" t=\"inlineStr\"><is>{text}</is>{rest}"));
        }
        *sheet = whole;
    }
    for part in ["[Content_Types].xml", "xl/_rels/workbook.xml.rels"] {
        let text = parts.get_mut(part).expect("a part of every workbook");
        let at = text.find("sharedStrings.xml").expect("it names the texts");
        let (from, to) = (text[..at].rfind('<').expect("an element begins"), at + text[at..].find("/>").expect("it ends") + 2);
        text.replace_range(from..to, "");
    }
    parts
}

/// The sheets, by their names.
fn sheets(parts: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let listed = parts["xl/workbook.xml"].split("<sheet name=\"").skip(1);
    let named = listed.map(|s| s.split('"').next().expect("a name").to_owned()).enumerate();
    named.map(|(n, name)| (name, parts[&format!("xl/worksheets/sheet{}.xml", n + 1)].clone())).collect()
}

/// The texts of a sheet with the names of their cells.
fn cells(sheet: &str) -> Vec<(String, String)> {
    let cell = |text: &str| {
        let at = text.split('"').next().expect("a cell has a name").to_owned();
        let (_, inner) = text.split_once("<is><t>")?;
        Some((at, inner.split("</t>").next().expect("it ends").to_owned()))
    };
    sheet.split("<c r=\"").skip(1).filter_map(cell).collect()
}

/// The columns of a sheet: their letters by their names.
fn columns(sheet: &str) -> BTreeMap<String, String> {
    let row = |at: &str| at.trim_start_matches(|c: char| c.is_ascii_uppercase()).to_owned();
    cells(sheet).into_iter().filter(|(at, _)| row(at) == "4").map(|(at, name)| (name, at.trim_end_matches('4').to_owned())).collect()
}

fn made(workspace: &TestWorkspace) -> Vec<u8> {
    fs::read(workspace.path().join("cases.xlsx")).expect("the workbook is there")
}

/// The workbook with rows below its header: sheet, column and text. One row of a sheet is one item of its list.
fn filled(book: &[u8], rows: &[(&str, &[(&str, &str)])]) -> Vec<u8> {
    let mut parts = parts(book);
    let numbers: BTreeMap<String, usize> =
        parts["xl/workbook.xml"].split("<sheet name=\"").skip(1).map(|s| s.split('"').next().unwrap().to_owned()).zip(1..).collect();
    for (number, (sheet, cells)) in rows.iter().enumerate() {
        let part = format!("xl/worksheets/sheet{}.xml", numbers[*sheet]);
        let columns = columns(&parts[&part]);
        let row = number + 5;
        let cell = |(name, text): &(&str, &str)| format!("<c r=\"{}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", columns[*name]);
        let row = format!("<row r=\"{row}\">{}</row></sheetData>", cells.iter().map(cell).collect::<String>());
        let text = parts[&part].replace("</sheetData>", &row);
        parts.insert(part, text);
    }
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        file.start_file(name, SimpleFileOptions::default()).expect("a part begins");
        file.write_all(text.as_bytes()).expect("a part is written");
    }
    file.finish().expect("a workbook ends").into_inner()
}

#[test]
fn a_new_workspace_gets_a_workbook_in_which_nothing_is_filled_in() {
    let workspace = TestWorkspace::bare();
    workspace
        .run("init . --workbook")
        .code(0)
        .stdout("organisation.toml\n.gitignore\ncases.xlsx\n")
        .stderr("next: fill in organisation.toml and cases.xlsx, then: appeal check cases.xlsx\n")
        .files(&[".gitignore", "cases.xlsx", "organisation.toml"]);
    assert_eq!(workspace.mode("cases.xlsx"), "600");
    let parts = parts(&made(&workspace));
    assert!(parts.keys().all(|name| !name.contains("comments")), "{:?}", parts.keys());
    // It tells of nobody, and of no day on which it was made.
    let about = &parts["docProps/core.xml"];
    assert!(about.contains("<dc:creator></dc:creator><cp:lastModifiedBy></cp:lastModifiedBy>"), "{about}");
    assert_eq!(about.matches("2000-01-01T00:00:00Z").count(), about.matches("</dcterms:").count(), "{about}");
    for (name, sheet) in sheets(&parts) {
        let low: Vec<_> =
            cells(&sheet).into_iter().filter(|(at, _)| at.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse::<usize>().expect("a row") > 4).collect();
        // Only the remarks have more rows than the header.
        assert!(name.starts_with('#') || low.is_empty(), "{name}: {low:?}");
    }
    let again = TestWorkspace::bare();
    let _ = again.run("init . --workbook").code(0).into_stdout();
    assert_eq!(made(&again), made(&workspace), "the same bytes each time");
}

#[test]
fn every_key_of_a_case_has_a_column_and_every_closed_list_of_words_a_drop_down() {
    let workspace = TestWorkspace::new();
    let _ = workspace.run("init --workbook").code(0).into_stdout();
    let sheets = sheets(&parts(&made(&workspace)));
    let schema: serde_json::Value = serde_json::from_str(&workspace.run("schema case").code(0).into_stdout()).expect("JSON");
    let (mut columns_there, mut picked) = (BTreeMap::new(), 0);
    for sheet in sheets.values() {
        columns_there.extend(columns(sheet).into_iter().map(|(name, at)| (name, (at, sheet))));
    }
    let mut walk = vec![(String::new(), &schema)];
    while let Some((path, table)) = walk.pop() {
        for (key, value) in table["properties"].as_object().into_iter().flatten() {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let inner = if value["type"] == "array" { &value["items"] } else { value };
            if inner["properties"].is_object() {
                walk.push((path, inner));
                continue;
            }
            let Some((at, sheet)) = columns_there.get(&path) else { panic!("no sheet has {path}") };
            if value["enum"].is_array() || value["type"] == "boolean" {
                let start = format!("sqref=\"{at}5:{at}2000\"><formula1>");
                let list = sheet.split(&start).nth(1).unwrap_or_else(|| panic!("{path} has no drop-down"));
                let words = list.split("</formula1>").next().expect("it ends").replace('"', "");
                let expected: Vec<&str> = value["enum"].as_array().map_or(vec!["true", "false"], |w| w.iter().filter_map(|w| w.as_str()).collect());
                assert_eq!(words.split(',').collect::<Vec<_>>(), expected, "{path}");
                picked += 1;
            }
        }
    }
    assert!(picked > 40, "{picked}");
    // Keys of the directory, countries and catalogues stand on a sheet of their own.
    for path in ["mandates", "country", "law.instrument", "requests.standard"] {
        let (at, sheet) = columns_there[path].clone();
        assert!(sheet.contains(&format!("{at}5:{at}2000\"><formula1>'# palabras'!$")), "{path}");
    }
    assert!(sheets["# palabras"].contains("human-rights-defenders") && sheets["# palabras"].contains("México"));
}

#[test]
fn what_is_filled_in_gives_the_letter_of_the_case_file() {
    let workspace = TestWorkspace::new().case("c1", &CASE.lines().filter(|l| !l.contains(".en = ") && !l.contains(".fr = ")).collect::<Vec<_>>().join("\n"));
    let _ = workspace.run("init --workbook").code(0).into_stdout();
    let book = filled(
        &made(&workspace),
        &[
            (
                "cases",
                &[
                    ("id", "c1"),
                    ("title", "Hostigamiento a quienes acompañan a migrantes"),
                    ("action", "urgent-appeal"),
                    ("country", "MX"),
                    ("mandates", "human-rights-defenders"),
                    ("reference", "RE/2021/07"),
                    ("date", "2021-04-28"),
                    ("language", "es"),
                    ("no-steps-because", "no hay autoridad independiente"),
                    ("urgency.reason", "Los agentes anunciaron que volverían."),
                ],
            ),
            (
                "victims",
                &[
                    ("id", "c1"),
                    ("victims.id", "v1"),
                    ("victims.name", "María Ejemplo"),
                    ("victims.kind", "person"),
                    ("victims.code", "Defensora A"),
                    ("victims.consent.submit", "true"),
                    ("victims.consent.government", "name"),
                    ("victims.consent.public", "name"),
                    ("victims.consent.by", "self"),
                    ("victims.consent.on", "2021-04-27"),
                    ("victims.consent.how", "formulario firmado"),
                ],
            ),
            (
                "perpetrators",
                &[("id", "c1"), ("perpetrators.id", "inm"), ("perpetrators.name", "Instituto Nacional de Migración"), ("perpetrators.kind", "state")],
            ),
            (
                "incidents",
                &[
                    ("id", "c1"),
                    ("incidents.id", "i1"),
                    ("incidents.date", "2021-03-22"),
                    ("incidents.place", "Puente Rodolfo Robles, Suchiate, Chiapas"),
                    ("incidents.victims", "v1"),
                    ("incidents.perpetrators", "inm"),
                    ("incidents.account", "Agentes del {inm} intentaron llevar a {v1} a territorio de Guatemala."),
                    ("incidents.reliability", "direct"),
                ],
            ),
            ("requests", &[("id", "c1"), ("requests.text", "Exhortar al Estado a garantizar condiciones de seguridad.")]),
        ],
    );
    let workspace = workspace.file("cases.xlsx", &book);
    let expected = workspace.run("render c1 --language es").code(0).into_stdout();
    workspace.run("check cases.xlsx").code(0).stdout_has("1 cleared").stderr("").files(&[]);
    let of_the_book = workspace.run("render cases.xlsx --language es").code(0).into_stdout();
    assert_eq!(of_the_book, expected);

    // A fact belongs to the incident whose id it names.
    let fact: &[(&str, &str)] = &[("id", "c1"), ("incidents.id", "i1"), ("incidents.arrest.victims", "v1"), ("incidents.arrest.by", "Policía Municipal")];
    let workspace = workspace.file("cases.xlsx", filled(&book, &[("arrest", fact)]));
    let letter = workspace.run("render cases.xlsx --language es").code(0).into_stdout();
    assert!(letter.contains("Policía Municipal") && letter.len() > expected.len(), "{letter}");
}

#[test]
fn a_workspace_gets_the_workbook_alone_in_its_language_and_never_twice() {
    let workspace = TestWorkspace::new();
    workspace.run("init --workbook").code(0).stdout("cases.xlsx\n").stderr("next: fill in cases.xlsx, then: appeal check cases.xlsx\n").files(&["cases.xlsx"]);
    let spanish = parts(&made(&workspace));
    assert!(spanish["xl/workbook.xml"].contains("# léame") && spanish.values().any(|p| p.contains("si la persona aceptó que se envíe esta carta")));
    workspace.run("init --workbook").code(2).stderr_has("cases.xlsx is there already").stderr_has("never overwritten").stdout("").files(&[]);
    workspace.run("check cases.xlsx").code(1).stderr_has("the workbook has a header and no rows").stdout_has("not written because of errors").files(&[]);

    let french = TestWorkspace::bare();
    let _ = french.run("init . --workbook --language fr").code(0).into_stdout();
    let french = parts(&made(&french));
    assert!(french["xl/workbook.xml"].contains("# lisez-moi") && french.values().any(|p| p.contains("si la personne a accepté")));
    TestWorkspace::bare().run("init . --workbook --example").code(2).stderr_has("--example").stdout("").files(&[]);
}
