//! The programs that look at the letters: found, or the test is skipped with one line.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The browser.
pub(crate) fn chromium() -> Option<PathBuf> {
    installed("chromium", ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find))
}

/// The poppler tools, which read what was printed.
pub(crate) fn poppler() -> Option<()> {
    let all = ["pdftotext", "pdftoppm", "pdfinfo"].into_iter().all(|name| find(name).is_some());
    installed("poppler-utils", all.then_some(()))
}

/// Java and the Nu HTML checker.
pub(crate) fn checker() -> Option<(PathBuf, PathBuf)> {
    let java = installed("java", find("java"))?;
    let jar = packages().join("vnu-jar/build/dist/vnu.jar");
    installed("vnu-jar (see tests/real/setup.sh)", jar.exists().then_some((java, jar)))
}

/// Node with axe and a hand on the browser.
pub(crate) fn node() -> Option<PathBuf> {
    let node = installed("node", find("node"))?;
    let all = ["axe-core", "puppeteer-core"].into_iter().all(|package| packages().join(package).exists());
    installed("axe-core with puppeteer-core (see tests/real/setup.sh)", all.then_some(node))
}

/// `LibreOffice`.
pub(crate) fn soffice() -> Option<PathBuf> {
    installed("soffice", find("soffice"))
}

/// Python with python-docx.
pub(crate) fn python() -> Option<PathBuf> {
    let python = here().join("venv/bin/python3");
    installed("python-docx (see tests/real/setup.sh)", python.exists().then_some(python))
}

/// The checker of a PDF's structure.
#[cfg(feature = "pdf")]
pub(crate) fn qpdf() -> Option<PathBuf> {
    installed("qpdf", find("qpdf"))
}

/// Python with pikepdf.
#[cfg(feature = "pdf")]
pub(crate) fn pikepdf() -> Option<PathBuf> {
    let folder = here().join("venv");
    let python = folder.join("bin/python3");
    let has = std::fs::read_dir(folder.join("lib")).into_iter().flatten().flatten().any(|e| e.path().join("site-packages/pikepdf").is_dir());
    installed("pikepdf (see tests/real/setup.sh)", has.then_some(python))
}

/// Postfix and Dovecot, and the right to let them change users.
#[cfg(unix)]
pub(crate) fn post_office() -> Option<()> {
    use std::os::unix::fs::MetadataExt as _;
    let all = ["postfix", "dovecot", "doveadm"].into_iter().all(|name| find(name).is_some());
    installed("postfix with dovecot-imapd", all.then_some(()))?;
    // What a process makes belongs to whom it runs as.
    let is_root = tempfile::tempfile().and_then(|file| file.metadata()).is_ok_and(|made| made.uid() == 0);
    installed("the right of root, which Postfix needs,", is_root.then_some(()))
}

/// A font with letters that no shipped font has.
#[cfg(feature = "pdf")]
pub(crate) fn devanagari() -> Option<PathBuf> {
    let font = PathBuf::from("/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf");
    installed("fonts-noto-core", font.is_file().then_some(font))
}

/// `LibreOffice` with Calc: without it, the program is there and cannot read a table.
pub(crate) fn calc() -> Option<PathBuf> {
    let soffice = find("soffice").and_then(|path| path.canonicalize().ok());
    let is_there = soffice.as_ref().is_some_and(|path| path.with_file_name("scalc").exists());
    installed("libreoffice-calc", soffice.filter(|_| is_there))
}

/// Python with openpyxl.
pub(crate) fn openpyxl() -> Option<PathBuf> {
    let python = here().join("venv/bin/python3");
    let has_it = python.exists() && Command::new(&python).args(["-c", "import openpyxl"]).output().is_ok_and(|o| o.status.success());
    installed("openpyxl (see tests/real/setup.sh)", has_it.then_some(python))
}

/// Workbooks that other readers are tested with.
pub(crate) fn others() -> Option<PathBuf> {
    let folder = here().join("others");
    let has_them = std::fs::read_dir(&folder).is_ok_and(|files| files.count() > 60);
    installed("a folder of other readers' workbooks (see tests/real/setup.sh)", has_them.then_some(folder))
}

/// What a program printed; it must end well.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?} ended with {}:\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    output
}

/// This folder.
pub(crate) fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real")
}

fn packages() -> PathBuf {
    here().join("node_modules")
}

#[expect(clippy::disallowed_methods, reason = "a test stands at the edge")]
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").ok()?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// What is needed, or a line that says why the test looks at nothing. The test runner keeps back what is printed by
/// macros; the line is for everybody.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a test stands at the edge")]
fn installed<T>(what: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        assert!(std::env::var("APPEAL_REAL").as_deref() != Ok("required"), "{what} is not installed, and APPEAL_REAL=required");
        let _ = std::io::stderr().write_all(format!("skipped: {what} is not installed\n").as_bytes());
    }
    found
}
