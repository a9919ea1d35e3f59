//! The letters that are looked at: the example's, those of `tests/fixtures`, and some that try what a page can bear.
//!
//! All are written once, by the program itself, into a folder of the build, where a person can look at them too.

use crate::programs::{here, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// One letter, as the program wrote it.
pub(crate) struct Letter {
    /// Workspace and file name: `alliance/joint.joint.es`.
    pub(crate) name: String,
    /// The HTML file.
    pub(crate) file: PathBuf,
    /// Its words.
    pub(crate) html: String,
    /// How many pages it may come to.
    pub(crate) pages: (usize, usize),
}

impl Letter {
    /// Whether it is a draft.
    pub(crate) fn is_draft(&self) -> bool {
        self.html.contains("<body class=\"draft\"")
    }

    /// Its language.
    pub(crate) fn language(&self) -> &str {
        &self.html[self.html.find("lang=\"").expect("a letter names its language") + 6..][..2]
    }

    /// Whether it is for letter paper.
    pub(crate) fn is_on_letter_paper(&self) -> bool {
        self.html.contains("@page { size: letter;")
    }
}

/// Every letter.
pub(crate) static LETTERS: LazyLock<Vec<Letter>> = LazyLock::new(|| {
    let all = [
        LetterSpec { workspace: "example", of: example, cases: &["rodolfo-robles-2021"], arguments: &["--language", "es,en,fr"], pages: (3, 3) },
        LetterSpec { workspace: "example", of: example, cases: &["rodolfo-robles-2021-05"], arguments: &["--language", "es,en,fr"], pages: (2, 2) },
        LetterSpec { workspace: "brief", of: brief, cases: &["radio-withdrawn"], arguments: &["--language", "es,en,fr"], pages: (1, 1) },
        LetterSpec { workspace: "brief", of: brief, cases: &["radio"], arguments: &["--language", "es,en,fr"], pages: (2, 2) },
        LetterSpec { workspace: "brief-held", of: held, cases: &["radio"], arguments: &["--language", "es,en,fr"], pages: (3, 3) },
        LetterSpec { workspace: "brief-letter-paper", of: on_letter_paper, cases: &["radio"], arguments: &["--language", "es,en,fr"], pages: (2, 2) },
        LetterSpec { workspace: "brief-long-end", of: with_a_long_end, cases: &["radio"], arguments: &[], pages: (2, 2) },
        LetterSpec { workspace: "alliance", of: alliance, cases: &["joint"], arguments: &["--language", "es,en,fr"], pages: (3, 3) },
        LetterSpec { workspace: "alliance", of: alliance, cases: &["joint"], arguments: &["--audience", "government"], pages: (3, 3) },
        LetterSpec { workspace: "alliance", of: alliance, cases: &["joint"], arguments: &["--audience", "public"], pages: (3, 3) },
        LetterSpec { workspace: "alliance", of: alliance, cases: &["eight-pages"], arguments: &["--language", "es,en,fr"], pages: (8, 8) },
        LetterSpec { workspace: "alliance", of: alliance, cases: &["long-reference"], arguments: &[], pages: (2, 2) },
        LetterSpec { workspace: "alliance", of: alliance, cases: &["draft"], arguments: &[], pages: (4, 4) },
        LetterSpec { workspace: "crowd", of: crowd, cases: &["joint"], arguments: &[], pages: (11, 13) },
        LetterSpec { workspace: "long-words", of: long_words, cases: &["joint"], arguments: &[], pages: (3, 5) },
        LetterSpec { workspace: "ar", of: arabic, cases: &["radio"], arguments: &[], pages: (2, 2) },
        LetterSpec { workspace: "ar-held", of: arabic_held, cases: &["radio"], arguments: &[], pages: (3, 4) },
    ];
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real");
    let _ = fs::remove_dir_all(&base);
    all.iter().flat_map(|order| order.write(&base)).collect()
});

/// Letters of one workspace.
struct LetterSpec {
    workspace: &'static str,
    of: fn(&Path),
    cases: &'static [&'static str],
    arguments: &'static [&'static str],
    pages: (usize, usize),
}

impl LetterSpec {
    fn write(&self, base: &Path) -> Vec<Letter> {
        let workspace = base.join("workspaces").join(self.workspace);
        if !workspace.exists() {
            (self.of)(&workspace);
        }
        let folder = base.join("letters").join(self.workspace);
        let before = files(&folder);
        let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
        command.arg("-C").arg(&workspace).args(["--json", "render", "-f", "html", "-o"]).arg(&folder).args(self.cases).args(self.arguments);
        let output = command.output().expect("the program starts");
        // 3: held letters are written as drafts.
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 3)), "{command:?} ended with {code:?}:\n{}", String::from_utf8_lossy(&output.stdout));
        let new = files(&folder).into_iter().filter(|file| !before.contains(file));
        let letters: Vec<Letter> = new
            .map(|file| {
                let stem = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
                Letter { name: format!("{}/{stem}", self.workspace), html: fs::read_to_string(&file).expect("it was just written"), file, pages: self.pages }
            })
            .collect();
        assert!(!letters.is_empty(), "{command:?} wrote nothing");
        letters
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|p| p.extension().is_some_and(|e| e == "html")).collect();
    files.sort();
    files
}

fn example(to: &Path) {
    copy(&here().join("../../examples/rodolfo-robles-2021"), to);
}

pub(crate) fn brief(to: &Path) {
    copy(&here().join("../fixtures/brief"), to);
}

fn alliance(to: &Path) {
    copy(&here().join("../fixtures/alliance"), to);
}

fn arabic(to: &Path) {
    copy(&here().join("../fixtures/ar"), to);
}

/// A word that is left to be written holds the letter.
fn held(to: &Path) {
    brief(to);
    change(&to.join("cases/radio.toml"), &[("on Sunday.", "on TODO."), ("el domingo.", "el TODO."), ("dimanche.", "TODO.")]);
}

/// A consent that was not given holds the letter.
fn arabic_held(to: &Path) {
    arabic(to);
    change(
        &to.join("cases/radio.toml"),
        &[("submit = true\ngovernment = \"name\"\npublic = \"initials\"", "submit = false\ngovernment = \"name\"\npublic = \"initials\"")],
    );
}

fn on_letter_paper(to: &Path) {
    brief(to);
    change(&to.join("organisation.toml"), &[("source = \"open\"", "source = \"open\"\npaper = \"letter\"")]);
}

/// The last paragraph is of many lines, so that it has to be split for the closing.
fn with_a_long_end(to: &Path) {
    brief(to);
    let sentence = "We remain at your disposal for any further information, and will send you any new information that reaches us. ";
    fs::create_dir_all(to.join("letter-templates/en")).expect("the folder is new");
    put(&to.join("letter-templates/en/contact.hbs"), &format!("## Contact and follow-up\n\n{}\n", sentence.repeat(7).trim_end()));
}

/// Three hundred members, forty who sign.
fn crowd(to: &Path) {
    alliance(to);
    let mut more = String::new();
    for n in 0..40 {
        more.push_str(&format!("[[signatories]]\nid = \"s{n}\"\nname = \"Firmante Número {n}\"\nrole = \"Delegada\"\n\n"));
    }
    for n in 0..300 {
        more.push_str(&format!("[[members]]\nname = \"Comité de vecinas número {n} de la Sierra de los Ejemplos\"\ncountry = \"MX\"\n\n"));
    }
    change(&to.join("organisation.toml"), &[("[[signatories]]\nid = \"ana\"", &format!("{more}[[signatories]]\nid = \"ana\""))]);
}

/// Two hundred letters without a space, wherever a value of a file is printed.
fn long_words(to: &Path) {
    alliance(to);
    let word: String = "Xylqorvantimbewdusgafkepzonhuj".chars().cycle().take(200).collect();
    let quoted = format!("\"{word}\"");
    change(
        &to.join("organisation.toml"),
        &[
            ("\"Alliance for the Rivers and Those Who Defend Them\"", &quoted),
            ("\"Calle de los Sauces 14, interior 3\"", &quoted),
            ("place = \"Ejemplo del Río\"", &format!("place = {quoted}")),
            ("https://rios.example.org/", &format!("https://rios.example.org/{word}")),
            ("\"Bruno Modelo\"", &quoted),
            ("\"Treasurer\"", &quoted),
            ("\"River Watch\"", &quoted),
        ],
    );
    change(
        &to.join("cases/joint.toml"),
        &[
            ("\"Attacks on those who oppose a dam\"", &quoted),
            ("\"ARQD 2026/3\"", &quoted),
            ("\"an assembly of riverside communities\"", &quoted),
            ("\"guards of the building company\"", &quoted),
            ("place = \"Sierra de los Ejemplos\"", &format!("place = {quoted}")),
            ("\"A beating\"", &quoted),
            ("\"FGE/0001/2026\"", &quoted),
            ("\"Ask the State to protect those who oppose the dam.\"", &quoted),
            ("\"Golpean a opositora a la presa\"", &quoted),
        ],
    );
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

#[track_caller]
pub(crate) fn change(file: &Path, changes: &[(&str, &str)]) {
    let mut text = fs::read_to_string(file).expect("the file is there");
    for (old, new) in changes {
        assert!(text.contains(old), "{} has no {old}", file.display());
        text = text.replace(old, new);
    }
    put(file, &text);
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn put(file: &Path, text: &str) {
    fs::write(file, text).expect("the file can be written");
}

/// Runs the program and gives what it printed.
pub(crate) fn appeal(arguments: &[&str]) -> String {
    String::from_utf8(run(Command::new(env!("CARGO_BIN_EXE_appeal")).args(arguments)).stdout).expect("letters are UTF-8")
}
