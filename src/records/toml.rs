//! TOML files: their values with places, and their mistakes in sentences of our own.
//!
//! In: bytes. Out: a [`Record`] and what is wrong with the file. A line that is not TOML is reported, its value is put
//! aside, and the rest is read, so that all mistakes of a file come at once. The parser's own words are never printed,
//! because they may repeat the line, and the line may hold a name.

use super::{Entry, Node, Record, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, Place, shown};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// No file of text that people write is larger, in bytes.
const LARGEST: usize = 4 << 20;
/// Stands for a value that was put aside. Outside text never contains this character.
const SPOILT: &str = "\u{f8ff}";
const SPOILT_KEY: &str = "spoilt-by-a-mistake-";

/// Reads a TOML file. Without a record, the file could not be read at all, and the diagnostics say why.
#[must_use]
pub fn read(bytes: &[u8], file: &Arc<str>) -> (Option<Record>, Diagnostics) {
    let mut problems = Diagnostics::default();
    let Some(source) = decode(bytes, file, &mut problems) else { return (None, problems) };
    let Some(source) = mend(source, file, &mut problems) else { return (None, problems) };
    let Ok(table) = DeTable::parse(&source) else { return (None, problems) };
    let lines = LineIndex::new(&source);
    let root = Node { place: Place { file: 0, line: 1, column: 1 }, value: table_value(table.get_ref(), &lines) };
    if matches!(&root.value, Value::Table(entries) if entries.is_empty()) && !problems.has_errors() {
        problems.push(Diagnostic::error(say!("the file is empty")).at(Location::whole(Arc::clone(file))).hint(say!("write it, or remove the file")));
        return (None, problems);
    }
    (Some(Record::new(root, Arc::clone(file))), problems)
}

fn decode(bytes: &[u8], file: &Arc<str>, problems: &mut Diagnostics) -> Option<String> {
    let whole = Location::whole(Arc::clone(file));
    if bytes.len() > LARGEST {
        let megabytes = bytes.len() >> 20;
        problems.push(
            Diagnostic::error(say!("the file has {megabytes} MB, which is more than a file of text can have here (4 MB)", megabytes = megabytes))
                .at(whole)
                .hint(say!("annexes and pictures are files of their own; name them in [[annexes]]")),
        );
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = u32::try_from(before.iter().filter(|b| **b == b'\n').count() + 1).unwrap_or(u32::MAX);
            let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let message = if wide { say!("the file is in UTF-16, not in UTF-8") } else { say!("the file is not in UTF-8 from here on") };
            problems.push(Diagnostic::error(message).at(Location { line, column: 1, ..whole }).hint(say!("save it again with the encoding UTF-8")));
            return None;
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.bytes().any(is_control) {
        return Some(text.to_owned());
    }
    problems.push(Diagnostic::warning(say!("control characters were removed from the file")).at(whole).hint(say!("they cannot be seen; look over the text")));
    Some(text.chars().filter(|c| !(c.is_ascii() && is_control(*c as u8))).collect())
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Reports every line that is not TOML and puts its value aside, until what is left can be read.
fn mend(mut source: String, file: &Arc<str>, problems: &mut Diagnostics) -> Option<String> {
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let (_, errors) = DeTable::parse_recoverable(&source);
        if errors.is_empty() {
            return Some(source);
        }
        let mut mistakes: Vec<Mistake> = {
            let lines = LineIndex::new(&source);
            errors.iter().map(|e| Mistake::of(e.message(), e.span().unwrap_or(0..0), &source, &lines)).collect()
        };
        mistakes.sort_by_key(|m| m.line);
        mistakes.dedup_by_key(|m| m.line);
        let mut fresh = false;
        // Later lines first, so that the places of earlier ones still hold.
        for mistake in mistakes.iter().rev() {
            if !seen.insert(mistake.line) {
                continue;
            }
            fresh = true;
            problems.push(
                Diagnostic::error(mistake.message.clone())
                    .at(Location { file: Arc::clone(file), sheet: None, line: mistake.line, column: mistake.column })
                    .hint(mistake.hint.clone()),
            );
            source.replace_range(mistake.replace.clone(), &mistake.with);
        }
        if !fresh || mistakes.iter().any(|m| m.hopeless) {
            return None;
        }
    }
    None
}

struct Mistake {
    line: u32,
    column: u32,
    message: Message,
    hint: Message,
    replace: Range<usize>,
    with: String,
    hopeless: bool,
}

impl Mistake {
    fn of(parser: &str, span: Range<usize>, source: &str, lines: &LineIndex<'_>) -> Self {
        let at = span.start.min(source.len());
        let range = lines.line_at(at);
        let text = &source[range.clone()];
        let line = lines.place(at).line;
        if parser.contains("duplicate key") {
            let name = source.get(span.clone()).unwrap_or_default();
            return Self {
                line,
                column: lines.place(at).column,
                message: say!("`{key}` is there already", key = shown(name)),
                hint: say!("keep one of the two; tables that may come several times have double brackets: [[victims]]"),
                replace: span,
                with: format!("{SPOILT_KEY}{line}"),
                hopeless: false,
            };
        }
        let (message, hint) = explain(parser, text);
        let trimmed = text.trim_end();
        let indent = trimmed.len() - trimmed.trim_start().len();
        let opened = trimmed.matches("\"\"\"").count() % 2 == 1 || trimmed.matches("'''").count() % 2 == 1;
        let (replace, with) = match assignment(trimmed) {
            Some((key, equals)) => (range.start..range.start + trimmed.len(), format!("{}{key} = \"{SPOILT}\"", &trimmed[..indent.min(equals)])),
            None if trimmed.trim_start().starts_with('[') && header_name(trimmed).is_some() => {
                let name = header_name(trimmed).unwrap_or_default();
                (range.start..range.start + trimmed.len(), format!("[{SPOILT_KEY}{line}-{name}]"))
            }
            None => (range.start..range.start + trimmed.len(), String::new()),
        };
        let column = text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let at = assignment(trimmed).map_or(range.start + column, |(_, equals)| {
            let value = trimmed[equals + 1..].len() - trimmed[equals + 1..].trim_start().len();
            range.start + equals + 1 + value
        });
        Self { line, column: lines.place(at).column, message, hint, replace, with, hopeless: opened }
    }
}

/// The key and the place of the `=`, where a line reads `key = …`.
fn assignment(line: &str) -> Option<(&str, usize)> {
    let equals = line.find('=')?;
    let key = line[..equals].trim();
    let fits = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    fits.then_some((key, equals))
}

fn header_name(line: &str) -> Option<&str> {
    let name = line.trim().trim_matches(['[', ']', ' ']);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')).then_some(name)
}

/// What people mistype, each with its own sentence.
fn explain(parser: &str, line: &str) -> (Message, Message) {
    const CURLY: [char; 9] = ['“', '”', '„', '«', '»', '‘', '’', '‚', '‹'];
    let trimmed = line.trim();
    let Some((key, equals)) = assignment(trimmed) else {
        if trimmed.starts_with('[') {
            return (say!("this header is not complete"), say!("write [name] for one table, [[name]] for one of several, alone on a line"));
        }
        if let Some((name, _)) = trimmed.split_once(':')
            && !name.contains(' ')
        {
            return (say!("a key and its value are joined by `=`, not by `:`"), say!("write {key} = \"…\"", key = shown(name)));
        }
        return (
            say!("this line is not TOML"),
            say!("write key = \"value\", a [header], or begin a remark with #; a text of several lines stands between \"\"\" and \"\"\""),
        );
    };
    let value = trimmed[equals + 1..].trim();
    let key = shown(key);
    if value.starts_with(CURLY) {
        return (say!("the text of `{key}` stands in curly quotes", key = key), say!("write straight quotes: {key} = \"…\"", key = key));
    }
    if value.is_empty() || value.starts_with('#') {
        return (say!("`{key}` has no value", key = key), say!("write {key} = \"…\", or leave the line out", key = key));
    }
    if value.contains('\\') && (parser.contains("escape") || parser.contains("backslash") || parser.contains('\\')) {
        return (
            say!("a backslash in the text of `{key}` is taken for a special character", key = key),
            say!("write paths with / (annexes/file.pdf), or put the text in single quotes: '…'"),
        );
    }
    let first = value.split([' ', ',', '#']).next().unwrap_or_default();
    let numbers: Vec<&str> = first.split(['/', '.', '-']).collect();
    if numbers.len() == 3 && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        return (say!("`{key}` is not a date that can be understood", key = key), say!("write the year first: 2021-04-28 for 28 April 2021"));
    }
    if value.starts_with("\"\"\"") || value.starts_with("'''") {
        return (say!("the text of `{key}` begins here and never ends", key = key), say!("close it with the three quotes that opened it"));
    }
    if value.starts_with(['"', '\'']) {
        let quote = value.chars().next().unwrap_or('"');
        return if value[1..].contains(quote) {
            (
                say!("a quote inside the text of `{key}` ends it too early", key = key),
                say!("use “ ” inside the text, or put the text between \"\"\" and \"\"\""),
            )
        } else {
            (
                say!("the text of `{key}` has no closing quote", key = key),
                say!("end it with the quote that opened it; a text of several lines stands between \"\"\" and \"\"\""),
            )
        };
    }
    if value.starts_with('[') {
        return (say!("the list of `{key}` cannot be read", key = key), say!("write {key} = [\"one\", \"two\"]", key = key));
    }
    if value.starts_with('{') {
        return (say!("the table of `{key}` cannot be read", key = key), say!("write {key} = { name = \"value\" }", key = key));
    }
    if value.starts_with(|c: char| c.is_ascii_digit()) {
        return (
            say!("`{key}` is neither a number nor a date that can be understood", key = key),
            say!("write dates as 2021-04-28 and texts in quotes: {key} = \"…\"", key = key),
        );
    }
    (say!("the text of `{key}` has no quotes", key = key), say!("write {key} = \"…\"", key = key))
}

/// Finds the line and the column of a byte.
struct LineIndex<'s> {
    source: &'s str,
    starts: Vec<usize>,
}

impl<'s> LineIndex<'s> {
    fn new(source: &'s str) -> Self {
        let starts = std::iter::once(0).chain(source.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { source, starts }
    }

    fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let start = self.starts[line - 1];
        let column = self.source.get(start..at).map_or(0, |t| t.chars().count()) + 1;
        Place { file: 0, line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    fn line_at(&self, at: usize) -> Range<usize> {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let start = self.starts[line - 1];
        let end = self.starts.get(line).map_or(self.source.len(), |next| next - 1);
        start..end
    }
}

fn table_value(table: &DeTable<'_>, lines: &LineIndex<'_>) -> Value {
    let mut entries: Vec<(usize, Entry)> = table
        .iter()
        .filter(|(key, _)| !key.get_ref().starts_with(SPOILT_KEY))
        .map(|(key, value)| {
            let at = key.span().start;
            (at, Entry { key: key.get_ref().to_string(), place: lines.place(at), node: node(value, lines) })
        })
        .collect();
    entries.sort_by_key(|(at, _)| *at);
    Value::Table(entries.into_iter().map(|(_, e)| e).collect())
}

fn node(value: &Spanned<DeValue<'_>>, lines: &LineIndex<'_>) -> Node {
    let place = lines.place(value.span().start);
    let value = match value.get_ref() {
        DeValue::String(text) if text == SPOILT => Value::Spoilt,
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or(Value::Spoilt, Value::Integer),
        DeValue::Float(n) => n.as_str().parse().map_or(Value::Spoilt, Value::Float),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|n| node(n, lines)).collect()),
        DeValue::Table(table) => table_value(table, lines),
    };
    Node { place, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(source: &str) -> Vec<String> {
        let (_, problems) = read(source.as_bytes(), &"case.toml".into());
        problems.sorted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_says_nothing_and_keeps_the_order_of_its_keys() {
        let (record, problems) = read("\u{feff}b = 1\r\na = \"x\"\r\n[[t]]\r\nd = 2021-04-28\r\n".as_bytes(), &"c.toml".into());
        assert!(problems.is_empty());
        let Value::Table(entries) = record.expect("a record").root.value else { panic!("a table") };
        assert_eq!(entries.iter().map(|e| (e.key.as_str(), e.place.line)).collect::<Vec<_>>(), [("b", 1), ("a", 2), ("t", 3)]);
    }

    #[test]
    fn the_mistakes_that_people_make_have_their_own_sentences() {
        let source = "title = “curly”\nfile = \"annexes\\queja.pdf\"\ndate = 28/04/2021\nname = María\nempty =\nkey: x\n[open\nlate = \"x\n";
        let found = messages(source);
        let expected = ["curly quotes", "backslash", "year first", "no quotes", "no value", "joined by `=`", "header", "closing quote"];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (n, (line, words)) in found.iter().zip(expected).enumerate() {
            assert!(line.starts_with(&format!("case.toml:{}:", n + 1)) && line.contains(words), "{line}");
            assert!(!line.contains("María"), "{line}");
        }
    }

    #[test]
    fn a_duplicate_key_is_reported_and_the_rest_is_read() {
        let found = messages("a = 1\na = 2\nb = “x”\n");
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("case.toml:2:1: `a` is there already"), "{found:#?}");
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error() {
        let (record, problems) = read(b"a = 1\nb = \"\xff\"", &"c.toml".into());
        assert!(record.is_none());
        assert!(problems.sorted()[0].to_string().starts_with("c.toml:2:1: the file is not in UTF-8"));
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(source in "([a-z\\[\\]=\"'“#{}\\\\ \n0-9.,:-]|\"\"\"){0,80}") {
            let _ = read(source.as_bytes(), &"c.toml".into());
        }

        #[test]
        fn reading_bytes_never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read(&bytes, &"c.toml".into());
        }
    }
}
