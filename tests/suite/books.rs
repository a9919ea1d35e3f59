//! Workbooks for tests, written as small as the two formats allow: what is in a cell is said by its type.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What a cell holds.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    /// A day, as 2021-03-22: a number with the format of a date.
    Date(String),
    Number(f64),
    Bool(bool),
    /// A formula and the text it came to.
    Formula(String),
    /// A formula that came to nothing: `#REF!`.
    Error,
    /// A formula that a program wrote that cannot count.
    Uncounted,
    /// XML that no program writes, in an XLSX: a tag is closed that was never opened.
    Broken,
}

/// A sheet: its name and rows.
pub(crate) type Sheet<'a> = (&'a str, Vec<Vec<Cell>>);

/// Rows of plain texts as cells; what looks like a date, a number or a truth value becomes one where `typed`.
pub(crate) fn cells(rows: &[Vec<String>], typed: bool) -> Vec<Vec<Cell>> {
    let cell = |text: &String| match text.as_str() {
        "" => Cell::Empty,
        "true" | "false" if typed => Cell::Bool(text == "true"),
        t if typed && chrono::NaiveDate::parse_from_str(t, "%Y-%m-%d").is_ok() => Cell::Date(t.to_owned()),
        t if typed && t.len() < 4 && t.parse::<f64>().is_ok() => Cell::Number(t.parse().expect("it was looked at")),
        t => Cell::Text(t.to_owned()),
    };
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Parts by their names, as one file.
pub(crate) fn packed(parts: &[(String, String)]) -> Vec<u8> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        file.start_file(name.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(9)))
            .expect("a part begins");
        file.write_all(text.as_bytes()).expect("a part is written");
    }
    file.finish().expect("a workbook ends").into_inner()
}

/// How a workbook counts days.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Epoch {
    Y1900,
    Y1904,
}

/// The name of a column: 0 is A.
pub(crate) fn column(mut at: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.insert(0, char::from(b'A' + u8::try_from(at % 26).expect("a letter")));
        if at < 26 {
            return letters.iter().collect();
        }
        at = at / 26 - 1;
    }
}

/// An XLSX of these sheets.
pub(crate) fn xlsx(sheets: &[Sheet<'_>], epoch: Epoch) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let (mut listed, mut related, mut typed) = (String::new(), String::new(), String::new());
    let mut parts = Vec::new();
    for (number, (name, rows)) in sheets.iter().enumerate() {
        let n = number + 1;
        listed.push_str(&format!("<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"r{n}\"/>", escaped(name)));
        related.push_str(&format!("<Relationship Id=\"r{n}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"));
        typed.push_str(&format!(
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        ));
        let mut body = String::new();
        for (r, row) in rows.iter().enumerate() {
            body.push_str(&format!("<row r=\"{}\">", r + 1));
            for (c, cell) in row.iter().enumerate() {
                let at = format!("{}{}", column(c), r + 1);
                body.push_str(&match cell {
                    Cell::Empty => String::new(),
                    Cell::Text(text) => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(text)),
                    Cell::Date(day) => format!("<c r=\"{at}\" s=\"1\"><v>{}</v></c>", serial(day, epoch)),
                    Cell::Number(number) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
                    Cell::Bool(value) => format!("<c r=\"{at}\" t=\"b\"><v>{}</v></c>", u8::from(*value)),
                    Cell::Formula(text) => format!("<c r=\"{at}\" t=\"str\"><f>CONCATENATE(\"x\")</f><v>{}</v></c>", escaped(text)),
                    Cell::Error => format!("<c r=\"{at}\" t=\"e\"><f>#REF!</f><v>#REF!</v></c>"),
                    Cell::Uncounted => format!("<c r=\"{at}\"><f>A1</f><v></v></c>"),
                    Cell::Broken => "</v>".to_owned(),
                });
            }
            body.push_str("</row>");
        }
        parts.push((format!("xl/worksheets/sheet{n}.xml"), format!("<worksheet xmlns=\"{main}\"><sheetData>{body}</sheetData></worksheet>")));
    }
    let old = if epoch == Epoch::Y1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    parts.push(("xl/workbook.xml".into(), format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\">{old}<sheets>{listed}</sheets></workbook>")));
    related.push_str(&format!("<Relationship Id=\"s\" Type=\"{office}/styles\" Target=\"styles.xml\"/>"));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships xmlns=\"{package}/relationships\">{related}</Relationships>")));
    parts.push((
        "xl/styles.xml".into(),
        format!("<styleSheet xmlns=\"{main}\"><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"),
    ));
    parts.push(("_rels/.rels".into(), format!("<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"b\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")));
    parts.push(("[Content_Types].xml".into(), format!("<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{typed}</Types>")));
    packed(&parts)
}

fn serial(day: &str, epoch: Epoch) -> i64 {
    let zero = if epoch == Epoch::Y1904 { "1904-01-01" } else { "1899-12-30" };
    let read = |text| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day");
    (read(day) - read(zero)).num_days()
}

/// An ODS of these sheets.
pub(crate) fn ods(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut body = String::new();
    for (name, rows) in sheets {
        body.push_str(&format!("<table:table table:name=\"{}\">", escaped(name)));
        for row in rows {
            body.push_str("<table:table-row>");
            for cell in row {
                let typed = |kind: &str, rest: &str| format!("<table:table-cell office:value-type=\"{kind}\" {rest}><text:p>shown</text:p></table:table-cell>");
                body.push_str(&match cell {
                    Cell::Empty => "<table:table-cell/>".to_owned(),
                    Cell::Text(text) | Cell::Formula(text) => {
                        let lines: String = text.split('\n').fold(String::new(), |all, l| all + &format!("<text:p>{}</text:p>", escaped(l)));
                        format!("<table:table-cell office:value-type=\"string\">{lines}</table:table-cell>")
                    }
                    Cell::Date(day) => typed("date", &format!("office:date-value=\"{day}\"")),
                    Cell::Number(number) => typed("float", &format!("office:value=\"{number}\"")),
                    Cell::Bool(value) => typed("boolean", &format!("office:boolean-value=\"{value}\"")),
                    Cell::Error => "<table:table-cell table:formula=\"of:=#REF!\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#REF!</text:p></table:table-cell>".to_owned(),
                    Cell::Uncounted | Cell::Broken => "<table:table-cell table:formula=\"of:=[.A1]\"/>".to_owned(),
                });
            }
            // As office programs write them: the rest of the row, and of the sheet, is empty and said once.
            body.push_str("<table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>");
        }
        body.push_str("<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>");
    }
    let urn = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{urn}:office:1.0\" xmlns:table=\"{urn}:table:1.0\" xmlns:text=\"{urn}:text:1.0\" xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\" office:version=\"1.2\"><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    );
    let media = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<manifest:manifest xmlns:manifest=\"{urn}:manifest:1.0\" manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{media}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    packed(&[("mimetype".into(), media.into()), ("content.xml".into(), content), ("META-INF/manifest.xml".into(), manifest)])
}
