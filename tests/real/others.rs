//! Workbooks that other readers are tested with, from the source archives of openpyxl, pandas, Gnumeric, xlsx2csv and others, cell by cell
//! beside openpyxl and odfpy. None of them is kept with the program: `setup.sh` fetches them.

use crate::programs::{here, openpyxl, others, run};
use appeal::records::Preview;
use serde_json::Value;
use std::fs::File;
use std::process::Command;

/// What these two readers understand otherwise than we do, each with the reason.
const OTHERWISE: &[(&str, &str)] = &[
    ("xlsx2csv-0.8.4__test_empty_row.xlsx", "openpyxl finds its shared texts empty"),
    ("xlsx2csv-0.8.4__test_no_cell_ids.xlsx", "openpyxl finds its shared texts empty"),
];

/// Whether what we read in a cell is what the other reader found there.
fn agrees(ours: &str, theirs: &Value) -> bool {
    let found = &theirs[1];
    match theirs[0].as_str() {
        Some("") => ours.is_empty(),
        Some("text") => {
            let text = found.as_str().unwrap_or_default();
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            // A quote before a sign keeps a spreadsheet from taking the text for a formula.
            squeezed(ours) == squeezed(text) || text.trim().strip_prefix('\'') == Some(ours)
        }
        // The last digit of a number is the other reader's to round.
        Some("number") => matches!((ours.parse::<f64>(), found.as_f64()), (Ok(a), Some(b)) if (a - b).abs() <= a.abs() * 1e-14),
        Some("bool") => ours == if found == true { "true" } else { "false" },
        // So is the second of a moment that lies between two.
        Some("date") => [found, &theirs[2]].iter().any(|date| Some(ours) == date.as_str() || ours.strip_suffix("T00:00:00") == date.as_str()),
        Some("nothing") => ours.is_empty() || ours == "#REF!",
        Some("error") => ours == "#REF!",
        // A length of time has no one way of writing it.
        Some("duration") => !ours.is_empty(),
        other => panic!("no kind: {other:?}"),
    }
}

/// The cells that differ.
pub(crate) fn difference(preview: &Preview, rows: &[Vec<Value>]) -> Option<String> {
    let mut found = Vec::new();
    let nothing = Value::from(vec![""]);
    let width = rows.iter().map(Vec::len).max().unwrap_or_default().max(preview.headers.len());
    for at in 0..width.min(4_096) {
        let header = preview.headers.get(at).map_or("", String::as_str);
        let column = std::iter::once(header).chain(preview.column(at));
        let ours: Vec<&str> = column.collect();
        for (number, row) in rows.iter().enumerate() {
            let (ours, theirs) = (ours.get(number).copied().unwrap_or_default(), row.get(at).unwrap_or(&nothing));
            if !agrees(ours, theirs) {
                found.push(format!("row {}, column {}: {ours:?} here, {theirs} there", number + 1, at + 1));
            }
        }
    }
    (!found.is_empty()).then(|| found.join("; "))
}

#[test]
fn workbooks_that_other_readers_are_tested_with_are_read_cell_by_cell_as_openpyxl_and_odfpy_read_them() {
    let (Some(python), Some(folder)) = (openpyxl(), others()) else { return };
    let read = run(Command::new(python).args(["-W", "ignore"]).arg(here().join("others.py")).arg("read").arg(&folder));
    let (mut compared, mut faults) = (0, Vec::new());
    for line in String::from_utf8(read.stdout).expect("JSON is text").lines() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        let name = line["file"].as_str().expect("a workbook has a name");
        let preview = Preview::of_book(File::open(folder.join(name)).expect("it was fetched"));
        // The other reader's own limits are not ours; we have to survive the file.
        let Ok(rows) = serde_json::from_value::<Vec<Vec<Value>>>(line["rows"].clone()) else { continue };
        compared += 1;
        let fault = match preview {
            None => Some("it is not read here".to_owned()),
            Some(preview) => difference(&preview, &rows),
        };
        let is_known = OTHERWISE.iter().any(|(known, _)| *known == name);
        match fault {
            Some(fault) if !is_known => faults.push(format!("{name}: {fault}")),
            None if is_known => faults.push(format!("{name}: it agrees now; strike it from the list")),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{} of {compared}: {faults:#?}", faults.len());
    assert!(compared > 60, "only {compared} workbooks were compared");
}
