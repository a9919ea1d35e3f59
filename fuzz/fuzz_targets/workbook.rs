//! Text as the sheet of an XLSX and, after a line of `=`, as the texts that its cells share; and the letters of its first cases.
#![no_main]

use appeal::case::Case;
use appeal::records::{Shape, Sheets, read_rows};
use workspace::{WORKSPACE, print, zipped};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

static SHAPE: LazyLock<Arc<Shape>> = LazyLock::new(|| Arc::new(Case::shape()));

const WORKBOOK: &[u8] = b"<workbook><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"w\"/></sheets></workbook>";
const RELATED: &[u8] = b"<Relationships><Relationship Id=\"w\" Type=\"/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
<Relationship Id=\"s\" Type=\"/styles\" Target=\"styles.xml\"/><Relationship Id=\"t\" Type=\"/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
const STYLES: &[u8] = b"<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (sheet, shared) = text.split_once("\n=\n").unwrap_or((&text, ""));
    let book = zipped(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATED),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
    ]);
    let (mut rows, mut letters) = (0, 0);
    for case in Sheets::new(Cursor::new(book), "cases.xlsx".into(), Arc::clone(&SHAPE), None) {
        print(case.problems);
        rows += case.rows.len();
        if case.rows.is_empty() {
            continue;
        }
        let (record, problems) = read_rows(&case.rows);
        let is_read = !problems.has_errors();
        print(problems);
        // What cannot be read has been said; nothing more is said of its case.
        if !is_read {
            continue;
        }
        let workspace = WORKSPACE.lock().expect("one thread");
        if let Some(case) = workspace.parse(&record).filter(|_| letters < 2) {
            letters += 1;
            workspace.letters(&case);
        }
    }
    assert!(rows <= sheet.matches("row").count(), "a row is an element");
});
