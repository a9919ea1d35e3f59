//! Text as the styles, the page and the theme of a house's own document, and letters in that look.
#![no_main]

use appeal::case::Case;
use appeal::writers::DocxTheme;
use workspace::{WORKSPACE, zipped};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CASE: LazyLock<Case> = LazyLock::new(|| WORKSPACE.lock().expect("one thread").fixture().expect("the fixture's case is whole"));

fuzz_target!(|bytes: &[u8]| {
    let _ = DocxTheme::parse(bytes);
    let Ok(theme) = DocxTheme::parse(&zipped(&[("word/styles.xml", bytes)])) else { return };
    let case = &*CASE;
    let mut workspace = WORKSPACE.lock().expect("one thread");
    workspace.options.docx_theme = theme;
    workspace.letters(case);
});
