//! What came of a run of the program, to be looked at: each output, the code and the files, or the test fails.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::process::Output;

/// What came of a run. Code, standard output, standard error and files must each be looked at before it is dropped.
pub(crate) struct Run {
    words: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
    changed: Vec<String>,
    written: BTreeMap<String, Vec<u8>>,
    checked: Cell<u8>,
}

/// All that came of a run, for a closer look than [`Run`] has words for.
pub(crate) struct Outcome {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// The files that are new or changed.
    pub(crate) written: BTreeMap<String, Vec<u8>>,
}

impl Outcome {
    /// Everything that was said or written, and the names of the files: for what may occur nowhere.
    pub(crate) fn everything(&self) -> String {
        let files = self.written.iter().map(|(path, bytes)| format!("{path}\n{}", String::from_utf8_lossy(bytes)));
        [self.stdout.clone(), self.stderr.clone()].into_iter().chain(files).collect::<Vec<_>>().join("\n")
    }
}

const CODE: u8 = 1;
const STDOUT: u8 = 2;
const STDERR: u8 = 4;
const FILES: u8 = 8;

impl Run {
    /// What came of the program: its output, and the files that are new or changed.
    pub(crate) fn new(words: String, output: Output, written: BTreeMap<String, Vec<u8>>) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program speaks UTF-8");
        Self {
            words,
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            changed: written.keys().cloned().collect(),
            written,
            checked: Cell::new(0),
        }
    }

    fn seen(self, what: u8) -> Self {
        self.checked.set(self.checked.get() | what);
        self
    }

    fn all(&self) -> String {
        format!("appeal {}\ncode {:?}\n--- stdout\n{}--- stderr\n{}--- files {:?}", self.words, self.code, self.stdout, self.stderr, self.changed)
    }

    /// The exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "{}", self.all());
        self.seen(CODE)
    }

    /// Standard output, to the letter.
    #[track_caller]
    pub(crate) fn stdout(self, expected: &str) -> Self {
        assert_eq!(self.stdout, expected, "{}", self.all());
        self.seen(STDOUT)
    }

    /// Standard error, to the letter.
    #[track_caller]
    pub(crate) fn stderr(self, expected: &str) -> Self {
        assert_eq!(self.stderr, expected, "{}", self.all());
        self.seen(STDERR)
    }

    /// Words that standard output has.
    #[track_caller]
    pub(crate) fn stdout_has(self, words: &str) -> Self {
        assert!(self.stdout.contains(words), "no {words:?} in standard output\n{}", self.all());
        self.seen(STDOUT)
    }

    /// Words that standard error has.
    #[track_caller]
    pub(crate) fn stderr_has(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "no {words:?} in standard error\n{}", self.all());
        self.seen(STDERR)
    }

    /// Words that neither output may have.
    #[track_caller]
    pub(crate) fn nowhere(self, words: &str) -> Self {
        assert!(!self.stdout.contains(words) && !self.stderr.contains(words), "{words:?} was said\n{}", self.all());
        self
    }

    /// The files that are new or changed, to the last.
    #[track_caller]
    pub(crate) fn files(self, expected: &[&str]) -> Self {
        assert_eq!(self.changed, expected, "{}", self.all());
        self.seen(FILES)
    }

    /// Everything that came of it.
    pub(crate) fn outcome(mut self) -> Outcome {
        self.checked.set(u8::MAX);
        Outcome {
            code: self.code.expect("the program ended by itself"),
            stdout: self.stdout.clone(),
            stderr: self.stderr.clone(),
            written: std::mem::take(&mut self.written),
        }
    }

    /// The exit code, for a closer look.
    #[track_caller]
    pub(crate) fn the_code(&self) -> i32 {
        self.code.unwrap_or_else(|| panic!("a signal ended it\n{}", self.all()))
    }

    /// What was written to standard output, for a closer look.
    pub(crate) fn into_stdout(self) -> String {
        self.checked.set(u8::MAX);
        self.stdout.clone()
    }

    /// What was written to standard error, for a closer look.
    pub(crate) fn into_stderr(self) -> String {
        self.checked.set(u8::MAX);
        self.stderr.clone()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let seen = self.checked.get();
        assert!(seen & CODE != 0, "the exit code was not looked at\n{}", self.all());
        // What nobody looked at must be silence.
        assert!(seen & STDOUT != 0 || self.stdout.is_empty(), "standard output was not looked at\n{}", self.all());
        assert!(seen & STDERR != 0 || self.stderr.is_empty(), "standard error was not looked at\n{}", self.all());
        assert!(seen & FILES != 0 || self.changed.is_empty(), "the files were not looked at\n{}", self.all());
    }
}
