//! What an XLSX says is what calamine reads in it, for sheets of whatever shape.

use super::super::cell::Cell;
use super::Xlsx;
use calamine::{DataRef, Reader};
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHARED: [&str; 6] = [
    "<si><t>plain</t></si>",
    "<si><t xml:space=\"preserve\"> a &amp; b </t></si>",
    "<si/>",
    "<si><r><rPr><b/></rPr><t xml:space=\"preserve\">two </t></r><r><t>runs</t></r><rPh sb=\"0\" eb=\"1\"><t>sound</t></rPh></si>",
    "<si ><!-- </t> --><t><![CDATA[raw < & ]]>&#233;_x000D_</t></si>",
    "<si><t></t></si>",
];

/// A package of one sheet, with six shared texts and four formats of cells: two are dates.
fn package(sheet: &str, is_1904: bool) -> Vec<u8> {
    let old = if is_1904 { "<workbookPr date1904=\"true\"/>" } else { "" };
    let parts = [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned()),
        ("_rels/.rels", relationships(&[("a", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{old}<sheets><sheet name=\"A &amp; B\" sheetId=\"1\" r:id=\"w\"/><sheet name=\"no\" state=\"hidden\" sheetId=\"2\" r:id=\"w\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relationships(&[("w", "worksheet", "/xl/Worksheets/sheet1.xml"), ("t", "sharedStrings", "sharedStrings.xml"), ("s", "styles", "styles.xml")]),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"170\" formatCode=\"d/m/yy\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"2\"/></cellXfs><dxfs><dxf><numFmt numFmtId=\"2\" formatCode=\"yy\"/></dxf></dxfs></styleSheet>"
            ),
        ),
        ("xl/sharedStrings.xml", format!("<?xml version=\"1.0\"?>\n<sst xmlns=\"{MAIN}\">{}<si/></sst>", SHARED.concat())),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    let mut package = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        package.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part begins");
        package.write_all(part.as_bytes()).expect("memory can be written");
    }
    package.finish().expect("the package ends").into_inner()
}

fn relationships(all: &[(&str, &str, &str)]) -> String {
    let each = all.iter().map(|(id, kind, target)| format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>"));
    format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>", each.collect::<String>())
}

type Rows = Vec<(u32, Vec<Cell<'static>>)>;

fn ours(package: &[u8]) -> Option<Rows> {
    let mut book = Xlsx::new(Cursor::new(package)).ok()?;
    assert_eq!(book.sheets().collect::<Vec<_>>(), ["A & B"]);
    let (mut rows, mut is_read) = (Rows::new(), true);
    let read = book.rows("A & B", &mut |number, cells| {
        match cells.read() {
            Ok(found) => {
                for (column, cell) in found.iter().enumerate() {
                    assert_eq!(cells.at(column).unwrap_or(Cell::Empty), *cell, "a cell alone is the same as in its row");
                }
                rows.push((number, found.iter().map(Cell::pending).collect()));
            }
            Err(_) => is_read = false,
        }
        ControlFlow::Continue(())
    });
    (read.is_ok() && is_read).then_some(rows)
}

fn theirs(package: &[u8]) -> Rows {
    let mut book = calamine::Xlsx::new(Cursor::new(package)).expect("calamine opens it");
    let mut reader = book.worksheet_cells_reader("A & B").expect("calamine finds the sheet");
    let mut rows = Rows::new();
    while let Some(cell) = reader.next_cell().expect("calamine reads it") {
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => Cell::plain(text.as_str().into()).pending(),
            DataRef::SharedString(text) => Cell::plain((*text).into()).pending(),
            #[expect(clippy::cast_precision_loss, reason = "numbers of a sheet are floating ones to begin with")]
            DataRef::Int(number) => Cell::Number(*number as f64),
            DataRef::Float(number) => Cell::Number(*number),
            DataRef::Bool(value) => Cell::Bool(*value),
            DataRef::DateTime(moment) => {
                let read = moment.as_datetime().expect("a date").to_string();
                let (day, hour) = read.split_once(' ').expect("a day and an hour");
                let hour = hour.split('.').next().unwrap_or_default();
                Cell::Date(match (moment.as_f64() < 1.0, hour) {
                    (true, _) => hour.to_owned(),
                    (false, "00:00:00") => day.to_owned(),
                    (false, _) => format!("{day}T{hour}"),
                })
            }
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Date(text.clone()),
            DataRef::Error(_) => Cell::Error,
        };
        if value == Cell::Empty {
            continue;
        }
        let (number, column) = (cell.get_position().0 + 1, cell.get_position().1 as usize);
        if rows.last().is_none_or(|(last, _)| *last != number) {
            rows.push((number, Vec::new()));
        }
        let row = &mut rows.last_mut().expect("it was put there").1;
        row.resize(row.len().max(column + 1), Cell::Empty);
        row[column] = value;
    }
    rows
}

/// The inside and the attributes of a cell.
fn cell() -> impl Strategy<Value = (String, String)> {
    let letters = "(a|é|م| |&amp;|&lt;|&#233;|&#x5d0;|_x0041_|_x00|_|\n){0,6}";
    let form = |kind: &'static str, before: &'static str, after: &'static str| move |text: String| (kind.to_owned(), format!("{before}{text}{after}"));
    prop_oneof![
        4 => letters.prop_map(form(" t=\"inlineStr\"", "<is><t>", "</t></is>")),
        2 => letters.prop_map(form(" t='inlineStr'", "<is><t xml:space=\"preserve\">", "</t></is>")),
        1 => letters.prop_map(form(" t=\"inlineStr\"", "<is><r><t>one</t></r><r><rPr/><t xml:space=\"preserve\">", "</t></r><rPh sb=\"0\"><t>no</t></rPh></is>")),
        1 => letters.prop_map(form(" t=\"inlineStr\"", "<is><t><!-- > --><![CDATA[</c>]]>", "</t></is>")),
        1 => letters.prop_map(form(" t=\"str\"", "<f>A1&amp;\"\"</f><v>", "</v>")),
        2 => (0..7_usize).prop_map(|n| (" t=\"s\"".to_owned(), format!("<v>{n}</v>"))),
        2 => (0.0..60_000.0_f64, 0..5_usize).prop_map(|(n, style)| (format!(" s=\"{style}\""), format!("<v>{n}</v>"))),
        1 => (0..60_000_u32, 0..5_usize).prop_map(|(n, style)| (format!(" s=\"{style}\" t=\"n\""), format!("<f>1+1</f><v>{n}</v>"))),
        1 => (0..2_u8).prop_map(|n| (" t=\"b\"".to_owned(), format!("<v>{n}</v>"))),
        1 => Just((" t=\"e\"".to_owned(), "<v>#REF!</v>".to_owned())),
        1 => Just((" t=\"d\"".to_owned(), "<v>2021-04-28</v>".to_owned())),
        1 => Just((" s=\"3\"".to_owned(), String::new())),
    ]
}

proptest! {
    #[test]
    fn a_sheet_says_what_calamine_reads_in_it(
        rows in vec((1..3_u32, any::<bool>(), vec((0..3_u32, any::<bool>(), cell()), 0..5)), 0..6),
        prefix in prop_oneof![3 => Just(""), 1 => Just("x:")],
        is_1904 in any::<bool>(),
        is_spaced in any::<bool>(),
    ) {
        let mut body = String::new();
        let mut number = 0;
        for (step, says, cells) in rows {
            number += if says { step } else { 1 };
            body.push_str(&if says { format!("<row r=\"{number}\" spans=\"1:9\">") } else { "<row>".to_owned() });
            let mut column = 0;
            for (skip, says, (attributes, inside)) in cells {
                column += if says { skip } else { 0 };
                let at = if says { format!(" r=\"{}{number}\"", char::from(b'A' + u8::try_from(column).expect("few columns"))) } else { String::new() };
                column += 1;
                body.push_str(&if inside.is_empty() { format!("<c{at}{attributes}/>") } else { format!("<c{at}{attributes}>{inside}</c>") });
                if is_spaced {
                    body.push('\n');
                }
            }
            body.push_str(if is_spaced { "</row >\n<!-- no </rows> -->" } else { "</row>" });
        }
        let mut sheet = format!("<worksheet xmlns=\"{MAIN}\"><cols><col min=\"1\"/></cols><sheetData>{body}</sheetData><tail><row r=\"1\"></row></tail></worksheet>");
        if !prefix.is_empty() {
            for name in ["worksheet", "cols", "col ", "sheetData", "row", "c ", "c>", "c/", "v", "f", "is", "t", "r>", "rPr", "rPh"] {
                sheet = sheet.replace(&format!("<{name}"), &format!("<{prefix}{name}")).replace(&format!("</{name}"), &format!("</{prefix}{name}"));
            }
            sheet = sheet.replace("xmlns=", "xmlns:x=").replace("<![CDATA[</x:c>", "<![CDATA[</c>");
        }
        let package = package(&sheet, is_1904);
        prop_assert_eq!(ours(&package), Some(theirs(&package)), "{}", sheet);
    }

    #[test]
    fn whatever_stands_in_a_sheet_is_read_or_refused(body in "(<row>|<row r=\"2\">|</row>|<c>|<c r=\"B2\" t=\"s\">|<c/>|<v>|</v>|</c>|<is>|</is>|<t>|</t>|1|&|&amp;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|</sheetData>|<f/>| ){0,24}") {
        let _ = ours(&package(&format!("<worksheet><sheetData>{body}</sheetData></worksheet>"), false));
    }
}

#[test]
fn a_formula_that_was_never_counted_is_an_error_and_not_an_empty_cell() {
    let rows = "<row><c><f>1+1</f></c><c><f>1+1</f><v></v></c><c><f>1+1</f><v/></c><c t=\"str\"><f>\"\"</f><v></v></c><c><v>1</v></c></row>";
    let package = package(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"), false);
    assert_eq!(ours(&package), Some(vec![(1, vec![Cell::Error, Cell::Error, Cell::Error, Cell::Empty, Cell::Number(1.0)])]));
}

#[test]
fn a_sheet_that_hides_a_row_in_a_comment_ends_too_early_or_says_a_cell_twice_is_refused() {
    let good = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
    let sheet = |body: &str| package(&format!("<worksheet><sheetData>{body}</sheetData></worksheet>"), false);
    assert!(ours(&sheet(good)).is_some());
    for bad in [
        "<row r=\"1\"><!-- <c/></row><row r=\"2\"><c><v>7</v></c></row> --></row>",
        "<row r=\"1\"><c t=\"inlineStr\"><is><t><![CDATA[</t></is></c></row><row r=\"9\"><c><v>7</v></c>]]></t></is></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></row>",
        "<row r=\"1\"><c r=\"A1\"><v>&nobody;</v></c></row>",
        "<row r=\"one\"><c r=\"A1\"><v>1</v></c></row>",
    ] {
        assert_eq!(ours(&sheet(bad)), None, "{bad}");
    }
    assert_eq!(ours(&package(&format!("<worksheet><sheetData>{good}"), false)), None); // As long as the memory of a small machine: what stands before the rows is not held.
    let comment = "<>".repeat(20 << 20);
    assert_eq!(ours(&package(&format!("<worksheet><!--{comment}--><sheetData>{good}</sheetData></worksheet>"), false)), None);
}
