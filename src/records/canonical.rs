//! What a record says, apart from how it is written: the same digest for the same matter.
//!
//! In: a record. Out: SHA-256 of its values. The order of keys, remarks, spaces, the kind of file and the way a date or a
//! number is written make no difference; the letter's `date` is left out, because it is compared apart.

use super::{Entry, Node, Record, Value};
use sha2::{Digest, Sha256};

impl Record {
    /// SHA-256 of the matter.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut matter = Matter { said: Vec::with_capacity(8 << 10), order: Vec::with_capacity(64) };
        if let Value::Table(entries) = &self.root.value {
            matter.table(entries.iter().filter(|e| e.key != "date"));
        }
        Sha256::digest(&matter.said).into()
    }
}

/// The matter in one way of writing it. Every value is written with its kind and its length, so that no two matters are written
/// alike.
struct Matter<'r> {
    said: Vec<u8>,
    /// The entries of the tables that are being written, those of each in the order of their keys.
    order: Vec<&'r Entry>,
}

impl<'r> Matter<'r> {
    fn text(&mut self, kind: u8, text: &str) {
        self.said.push(kind);
        self.said.extend_from_slice(&(text.len() as u64).to_be_bytes());
        self.said.extend_from_slice(text.as_bytes());
    }

    fn count(&mut self, kind: u8, count: usize) {
        self.text(kind, itoa::Buffer::new().format(count));
    }

    fn table(&mut self, entries: impl Iterator<Item = &'r Entry>) {
        let first = self.order.len();
        self.order.extend(entries);
        let after = self.order.len();
        self.order[first..].sort_by_key(|entry| entry.key.as_str());
        self.count(b't', after - first);
        for n in first..after {
            let entry = self.order[n];
            self.text(b'k', &entry.key);
            self.value(&entry.node);
        }
        self.order.truncate(first);
    }

    fn value(&mut self, node: &'r Node) {
        match &node.value {
            // A cell of a table has no kinds: 12, "12" and a date are what they read as.
            Value::Text(text) | Value::Date(text) => self.text(b's', text.trim()),
            Value::Integer(n) => self.text(b's', itoa::Buffer::new().format(*n)),
            Value::Float(n) => self.text(b's', &n.to_string()),
            Value::Bool(b) => self.text(b's', if *b { "true" } else { "false" }),
            Value::Table(entries) => self.table(entries.iter()),
            Value::List(items) | Value::Repeated(items) => {
                self.count(b'l', items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Spoilt => self.text(b'?', ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::records::read_toml;

    fn digest(text: &str) -> [u8; 32] {
        read_toml(text.as_bytes(), &"case.toml".into()).0.expect("a record of the test").digest()
    }

    #[test]
    fn the_same_matter_has_the_same_digest_however_it_is_written() {
        let one = digest("title = \"a\"\naction = 'update'\n[[victims]]\nid = \"v1\"\nage = 30\n");
        assert_eq!(one, digest("# remark\naction = \"update\"\ntitle = 'a'\nvictims = [{ age = \"30\", id = \"v1\" }]\n"));
        assert_eq!(one, digest("title = \"a\"\ndate = 2021-04-28\naction = 'update'\n[[victims]]\nid = \"v1\"\nage = 30\n"));
    }

    #[test]
    fn another_matter_has_another_digest() {
        let one = digest("title = \"a\"\naction = \"b\"\n");
        for other in ["title = \"ab\"\naction = \"\"\n", "title = \"b\"\naction = \"a\"\n", "title = \"a\"\n", "title = [\"a\"]\naction = \"b\"\n"] {
            assert_ne!(one, digest(other), "{other}");
        }
    }
}
