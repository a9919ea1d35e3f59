//! What people mistype in TOML: found, explained, and put aside, so that the rest can be read.
//!
//! In: a text that may not be TOML. Out: one that is, line by line the same, and a diagnostic for each line that had to be
//! changed. The parser's own words are never printed, because they may repeat the line, and the line may hold a name.

use super::explain::{assignment, explain, header};
use super::unclosed::unclosed;
use super::{LineIndex, SPOILT, SPOILT_KEY};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, shown};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

/// With more mistakes than this, a file is something else than TOML.
const MOST: usize = 300;
/// A file that cannot be read after as many rounds is given up.
const ROUNDS: usize = 40;

/// A text that can be read.
pub(super) struct Mended {
    pub(super) source: String,
    /// The lines of headers that stood several times in single brackets, which were doubled.
    pub(super) doubled: BTreeSet<u32>,
}

/// Reports every line that is not TOML and puts its value aside, until what is left can be read.
pub(super) fn mend(mut source: String, file: &Arc<str>, problems: &mut Diagnostics) -> Option<Mended> {
    let mut tries: BTreeMap<u32, u8> = BTreeMap::new();
    let mut doubled = BTreeSet::new();
    for _ in 0..ROUNDS {
        let (_, errors) = DeTable::parse_recoverable(&source);
        if errors.is_empty() {
            return Some(Mended { source, doubled });
        }
        let mut report = |line, column, message: &Message, hint: &Message| {
            let at = Location { file: Arc::clone(file), sheet: None, line, column };
            problems.push(Diagnostic::error(message.clone()).at(at).hint(hint.clone()));
        };
        // One that never ends swallows what follows, so it comes first, alone.
        if let Some(open) = unclosed(&source) {
            let place = LineIndex::new(&source).place(open.at);
            report(place.line, place.column, &open.message, &open.hint);
            source.replace_range(open.replace, &open.with);
            continue;
        }
        let mistakes = mistakes(&source, &errors);
        let mut edits = Vec::with_capacity(mistakes.len());
        let mut double = BTreeSet::new();
        for mistake in mistakes.into_iter().take(MOST) {
            let tried = tries.entry(mistake.line).or_insert(0);
            *tried += 1;
            match *tried {
                1 => {
                    report(mistake.line, mistake.column, &mistake.message, &mistake.hint);
                    match mistake.repair {
                        Repair::Edit(range, with) => edits.push((range, with)),
                        Repair::Double(name) => {
                            double.insert(name);
                        }
                    }
                }
                2 => edits.push((mistake.whole, mistake.blank)),
                _ => return None,
            }
        }
        source = edited(&source, edits);
        if !double.is_empty() {
            source = with_double_brackets(&source, &double, &mut doubled);
        }
        if tries.len() > MOST {
            problems.push(
                Diagnostic::error(say!("there are more mistakes than these; the file was not read to its end"))
                    .at(Location::whole(Arc::clone(file)))
                    .hint(say!("look whether this is the file you mean; `appeal new` makes one to compare it with")),
            );
            return None;
        }
    }
    None
}

/// The first mistake of each line, in order.
fn mistakes(source: &str, errors: &[toml::de::Error]) -> Vec<Mistake> {
    let lines = LineIndex::new(source);
    let mut starts: Vec<(usize, &toml::de::Error)> =
        errors.iter().map(|e| (lines.line_at(e.span().map_or(0, |s| s.start.min(source.len()))).start, e)).collect();
    starts.sort_by_key(|(start, e)| (*start, e.span().map(|s| s.start)));
    starts.dedup_by_key(|(start, _)| *start);
    starts.into_iter().take(MOST + 1).map(|(_, e)| Mistake::of(e.message(), e.span().unwrap_or(0..0), source, &lines)).collect()
}

/// The text with some places changed, none of which overlap.
fn edited(source: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(source.len());
    let mut from = 0;
    for (range, with) in edits {
        out.push_str(&source[from..range.start]);
        out.push_str(&with);
        from = range.end;
    }
    out.push_str(&source[from..]);
    out
}

/// The text with every header of these names in double brackets.
fn with_double_brackets(source: &str, names: &BTreeSet<String>, doubled: &mut BTreeSet<u32>) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    for (number, line) in (1..).zip(source.split_inclusive('\n')) {
        match header(line).filter(|name| names.contains(*name) && !line.trim_start().starts_with("[[")) {
            Some(name) => {
                doubled.insert(number);
                out.push_str(&format!("[[{name}]]"));
                out.push_str(&line[line.trim_end().len()..]);
            }
            None => out.push_str(line),
        }
    }
    out
}

/// A line that cannot be read.
struct Mistake {
    line: u32,
    column: u32,
    message: Message,
    hint: Message,
    repair: Repair,
    /// The line, and what stands for it where the repair did not help.
    whole: Range<usize>,
    blank: String,
}

/// What is tried first.
enum Repair {
    /// Something else in this place.
    Edit(Range<usize>, String),
    /// Double brackets around this header, wherever it stands.
    Double(String),
}

impl Mistake {
    fn of(parser: &str, span: Range<usize>, source: &str, lines: &LineIndex<'_>) -> Self {
        let at = span.start.min(source.len());
        let line = lines.line_at(at);
        let text = source[line.clone()].trim_end();
        let whole = line.start..line.start + text.len();
        let number = lines.place(at).line;
        let blank = if header(text).is_some() { format!("[{SPOILT_KEY}{number}]") } else { String::new() };
        let indent = text.len() - text.trim_start().len();
        let found = |place: usize, (message, hint), repair| Self {
            line: number,
            column: lines.place(place).column,
            message,
            hint,
            repair,
            whole: whole.clone(),
            blank: blank.clone(),
        };

        if parser.contains("duplicate key") {
            let name = source.get(span.clone()).unwrap_or_default();
            return match header(text) {
                Some(header) if !text.trim_start().starts_with("[[") => {
                    let hint = say!("keep one of the two; tables that may come several times have double brackets each time: [[{name}]]", name = shown(header));
                    found(at, (say!("`{key}` is there already", key = shown(header)), hint), Repair::Double(header.to_owned()))
                }
                _ => {
                    let hint = say!("keep one of the two; tables that may come several times have double brackets: [[victims]]");
                    found(at, (say!("`{key}` is there already", key = shown(name)), hint), Repair::Edit(span, format!("{SPOILT_KEY}{number}")))
                }
            };
        }
        if is_about_escapes(parser) && text.contains('\\') {
            let explained = explain(text, true);
            let place = line.start + text.find('\\').unwrap_or(indent);
            let place = assignment(text).map_or(place, |(_, value)| line.start + value);
            return found(place, explained, Repair::Edit(whole.clone(), text.replace('\\', "/")));
        }
        if parser.contains("missing comma") {
            let explained = (say!("a comma is missing before this"), say!("part the items of a list with commas: [\"one\", \"two\"]"));
            let blank_before = source[..at].ends_with([' ', '\t']);
            return found(at, explained, Repair::Edit(if blank_before { at - 1..at } else { at..at }, ",".into()));
        }
        let explained = explain(text, false);
        if let Some((key, value)) = assignment(text) {
            let with = format!("{}{key} = \"{SPOILT}\"", &text[..indent]);
            return found(line.start + value, explained, Repair::Edit(whole.clone(), with));
        }
        if let Some(name) = header(text) {
            let double = text.trim_start().starts_with("[[") || text.contains("]]");
            let with = if double { format!("[[{name}]]") } else { format!("[{name}]") };
            return found(line.start + indent, explained, Repair::Edit(whole.clone(), with));
        }
        if parser.contains("must be quoted") && !span.is_empty() {
            return found(at, explained, Repair::Edit(span, format!("\"{SPOILT}\"")));
        }
        let named = text.split_once(':').map(|(name, _)| name.trim()).filter(|name| is_key(name));
        let with = named.map_or_else(String::new, |name| format!("{name} = \"{SPOILT}\""));
        found(line.start + indent, explained, Repair::Edit(whole.clone(), with))
    }
}

fn is_about_escapes(parser: &str) -> bool {
    ["escape", "unicode value", "code point", "codepoint", "hexadecimal"].iter().any(|word| parser.contains(word))
}

/// Whether this can be a key without quotes.
pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
