//! Bytes as an annex that is looked into: as they are, and as a part of an office document.
#![no_main]

use appeal::annexes::look;
use workspace::zipped;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = look(bytes);
    for part in ["docProps/core.xml", "word/document.xml", "word/media/image1.jpeg"] {
        let _ = look(&zipped(&[(part, bytes)]));
    }
});
