//! What each reader gets of a case, and all that is said and written on the way: the judge of the tests of consent.

use crate::docx::{PARAGRAPH, parts, text_of_xml};
use crate::test_workspace::{CASE, Outcome, TestWorkspace};

/// The name that is watched in these tests, in a case that is otherwise [`CASE`].
pub(crate) const NAME: &str = "Zenobia Quillabamba";
/// What stands for it.
pub(crate) const CODE: &str = "Defensora A";
/// The readers, from the one that sees most.
pub(crate) const READERS: [&str; 3] = ["mandate", "government", "public"];

/// [`CASE`] with the watched name, and `consent` in the place of its consent (without the header; empty: no consent).
pub(crate) fn case(consent: &str) -> String {
    let named = CASE.replace("María Ejemplo", NAME);
    let (before, rest) = named.split_once("[victims.consent]\n").expect("the case has a consent");
    let (_, after) = rest.split_once("[[perpetrators]]").expect("the case has a perpetrator");
    let table = if consent.is_empty() { String::new() } else { format!("[victims.consent]\n{consent}\n") };
    format!("{before}{table}[[perpetrators]]{after}")
}

/// A consent to everything that `more` does not say otherwise, by [`case`].
pub(crate) fn agreed(government: &str, public: &str, more: &str) -> String {
    case(&format!("submit = true\ngovernment = \"{government}\"\npublic = \"{public}\"\nby = \"self\"\non = 2021-04-27\nhow = \"acta siete\"\n{more}"))
}

/// What one reader gets.
pub(crate) struct Reading {
    /// Whose.
    pub(crate) reader: String,
    /// The exit code of render.
    pub(crate) code: i32,
    /// What render said about it.
    pub(crate) stderr: String,
    /// The letter as text; empty if there is none.
    pub(crate) text: String,
    /// The letter as HTML; empty if there is none.
    pub(crate) html: String,
    /// The words of the letter as DOCX, headers and footers included; empty if there is none.
    pub(crate) docx: String,
    /// The answers for the online form; empty if there are none.
    pub(crate) form: String,
    /// The names of the text and HTML files.
    pub(crate) files: Vec<String>,
    /// All of it, and what check and --json say.
    pub(crate) everything: String,
}

impl Reading {
    /// Renders the case `c1` for a reader in each format and each way, and looks at it with check.
    #[track_caller]
    pub(crate) fn of(workspace: &TestWorkspace, reader: &str) -> Self {
        Self::with(workspace, reader, &format!("c1 --audience {reader}"))
    }

    /// The same of another selection.
    #[track_caller]
    pub(crate) fn with(workspace: &TestWorkspace, reader: &str, selection: &str) -> Self {
        let out = workspace.path().join("out");
        let run = |words: String| -> Outcome { workspace.run(&words).outcome() };
        let files = run(format!("render {selection} -f text,html -o out"));
        let mut json = run(format!("render {selection} -f docx,form --json -o out"));
        let check = run(format!("check {selection} --json"));
        assert_eq!((files.code, files.code), (json.code, check.code), "the exit code is the same with --json and of check\n{}", files.everything());
        let docx: String = json.written.values_mut().filter(|bytes| bytes.starts_with(b"PK")).map(unpack).collect();
        let ending = |end: &str| {
            files
                .written
                .iter()
                .chain(&json.written)
                .filter(|(p, _)| p.ends_with(end))
                .map(|(_, b)| String::from_utf8_lossy(b).into_owned())
                .collect::<String>()
        };
        let everything: Vec<String> = [&files, &json, &check].into_iter().map(Outcome::everything).collect();
        let reading = Self {
            reader: reader.to_owned(),
            code: files.code,
            stderr: files.stderr.clone(),
            text: ending(".es.txt") + &ending(".government.txt") + &ending(".public.txt"),
            docx,
            form: ending(".form.txt"),
            html: ending(".html"),
            files: files.written.keys().map(|p| p.trim_start_matches("out/").to_owned()).collect(),
            everything: everything.join("\n"),
        };
        let _ = std::fs::remove_dir_all(out);
        reading
    }

    /// The letter is cleared: exit 0, and no draft's mark.
    #[track_caller]
    pub(crate) fn cleared(self) -> Self {
        assert_eq!(self.code, 0, "{}: {}", self.reader, self.stderr);
        for letter in [&self.text, &self.html, &self.docx, &self.form] {
            assert!(!letter.contains("BORRADOR"), "{}: a cleared letter is no draft", self.reader);
        }
        assert!(!self.text.is_empty() && !self.html.is_empty() && !self.docx.is_empty(), "{}: a letter in each format", self.reader);
        // The form is for the mandates; nobody else is told its answers.
        assert!(self.form.is_empty() || self.reader != "government" && self.reader != "public", "{}: {}", self.reader, self.form);
        self
    }

    /// The letter is held with this message, and its draft is marked at head and end.
    #[track_caller]
    pub(crate) fn held(self, message: &str) -> Self {
        assert_eq!(self.code, 3, "{}: {}\n{}", self.reader, self.stderr, self.text);
        assert!(self.stderr.contains(message), "{}: no {message:?} in\n{}", self.reader, self.stderr);
        for (n, text) in self.text.split("*** BORRADOR ***\n").enumerate() {
            assert!(n < 3 && (n > 0 || text.is_empty()), "a draft is marked at its head and at its end:\n{}", self.text);
        }
        assert_eq!(self.text.matches("*** BORRADOR ***\n").count(), 2, "{}", self.text);
        let (_, reasons) = self.text.rsplit_once("*** BORRADOR ***\n").expect("a draft is marked");
        assert!(reasons.starts_with("\nBorrador: no enviar. Su envío no está autorizado por las siguientes\nrazones:\n- "), "{reasons}");
        assert!(self.html.contains("<body class=\"draft\" data-mark=\"BORRADOR\">"), "{}", self.html);
        assert!(self.html.contains("<aside class=\"reasons\""), "{}", self.html);
        assert_eq!(self.docx.matches("BORRADOR").count(), 2, "the first page and the others are marked: {}", self.docx);
        assert!(self.docx.contains("Borrador: no enviar. Su envío no está autorizado por las siguientes razones:"), "{}", self.docx);
        assert_eq!(self.form, "", "a draft is never written as a form");
        self
    }

    /// There is no letter: exit 1.
    #[track_caller]
    pub(crate) fn refused(self, message: &str) -> Self {
        assert_eq!(self.code, 1, "{}: {}\n{}", self.reader, self.stderr, self.text);
        assert!(self.stderr.contains(message), "{}: no {message:?} in\n{}", self.reader, self.stderr);
        assert_eq!([&self.text, &self.html, &self.docx, &self.form], [""; 4]);
        self
    }

    /// The letter says this, in each format. The form has words of its own.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(flat(&self.text).contains(words), "{}: no {words:?} in\n{}", self.reader, self.text);
        assert!(words_of(&self.html).contains(words), "{}: no {words:?} in\n{}", self.reader, self.html);
        assert!(self.docx.contains(words), "{}: no {words:?} in\n{}", self.reader, self.docx);
        self
    }

    /// The letter does not say this, in any format.
    #[track_caller]
    pub(crate) fn never_says(self, words: &str) -> Self {
        assert!(!flat(&self.text).contains(words), "{}: {words:?} in\n{}", self.reader, self.text);
        assert!(!words_of(&self.html).contains(words), "{}: {words:?} in\n{}", self.reader, self.html);
        assert!(!self.docx.contains(words), "{}: {words:?} in\n{}", self.reader, self.docx);
        assert!(!flat(&self.form).contains(words), "{}: {words:?} in\n{}", self.reader, self.form);
        self
    }

    /// The answers for the form say this.
    #[track_caller]
    pub(crate) fn answers(self, words: &str) -> Self {
        assert!(flat(&self.form).contains(words), "{}: no {words:?} in\n{}", self.reader, self.form);
        self
    }

    /// Neither this nor any part of it occurs anywhere: not in letters, messages, JSON or the names of files.
    #[track_caller]
    pub(crate) fn nowhere(self, name: &str) -> Self {
        let all = self.everything.to_lowercase();
        for part in name.split_whitespace().filter(|p| p.chars().count() > 2) {
            assert!(!all.contains(&part.to_lowercase()), "{}: {part:?} got out\n{}", self.reader, line_of(&self.everything, part));
        }
        self
    }
}

fn line_of(text: &str, part: &str) -> String {
    text.lines().filter(|l| l.to_lowercase().contains(&part.to_lowercase())).take(5).collect::<Vec<_>>().join("\n")
}

/// The words of a DOCX, with the mark of each header that has one; in its place what it holds, unpacked, so that names can be
/// looked for in it.
fn unpack(docx: &mut Vec<u8>) -> String {
    let mut words = Vec::new();
    let mut all = String::new();
    for (name, part) in parts(docx) {
        let part = String::from_utf8_lossy(&part).into_owned();
        if ["word/document", "word/header", "word/footer"].iter().any(|read| name.starts_with(read)) {
            words.push(flat(&text_of_xml(&part, &PARAGRAPH, "w:t")));
            // The mark of a draft is a shape behind the page.
            words.extend(part.matches("string=\"BORRADOR\"").map(|_| "BORRADOR".to_owned()));
        }
        all.push_str(&format!("{name}\n{part}\n"));
    }
    let words = words.join(" ");
    *docx = format!("{all}{words}").into_bytes();
    words
}

/// A text as if it had never been wrapped.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of an HTML letter, without its style.
pub(crate) fn words_of(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, b)| b);
    let mut out = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    flat(&out)
}
