//! What people mistype in TOML: each mistake told once, and the rest of the file understood all the same.
//!
//! In: a text that is not TOML. Out: one of which the parser recovers everything but the values on some lines, line by line the
//! same, and a diagnostic for each mistake. Within a line the parser's own recovery is enough; a broken header or key, and a value
//! that never ends, would take with them what follows, and so they are mended before the text is parsed again. The parser's own
//! words are never printed, because they may repeat the line, and the line may hold a name.

use super::lines::LineIndex;
use super::open_values::unclosed;
use super::sentences::{assignment, explain, header, misspelt_key};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, shown};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeTable, Error};

/// With more mistakes than this, a file is something else than TOML.
const MOST: usize = 300;
/// How much is parsed, in bytes, before a file is given up: a large one is not read hundreds of times.
const PATIENCE: usize = 128 << 20;
/// Begins the key of what could not be mended.
pub(super) const SPOILT_KEY: &str = "spoilt-by-a-mistake-";

/// What could be understood.
#[derive(Default)]
pub(super) struct Recovered {
    pub(super) source: String,
    /// The lines whose values nobody can know.
    pub(super) spoilt: BTreeSet<u32>,
    /// The lines of headers that stood several times in single brackets, which were doubled.
    pub(super) doubled: BTreeSet<u32>,
}

/// Reports every mistake, and mends what would hide the next ones.
pub(super) fn recover(source: String, file: &Arc<str>, problems: &mut Diagnostics) -> Option<Recovered> {
    let mut out = Recovered { source, ..Recovered::default() };
    let mut told: BTreeMap<u32, Told> = BTreeMap::new();
    for _ in 0..(PATIENCE / out.source.len().max(1)).clamp(8, 4 * MOST) {
        let mut report = |line, column, message: Message, hint: Message| {
            let at = Location { file: Arc::clone(file), sheet: None, line, column };
            problems.push(Diagnostic::error(message).at(at).hint(hint));
        };
        // One that never ends swallows what follows, so it comes first, alone.
        if let Some(open) = unclosed(&out.source) {
            let place = LineIndex::new(&out.source).place(open.at);
            report(place.line, place.column, open.message, open.hint);
            out.source.replace_range(open.replace, &open.with);
            if open.is_lost {
                out.spoilt.insert(place.line);
            }
            continue;
        }
        let (_, errors) = DeTable::parse_recoverable(&out.source);
        let (mut edits, mut double) = (Vec::new(), None);
        for mistake in mistakes(&out.source, &errors, &told) {
            let Mistake { line, column, message, hint, repair, whole, blank } = mistake;
            if told.insert(line, if matches!(repair, Repair::None | Repair::Spoil) { Told::Settled } else { Told::Mended }).is_some() {
                // The repair did not help: nothing of the line can be kept.
                told.insert(line, Told::Settled);
                edits.push((whole, blank));
                continue;
            }
            report(line, column, message, hint);
            match repair {
                Repair::None => {}
                Repair::Spoil => drop(out.spoilt.insert(line)),
                Repair::PutAside(key) => {
                    out.spoilt.insert(line);
                    edits.push((whole, format!("{key} = \"\"")));
                }
                Repair::Line(with) => edits.push((whole, with)),
                Repair::Double(name) => double = Some(name),
            }
        }
        if edits.is_empty() && double.is_none() && mistakes(&out.source, &errors, &told).is_empty() {
            return Some(out);
        }
        out.source = edited(&out.source, edits);
        if let Some(name) = double {
            out.source = with_double_brackets(&out.source, &name, &mut out.doubled);
        }
        if told.len() > MOST {
            break;
        }
    }
    problems.push(
        Diagnostic::error(say!("there are more mistakes than these; the file was not read to its end"))
            .at(Location::whole(Arc::clone(file)))
            .hint(say!("look whether this is the file you mean; `appeal new` makes one to compare it with")),
    );
    None
}

/// What became of a line with a mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Something was changed, and it may not have helped.
    Mended,
    /// What the parser still says of it is of no use.
    Settled,
}

/// The first mistake of each line, in order. A broken header makes the parser stumble over what is below it, and so does
/// any other mistake over what looks like a second key of the same name: each kind is left for when there is no earlier one.
fn mistakes(source: &str, errors: &[Error], told: &BTreeMap<u32, Told>) -> Vec<Mistake> {
    let lines = LineIndex::new(source);
    let mut found: Vec<(Cause, usize, usize, &Error)> = errors
        .iter()
        .map(|e| (e, e.span().map_or(0, |s| s.start.min(source.len()))))
        .filter(|(_, at)| told.get(&lines.place(*at).line) != Some(&Told::Settled))
        .map(|(e, at)| {
            let line = lines.line_at(at);
            let cause = if e.message().contains("duplicate key") {
                Cause::Again
            } else if source[line.clone()].trim_start().starts_with('[') && header(&source[line.clone()]).is_some() {
                Cause::Header
            } else {
                Cause::Line
            };
            (cause, line.start, at, e)
        })
        .collect();
    found.sort_by_key(|(cause, line, at, _)| (*cause, *line, *at));
    let Some(first) = found.first().map(|(cause, ..)| *cause) else { return Vec::new() };
    found.retain(|(cause, ..)| *cause == first);
    found.dedup_by_key(|(_, line, ..)| *line);
    found.truncate(if first == Cause::Again { 1 } else { MOST + 1 });
    found.into_iter().map(|(.., e)| Mistake::of(e.message(), e.span().unwrap_or(0..0), source, &lines)).collect()
}

/// What the parser stopped at, in the order in which it is mended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Header,
    Line,
    Again,
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

/// The text with every header of this name in double brackets.
fn with_double_brackets(source: &str, name: &str, doubled: &mut BTreeSet<u32>) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    for (number, line) in (1..).zip(source.split_inclusive('\n')) {
        if header(line) == Some(name) && !line.trim_start().starts_with("[[") {
            doubled.insert(number);
            out.push_str(&format!("[[{name}]]"));
            out.push_str(&line[line.trim_end().len()..]);
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Where the first headers of this name stand, in single and in double brackets.
fn headers(source: &str, name: &str) -> (Option<usize>, Option<usize>) {
    let (mut single, mut double, mut at) = (None, None, 0);
    for line in source.split_inclusive('\n') {
        if header(line) == Some(name) {
            let which = if line.trim_start().starts_with("[[") { &mut double } else { &mut single };
            which.get_or_insert(at);
        }
        at += line.len();
    }
    (single, double)
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

/// What is done about a line.
enum Repair {
    /// Nothing: the parser recovers all of it.
    None,
    /// Nothing either, but its values mean nothing.
    Spoil,
    /// This key without its value.
    PutAside(String),
    /// Another line.
    Line(String),
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

        let put_aside = |key: &str| Repair::PutAside(format!("{}{key}", &text[..indent]));

        if parser.contains("duplicate key") {
            let name = source.get(span.clone()).unwrap_or_default();
            let again = say!("`{key}` is there already", key = shown(header(text).unwrap_or(name)));
            let Some(header) = header(text).filter(|_| text.trim_start().starts_with('[')) else {
                let hint = say!("keep one of the two");
                return found(at, (again, hint), Repair::None);
            };
            let several = || say!("`{key}` may be there several times", key = shown(header));
            let hint = say!("write [[{key}]] with double brackets", key = shown(header));
            let (single, double) = headers(source, header);
            let is_double = text.trim_start().starts_with("[[");
            return match (is_double, single, double) {
                // [x] and, further down, [[x]].
                (true, Some(single), _) => Self { line: lines.place(single).line, ..found(single, (several(), hint), Repair::Double(header.to_owned())) },
                // [[x]] and, further down, [x].
                (false, _, Some(double)) if double < line.start => found(at, (several(), hint), Repair::Double(header.to_owned())),
                (false, _, _) => {
                    let hint = say!("keep one of the two; tables that may come several times have double brackets each time: [[{key}]]", key = shown(header));
                    found(at, (again, hint), Repair::Double(header.to_owned()))
                }
                (true, None, _) => {
                    let hint = say!("[[{key}]] comes before everything that belongs to it, such as [{key}.…]", key = shown(header));
                    found(at, (again, hint), Repair::Line(blank.clone()))
                }
            };
        }
        if is_about_escapes(parser) && text.contains('\\') {
            let explained = explain(text, true);
            return match assignment(text).filter(|(_, value)| !text[*value..].starts_with("\"\"\"")) {
                Some((key, value)) => found(line.start + value, explained, put_aside(key)),
                None => found(line.start + text.find('\\').unwrap_or(indent), explained, Repair::None),
            };
        }
        if parser.contains("missing comma") {
            let explained = (say!("a comma is missing before this"), say!("part the items of a list with commas: [\"one\", \"two\"]"));
            return found(at, explained, Repair::None);
        }
        let explained = explain(text, false);
        if let Some((key, value)) = assignment(text) {
            return found(line.start + value, explained, put_aside(key));
        }
        if let Some(name) = header(text) {
            let double = text.trim_start().starts_with("[[") || text.contains("]]");
            let with = if double { format!("[[{name}]]") } else { format!("[{name}]") };
            return found(line.start + indent, explained, Repair::Line(with));
        }
        if parser.contains("must be quoted") && !span.is_empty() {
            return found(at, explained, Repair::Spoil);
        }
        let repair = match misspelt_key(text) {
            Some(key) => put_aside(&key),
            None => Repair::Line(String::new()),
        };
        found(line.start + indent, explained, repair)
    }
}

fn is_about_escapes(parser: &str) -> bool {
    ["escape", "unicode value", "code point", "codepoint", "hexadecimal"].iter().any(|word| parser.contains(word))
}
