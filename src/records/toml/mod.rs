//! TOML files: their values with places, and their mistakes in sentences of our own.
//!
//! In: bytes. Out: a [`Record`] and what is wrong with the file. A line that is not TOML is reported, its value is put
//! aside, and the rest is read, so that all mistakes of a file come at once.

mod lines;
mod open_values;
mod recover;
mod sentences;
mod write;

pub use write::write;

use super::{Entry, Node, Record, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Place};
use lines::LineIndex;
use recover::{Recovered, SPOILT_KEY, recover};
use std::borrow::Cow;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// No file of text that people write is larger, in bytes.
const LARGEST: usize = 4 << 20;

/// Reads a TOML file. Without a record, the file could not be read at all, and the diagnostics say why.
#[must_use]
pub fn read(bytes: &[u8], file: &Arc<str>) -> (Option<Record>, Diagnostics) {
    let mut problems = Diagnostics::default();
    let Some(source) = decode(bytes, file, &mut problems) else { return (None, problems) };
    let (mut table, errors) = DeTable::parse_recoverable(&source);
    let mut recovered = Recovered::default();
    if !errors.is_empty() {
        let Some(found) = recover(source.clone(), file, &mut problems) else { return (None, problems) };
        recovered = found;
        table = DeTable::parse_recoverable(&recovered.source).0;
    }
    let source = if errors.is_empty() { &source } else { &recovered.source };
    let tree = Tree { lines: LineIndex::new(source), recovered: &recovered };
    let root = Node { place: Place { file: 0, line: 1, column: 1 }, value: tree.table(table.get_ref()) };
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
            let before = std::str::from_utf8(before).expect("up to there it is UTF-8").trim_start_matches('\u{feff}');
            let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let message = if wide { say!("the file is in UTF-16, not in UTF-8") } else { say!("the file is not in UTF-8 from here on") };
            problems.push(Diagnostic::error(message).at(after(before, whole)).hint(say!("save it again with the encoding UTF-8")));
            return None;
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Line ends of old machines: a carriage return alone.
    let lone = text.bytes().zip(text.bytes().skip(1).chain([0])).any(|(a, b)| a == b'\r' && b != b'\n');
    let text: Cow<'_, str> = if lone { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() };
    if !text.bytes().any(is_control) {
        return Some(text.into_owned());
    }
    let before = text.bytes().position(is_control).and_then(|at| text.get(..at)).unwrap_or_default();
    problems.push(
        Diagnostic::warning(say!("control characters were removed from the file, the first of them here"))
            .at(after(before, whole))
            .hint(say!("they cannot be seen; look over the text")),
    );
    Some(text.chars().filter(|c| !(c.is_ascii() && is_control(*c as u8))).collect())
}

/// The place that follows a piece of a file's beginning.
fn after(before: &str, whole: Location) -> Location {
    let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
    let line = before.rsplit('\n').next().unwrap_or_default();
    Location { line: count(before.matches('\n').count()), column: count(line.chars().count()), ..whole }
}

fn is_control(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Makes the values of a text.
struct Tree<'s> {
    lines: LineIndex<'s>,
    recovered: &'s Recovered,
}

impl Tree<'_> {
    fn table(&self, table: &DeTable<'_>) -> Value {
        let mut entries: Vec<_> = table.iter().filter(|(key, _)| !key.get_ref().starts_with(SPOILT_KEY)).collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entries =
            entries.into_iter().map(|(key, value)| Entry { key: key.get_ref().to_string(), place: self.lines.place(key.span().start), node: self.node(value) });
        Value::Table(entries.collect())
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let place = self.lines.place(value.span().start);
        let value = match value.get_ref() {
            DeValue::String(_) if self.recovered.spoilt.contains(&place.line) => Value::Spoilt,
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or_else(|_| Value::Float(f64::INFINITY), Value::Integer),
            DeValue::Float(n) => n.as_str().parse().map_or(Value::Float(f64::NAN), Value::Float),
            DeValue::Boolean(b) => Value::Bool(*b),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => {
                let list = items.iter().map(|n| self.node(n)).collect();
                if self.recovered.doubled.contains(&place.line) { Value::Repeated(list) } else { Value::List(list) }
            }
            DeValue::Table(table) => self.table(table),
        };
        Node { place, value }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::records::Value;

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
        assert!(problems.sorted()[0].to_string().starts_with("c.toml:2:6: the file is not in UTF-8"));
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
