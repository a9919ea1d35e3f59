//! Bytes as `organisation.toml`, and letters of that organisation.
#![no_main]

use appeal::organisation::Organisation;
use appeal::records::read_toml;
use workspace::{WORKSPACE, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (record, problems) = read_toml(bytes, &"organisation.toml".into());
    print(problems);
    let Some((organisation, problems)) = record.map(|record| Organisation::parse(&record)) else { return };
    print(problems);
    let Some(organisation) = organisation else { return };
    let mut workspace = WORKSPACE.lock().expect("one thread");
    workspace.organisation = organisation;
    if let Some(case) = workspace.fixture() {
        workspace.letters(&case);
    }
});
