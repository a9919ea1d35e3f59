//! What is wrong in a user's file, where, and what to do about it.
//!
//! In: places and sentences from every later layer. Out: [`Diagnostics`], sorted and counted. A diagnostic never holds a
//! confidential value: messages are fixed sentences with a few named gaps for keys, codes and counts.

#[macro_use]
mod message;
mod app_error;

pub use app_error::AppError;
pub use message::{Catalogue, Message};

use std::fmt;
use std::sync::Arc;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The value does not exist; nothing is written for the case concerned.
    Error,
    /// The letter exists, as a draft only; a person has something to decide.
    Hold,
    /// A remark about a value that exists. It never changes an exit code.
    Warning,
}

impl Severity {
    /// The word in messages and in JSON: `error`, `held`, `warning`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Hold => "held",
            Self::Warning => "warning",
        }
    }
}

/// A spot inside a file. Lines, columns and rows count from 1; 0 means the file as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which of the record's files.
    pub file: u16,
    /// Line of a text, or row of a sheet.
    pub line: u32,
    /// Column in characters, or column of a sheet.
    pub column: u32,
}

/// A file as a person can find it, with a spot inside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The path as it is reached from the current folder.
    pub file: Arc<str>,
    /// The sheet, for tables; the spot is then a cell. The one sheet of a file of plain text has an empty name.
    pub sheet: Option<Arc<str>>,
    /// Line or row, from 1; 0 for the whole file.
    pub line: u32,
    /// Column, from 1; 0 for the whole line.
    pub column: u32,
}

impl Location {
    /// The file as a whole.
    #[must_use]
    pub fn whole(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), sheet: None, line: 0, column: 0 }
    }

    /// The name of the cell, for tables: `Sheet1!C4`, or `C4` where there is one sheet without a name.
    #[must_use]
    pub fn cell(&self) -> Option<String> {
        let sheet = self.sheet.as_ref()?;
        if self.line == 0 {
            return (!sheet.is_empty()).then(|| sheet.to_string());
        }
        let (mut letters, mut n) = (Vec::new(), self.column.max(1));
        while n > 0 {
            letters.push(char::from(b'A' + u8::try_from((n - 1) % 26).expect("a remainder of 26 fits a byte")));
            n = (n - 1) / 26;
        }
        let name: String = letters.into_iter().rev().collect();
        Some(if sheet.is_empty() { format!("{name}{}", self.line) } else { format!("{sheet}!{name}{}", self.line) })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(cell) = self.cell() {
            return write!(f, ": {cell}");
        }
        if self.line > 0 && self.sheet.is_none() {
            write!(f, ":{}:{}", self.line, self.column.max(1))?;
        }
        Ok(())
    }
}

/// One thing to know or to mend: where, what, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Where; absent where no file is meant.
    pub location: Option<Location>,
    /// The field, as a dotted path counted from 1 (`victims.1.consent.on`); empty where none is meant.
    pub path: String,
    /// What is wrong.
    pub message: Message,
    /// What to do.
    pub hint: Option<Message>,
}

impl Diagnostic {
    /// An error without a place yet.
    #[must_use]
    pub fn error(message: Message) -> Self {
        Self { severity: Severity::Error, location: None, path: String::new(), message, hint: None }
    }

    /// A reason to hold a letter.
    #[must_use]
    pub fn hold(message: Message) -> Self {
        Self { severity: Severity::Hold, ..Self::error(message) }
    }

    /// A remark.
    #[must_use]
    pub fn warning(message: Message) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, location: impl Into<Option<Location>>) -> Self {
        self.location = location.into();
        self
    }

    /// The same, about a field.
    #[must_use]
    pub fn about(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn hint(mut self, hint: Message) -> Self {
        self.hint = Some(hint);
        self
    }

    fn order(&self) -> (Option<&Location>, Severity, &str) {
        (self.location.as_ref(), self.severity, &self.path)
    }
}

impl Diagnostic {
    /// `FILE:LINE:COL: message`, then `  hint: …` on a line of its own, in the language of this catalogue. Warnings and holds
    /// say so.
    #[must_use]
    pub fn told(&self, catalogue: &Catalogue) -> String {
        let at = self.location.as_ref().map(|l| format!("{l}: ")).unwrap_or_default();
        let word = match self.severity {
            Severity::Error => String::new(),
            Severity::Hold => format!("{}: ", catalogue.tell(&say!("held"))),
            Severity::Warning => format!("{}: ", catalogue.tell(&say!("warning"))),
        };
        let hint = self.hint.as_ref().map(|h| format!("\n  {}: {}", catalogue.tell(&say!("hint")), catalogue.tell(h))).unwrap_or_default();
        format!("{at}{word}{}{hint}", catalogue.tell(&self.message))
    }
}

impl fmt::Display for Diagnostic {
    /// As [`Diagnostic::told`], in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(&Catalogue::default()))
    }
}

/// All that is to be said about some files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether a value could not be made.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity).count()
    }

    /// All, in the order of their files and places, each once.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort_by(|a, b| a.order().cmp(&b.order()));
        self.0.dedup();
        self.0
    }

    /// Closes the gaps of all messages and hints whose values may not be shown: a word that somebody mistyped may be a
    /// part of a name.
    pub fn conceal(&mut self, is_secret: impl Fn(&str) -> bool) {
        for diagnostic in &mut self.0 {
            diagnostic.message.conceal(&is_secret);
            diagnostic.hint.iter_mut().for_each(|hint| hint.conceal(&is_secret));
            if is_secret(&diagnostic.path) {
                diagnostic.path.clear();
            }
        }
    }

    /// All, as they came.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, more: I) {
        self.0.extend(more);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

/// A longer word is no slip of the pen, and comparing it would take long.
const LONGEST_WORD: usize = 200;

/// The known word nearest to a mistyped one, where one is near enough to be meant.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(typed, &mut known.into_iter())
}

fn nearest<'a>(typed: &str, known: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace('_', "-");
    let letters = typed.chars().count();
    let limit = (letters / 3).clamp(1, 3);
    let known: Vec<&str> = known.filter(|word| typed.len().max(word.len()) <= LONGEST_WORD).collect();
    // A distance takes as long as both words together are long, squared; words of other lengths are further apart than the limit.
    let alike = known.iter().filter(|word| word.chars().count().abs_diff(letters) <= limit);
    let distances = alike.map(|word| (strsim::osa_distance(&typed, word), *word));
    let near = distances.filter(|(distance, _)| *distance <= limit).min_by_key(|(distance, _)| *distance).map(|(_, word)| word);
    // "internally-displaced" for "internally-displaced-persons": the beginning of one word, and of no other.
    let mut longer = known.iter().copied().filter(|word| word.strip_prefix(typed.as_str()).is_some_and(|rest| rest.starts_with('-')));
    near.or_else(|| longer.next().filter(|_| longer.next().is_none()))
}

/// A word of the user's that may be shown in a message: cut at 60 characters, without control characters.
#[must_use]
pub fn shown(word: &str) -> String {
    let clean: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).take(61).collect();
    if clean.chars().count() > 60 { clean.chars().take(59).chain(['…']).collect() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::{Location, did_you_mean};

    #[test]
    fn a_word_is_known_by_its_letters_or_by_its_beginning() {
        let known = ["internally-displaced-persons", "human-rights-defenders", "human-rights-environment", "migrants"];
        assert_eq!(did_you_mean("migrnats", known), Some("migrants"));
        assert_eq!(did_you_mean("internally_displaced", known), Some("internally-displaced-persons"));
        for unclear in ["human-rights", "human", "internally-dis", ""] {
            assert_eq!(did_you_mean(unclear, known), None, "{unclear}");
        }
    }

    #[test]
    fn a_word_of_a_page_is_compared_with_nothing() {
        let page = "x".repeat(100_000);
        assert_eq!(did_you_mean(&page, [page.as_str()]), None);
    }

    #[test]
    fn a_cell_is_named_as_a_sheet_names_it() {
        let place = |column| Location { file: "c.xlsx".into(), sheet: Some("Sheet1".into()), line: 4, column };
        assert_eq!(place(3).to_string(), "c.xlsx: Sheet1!C4");
        assert_eq!(place(28).to_string(), "c.xlsx: Sheet1!AB4");
        assert_eq!(Location { sheet: Some("".into()), ..place(3) }.to_string(), "c.xlsx: C4");
        assert_eq!(Location { line: 0, ..place(3) }.to_string(), "c.xlsx: Sheet1");
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("mandatse", ["mandates", "country"]), Some("mandates"));
        assert_eq!(did_you_mean("act_by", ["act-by", "action"]), Some("act-by"));
        assert_eq!(did_you_mean("zzz", ["mandates"]), None);
    }
}
