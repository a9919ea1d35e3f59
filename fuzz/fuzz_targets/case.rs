//! Bytes as a case file, and the letters of the case.
#![no_main]

use appeal::records::read_toml;
use workspace::{WORKSPACE, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (record, problems) = read_toml(bytes, &"case.toml".into());
    print(problems);
    let workspace = WORKSPACE.lock().expect("one thread");
    if let Some(case) = record.and_then(|record| workspace.parse(&record)) {
        workspace.letters(&case);
    }
});
