//! Bytes as a picture: its size, and the picture without what it tells.
#![no_main]

use appeal::annexes::{Seen, look};
use appeal::letter::Picture;
use appeal::writers::picture::{bare, check_svg, size};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for mime in ["image/png", "image/jpeg", "image/svg+xml"] {
        let picture = |bytes: &[u8]| Picture { mime, bytes: bytes.into(), alt: String::new() };
        let stripped = bare(mime, bytes);
        assert!(stripped.len() <= bytes.len().max(8), "nothing is added but a signature");
        assert_eq!(bare(mime, &stripped), stripped, "what is bare stays as it is");
        let measured = size(&picture(bytes));
        if measured.is_some() {
            assert_eq!(size(&picture(&stripped)), measured, "a bare picture is as large as before");
            assert!(matches!(look(&stripped), Seen::Unknown) || matches!(look(&stripped), Seen::Traces(traces) if traces.is_empty()), "it tells nothing");
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = check_svg(text);
    }
});
