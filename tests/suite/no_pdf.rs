//! A build without PDF says how to come by one.

use crate::test_workspace::TestWorkspace;

#[test]
fn a_build_without_pdf_says_how_to_get_it() {
    TestWorkspace::new()
        .case_with(&[])
        .run("render -f pdf")
        .code(2)
        .stderr_has("this build cannot write pdf\n  hint: install one that can: `cargo install --path . --features full`\n");
}
