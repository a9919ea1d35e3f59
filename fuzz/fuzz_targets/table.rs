//! Bytes as a table of plain text, and the letters of its first cases.
#![no_main]

use appeal::case::Case;
use appeal::records::{Shape, Table, read_rows};
use workspace::{WORKSPACE, print};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

static SHAPE: LazyLock<Arc<Shape>> = LazyLock::new(|| Arc::new(Case::shape()));

fuzz_target!(|bytes: &[u8]| {
    let workspace = WORKSPACE.lock().expect("one thread");
    let (mut rows, mut letters) = (0, 0);
    for case in Table::new(bytes, "cases.csv".into(), Arc::clone(&SHAPE)).expect("memory can be read") {
        print(case.problems);
        rows += case.rows.len();
        if case.rows.is_empty() {
            continue;
        }
        let (record, problems) = read_rows(&case.rows);
        print(problems);
        if let Some(case) = workspace.parse(&record).filter(|_| letters < 2) {
            letters += 1;
            workspace.letters(&case);
        }
    }
    let ends = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
    assert!(rows <= ends + 1, "a row is a line or several");
});
