//! The whole program, from the shell's point of view: start, read, compose, write, end.
//!
//! In: how many cases (the first number among the arguments, or 200). Out: a table with the minimum and the median of
//! several runs, and letters a second. The cases are the fixture's, each with a reference, recipient, language and order of accounts
//! of its own, in a temporary workspace, as case files and as the rows of tables. See `README.md` beside this file.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "a temporary workspace needs no care")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CASE: &str = include_str!("fixture/cases/c000001.toml");
const ORGANISATION: &str = include_str!("fixture/organisation.toml");
const RECIPIENTS: &str = include_str!("fixture/recipients.toml");
/// The keys of the fixture's `recipients.toml`.
const MANDATES: [&str; 5] = ["human-rights-defenders", "freedom-of-assembly-association", "freedom-of-expression", "migrants", "indigenous-peoples"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let measured = arguments.iter().any(|a| a == "--bench");
    // Under `cargo test`, which runs benches too, it is enough that everything still runs.
    let (cases, runs, starts) = if measured { (200, 9, 50) } else { (2, 1, 1) };
    let cases = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(cases);
    let workspace = tempfile::tempdir().expect("a temporary folder");
    lay_out(workspace.path(), cases);

    println!("{:<44} {:>10} {:>10} {:>12}", format!("{cases} cases, best and median of {runs} runs"), "min ms", "median ms", "letters/s");
    row("render -f text, to standard output", cases, runs, |_| run(workspace.path(), &["render", "-f", "text", "-o", "-"]));
    row("render -f text, into a folder", cases, runs, |n| run(workspace.path(), &["render", "-f", "text", "-o", &format!("text{n}")]));
    row("render -f html, into a folder", cases, runs, |n| run(workspace.path(), &["render", "-f", "html", "-o", &format!("html{n}")]));
    for table in ["cases.ndjson", "cases.csv", "cases.xlsx"] {
        row(&format!("render {table} -f text, to standard output"), cases, runs, |_| run(workspace.path(), &["render", table, "-f", "text", "-o", "-"]));
    }
    row("render -f docx, into a folder", cases, runs, |n| run(workspace.path(), &["render", "-f", "docx", "-o", &format!("docx{n}")]));
    if cfg!(feature = "pdf") {
        // A hundred times as slow as the others, and so three runs of it tell as much.
        row("render -f pdf, into a folder", cases, runs.min(3), |n| run(workspace.path(), &["render", "-f", "pdf", "-o", &format!("pdf{n}")]));
    }
    row("check (three readers a letter)", cases, runs, |_| run(workspace.path(), &["check"]));
    println!("start, best and median of {starts} runs");
    row("check of one case", 1, starts, |_| run(workspace.path(), &["check", "c000001"]));
    row("render of one case, to standard output", 1, starts, |_| run(workspace.path(), &["render", "c000001"]));
    if cfg!(feature = "pdf") {
        row("render of one case as PDF, into a folder", 1, starts, |n| run(workspace.path(), &["render", "c000001", "-f", "pdf", "-o", &format!("one{n}")]));
    }
    row("--version", 0, starts, |_| run(workspace.path(), &["--version"]));
}

fn lay_out(workspace: &Path, cases: u32) {
    fs::create_dir(workspace.join("cases")).expect("a folder for the cases");
    fs::write(workspace.join("organisation.toml"), ORGANISATION).expect("an organisation");
    fs::write(workspace.join("recipients.toml"), RECIPIENTS).expect("recipients");
    for number in 1..=cases {
        fs::write(workspace.join(format!("cases/c{number:06}.toml")), case(number)).expect("a case");
    }
    tables(workspace, cases);
}

/// The same cases as tables: a line or a row each.
fn tables(workspace: &Path, cases: u32) {
    let (mut ndjson, mut csv, mut sheet) = (String::new(), String::new(), String::new());
    for number in 1..=cases {
        let case: toml::Table = case(number).parse().expect("the fixture is TOML");
        let id = [("id".to_owned(), format!("c{number:06}"))];
        let mut json = serde_json::to_value(&case).expect("TOML without dates is JSON");
        json["id"] = id[0].1.clone().into();
        ndjson.push_str(&format!("{json}\n"));
        let mut cells = id.to_vec();
        flatten("", &toml::Value::Table(case), &mut cells);
        if number == 1 {
            put_row(cells.iter().map(|(name, _)| name), &mut csv, &mut sheet);
        }
        put_row(cells.iter().map(|(_, text)| text), &mut csv, &mut sheet);
    }
    fs::write(workspace.join("cases.ndjson"), ndjson).expect("NDJSON");
    fs::write(workspace.join("cases.csv"), csv).expect("CSV");
    let mut book = zip::ZipWriter::new(fs::File::create(workspace.join("cases.xlsx")).expect("a workbook"));
    let related = "<Relationships><Relationship Id=\"w\" Type=\"/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    for (part, xml) in [
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"cases\" sheetId=\"1\" r:id=\"w\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", related),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
    ] {
        book.start_file(part, zip::write::SimpleFileOptions::default()).expect("a part");
        book.write_all(xml.as_bytes()).expect("its XML");
    }
    book.finish().expect("a whole workbook");
}

/// What stands in a case, by the names of the columns: `victims.1.name`.
fn flatten(path: &str, value: &toml::Value, into: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(key, value)| flatten(&below(key), value, into)),
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            items.iter().enumerate().for_each(|(n, item)| flatten(&below(&(n + 1).to_string()), item, into));
        }
        toml::Value::Array(items) => into.push((path.to_owned(), items.iter().map(plain).collect::<Vec<_>>().join(";"))),
        value => into.push((path.to_owned(), plain(value))),
    }
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn put_row<'a>(cells: impl Iterator<Item = &'a String>, csv: &mut String, sheet: &mut String) {
    sheet.push_str("<row>");
    for (n, text) in cells.enumerate() {
        csv.push_str(&format!("{}\"{}\"", if n == 0 { "" } else { "," }, text.replace('"', "\"\"")));
        sheet.push_str(&format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", quick_xml::escape::escape(text.as_str())));
    }
    csv.push('\n');
    sheet.push_str("</row>");
}

/// The fixture's case, made into another.
fn case(number: u32) -> String {
    let accounts: Vec<&str> = CASE.lines().filter(|line| line.starts_with("account = ")).collect();
    let mut account = accounts.iter().cycle().skip(number as usize);
    let mut text = String::with_capacity(CASE.len());
    for line in CASE.lines() {
        let key = line.split(" = ").next().unwrap_or_default();
        match key {
            "reference" => text.push_str(&format!("reference = \"CH/2021/{number:06}\"")),
            "language" => text.push_str(if number % 2 == 1 { "language = \"en\"" } else { "language = \"es\"" }),
            "mandates" => text.push_str(&format!("mandates = [\"{}\"]", MANDATES[number as usize % MANDATES.len()])),
            "account" => text.push_str(account.next().expect("a cycle has no end")),
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// Runs the program and says how long it took, from before its start to after its end.
fn run(workspace: &Path, arguments: &[&str]) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
    command.args(arguments).arg("--quiet").current_dir(workspace).stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the program can be started");
    let took = start.elapsed();
    assert!(status.success(), "`appeal {}` ended with {status}", arguments.join(" "));
    took
}

fn row(what: &str, letters: u32, runs: usize, mut run: impl FnMut(usize) -> Duration) {
    let mut times: Vec<Duration> = (0..runs).map(&mut run).collect();
    times.sort_unstable();
    let (least, median) = (times[0], times[runs / 2]);
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let rate = if letters > 1 { format!("{:.0}", f64::from(letters) / median.as_secs_f64()) } else { String::new() };
    println!("{what:<44} {:>10.2} {:>10.2} {rate:>12}", milliseconds(least), milliseconds(median));
}
