//! The manual as a book. mdBook is no package of Debian, npm or pip, so the test looks only where somebody has it.

use crate::programs::{find, here};
use std::io::Write as _;
use std::process::Command;

#[test]
fn the_manual_builds_as_a_book() {
    let Some(mdbook) = find("mdbook") else {
        let _ = std::io::stderr().write_all(b"skipped: mdbook is not installed\n");
        return;
    };
    let book = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(mdbook).arg("build").arg(here().join("../..")).arg("--dest-dir").arg(book.path()).output().expect("mdbook runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("ERROR"), "{said}");
    for page in ["first-letter.html", "reference/commands.html", "dev/architecture.html"] {
        assert!(book.path().join(page).is_file(), "the book has no {page}");
    }
}
