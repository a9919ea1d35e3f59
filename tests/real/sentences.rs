//! One letter, the same sentences: what the text says, the HTML, the DOCX, the PDF and the message say too, word by word and
//! in the same order. What only one of them has, its page numbers say, is taken out by name, and nothing else.

use crate::letters::{change, copy};
use crate::paper::{count_line, pictures};
use crate::programs::{here, poppler, python, run};
use crate::words::{Marks, head_line, of_elements, words_of};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use unicode_normalization::UnicodeNormalization as _;

/// One letter, as every format says it.
struct Said {
    name: String,
    language: &'static str,
    folder: PathBuf,
    stem: String,
}

const ADDRESSES: [&str; 4] = ["human-rights-defenders", "environment", "indigenous-peoples", "freedom-of-assembly-association"];
#[cfg(feature = "pdf")]
const FORMATS: &str = "text,html,docx,pdf,eml";
#[cfg(not(feature = "pdf"))]
const FORMATS: &str = "text,html,docx,eml";

/// The example in its languages, and a letter with every part that one can have; the message carries the letter in it.
fn letters(body: &str) -> Vec<Said> {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-sentences").join(body);
    let _ = fs::remove_dir_all(&base);
    let mut all = Vec::new();
    let cases = [
        ("../../examples/rodolfo-robles-2021", "rodolfo-robles-2021", "human-rights-defenders", &["es", "en", "fr"][..]),
        ("../fixtures/alliance", "everything", "joint", &["es"][..]),
    ];
    for (of, case, to, languages) in cases {
        let root = base.join(case);
        copy(&here().join(of), &root);
        change(&root.join("organisation.toml"), &[("source = \"open\"", "source = \"open\"\nmail.body = \"BODY\"")]);
        change(&root.join("organisation.toml"), &[("BODY", body)]);
        let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
        command.arg("-C").arg(&root).args(["render", case, "-q", "-f", FORMATS, "--date", "2026-03-14", "--language", &languages.join(","), "-o"]);
        command.arg(&base);
        for key in ADDRESSES {
            command.args(["--address", &format!("{key}={key}@ohchr.org")]);
        }
        run(&mut command);
        for language in languages {
            all.push(Said { name: format!("{case} in {language}"), language, folder: base.clone(), stem: format!("{case}.{to}.{language}") });
        }
    }
    all
}

impl Said {
    fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.stem))
    }

    fn read(&self, ending: &str) -> String {
        fs::read_to_string(self.file(ending)).unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }

    /// The parts of its message to the first recipient, in a folder.
    fn message(&self, python: &Path) -> PathBuf {
        let folder = self.file("parts");
        fs::create_dir_all(&folder).expect("a folder can be made");
        let eml = self.file("eml").with_file_name(format!("{}.eml", self.stem.replace(".joint.", ".human-rights-defenders.")));
        run(Command::new(python).arg(here().join("contents.py")).arg(eml).arg(&folder));
        folder
    }

    /// The words of the text. It has a dash before each item of a list, and the date above the reference.
    fn in_text(&self, html: &str) -> Vec<String> {
        let text = self.read("txt");
        let lines = text.lines().map(|line| line.trim_start().strip_prefix("- ").unwrap_or(line));
        let mut all = words(&lines.collect::<Vec<_>>().join("\n"));
        let [date, reference] = ["date", "reference"].map(|class| words(&of_elements(html, &format!("p class=\"{class}\""))[0]));
        let both = [date.clone(), reference.clone()].concat();
        let at = all.windows(both.len()).position(|w| w == both).unwrap_or_else(|| panic!("{}: no {both:?}", self.name));
        all.splice(at..at + both.len(), [reference, date].concat());
        all
    }

    fn in_docx(&self, python: &Path) -> Vec<String> {
        let output = run(Command::new(python).arg(here().join("contents.py")).arg(self.file("docx")));
        words(&String::from_utf8(output.stdout).expect("asked for UTF-8"))
    }

    /// The words of the PDF, each with whether it ends a line, where a very long one may go on. Later pages have a head line,
    /// and each has its number.
    fn in_pdf(&self, html: &str) -> Vec<(String, bool)> {
        let file = self.file("pdf");
        let text = run(Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-")).stdout;
        let text = String::from_utf8(text).expect("asked for UTF-8");
        let count = pictures(&file).len();
        let head = words(&head_line(html));
        let mut all = Vec::new();
        for (number, page) in (1..=count).zip(text.split('\u{c}')) {
            let mut page: Vec<(String, bool)> = page
                .lines()
                .flat_map(|line| {
                    let line = words(line);
                    let last = line.len();
                    line.into_iter().enumerate().map(move |(n, word)| (word, n + 1 == last))
                })
                .collect();
            let number_line = words(&count_line(self.language, number, count));
            let foot = page.split_off(page.len() - number_line.len());
            assert!(foot.iter().map(|(w, _)| w).eq(&number_line), "{}: the foot of page {number} is {foot:?}", self.name);
            if number > 1 {
                let top: Vec<String> = page.drain(..head.len()).map(|(word, _)| word).collect();
                assert_eq!(top, head, "{}: the head of page {number}", self.name);
            }
            all.append(&mut page);
        }
        all
    }
}

/// The words of a text. Capitals are each format's own way to set a heading, and dots part what others set on lines of their
/// own.
fn words(text: &str) -> Vec<String> {
    text.nfkc().collect::<String>().to_lowercase().split_whitespace().filter(|word| *word != "·").map(str::to_owned).collect()
}

#[track_caller]
fn same(name: &str, said: &[String], expected: &[String]) {
    let at = said.iter().zip(expected).position(|(a, b)| a != b).unwrap_or(said.len().min(expected.len()));
    let near = |all: &[String]| all[at.saturating_sub(4).min(all.len())..(at + 6).min(all.len())].join(" ");
    assert!(said == expected, "{name}: … {} … is … {} …", near(expected), near(said));
}

/// A very long word is broken at the ends of lines: put together again where, and only where, the letter has one word.
fn mended(pieces: &[(String, bool)], expected: &[String]) -> Vec<String> {
    let mut pieces = pieces.iter().peekable();
    let mut all = Vec::new();
    while let Some((word, mut ends_line)) = pieces.next().cloned() {
        let mut word = word;
        let goal = expected.get(all.len()).map_or("", String::as_str);
        while ends_line && word != goal && goal.starts_with(&word) {
            let Some((more, ends)) = pieces.next() else { break };
            word.push_str(more);
            ends_line = *ends;
        }
        all.push(word);
    }
    all
}

#[test]
fn every_format_of_a_letter_holds_the_same_sentences_in_the_same_order() {
    let (Some(python), Some(())) = (python(), poppler()) else { return };
    for said in letters("letter") {
        let html = said.read("html");
        let [bare, numbered, marked] = [Marks::LeftOut, Marks::Numbers, Marks::Written].map(|marks| words(&words_of(&html, marks)));
        assert!(bare.len() > 600 && bare.len() < numbered.len() && numbered.len() < marked.len(), "{}: {} words", said.name, bare.len());
        same(&format!("the text of {}", said.name), &said.in_text(&html), &numbered);
        same(&format!("the DOCX of {}", said.name), &said.in_docx(&python), &bare);
        if cfg!(feature = "pdf") {
            let pieces = said.in_pdf(&html);
            same(&format!("the PDF of {}", said.name), &mended(&pieces, &marked), &marked);
        }
        let parts = said.message(&python);
        let part = |name: &str| fs::read_to_string(parts.join(name)).unwrap_or_else(|e| panic!("{}: {name}: {e}", said.name)).replace("\r\n", "\n");
        assert_eq!(part("text.plain").trim_end(), said.read("txt").trim_end(), "the text in the message of {}", said.name);
        assert_eq!(part("text.html").trim_end(), html.trim_end(), "the HTML in the message of {}", said.name);
    }
}

#[test]
fn the_letter_attached_to_a_message_is_the_file_itself() {
    let Some(python) = python() else { return };
    let ending = if cfg!(feature = "pdf") { "pdf" } else { "docx" };
    for said in letters("cover") {
        let attached = fs::read(said.message(&python).join(format!("letter.{ending}"))).expect("the letter is attached");
        assert!(attached == fs::read(said.file(ending)).expect("it was written"), "{}", said.name);
    }
}
