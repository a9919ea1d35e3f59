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
/// How much is parsed, in bytes, before a file is given up: a large one is not read hundreds of times.
const PATIENCE: usize = 128 << 20;

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
    for _ in 0..(PATIENCE / source.len().max(1)).clamp(8, 4 * MOST) {
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
        let mut edits = Vec::new();
        let mut double = None;
        for mistake in mistakes(&source, &errors) {
            let tried = tries.entry(mistake.line).or_insert(0);
            *tried += 1;
            if *tried == 1 {
                report(mistake.line, mistake.column, &mistake.message, &mistake.hint);
            }
            match (*tried, mistake.repair) {
                (1, Repair::Edit(range, with)) => edits.push((range, with)),
                (1, Repair::Double(name)) => double = Some(name),
                (2, _) => edits.push((mistake.whole, mistake.blank)),
                _ => return None,
            }
        }
        source = edited(&source, edits);
        if let Some(name) = double {
            source = with_double_brackets(&source, &name, &mut doubled);
        }
        if tries.len() > MOST {
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

/// The first mistake of each line, in order. A broken header makes the parser stumble over what is below it, and so does
/// any other mistake over what looks like a second key of the same name: each kind is left for when there is no earlier one.
fn mistakes(source: &str, errors: &[toml::de::Error]) -> Vec<Mistake> {
    let lines = LineIndex::new(source);
    let mut found: Vec<(Cause, usize, usize, &toml::de::Error)> = errors
        .iter()
        .map(|e| {
            let at = e.span().map_or(0, |s| s.start.min(source.len()));
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

        let put_aside = |key: &str| Repair::Edit(whole.clone(), format!("{}{key} = \"{SPOILT}\"", &text[..indent]));

        if parser.contains("duplicate key") {
            let name = source.get(span.clone()).unwrap_or_default();
            let again = say!("`{key}` is there already", key = shown(header(text).unwrap_or(name)));
            let Some(header) = header(text).filter(|_| text.trim_start().starts_with('[')) else {
                let hint = say!("keep one of the two");
                return found(at, (again, hint), Repair::Edit(span, format!("{SPOILT_KEY}{number}")));
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
                    found(at, (again, hint), Repair::Edit(whole.clone(), blank.clone()))
                }
            };
        }
        if is_about_escapes(parser) && text.contains('\\') {
            let explained = explain(text, true);
            return match assignment(text).filter(|(_, value)| !text[*value..].starts_with("\"\"\"")) {
                Some((key, value)) => found(line.start + value, explained, put_aside(key)),
                None => found(line.start + text.find('\\').unwrap_or(indent), explained, Repair::Edit(whole.clone(), text.replace('\\', "/"))),
            };
        }
        if parser.contains("missing comma") {
            let explained = (say!("a comma is missing before this"), say!("part the items of a list with commas: [\"one\", \"two\"]"));
            let blank_before = source[..at].ends_with([' ', '\t']);
            return found(at, explained, Repair::Edit(if blank_before { at - 1..at } else { at..at }, ",".into()));
        }
        let explained = explain(text, false);
        if let Some((key, value)) = assignment(text) {
            return found(line.start + value, explained, put_aside(key));
        }
        if let Some(name) = header(text) {
            let double = text.trim_start().starts_with("[[") || text.contains("]]");
            let with = if double { format!("[[{name}]]") } else { format!("[{name}]") };
            return found(line.start + indent, explained, Repair::Edit(whole.clone(), with));
        }
        if parser.contains("must be quoted") && !span.is_empty() {
            return found(at, explained, Repair::Edit(span, format!("\"{SPOILT}\"")));
        }
        let repair = match misspelt_key(text) {
            Some(key) => put_aside(&key),
            None => Repair::Edit(whole.clone(), String::new()),
        };
        found(line.start + indent, explained, repair)
    }
}

fn is_about_escapes(parser: &str) -> bool {
    ["escape", "unicode value", "code point", "codepoint", "hexadecimal"].iter().any(|word| parser.contains(word))
}

/// Whether this can be a key without quotes.
pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// The key that a line may mean that begins `act by = …` or `título: …`, as far as it can be written.
pub(super) fn misspelt_key(line: &str) -> Option<String> {
    let key = line.split(['=', ':']).next().map(str::trim).filter(|key| key.len() < line.trim().len() && !key.is_empty())?;
    let fits = key.len() <= 40 && key.split_whitespace().count() <= 3 && !key.contains(['"', '\'', '#', '[', ']', '{', '}', '/', '\\', '<', '>', '-', '*']);
    fits.then(|| key.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' }).collect())
}
