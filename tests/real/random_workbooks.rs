//! A thousand workbooks made at random, as any program may write them, cell by cell beside openpyxl.
//!
//! What openpyxl itself gets wrong or does not know is not made: backslashes in the targets of relations, and names of parts in
//! other capitals (it does not find the part); the strict namespaces (it finds no cells); rows out of order (it sorts them); truth
//! values that are written as words, or as the numbers of `TRUE()`; links (their targets are the texts
//! of empty cells to it); shared formulas (it cannot move them to a cell without a place);
//! CDATA in a value; ids that a format of numbers shows.

use crate::others::difference;
use crate::programs::{here, openpyxl, run};
use appeal::records::Preview;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest::{option, prop_oneof};
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::process::Command;
use zip::write::{SimpleFileOptions, ZipWriter};

const BOOKS: usize = 1_000;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Formats of numbers, of which some are those of dates; the number of a style is its place here, from 1.
const FORMATS: &[&str] = &[
    "yyyy-mm-dd",
    "dd/mm/yyyy hh:mm",
    "[$-409]d\\-mmm\\-yy;@",
    "yyyy\"年\"m\"月\"d\"日\"",
    "h:mm:ss",
    "[h]:mm",
    "0.00",
    "#,##0.00 [$€-407]",
    "[Red]-0;[Blue]0",
    "0\" days\"",
    "General",
    "@",
    "_-* #,##0.00\\ \"Pts\"_-",
    "0.00E+00",
    "# ?/?",
];
/// What may stand between the end of the rows and that of the sheet, in the order of the standard.
const BEHIND: &[&str] = &[
    "<sheetProtection sheet=\"1\"/>",
    "<autoFilter ref=\"A1:C9\"><filterColumn colId=\"0\"><filters><filter val=\"x\"/></filters></filterColumn></autoFilter>",
    "<mergeCells count=\"1\"><mergeCell ref=\"A60:B60\"/></mergeCells>",
    "<phoneticPr fontId=\"0\"/>",
    "<conditionalFormatting sqref=\"A1\"><cfRule type=\"expression\" priority=\"1\"><formula>A1=\"c\"</formula></cfRule></conditionalFormatting>",
    "<dataValidations count=\"1\"><dataValidation type=\"list\" sqref=\"A2\"><formula1>\"a,b\"</formula1></dataValidation></dataValidations>",
    "<pageMargins left=\"1\" right=\"1\" top=\"1\" bottom=\"1\" header=\"1\" footer=\"1\"/>",
    "<headerFooter><oddHeader>&amp;C x</oddHeader></headerFooter>",
    "<rowBreaks count=\"1\" manualBreakCount=\"1\"><brk id=\"3\" max=\"16383\" man=\"1\"/></rowBreaks>",
    "<colBreaks count=\"1\" manualBreakCount=\"1\"><brk id=\"1\" max=\"9\" man=\"1\"/></colBreaks>",
];
/// The same for what stands before the rows.
const BEFORE: &[&str] = &[
    "<sheetPr filterMode=\"1\"><tabColor rgb=\"FF00FF00\"/></sheetPr>",
    "<dimension ref=\"B2:C3\"/>",
    "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" state=\"frozen\"/></sheetView></sheetViews>",
    "<sheetFormatPr defaultRowHeight=\"15\"/>",
    "<cols><col min=\"1\" max=\"3\" width=\"9\" hidden=\"1\"/></cols>",
];

/// A thing that stands somewhere or not.
fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(any::<bool>(), all.len()).prop_map(|there| all.iter().zip(there).filter(|(_, there)| *there).map(|(part, _)| *part).collect())
}

fn one_of(all: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    select(all).prop_map(str::to_owned)
}

/// A text that is not empty, as XML.
fn text() -> impl Strategy<Value = String> + Clone {
    let piece = one_of(&[
        "Suchiate",
        "ñandú",
        "a&amp;b",
        "&lt;b&gt;",
        "&#233;",
        "&#x1F600;",
        "日本語",
        "مرحبا",
        "5 &quot;x&quot;",
        "2021-04-28",
        "12",
        "TRUE",
        "_x000A_",
        "x_y",
        "l1\nl2",
        "<![CDATA[<i>&amp;]]>",
        "'=1+1",
        "\t",
        " ",
        "-",
        ";",
        "\u{a0}b",
    ]);
    vec(piece, 0..4).prop_map(|pieces| format!("T{}", pieces.concat()))
}

/// What an item of the shared texts and a text inside a cell have in them.
fn item() -> impl Strategy<Value = String> {
    // Without the attribute, white space at an end counts nothing, which openpyxl does not know.
    let t = (text(), any::<bool>()).prop_map(|(text, keep)| {
        if keep || text.ends_with([' ', '\t', '\n']) || text.ends_with("_x000A_") {
            format!("<t xml:space=\"preserve\">{text}</t>")
        } else {
            format!("<t>{text}</t>")
        }
    });
    let run = (t.clone(), any::<bool>()).prop_map(|(t, is_bold)| format!("<r>{}{t}</r>", if is_bold { "<rPr><b/><sz val=\"9\"/></rPr>" } else { "" }));
    let sound =
        option::of(text()).prop_map(|text| text.map_or(String::new(), |text| format!("<rPh sb=\"0\" eb=\"1\"><t>{text}</t></rPh><phoneticPr fontId=\"1\"/>")));
    let body = prop_oneof![2 => t, 1 => vec(run, 1..4).prop_map(|runs| runs.concat())];
    (body, sound).prop_map(|(body, sound)| format!("{body}{sound}"))
}

/// A number as programs write it.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-100_000..100_000_i32).prop_map(|n| n.to_string()),
        (-1_000_000..1_000_000_i32).prop_map(|n| format!("{:?}", f64::from(n) / 64.0)),
        (-300..300_i32, 1..99_999_u32).prop_map(|(power, digits)| format!("{digits}E{power}")),
        Just("0.1".to_owned()),
        Just("9007199254740993".to_owned()),
    ]
}

/// A moment as a number of days, on a second.
fn moment() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..80_000_u32).prop_map(|day| day.to_string()),
        (0..80_000_u32, 0..86_400_u32).prop_map(|(day, second)| { format!("{:?}", f64::from(day) + f64::from(second) / 86_400.0) })
    ]
}

/// What stands behind the place of a cell: the rest of its attributes, and what is in it.
fn content() -> impl Strategy<Value = String> {
    let formula = one_of(&["", "<f>A1</f>", "<f>SUM(A1:A2)&amp;\"x\"</f>", "<f t=\"array\" ref=\"A1\">B1</f>", "<f/>"]);
    let kind = one_of(&["", " t=\"n\""]);
    let plain = 7..=FORMATS.len();
    prop_oneof![
        3 => (0..5_usize).prop_map(|n| format!(" t=\"s\"><v>{n}</v></c>")),
        3 => item().prop_map(|item| format!(" t=\"inlineStr\"><is>{item}</is></c>")),
        2 => (number(), kind.clone(), formula.clone()).prop_map(|(number, kind, formula)| format!("{kind}>{formula}<v>{number}</v></c>")),
        2 => (number(), plain).prop_map(|(number, style)| format!(" s=\"{style}\"><v>{number}</v></c>")),
        2 => (moment(), 1..7_usize, kind).prop_map(|(moment, style, kind)| format!(" s=\"{style}\"{kind}><v>{moment}</v></c>")),
        1 => (any::<bool>(), formula.clone()).prop_map(|(is, formula)| format!(" t=\"b\">{formula}<v>{}</v></c>", u8::from(is))),
        1 => (one_of(&["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]), formula.clone())
            .prop_map(|(error, formula)| format!(" t=\"e\">{formula}<v>{error}</v></c>")),
        1 => (one_of(&["Text", "T &amp; t", "", "T\nt"]), formula).prop_map(|(text, formula)| format!(" t=\"str\">{formula}<v>{text}</v></c>")),
        1 => one_of(&["2021-03-04", "2021-03-04T05:06:07", "2021-03-04T05:06:07Z", "2021-03-04T00:00:00"])
            .prop_map(|date| format!(" t=\"d\"><v>{date}</v></c>")),
        1 => one_of(&["/>", "></c>", " s=\"3\"/>", "><v/></c>", "><f>A1</f></c>", "><f>A1</f><v></v></c>", " t=\"s\"/>", " t=\"inlineStr\"/>", " t=\"inlineStr\"><is/></c>", " t=\"inlineStr\"><is><t/></is></c>"]),
    ]
}

/// How a cell says where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reference {
    Large,
    Small,
    None,
}

/// A row: how many are left out before it, whether it has a number, its further attributes, its cells, and whether they are out of order.
#[derive(Clone, Debug)]
struct Row {
    gap: u32,
    is_numbered: bool,
    attributes: String,
    /// How many columns are left out before each, how it says where it stands, and the rest of it.
    cells: Vec<(usize, Reference, String, String)>,
    is_reversed: bool,
}

fn row() -> impl Strategy<Value = Row> {
    let gap = prop_oneof![4 => Just(0), 1 => 1..4_u32];
    let attributes = some_of(&[" spans=\"1:9\"", " hidden=\"1\"", " ht=\"20\" customHeight=\"1\"", " s=\"1\" customFormat=\"1\"", " collapsed=\"0\""]);
    let reference = prop_oneof![4 => Just(Reference::Large), 1 => Just(Reference::Small), 2 => Just(Reference::None)];
    let between = one_of(&["", "", "", "\n  ", "<!-- c -->"]);
    let cell = (prop_oneof![5 => Just(0), 1 => 1..30_usize], reference, content(), between);
    (gap, any::<bool>(), attributes, vec(cell, 0..8), any::<bool>()).prop_map(|(gap, is_numbered, attributes, cells, is_reversed)| Row {
        gap,
        is_numbered,
        attributes,
        cells,
        is_reversed,
    })
}

/// The rows of a sheet. The first cell of each is a text, so that both readers find something in it.
fn written(rows: &[Row]) -> String {
    let (mut xml, mut number) = (String::new(), 0);
    for row in rows {
        let gap = if row.is_numbered { row.gap } else { 0 };
        number += 1 + gap;
        let mut cells = vec![format!("<c r=\"A{number}\" t=\"inlineStr\"><is><t>row {number}</t></is></c>")];
        let (mut column, mut all_placed) = (0, true);
        for (gap, reference, content, between) in &row.cells {
            column += 1 + if *reference == Reference::None { 0 } else { *gap };
            let letters = letters(column);
            all_placed &= *reference != Reference::None;
            cells.push(match reference {
                Reference::Large => format!("<c r=\"{letters}{number}\"{content}{between}"),
                Reference::Small => format!("<c r=\"{}{number}\"{content}{between}", letters.to_lowercase()),
                Reference::None => format!("<c{content}{between}"),
            });
        }
        if row.is_reversed && all_placed {
            cells.reverse();
        }
        let said = if row.is_numbered { format!(" r=\"{number}\"") } else { String::new() };
        xml += &format!("<row{said}{}>{}</row>", row.attributes, cells.concat());
    }
    xml
}

fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).expect("a letter"));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// How the parts of a package are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Marked,
    Utf16,
}

impl Encoding {
    fn bytes(self, xml: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{xml}").into_bytes(),
            Self::Marked => format!("\u{feff}<?xml version=\"1.0\"?>{xml}").into_bytes(),
            Self::Utf16 => format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?>{xml}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }
}

/// The same elements with a prefix.
fn prefixed(xml: &str, prefix: &str) -> String {
    if prefix.is_empty() {
        return xml.to_owned();
    }
    let (mut out, mut rest) = (String::new(), xml);
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out += before;
        if let Some(whole) = ["<![CDATA[", "<!--"].into_iter().find(|start| tag.starts_with(start)) {
            let end = if whole == "<!--" { "-->" } else { "]]>" };
            let end = tag.find(end).expect("it ends") + 3;
            out += &tag[..end];
            rest = &tag[end..];
        } else {
            let name = if tag.starts_with("</") { 2 } else { 1 };
            out += &format!("{}{prefix}:", &tag[..name]);
            rest = &tag[name..];
        }
    }
    (out + rest).replace(" xmlns=", &format!(" xmlns:{prefix}="))
}

/// The parts of a package, in the order in which they are packed.
type Parts = Vec<(String, Vec<u8>, bool)>;

/// A whole workbook.
fn book() -> impl Strategy<Value = Parts> {
    let rows = vec(row(), 2..9);
    let before_and_behind = (some_of(BEFORE), some_of(BEHIND));
    let prefixes = (one_of(&["", "", "x"]), one_of(&["", "", "s"]));
    let targets = (select(&[("xl", "workbook.xml"), ("xl", "book.xml"), ("other/place", "w.xml")][..]), 0..4_usize);
    let encoding = prop_oneof![4 => Just(Encoding::Utf8), 1 => Just(Encoding::Marked), 1 => Just(Encoding::Utf16)];
    let order = Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle();
    let sheets = (any::<bool>(), any::<bool>(), any::<bool>());
    (rows, before_and_behind, prefixes, targets, encoding, order, vec(item(), 5), sheets, vec(any::<bool>(), 7)).prop_map(
        |(rows, (before, behind), (sheet_prefix, texts_prefix), ((folder, workbook), target), encoding, order, items, (is_1904, is_second, is_flat), packed)| {
            let relation = |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>");
            let relations = |all: &str| format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>");
            let path = format!("{folder}/sheets/one.xml");
            let up = "../".repeat(folder.split('/').count());
            let target = [format!("/{path}"), "sheets/one.xml".to_owned(), "./sheets/one.xml".to_owned(), format!("{up}{path}")][target].clone();
            let hidden = if is_second { "<sheet name=\"Old\" sheetId=\"7\" state=\"hidden\" r:id=\"old\"/>" } else { "" };
            let epoch = if is_1904 { "<workbookPr date1904=\"1\"/>" } else { "<workbookPr/>" };
            let types = |part: &str, kind: &str| format!("<Override PartName=\"/{part}\" ContentType=\"{TYPE}.{kind}+xml\"/>");
            let format = |(n, code): (usize, &&str)| format!("<numFmt numFmtId=\"{}\" formatCode=\"{}\"/>", 170 + n, code.replace('"', "&quot;"));
            let formats = FORMATS.iter().enumerate().map(format).collect::<Vec<_>>().concat();
            let style = |n| format!("<xf numFmtId=\"{}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>", 170 + n);
            let styles = (0..FORMATS.len()).map(style).collect::<Vec<_>>().concat();
            let fonts = "<fonts count=\"1\"><font><sz val=\"11\"/></font></fonts><fills count=\"1\"><fill><patternFill/></fill></fills><borders count=\"1\"><border/></borders>";
            let items = items.iter().map(|item| format!("<si>{item}</si>")).collect::<Vec<_>>().concat();
            let break_ = if is_flat { "" } else { "\n" };
            let texts = [
                (
                    "[Content_Types].xml".to_owned(),
                    format!(
                        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>{}{}{}{}</Types>",
                        types(&format!("{folder}/{workbook}"), "sheet.main"),
                        types("texts/all.xml", "sharedStrings"),
                        types("xl/styles.xml", "styles"),
                        types(&path, "worksheet"),
                    ),
                ),
                ("_rels/.rels".to_owned(), relations(&relation("rId1", "officeDocument", &format!("{folder}/{workbook}")))),
                (
                    format!("{folder}/{workbook}"),
                    format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{epoch}<sheets>{hidden}<sheet name=\"S &amp; é\" sheetId=\"1\" r:id=\"one\"/></sheets></workbook>"),
                ),
                (
                    format!("{folder}/_rels/{workbook}.rels"),
                    relations(&format!(
                        "{}{}{}{}",
                        relation("old", "worksheet", &target),
                        relation("t", "sharedStrings", "/texts/all.xml"),
                        relation("one", "worksheet", &target),
                        relation("st", "styles", "/xl/styles.xml"),
                    )),
                ),
                (
                    path,
                    prefixed(
                        &format!(
                            "<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{before}{break_}<sheetData>{break_}{}{break_}</sheetData>{behind}</worksheet>",
                            written(&rows)
                        ),
                        &sheet_prefix,
                    ),
                ),
                ("texts/all.xml".to_owned(), prefixed(&format!("<sst xmlns=\"{MAIN}\" count=\"9\" uniqueCount=\"5\">{items}</sst>"), &texts_prefix)),
                (
                    "xl/styles.xml".to_owned(),
                    format!(
                        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"{n}\">{formats}</numFmts>{fonts}<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"{m}\"><xf numFmtId=\"0\"/>{styles}</cellXfs></styleSheet>",
                        n = FORMATS.len(),
                        m = FORMATS.len() + 1
                    ),
                ),
            ];
            order.into_iter().map(|n| (texts[n].0.clone(), encoding.bytes(&texts[n].1), packed[n])).collect()
        },
    )
}

fn zipped(parts: &Parts) -> Vec<u8> {
    let mut file = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes, is_packed) in parts {
        let method = if *is_packed { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        file.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).expect("a part begins");
        file.write_all(bytes).expect("a part is written");
    }
    file.finish().expect("a workbook ends").into_inner()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a temporary workbook needs no care")]
fn a_thousand_workbooks_made_at_random_are_read_cell_by_cell_as_openpyxl_reads_them() {
    let Some(python) = openpyxl() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let seed: [u8; 32] = *b"the same books in every run ....";
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let strategy = book();
    let books: Vec<Parts> = std::iter::repeat_with(|| strategy.new_tree(&mut runner).expect("a workbook can be made").current()).take(BOOKS).collect();
    for (number, parts) in books.iter().enumerate() {
        fs::write(folder.path().join(format!("{number:04}.xlsx")), zipped(parts)).expect("a workbook");
    }
    let read = run(Command::new(python).args(["-W", "ignore"]).arg(here().join("others.py")).arg("read").arg(folder.path()));
    let (mut compared, mut cells, mut faults) = (0, 0, Vec::new());
    for line in String::from_utf8(read.stdout).expect("JSON is text").lines() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let name = line["file"].as_str().expect("a workbook has a name");
        let rows = serde_json::from_value::<Vec<Vec<Value>>>(line["rows"].clone()).unwrap_or_else(|_| panic!("openpyxl does not read {line}"));
        compared += 1;
        cells += rows.iter().map(Vec::len).sum::<usize>();
        let fault = match Preview::of_book(File::open(folder.path().join(name)).expect("it was written")) {
            None => Some("it is not read here".to_owned()),
            Some(preview) => difference(&preview, &rows),
        };
        if let Some(fault) = fault {
            let parts = &books[name[..4].parse::<usize>().expect("a number")];
            let sheet = parts.iter().find(|(name, ..)| name.ends_with("one.xml")).map_or("".into(), |(_, bytes, _)| String::from_utf8_lossy(bytes));
            faults.push(format!("{name}: {fault}\n{sheet}"));
        }
    }
    assert!(faults.is_empty(), "{} of {compared}:\n{}", faults.len(), faults.iter().take(5).cloned().collect::<Vec<_>>().join("\n\n"));
    assert!(compared == BOOKS && cells > 10_000, "only {compared} workbooks were compared, with {cells} cells");
}
