//! Tables and workbooks as other programs write them: what is read of them, what is left out and said, and what is refused.

use crate::books::{Cell, ods, packed};
use crate::test_workspace::TestWorkspace;

/// A table of the fixtures.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/tables/{name}", env!("CARGO_MANIFEST_DIR"))).expect("the fixture is there")
}

/// What `render` says of a table, which it calls T, how it ended, and the letters by their names.
fn rendered(name: &str, bytes: Vec<u8>) -> (String, i32, Vec<(String, String)>) {
    let outcome = TestWorkspace::new().file(name, bytes).run(&format!("render -o out {name}")).outcome();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = outcome.written.into_iter().filter(|(path, _)| path.ends_with(".txt")).map(|(path, bytes)| (path, text(bytes))).collect();
    (outcome.stderr.replace(name, "T"), outcome.code, letters)
}

/// A header and one case, as the fixtures have them.
fn rows() -> Vec<(&'static str, &'static str)> {
    vec![
        ("id", "norte-1"),
        ("title", "Threats against a shelter"),
        ("action", "allegation-letter"),
        ("country", "MX"),
        ("mandates", "migrants"),
        ("date", "2026-03-14"),
        ("victims.id", "v1"),
        ("victims.kind", "community"),
        ("incidents.date", "2026-03-02"),
        ("incidents.account", "Four calls were received; {v1} was told to leave."),
        ("requests.text", "Ask the State to protect {v1}."),
    ]
}

/// An XLSX of one sheet with this XML.
fn with_sheet(sheet: &str, shared: &str) -> Vec<u8> {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>");
    packed(&[
        ("[Content_Types].xml".into(), "<Types/>".into()),
        ("_rels/.rels".into(), format!("<Relationships>{}</Relationships>", relation("a", "officeDocument", "/book/w.xml"))),
        (
            "book/w.xml".into(),
            format!("<m:workbook xmlns:m=\"{main}\" xmlns:r=\"{office}\"><m:sheets><m:sheet name=\"S\" sheetId=\"1\" r:id=\"s\"/></m:sheets></m:workbook>"),
        ),
        (
            "book/_rels/w.xml.rels".into(),
            format!("<Relationships>{}{}</Relationships>", relation("s", "worksheet", "..\\sheets\\One.xml"), relation("t", "sharedStrings", "/texts.xml")),
        ),
        ("Sheets/one.xml".into(), sheet.into()),
        ("texts.xml".into(), shared.into()),
    ])
}

/// The rows as XML of a sheet, the cells of the second as `cell` writes them, in whatever order.
fn sheet(cell: impl Fn(usize, &str, &str) -> String, order: impl Fn(Vec<String>) -> Vec<String>, behind: &str) -> String {
    let inline = |n: usize, text: &str| format!("<c r=\"{}1\" t=\"inlineStr\"><is><t>{text}</t></is></c>", crate::books::column(n));
    let header: String = rows().iter().enumerate().map(|(n, (name, _))| inline(n, name)).collect();
    let body = order(rows().iter().enumerate().map(|(n, (name, text))| cell(n, name, text)).collect()).concat();
    format!("<worksheet><sheetData><row r=\"1\">{header}</row><row r=\"2\">{body}</row></sheetData>{behind}</worksheet>")
}

fn inline(n: usize, text: &str) -> String {
    format!("<c r=\"{}2\" t=\"inlineStr\"><is><t>{text}</t></is></c>", crate::books::column(n))
}

#[test]
fn a_workbook_is_read_whatever_stands_behind_its_rows_and_wherever_its_parts_lie() {
    let plain = sheet(|n, _, text| inline(n, text), |cells| cells, "");
    let (said, code, expected) = rendered("t.xlsx", with_sheet(&plain, "<sst/>"));
    assert!(!said.contains("error") && expected.len() == 1 && expected[0].1.contains("Four calls were received"), "{code} {said} {expected:?}");
    let behind = "<sheetProtection sheet=\"1\"/><autoFilter ref=\"A1:K2\"/><mergeCells><mergeCell ref=\"A9:B9\"/></mergeCells><phoneticPr/><conditionalFormatting><cfRule><formula>1</formula></cfRule></conditionalFormatting><rowBreaks count=\"1\"><brk id=\"1\"/></rowBreaks><c><row/></c><extLst/>";
    let lower = |n: usize, text: &str| {
        inline(n, text).replace(&format!("r=\"{}2\"", crate::books::column(n)), &format!("r=\"{}2\"", crate::books::column(n).to_lowercase()))
    };
    let shared: String = rows()
        .iter()
        .map(|(_, text)| format!("<si><r><t xml:space=\"preserve\">{text}</t></r><rPh sb=\"0\" eb=\"1\"><t>sound</t></rPh></si>"))
        .collect::<Vec<_>>()
        .concat();
    let reversed = |mut cells: Vec<String>| {
        cells.reverse();
        cells
    };
    for (what, sheet) in [
        ("what stands behind", sheet(|n, _, text| inline(n, text), |cells| cells, behind)),
        ("lower case", sheet(|n, _, text| lower(n, text), |cells| cells, "")),
        ("no references", sheet(|_, _, text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"), |cells| cells, "")),
        ("out of order", sheet(|n, _, text| inline(n, text), reversed, "")),
        ("shared texts", sheet(|n, _, _| format!("<c r=\"{}2\" t=\"s\"><v>{n}</v></c>", crate::books::column(n)), |cells| cells, "")),
        ("texts of formulas", sheet(|n, _, text| format!("<c r=\"{}2\" t=\"str\"><f>A1</f><v>{text}</v></c>", crate::books::column(n)), |cells| cells, "")),
    ] {
        assert_eq!(rendered("t.xlsx", with_sheet(&sheet, &format!("<sst>{shared}</sst>"))), (said.clone(), code, expected.clone()), "{what}");
    }
    let prefixed = plain.replace("</", "</x:").replace("<c ", "<x:c ").replace("<row", "<x:row").replace("<is>", "<x:is>").replace("<t>", "<x:t>");
    let prefixed = prefixed.replace("<worksheet", "<x:worksheet xmlns:x=\"u\"").replace("<sheetData", "<x:sheetData");
    assert_eq!(rendered("t.xlsx", with_sheet(&prefixed, "<sst/>")), (said.clone(), code, expected.clone()), "a prefix");
    for (name, fixed) in [("t.xlsx", "01-rowbreaks.xlsx"), ("t.xlsx", "iso-midnight.xlsx"), ("t.xlsm", "13-plain.xlsm"), ("t.xltx", "13-plain.xlsm")] {
        assert_eq!(rendered(name, fixture(fixed)), (said.clone(), code, expected.clone()), "{fixed} as {name}");
    }
}

#[test]
fn an_id_is_what_the_format_of_its_cell_shows() {
    let (said, _, letters) = rendered("19.xlsx", fixture("19-id-number-format.xlsx"));
    assert!(letters.iter().any(|(path, _)| path.starts_with("out/DF-2026-031.")), "{said}{letters:?}");
}

#[test]
fn a_truth_value_is_read_whatever_type_a_program_gives_it() {
    let mut expected = None;
    for cell in [
        "t=\"b\"><v>1</v>",
        "t=\"b\"><v>TRUE</v>",
        "t=\"str\"><f>TRUE()</f><v>TRUE</v>",
        "t=\"n\"><f>TRUE()</f><v>1</v>",
        "t=\"n\"><v>TRUE</v>",
        "><v>true</v>",
        "t=\"inlineStr\"><is><t>TRUE</t></is>",
    ] {
        let sheet = sheet(|n, _, text| inline(n, text), |cells| cells, "")
            .replace("</row><row r=\"2\">", "<c r=\"L1\" t=\"inlineStr\"><is><t>victims.consent.submit</t></is></c></row><row r=\"2\">")
            .replace("</row></sheetData>", &format!("<c r=\"L2\" {cell}</c></row></sheetData>"));
        let found = rendered("t.xlsx", with_sheet(&sheet, "<sst/>"));
        assert!(!found.0.contains("true or false") && !found.0.contains("`submit`"), "{cell}: {}", found.0);
        assert_eq!(expected.get_or_insert_with(|| found.clone()), &found, "{cell}");
    }
}

#[test]
fn a_sheet_that_is_hidden_gives_no_letters_and_is_said() {
    for (name, sheet) in [("07-hidden-sheet-control.xlsx", "Old"), ("07-hidden-sheet-libreoffice.ods", "Old")] {
        let (said, code, letters) = rendered(name, fixture(name));
        assert!(said.contains(&format!("T: {sheet}: warning: this sheet is hidden and is left out")), "{said}");
        assert_eq!((said.matches("warning").count() > 0, letters.len(), code == 1), (true, 1, false), "{said}{letters:?}");
    }
}

#[test]
fn a_row_that_is_hidden_or_filtered_out_is_read_and_said() {
    let hidden = sheet(|n, _, text| inline(n, text), |cells| cells, "").replace("<row r=\"2\">", "<row r=\"2\" hidden=\"1\">");
    let grid: Vec<Vec<Cell>> =
        [rows().iter().map(|(name, _)| Cell::Text((*name).into())).collect(), rows().iter().map(|(_, text)| Cell::Text((*text).into())).collect()].into();
    let filtered = |visibility: &str| {
        let book = ods(&[("S", grid.clone())]);
        let mut content = String::new();
        let mut parts = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a workbook");
        std::io::Read::read_to_string(&mut parts.by_name("content.xml").expect("a part"), &mut content).expect("text");
        let second = content.match_indices("<table:table-row>").nth(1).expect("two rows").0;
        content.insert_str(second + "<table:table-row".len(), &format!(" table:visibility=\"{visibility}\""));
        packed(&[("content.xml".into(), content)])
    };
    for (name, bytes) in [("t.xlsx", with_sheet(&hidden, "<sst/>")), ("f.ods", filtered("filter")), ("c.ods", filtered("collapse"))] {
        let (said, _, letters) = rendered(name, bytes);
        assert!(said.contains("T: S!A2: warning: the row is hidden or filtered out, and is read as the others"), "{said}");
        assert_eq!(letters.len(), 1, "{said}");
    }
    let (said, _, letters) = rendered("v.ods", filtered("visible"));
    assert!(!said.contains("hidden") && letters.len() == 1, "{said}");
}

#[test]
fn only_the_own_text_of_a_cell_is_its_text_in_an_ods() {
    let (said, _, letters) = rendered("02.ods", fixture("02-textbox-minimal.ods"));
    assert!(letters.len() == 1 && letters[0].1.contains("Cell text on comunidad.") && !letters[0].1.contains("BOX"), "{said}{letters:?}");
    let grid: Vec<Vec<Cell>> =
        [rows().iter().map(|(name, _)| Cell::Text((*name).into())).collect(), rows().iter().map(|(_, text)| Cell::Text((*text).into())).collect()].into();
    let mut content = String::new();
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(ods(&[("S", grid)]))).expect("a workbook");
    std::io::Read::read_to_string(&mut parts.by_name("content.xml").expect("a part"), &mut content).expect("text");
    let plain = rendered("t.ods", packed(&[("content.xml".into(), content.clone())]));
    let account = "<table:table-cell office:value-type=\"string\"><text:p>Four calls were received; {v1} was told to leave.</text:p></table:table-cell>";
    assert!(content.contains(account));
    let text = "Four calls were received; {v1} was told to leave.";
    for cell in [
        format!("<table:table-cell office:value-type=\"string\" office:string-value=\"{text}\"><text:p>shown</text:p></table:table-cell>"),
        format!("<table:table-cell office:value-type=\"string\"><text:p><![CDATA[{text}]]></text:p></table:table-cell>"),
        format!("<table:table-cell><office:annotation><text:p>a note</text:p></office:annotation><text:p>{text}</text:p></table:table-cell>"),
        format!("<table:table-cell><draw:frame><draw:text-box><text:p>a box</text:p></draw:text-box></draw:frame><text:p>{text}</text:p></table:table-cell>"),
        format!("<table:table-cell><text:p>{text}<draw:custom-shape><text:p>a box</text:p></draw:custom-shape></text:p></table:table-cell>"),
        format!(
            "<table:table-cell><draw:object><table:table table:name=\"inner\"><table:table-row><table:table-cell><text:p>no</text:p></table:table-cell></table:table-row></table:table></draw:object><text:p>{text}</text:p></table:table-cell>"
        ),
        "<table:table-cell><text:p>Four calls <text:span>were</text:span> received; {v1}<text:s/>was told to leave.</text:p></table:table-cell>".to_owned(),
    ] {
        assert_eq!(rendered("t.ods", packed(&[("content.xml".into(), content.replace(account, &cell))])), plain, "{cell}");
    }
}

#[test]
fn what_is_shown_a_thousand_times_is_counted_a_thousand_times() {
    let words = "hundreds of times its size";
    let long = "A".repeat(1_000_000);
    let cells: String = (0..4_000).map(|n| format!("<c r=\"{}1\" t=\"s\"><v>0</v></c>", crate::books::column(n))).collect::<Vec<_>>().concat();
    let shared = format!("<sst><si><t>{long}</t></si></sst>");
    let wide = with_sheet(&format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>"), &shared);
    let styles = with_sheet("<worksheet><sheetData/></worksheet>", "<sst/>");
    assert!(wide.len() < 40_000 && styles.len() < 4_000);
    let office =
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet><table:table table:name=\"S\">";
    let row = |repeats: &str, cells: &str| {
        packed(&[(
            "content.xml".into(),
            format!("{office}<table:table-row {repeats}>{cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"),
        )])
    };
    let cell = |times: u32, text: &str| {
        format!("<table:table-cell table:number-columns-repeated=\"{times}\" office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let broad = row("", &cell(1_500, &long));
    let header = format!("{}{}</table:table-row><table:table-row table:number-rows-repeated=\"1000000\">", cell(1, "id"), cell(1, "title"));
    let tall = row("", &format!("{header}{}{}", cell(1, "c1"), cell(1, &long)));
    assert!(broad.len() < 4_000 && tall.len() < 4_000);
    for (name, bytes) in [("wide.xlsx", wide), ("broad.ods", broad), ("tall.ods", tall)] {
        let (said, code, letters) = rendered(name, bytes);
        assert!(said.contains(words) && code == 1 && letters.is_empty(), "{name}: {code} {said}");
    }
}

#[test]
fn a_workbook_that_is_not_read_is_told_what_to_save_instead_by_its_content() {
    let compound = |stream: &str| {
        let stream: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600], stream.as_slice(), &[0; 600]].concat()
    };
    let part = |name: &str| packed(&[("[Content_Types].xml".into(), String::new()), ("_rels/.rels".into(), String::new()), (name.into(), String::new())]);
    let cases = [
        (fixture("13-plain.fods"), "the workbook is an .fods, which is not read", "save it as ODS or XLSX"),
        (compound("Workbook\0"), "the workbook is an .xls of before 2007, which is not read", "save it as XLSX"),
        (compound("EncryptedPackage\0"), "protected by a password", "save it as XLSX without a password"),
        (part("xl/workbook.bin"), "the workbook is an .xlsb, which is not read", "save it as XLSX"),
        (packed(&[("cases.csv".into(), "id\n".into())]), "the file is a ZIP archive and not a workbook", "unpack it"),
    ];
    for (bytes, problem, hint) in cases {
        for name in ["t.fods", "t.xls", "t.xlsb", "t.zip", "t.xlsx"] {
            let outcome = TestWorkspace::new().file(name, &bytes).run(&format!("check {name}")).outcome();
            let (code, said) = (outcome.code, outcome.stderr);
            assert!(code == 1 && said.starts_with(&format!("{name}: ")) && said.contains(problem) && said.contains(hint), "{name}: {code} {said}");
        }
    }
}

#[test]
fn warnings_alone_end_with_0_and_are_no_case() {
    let name = "notes-sheet-exit1.xlsx";
    let (said, code, _) = rendered(name, fixture(name));
    assert!(said.contains("this sheet has no column `id` and is left out"), "{said}");
    assert!(said.contains("1 case, 1 letter") && code != 1, "{code} {said}");
}

#[test]
fn the_delimiter_of_a_table_is_the_one_that_cuts_it_into_columns() {
    let (said, _, letters) = rendered("10.csv", fixture("10-sep-ignored.csv"));
    assert!(!said.contains("error") && letters.len() == 1, "{said}");
    let map = "[columns]\n\"¿Qué pasó, cuándo, dónde, y quién, según la víctima?\" = \"title\"\nFecha = \"date\"\n[id]\ncolumn = \"No.\"\nprefix = \"c\"\n";
    let said = TestWorkspace::new().file("t.csv", fixture("10-spanish-header-commas.csv")).file("m.toml", map).run("check t.csv --map m.toml").into_stderr();
    assert!(!said.contains("no column"), "{said}");
    let bars =
        rows().iter().map(|(name, _)| *name).collect::<Vec<_>>().join("|") + "\n" + &rows().iter().map(|(_, text)| *text).collect::<Vec<_>>().join("|") + "\n";
    let (said, _, letters) = rendered("bars.csv", bars.into_bytes());
    assert!(!said.contains("error") && letters.len() == 1, "{said}");
}

#[test]
fn a_number_of_a_workbook_that_is_none_is_an_error_at_its_cell() {
    for cell in [
        "t=\"s\"><v>99</v>",
        "t=\"s\"><v>x</v>",
        "t=\"n\"><v>one</v>",
        "t=\"e\"><v>#SPILL!</v>",
        "t=\"e\"><v>#NEW!</v>",
        "t=\"b\"><v>2</v>",
        "><f>1+1</f>",
        "t=\"x\"><v>1</v>",
    ] {
        let sheet = sheet(|n, _, text| if n == 9 { format!("<c r=\"J2\" {cell}</c>") } else { inline(n, text) }, |cells| cells, "");
        let (said, code, letters) = rendered("t.xlsx", with_sheet(&sheet, "<sst/>"));
        assert!(
            said.contains("T: S!J2: ") && said.contains("the cell has an error instead of a value") && code != 0 && letters.is_empty(),
            "{cell}: {code} {said}"
        );
    }
}
