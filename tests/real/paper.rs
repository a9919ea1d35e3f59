//! Letters on paper: printed by a browser, read and looked at by the poppler tools.

use crate::letters::{LETTERS, Letter};
use crate::programs::{chromium, poppler, run};
use crate::words::{head_line, of_elements, squeezed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};

/// A letter, printed.
pub(crate) struct Printed {
    pub(crate) letter: &'static Letter,
    /// Width and height of its paper, in points.
    pub(crate) size: (f64, f64),
    /// How high the letters of the subject are, in points; not known where words are read from the right.
    pub(crate) type_size: Option<f64>,
    pub(crate) pages: Vec<Page>,
}

/// One page.
pub(crate) struct Page {
    /// Its words, line by line, in the order in which they were drawn.
    pub(crate) lines: Vec<String>,
    /// What it looks like: one pixel a point.
    pub(crate) picture: Picture,
}

/// A picture in shades of grey.
pub(crate) struct Picture {
    pub(crate) width: usize,
    shades: Vec<u8>,
}

/// All letters, printed once; `None` where a program is missing.
pub(crate) fn printed() -> Option<&'static [Printed]> {
    static PRINTED: LazyLock<Vec<Printed>> = LazyLock::new(|| {
        let next = Mutex::new(0..LETTERS.len());
        let done = Mutex::new(Vec::new());
        // Two browsers at a time; each keeps its own profile.
        std::thread::scope(|scope| {
            for worker in 0..2 {
                let (next, done) = (&next, &done);
                scope.spawn(move || {
                    while let Some(n) = { next.lock().expect("no worker panics with the lock").next() } {
                        let letter = print(&LETTERS[n], worker);
                        done.lock().expect("no worker panics with the lock").push((n, letter));
                    }
                });
            }
        });
        let mut done = done.into_inner().expect("no worker panicked");
        done.sort_by_key(|(n, _)| *n);
        done.into_iter().map(|(_, letter)| letter).collect()
    });
    chromium()?;
    poppler()?;
    Some(&PRINTED)
}

fn print(letter: &'static Letter, worker: usize) -> Printed {
    let pdf = letter.file.with_extension("pdf");
    to_pdf(&letter.file, &pdf, worker);
    let info = String::from_utf8(run(Command::new("pdfinfo").arg(&pdf)).stdout).expect("pdfinfo writes UTF-8");
    let size = info.lines().find_map(|l| l.strip_prefix("Page size:")).expect("a page has a size");
    let numbers: Vec<f64> = size.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let text = String::from_utf8(run(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&pdf).arg("-")).stdout).expect("asked for UTF-8");
    let pictures = pictures(&pdf);
    let texts: Vec<&str> = text.split('\u{c}').take(pictures.len()).collect();
    let pages = texts.into_iter().zip(pictures).map(|(text, picture)| Page { lines: text.lines().map(str::to_owned).collect(), picture });
    Printed { letter, size: (numbers[0], numbers[1]), type_size: type_size(letter, &pdf), pages: pages.collect() }
}

fn type_size(letter: &Letter, pdf: &Path) -> Option<f64> {
    if letter.language() == "ar" {
        return None;
    }
    let boxes =
        String::from_utf8(run(Command::new("pdftotext").args(["-bbox", "-l", "1", "-enc", "UTF-8"]).arg(pdf).arg("-")).stdout).expect("asked for UTF-8");
    let subject = of_elements(&letter.html, "h1").concat();
    let label = subject.split_whitespace().next().expect("a letter has a subject").trim_end_matches(':').to_owned();
    let line = boxes.lines().find(|line| line.contains(&label) && line.contains("<word")).unwrap_or_else(|| panic!("{}: no {label}", letter.name));
    let edge = |name: &str| line.split_once(name).and_then(|(_, rest)| rest.split('"').next()?.parse::<f64>().ok()).expect("a word has edges");
    Some(edge("yMax=\"") - edge("yMin=\""))
}

/// Prints one HTML file.
pub(crate) fn to_pdf(html: &Path, pdf: &Path, worker: usize) {
    let mut command = Command::new(chromium().expect("it was found before"));
    command.args(["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]);
    command.args(["--disable-sync", "--no-pdf-header-footer"]);
    if is_root() {
        command.arg("--no-sandbox");
    }
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{worker}"));
    command.arg(format!("--user-data-dir={}", profile.display())).arg(format!("--print-to-pdf={}", pdf.display())).arg(html);
    run(&mut command);
    assert!(pdf.exists(), "{command:?} printed nothing");
}

/// A browser shuts itself in only for those who are not root.
pub(crate) fn is_root() -> bool {
    run(Command::new("id").arg("-u")).stdout == b"0\n"
}

/// Every page of a PDF.
pub(crate) fn pictures(pdf: &Path) -> Vec<Picture> {
    let bytes = run(Command::new("pdftoppm").args(["-r", "72", "-gray"]).arg(pdf)).stdout;
    let mut rest = bytes.as_slice();
    let mut pictures = Vec::new();
    while let Some(after) = rest.strip_prefix(b"P5\n") {
        let mut lines = after.splitn(3, |b| *b == b'\n');
        let size = String::from_utf8_lossy(lines.next().expect("a size follows")).into_owned();
        let (width, height) = size.split_once(' ').expect("width and height");
        let (width, height): (usize, usize) = (width.parse().expect("a number"), height.parse().expect("a number"));
        lines.next();
        let (shades, next) = lines.next().expect("pixels follow").split_at(width * height);
        pictures.push(Picture { width, shades: shades.to_vec() });
        rest = next;
    }
    pictures
}

impl Picture {
    /// How many points between the columns have a shade in this range: 0 is black, 255 white.
    pub(crate) fn count(&self, columns: std::ops::Range<usize>, shades: std::ops::RangeInclusive<u8>) -> usize {
        self.shades.chunks(self.width).flat_map(|row| &row[columns.clone()]).filter(|shade| shades.contains(shade)).count()
    }
}

impl Printed {
    /// The lines of a page without its furniture, which is drawn first: the head line (none on the first page), the count
    /// of the page; and without the mark of a draft, which is drawn last. Each must stand there.
    pub(crate) fn content(&self, number: usize) -> &[String] {
        let name = &self.letter.name;
        let lines = self.pages[number - 1].lines.as_slice();
        let count = squeezed(&count_line(self.letter.language(), number, self.pages.len()));
        let at = lines.iter().position(|line| squeezed(line) == count).unwrap_or_else(|| panic!("{name}: page {number} does not say {count:?}:\n{lines:#?}"));
        let furniture: String = lines[..at].iter().map(|line| squeezed(line)).collect();
        let head = if number == 1 { String::new() } else { squeezed(&head_line(&self.letter.html)) };
        if self.letter.language() == "ar" {
            // What is drawn from the right is read here from the left: only the letters are compared.
            assert_eq!(sorted(&furniture), sorted(&head), "{name}: the head of page {number}");
        } else {
            assert_eq!(furniture, head, "{name}: the head of page {number}");
        }
        let content = &lines[at + 1..];
        if !self.letter.is_draft() {
            return content;
        }
        // The mark stands aslant, so that its letters are read in pieces.
        let mark = sorted(&squeezed(self.letter.html.split("data-mark=\"").nth(1).and_then(|t| t.split('"').next()).expect("a draft has a mark")));
        let is_mark = |pieces: &usize| sorted(&squeezed(&content[content.len() - pieces..].concat())) == mark;
        let pieces = (1..=content.len().min(mark.len())).find(is_mark).unwrap_or_else(|| panic!("{name}: no mark on page {number}:\n{lines:#?}"));
        &content[..content.len() - pieces]
    }

    /// All pages' lines without furniture, one after another.
    pub(crate) fn all_content(&self) -> String {
        (1..=self.pages.len()).flat_map(|n| self.content(n)).map(|line| squeezed(line)).collect()
    }

    /// Where it lies.
    pub(crate) fn pdf(&self) -> PathBuf {
        self.letter.file.with_extension("pdf")
    }
}

/// How pages are counted in a language.
pub(crate) fn count_line(language: &str, page: usize, all: usize) -> String {
    match language {
        "es" => format!("Página {page} de {all}"),
        "fr" => format!("Page {page} sur {all}"),
        // Drawn from the right.
        "ar" => format!("{all} من {page} صفحة"),
        _ => format!("Page {page} of {all}"),
    }
}

/// The letters and digits of a text, sorted.
pub(crate) fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.sort_unstable();
    letters
}
