//! NDJSON: a case a line, as scripts write them.
//!
//! In: a stream of bytes, and one line of it. Out: lines with their numbers, one after another, and of each a
//! [`Record`] whose places are its line. A line that cannot be read is reported and never stops the next one; none is held
//! longer than it is worked on. The parser's own words are never printed, because they may repeat a value.

use super::{Entry, Node, Record, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, Place, shown};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// No record is larger, in bytes.
const LARGEST: u64 = 4 << 20;

/// An object with fewer keys is searched from end to end.
const FEW: usize = 24;

/// One line of a stream.
pub struct JsonLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its bytes, without the line end.
    pub bytes: Vec<u8>,
    /// Whether it was longer than a record may be; the bytes are then its beginning.
    pub is_too_long: bool,
}

impl JsonLine {
    /// The id of the record, as far as it can be told without reading all of it.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        #[derive(serde::Deserialize)]
        struct Id {
            id: serde_json::Value,
        }
        if self.is_too_long {
            return None;
        }
        if let Some(id) = first_id(&self.bytes) {
            return Some(id.to_owned());
        }
        match serde_json::from_slice::<Id>(&self.bytes).ok()?.id {
            serde_json::Value::String(text) => Some(text),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// The id where it is the first key and a plain string, as most scripts write it: found without parsing the line.
fn first_id(line: &[u8]) -> Option<&str> {
    let rest = line.trim_ascii_start().strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"id\"")?;
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let text = &rest[..rest.iter().position(|b| *b == b'"')?];
    std::str::from_utf8(text).ok().filter(|t| !t.contains('\\'))
}

/// The lines of a stream that are not blank.
pub struct JsonLines<R> {
    input: R,
    number: u32,
}

impl<R: BufRead> JsonLines<R> {
    /// The lines of this stream.
    pub fn new(input: R) -> Self {
        Self { input, number: 0 }
    }

    /// The next line, as far as a record may be long.
    fn line(&mut self) -> io::Result<Option<JsonLine>> {
        let mut bytes = Vec::new();
        if (&mut self.input).take(LARGEST + 1).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let ended = bytes.ends_with(b"\n");
        let is_too_long = !ended && bytes.len() as u64 > LARGEST;
        if is_too_long {
            bytes.truncate(60);
            skip_line(&mut self.input)?;
        }
        while bytes.last().is_some_and(u8::is_ascii_whitespace) {
            bytes.pop();
        }
        if self.number == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(..3);
        }
        Ok(Some(JsonLine { number: self.number, bytes, is_too_long }))
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = io::Result<JsonLine>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.line() {
                Ok(Some(line)) if line.bytes.is_empty() => {}
                other => return other.transpose(),
            }
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, ended) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}

/// Reads a line. Without a record, it could not be read at all, and the diagnostics say why.
#[must_use]
pub fn read(line: &JsonLine, file: &Arc<str>) -> (Option<Record>, Diagnostics) {
    let place = Place { file: 0, line: line.number, column: 1 };
    let at = |column: u32| Location { file: Arc::clone(file), sheet: None, line: line.number, column };
    let refuse = |column, message, hint| (None, Diagnostic::error(message).at(at(column)).hint(hint).into());
    if line.is_too_long {
        return refuse(1, say!("the line is longer than a record can be here (4 MB)"), say!("annexes and pictures are files of their own"));
    }
    let text = match std::str::from_utf8(&line.bytes) {
        Ok(text) => text,
        Err(error) => {
            let column = column(&line.bytes, error.valid_up_to());
            return refuse(column, say!("the line is not in UTF-8 from here on"), say!("write the file with the encoding UTF-8"));
        }
    };
    let remarks = RefCell::default();
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = ValueSeed { place, remarks: &remarks }.deserialize(&mut parser).and_then(|v| parser.end().map(|()| v));
    let value = match value {
        Ok(Some(value @ Value::Table(_))) => value,
        Ok(_) => return refuse(1, say!("the line is not an object"), say!("write one record a line, in braces: {example}", example = "{\"id\": \"…\", …}")),
        Err(error) => {
            let hint = say!("write one object a line, texts in double quotes, and no comma before a closing bracket");
            let message = if error.is_eof() { say!("the line ends before its object does") } else { say!("the line is not JSON from here on") };
            return refuse(column(&line.bytes, error.column().saturating_sub(1)), message, hint);
        }
    };
    let problems = remarks.into_inner().into_iter().map(|(message, hint)| Diagnostic::error(message).at(at(1)).hint(hint)).collect();
    (Some(Record::of_line(Node { place, value }, Arc::clone(file))), problems)
}

/// Reads entries that the program has made itself, one object a line, into one record of the file that they were made of.
#[must_use]
pub fn read_entries(lines: &str, file: &Arc<str>) -> Record {
    let remarks = RefCell::default();
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(lines.lines()).filter(|(_, line)| !line.is_empty()) {
        let place = Place { file: 0, line: number, column: 1 };
        if let Ok(Some(Value::Table(found))) = (ValueSeed { place, remarks: &remarks }).deserialize(&mut serde_json::Deserializer::from_str(line)) {
            entries.extend(found);
        }
    }
    Record::new(Node { place: Place { file: 0, line: 1, column: 1 }, value: Value::Table(entries) }, Arc::clone(file))
}

/// The column, in characters from 1, of a byte.
fn column(line: &[u8], at: usize) -> u32 {
    let before = &line[..at.min(line.len())];
    let characters = before.iter().filter(|b| (**b & 0xc0) != 0x80).count();
    u32::try_from(characters + 1).unwrap_or(u32::MAX)
}

/// Reads a value into our own tree. `null` is nothing.
struct ValueSeed<'s> {
    place: Place,
    remarks: &'s RefCell<Vec<(Message, Message)>>,
}

impl ValueSeed<'_> {
    fn again(&self) -> Self {
        Self { place: self.place, remarks: self.remarks }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(Value::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a number of that size means nothing in a case, and is refused as such")]
        Ok(Some(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Value::Float(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(Value::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::with_capacity(4);
        while let Some(value) = seq.next_element_seed(self.again())? {
            items.extend(value.map(|value| Node { place: self.place, value }));
        }
        Ok(Some(Value::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<Entry> = Vec::with_capacity(8);
        // Asking every entry again would take minutes for a line of 4 MB; of a few that is quicker than a set.
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let Some(value) = map.next_value_seed(self.again())? else { continue };
            // A key that begins with # is a remark: the failed records come back with one.
            if key.starts_with('#') {
                continue;
            }
            if entries.len() == FEW {
                keys.extend(entries.iter().map(|entry| entry.key.clone()));
            }
            let is_there = if entries.len() < FEW { entries.iter().any(|entry| entry.key == key) } else { !keys.insert(key.clone()) };
            if is_there {
                let message = say!("the key `{key}` is there twice", key = shown(&key));
                self.remarks.borrow_mut().push((message, say!("keep one of the two")));
                continue;
            }
            entries.push(Entry { key, place: self.place, node: Node { place: self.place, value } });
        }
        Ok(Some(Value::Table(entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonLine, JsonLines, read};
    use crate::records::{Node, Value};
    use std::io;

    fn lines(text: &[u8]) -> Vec<JsonLine> {
        JsonLines::new(text).collect::<io::Result<_>>().expect("memory can be read")
    }

    fn message(line: &str) -> String {
        let line = JsonLine { number: 7, bytes: line.as_bytes().to_vec(), is_too_long: false };
        read(&line, &"c.ndjson".into()).1.sorted().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn blank_lines_are_counted_and_left_out() {
        let found = lines("\u{feff}{\"id\":\"a\"}\r\n\n  \n{\"x\":1,\"id\":\"b\"}".as_bytes());
        assert_eq!(found.iter().map(|l| (l.number, l.id().unwrap_or_default())).collect::<Vec<_>>(), [(1, "a".to_owned()), (4, "b".to_owned())]);
    }

    #[test]
    fn a_line_that_never_ends_is_cut_and_the_next_one_is_read() {
        let mut text = vec![b'x'; 5 << 20];
        text.extend(b"\n{\"id\":\"a\"}");
        let found = lines(&text);
        assert!(found[0].is_too_long && found[0].bytes.len() <= 60);
        assert_eq!((found[1].number, found[1].id().as_deref()), (2, Some("a")));
    }

    #[test]
    fn a_key_that_is_there_twice_is_found_among_very_many() {
        // Compared with all others, so many keys would take hours.
        let keys: Vec<String> = (0..300_000).chain([3, 299_999]).map(|n| format!("\"k{n}\":0")).collect();
        let line = JsonLine { number: 1, bytes: format!("{{{}}}", keys.join(",")).into_bytes(), is_too_long: false };
        let (record, problems) = read(&line, &"c".into());
        let record = record.expect("the line is an object");
        assert!(matches!(&record.root.value, Value::Table(entries) if entries.len() == 300_000));
        let told: Vec<String> = problems.sorted().iter().map(|problem| problem.message.to_string()).collect();
        assert_eq!(told, ["the key `k3` is there twice", "the key `k299999` is there twice"]);
    }

    #[test]
    fn mistakes_are_told_without_repeating_the_line() {
        for (line, words) in [
            ("{\"name\": \"María\",}", "c.ndjson:7:18: the line is not JSON"),
            ("{\"name\": \"María", "the line ends before"),
            ("[\"María\"]", "the line is not an object"),
            ("{\"name\": \"María\", \"name\": \"María\"}", "the key `name` is there twice"),
            ("{} María", "not JSON"),
        ] {
            assert!(message(line).contains(words), "{}", message(line));
            assert!(!message(line).contains("María"), "{}", message(line));
        }
    }

    #[test]
    fn null_is_absent_and_a_remark_is_left_out() {
        let line = JsonLine { number: 1, bytes: br##"{"a": null, "#problems": ["x"], "b": [null, 1], "c": {"d": null}}"##.to_vec(), is_too_long: false };
        let (record, problems) = read(&line, &"c".into());
        assert!(problems.is_empty());
        let root = record.expect("a record").root;
        assert!(root.get("a").is_none() && root.get("#problems").is_none());
        assert!(matches!(&root.get("b").expect("b").value, Value::List(items) if items.len() == 1));
        assert!(matches!(&root.get("c").expect("c").value, Value::Table(entries) if entries.is_empty()));
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            for line in lines(&bytes) {
                let _ = (line.id(), read(&line, &"c".into()));
            }
        }

        #[test]
        fn what_is_almost_json_is_a_record_or_an_error(text in "([{}\\[\\]:,\n]|\"(id|#a|b|é|\\\\u00e9|\\\\ud83d)?\"|null|-1e9{1,3}|0){0,30}") {
            let found = lines(text.as_bytes());
            proptest::prop_assert!(found.iter().map(|l| l.bytes.len()).sum::<usize>() <= text.len());
            proptest::prop_assert!(found.is_sorted_by(|a, b| a.number < b.number));
            for line in found {
                let (record, problems) = read(&line, &"c".into());
                let told = record.as_ref().and_then(|r| r.root.get("id")).and_then(Node::text);
                proptest::prop_assert!(record.is_some() || problems.has_errors());
                // What is told early, without reading the line, is what the record says.
                proptest::prop_assert!(problems.has_errors() || line.id().is_none_or(|id| told.is_none_or(|told| id == told)));
            }
        }
    }
}
