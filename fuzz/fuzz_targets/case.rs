//! Bytes as a case file, and the letters of the case.
#![no_main]

use appeal::records::read_toml;
use workspace::{WORKSPACE, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (record, problems) = read_toml(bytes, &"case.toml".into());
    let workspace = WORKSPACE.lock().expect("one thread");
    match record {
        Some(record) => {
            if let Some(case) = workspace.parse_read(&record, problems) {
                workspace.letters(&case);
            }
        }
        None => print(problems),
    }
});
