//! Letters as PDF under the eyes of programs that nobody here wrote: qpdf checks the file, pikepdf reads the standards and the
//! tags, the poppler tools read the words.

use crate::letters::{LETTERS, Letter, brief, change};
use crate::paper::{pictures, sorted};
use crate::programs::{devanagari, here, pikepdf, poppler, qpdf, run};
use crate::words::{head_line, in_order, squeezed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Every letter as PDF, in the same order.
static FILES: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real/pdf");
    let _ = std::fs::remove_dir_all(&base);
    LETTERS.iter().map(|letter| written(letter, &base)).collect()
});

/// The letter of an HTML file, written anew as PDF.
fn written(letter: &Letter, base: &Path) -> PathBuf {
    let (workspace, stem) = letter.name.split_once('/').expect("a workspace and a file");
    let parts: Vec<&str> = stem.split('.').collect();
    let folder = base.join(workspace);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real/workspaces").join(workspace);
    let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
    command.arg("-C").arg(root).args(["render", "-q", "-f", "pdf", parts[0], "--language", letter.language(), "-o"]).arg(&folder);
    if let Some(audience) = parts.get(3) {
        command.args(["--audience", audience]);
    }
    let output = command.output().expect("the program starts");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    folder.join(format!("{stem}.pdf"))
}

fn said(command: &mut Command) -> String {
    String::from_utf8_lossy(&run(command).stdout).into_owned()
}

#[test]
fn the_words_of_a_pdf_are_those_of_the_html_in_the_same_order() {
    let Some(()) = poppler() else { return };
    for (letter, file) in LETTERS.iter().zip(FILES.iter()) {
        let text = said(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(file).arg("-"));
        let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.is_empty()).collect();
        let head = squeezed(&head_line(&letter.html));
        // The mark of a draft is a word in the HTML, and none here.
        let mark = letter.html.split("class=\"draft-mark\"><strong>").nth(1).and_then(|t| t.split("</strong>").next()).map(squeezed).unwrap_or_default();
        let html = in_order(&letter.html);
        let html = html.strip_prefix(&mark).unwrap_or(&html);
        if letter.language() == "ar" {
            // What is drawn from the right is read here in pieces, those of the heads and feet among them: the letters alone
            // are compared.
            let all = [html.to_owned(), head.repeat(pages.len() - 1), "صفحة من".repeat(pages.len())].concat();
            assert_eq!(letters_of(&squeezed(&text)), letters_of(&all), "{}", letter.name);
            continue;
        }
        let mut words = String::new();
        for (n, page) in pages.iter().enumerate() {
            let mut lines: Vec<String> = page.lines().map(squeezed).filter(|l| !l.is_empty()).collect();
            let (own, all) = ((n + 1).to_string(), pages.len().to_string());
            let count = lines.pop().expect("a page has lines");
            assert!(count.contains(&own) && count.contains(&all), "{}: the foot of page {own} is {count}", letter.name);
            if n > 0 {
                let mut first = lines.remove(0);
                // With a long reference it has several lines.
                while first.chars().count() < head.chars().count() && lines.len() > 1 {
                    first.push_str(&lines.remove(0));
                }
                assert_eq!(sorted(&first), sorted(&head), "{}: the head of page {own}", letter.name);
            }
            words.push_str(&lines.concat());
        }
        let (pdf, html) = (plain(&words), plain(html));
        let at = pdf.chars().zip(html.chars()).position(|(a, b)| a != b).unwrap_or_else(|| pdf.chars().count().min(html.chars().count()));
        let near = |text: &str| text.chars().skip(at.saturating_sub(30)).take(80).collect::<String>();
        assert!(pdf == html, "{}: … {} … is … {} …", letter.name, near(&html), near(&pdf));
    }
}

/// Letters alone: numbers and dashes of lists are each format's own, and hyphens of broken words there are none.
fn plain(words: &str) -> String {
    words.chars().filter(|c| c.is_alphabetic()).collect()
}

fn letters_of(words: &str) -> Vec<char> {
    let mut all: Vec<char> = plain(words).chars().collect();
    all.sort_unstable();
    all
}

#[test]
fn a_pdf_has_no_fault_and_both_standards_in_its_language() {
    let (Some(qpdf), Some(python)) = (qpdf(), pikepdf()) else { return };
    for (letter, file) in LETTERS.iter().zip(FILES.iter()) {
        let checked = said(Command::new(&qpdf).arg("--check").arg(file));
        assert!(checked.contains("No syntax or stream encoding errors found"), "{}: {checked}", letter.name);
        let seen = said(Command::new(&python).arg(here().join("pdf.py")).arg(file));
        let line = |line: &str| assert!(seen.lines().any(|l| l == line), "{}: {line}\n{seen}", letter.name);
        line("PDF/A 2 A");
        line("PDF/UA 1");
        line(&format!("language {}", letter.language()));
        line("marked True");
        line("title shown True");
        line("described /CreationDate /ModDate /Title");
        line("pictures without words 0");
        line("fonts not embedded 0");
        let tags: Vec<&str> = seen.lines().find_map(|l| l.strip_prefix("tags ")).expect("there are tags").split(' ').collect();
        let first = |tag: &str| tags.iter().position(|t| *t == tag);
        assert!(first("/H1").is_some() && first("/H1") < first("/H2"), "{}: the subject comes first\n{seen}", letter.name);
        assert_eq!(tags.iter().filter(|t| **t == "/H1").count(), 1, "{}", letter.name);
    }
}

#[test]
fn pages_are_as_many_as_those_of_the_browser_or_one_more_or_less() {
    let Some(()) = poppler() else { return };
    for (letter, file) in LETTERS.iter().zip(FILES.iter()) {
        let pages = pictures(file).len();
        assert!((letter.pages.0.saturating_sub(1)..=letter.pages.1 + 1).contains(&pages), "{}: {pages} pages", letter.name);
    }
}

#[test]
fn an_address_stands_in_the_window_of_the_envelope() {
    let Some(()) = poppler() else { return };
    for (letter, file) in LETTERS.iter().zip(FILES.iter()).filter(|(l, _)| l.name.contains("radio") && l.language() != "ar") {
        let name = letter.html.split("class=\"addressee\">\n<p><strong><bdi>").nth(1).and_then(|t| t.split("</bdi>").next()).expect("somebody is addressed");
        let word = name.split(' ').next_back().expect("a name has words");
        let boxes = said(Command::new("pdftotext").args(["-bbox", "-l", "1", "-enc", "UTF-8"]).arg(file).arg("-"));
        let line = boxes.lines().find(|l| l.contains(&format!(">{word}<"))).unwrap_or_else(|| panic!("{}: no {word}", letter.name));
        let edge =
            |name: &str| line.split_once(name).and_then(|(_, rest)| rest.split('"').next()?.parse::<f64>().ok()).expect("a word has edges") * 25.4 / 72.0;
        let top = if letter.is_on_letter_paper() { 62.0 } else { 45.0 };
        assert!(edge("yMin=\"") >= top && edge("yMax=\"") <= 72.0, "{}: {} mm", letter.name, edge("yMin=\""));
    }
}

#[test]
fn a_house_s_own_font_draws_what_the_shipped_ones_lack() {
    let (Some(()), Some(font)) = (poppler(), devanagari()) else { return };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-own-font");
    let _ = std::fs::remove_dir_all(&root);
    brief(&root);
    change(&root.join("cases/radio.toml"), &[("place = \"Ejemplo del Río\"", "place = \"Ejemplo del Río कमल\"")]);
    std::fs::create_dir(root.join("fonts")).expect("the folder is new");
    std::fs::copy(font, root.join("fonts/own.ttf")).expect("the font can be copied");
    run(Command::new(env!("CARGO_BIN_EXE_appeal")).arg("-C").arg(&root).args(["render", "-q", "-f", "pdf", "radio", "--language", "es", "-o"]).arg(&root));
    let file = root.join("radio.freedom-of-expression.es.pdf");
    assert!(said(Command::new("pdffonts").arg(&file)).contains("NotoSansDevanagari"), "the font is in the file");
    let text = said(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-"));
    assert!(text.contains("Ejemplo del Río कमल"), "{text}");
}
