//! Bytes as a workspace's `recipients.toml`, over the shipped one, and letters to whom it names.
#![no_main]

use appeal::directory::Directory;
use appeal::records::{Record, read_toml};
use workspace::{WORKSPACE, print, recipients};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static BASE: LazyLock<Record> = LazyLock::new(recipients);

fuzz_target!(|bytes: &[u8]| {
    let (record, problems) = read_toml(bytes, &"recipients.toml".into());
    print(problems);
    let Some(mut record) = record else { return };
    // Alone it is quick; over the shipped one is how the program reads it.
    print(Directory::parse(&record).1);
    record.lay_over(&BASE);
    let (directory, problems) = Directory::parse(&record);
    print(problems);
    let mut workspace = WORKSPACE.lock().expect("one thread");
    print(directory.check(workspace.today));
    workspace.directory = directory;
    if let Some(case) = workspace.fixture() {
        workspace.letters(&case);
    }
});
