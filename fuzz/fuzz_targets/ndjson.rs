//! Bytes as a stream of NDJSON, and the letters of its first cases.
#![no_main]

use appeal::records::{JsonLines, read_json};
use workspace::{WORKSPACE, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let workspace = WORKSPACE.lock().expect("one thread");
    let (mut length, mut letters) = (0, 0);
    for line in JsonLines::new(bytes) {
        let line = line.expect("memory can be read");
        length += line.bytes.len();
        let id = line.id();
        let (record, problems) = read_json(&line, &"cases.ndjson".into());
        assert!(record.is_some() || problems.has_errors(), "a record, or an error says why there is none");
        print(problems);
        let Some(mut record) = record else { continue };
        let read = record.take("id");
        if let (Some(id), Some(text)) = (id, read.as_ref().and_then(|node| node.text())) {
            assert_eq!(id.trim(), text.trim(), "an id that is told early is the id");
        }
        if let Some(case) = workspace.parse(&record).filter(|_| letters < 2) {
            letters += 1;
            workspace.letters(&case);
        }
    }
    assert!(length <= bytes.len(), "lines are parts of the stream");
});
