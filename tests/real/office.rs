//! Letters as DOCX in programs that nobody here wrote: `LibreOffice` prints them, python-docx reads them.

use crate::paper::pictures;
use crate::programs::{here, poppler, python, run, soffice};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Renders the example into a folder.
fn render(folder: &Path, more: &[&str]) -> Vec<PathBuf> {
    let example = here().join("../../examples/rodolfo-robles-2021");
    render_of(&example, folder, &[&["rodolfo-robles-2021", "--date", "2021-04-28"], more].concat())
}

fn render_of(workspace: &Path, folder: &Path, more: &[&str]) -> Vec<PathBuf> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
    command.arg("-C").arg(workspace).args(["render", "-q", "-f", "docx", "-o"]).arg(folder).args(more);
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder").flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "docx")).collect();
    files.sort();
    files
}

/// The letter as a PDF beside it. The profile lies there too.
fn printed(soffice: &Path, file: &Path) -> PathBuf {
    let folder = file.parent().expect("a letter lies in a folder");
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    run(Command::new(soffice).args([&profile, "--headless", "--convert-to", "pdf", "--outdir"]).arg(folder).arg(file));
    file.with_extension("pdf")
}

fn said(command: &mut Command) -> String {
    String::from_utf8_lossy(&run(command).stdout).into_owned()
}

#[test]
fn libreoffice_prints_the_letter_whole_with_its_pages_counted() {
    let (Some(soffice), Some(())) = (soffice(), poppler()) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = render(folder.path(), &["--language", "es,en,fr"]);
    assert_eq!(files.len(), 3);
    for file in files {
        let text = said(Command::new("pdftotext").arg("-layout").arg(printed(&soffice, &file)).arg("-"));
        let pages: Vec<&str> = text.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
        assert!((3..=5).contains(&pages.len()), "{} pages", pages.len());
        for (n, page) in pages.iter().enumerate() {
            let last = page.trim().lines().last().expect("a page has lines").trim().to_owned();
            assert!(last.contains(&(n + 1).to_string()) && last.ends_with(&pages.len().to_string()), "the foot of page {}: {last}", n + 1);
            assert_eq!(page.trim_start().starts_with("COMDHSM/2021/07"), n > 0, "later pages have a head line:\n{page}");
        }
        // The closing has words of the letter before it and the signature after it, on one page.
        let is_closing = |l: &str| ["Atentamente,", "Yours sincerely,", "Veuillez agréer"].iter().any(|c| l.trim().starts_with(c));
        let page = pages.iter().find(|p| p.lines().any(is_closing)).expect("a closing");
        let at = page.lines().position(is_closing).expect("it is on this page");
        let before = page.lines().take(at).filter(|l| !l.trim().is_empty()).count();
        let after = page.lines().skip(at + 1).filter(|l| !l.trim().is_empty()).count();
        assert!(before >= 3 && after >= 2, "the signature is not alone:\n{page}");
    }
}

#[test]
fn libreoffice_keeps_numbers_and_latin_names_in_order_and_margins_free_from_right_to_left() {
    let (Some(soffice), Some(())) = (soffice(), poppler()) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = render_of(&here().join("../fixtures/ar"), folder.path(), &["radio"]);
    let pdf = printed(&soffice, &files[0]);
    let text = said(Command::new("pdftotext").arg("-raw").arg(&pdf).arg("-"));
    for words in ["+216 71 555 012", "+216 71 555 099", "DIFAF/2026-03 (B)", "2026/0113-A", "Rue de l'Exemple 7", "Agua Clara S.A."] {
        assert!(text.lines().any(|line| line.contains(words)), "{words} is not in\n{text}");
    }
    // The margins are 25 mm, here in points; a hair less, because curves are drawn over the edge.
    for (page, picture) in (1..).zip(pictures(&pdf)) {
        let ink = picture.count(0..69, 0..=200) + picture.count(picture.width - 69..picture.width, 0..=200);
        assert_eq!(ink, 0, "page {page}");
    }
}

#[test]
fn libreoffice_leaves_no_heading_alone_at_the_foot_of_a_page() {
    let (Some(soffice), Some(()), Some(python)) = (soffice(), poppler(), python()) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fixtures = here().join("../fixtures");
    render_of(&fixtures.join("brief"), folder.path(), &["radio", "--language", "es,en,fr"]);
    render_of(&fixtures.join("alliance"), folder.path(), &["long-reference"]);
    let files = render_of(&fixtures.join("alliance"), folder.path(), &["joint", "eight-pages", "--language", "es,en,fr"]);
    assert_eq!(files.len(), 10);
    let mut pages = 0;
    for file in files {
        let seen = said(Command::new(&python).arg(here().join("office.py")).arg(&file));
        let headings: Vec<&str> = seen.lines().filter_map(|l| l.strip_prefix("heading ")).collect();
        assert!(headings.len() > 5, "{seen}");
        let text = said(Command::new("pdftotext").arg("-layout").arg(printed(&soffice, &file)).arg("-"));
        for page in text.split('\u{c}').filter(|p| !p.trim().is_empty()) {
            let lines: Vec<&str> = page.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
            // The last line of a page is its number.
            assert!(!headings.contains(&lines[lines.len() - 2]), "{}:\n{page}", file.display());
            pages += 1;
        }
    }
    assert!(pages > 35, "{pages}");
}

#[test]
fn python_docx_reads_the_letter_with_its_styles_and_finds_no_author() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = render(folder.path(), &["--language", "en"]);
    let seen = said(Command::new(python).arg(here().join("office.py")).arg(&files[0]));
    for line in ["author ''", "changed by ''", "language en", "page 210 297 25 20", "default Normal"] {
        assert!(seen.lines().any(|l| l == line), "{line}\n{seen}");
    }
    for style in ["'Title'", "'Heading 1'", "'Body Text'", "'List Number'", "'List Bullet'", "'Letterhead'", "'Address'", "'Signature'"] {
        assert!(seen.contains(style), "{style}\n{seen}");
    }
    assert!(seen.contains("| Dear Ms. Lawlor,\n"), "{seen}");
}
