//! What a record says, apart from how it is written: the same digest for the same matter.
//!
//! In: a record. Out: SHA-256 of its values. The order of keys, remarks, spaces, the kind of file and the way a date or a
//! number is written make no difference; the letter's `date` is left out, because it is compared apart.

use super::{Node, Record, Value};
use sha2::{Digest, Sha256};

impl Record {
    /// SHA-256 of the matter.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut whole = Vec::with_capacity(8 << 10);
        if let Value::Table(entries) = &self.root.value {
            table(entries.iter().filter(|e| e.key != "date").map(|e| (e.key.as_str(), &e.node)), &mut whole);
        }
        Sha256::digest(&whole).into()
    }
}

/// Every value is written with its kind and its length, so that no two matters are written alike.
fn scalar(kind: u8, text: &str, out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn table<'a>(entries: impl Iterator<Item = (&'a str, &'a Node)>, out: &mut Vec<u8>) {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|(key, _)| *key);
    scalar(b't', &entries.len().to_string(), out);
    for (key, node) in entries {
        scalar(b'k', key, out);
        value(node, out);
    }
}

fn value(node: &Node, out: &mut Vec<u8>) {
    match &node.value {
        // A cell of a table has no kinds: 12, "12" and a date are what they read as.
        Value::Text(text) | Value::Date(text) => scalar(b's', text.trim(), out),
        Value::Integer(n) => scalar(b's', &n.to_string(), out),
        Value::Float(n) => scalar(b's', &n.to_string(), out),
        Value::Bool(b) => scalar(b's', &b.to_string(), out),
        Value::Table(entries) => table(entries.iter().map(|e| (e.key.as_str(), &e.node)), out),
        Value::List(items) | Value::Repeated(items) => {
            scalar(b'l', &items.len().to_string(), out);
            items.iter().for_each(|item| value(item, out));
        }
        Value::Spoilt => scalar(b'?', "", out),
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
