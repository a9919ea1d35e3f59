//! Asking for a table whose keys the user names: columns, values, sheets.
//!
//! In: a key. Out: each of its entries by name, a text or a table of its own, in the order of the file.

use super::path::Path;
use super::{Fields, Kind, Shape, Value};
use crate::diagnostic::Place;

impl<'r> Fields<'_, 'r> {
    /// A sign that divides: one or more letters as they stand, a space too.
    pub fn mark(&mut self, key: &'static str, doc: &'static str) -> Option<String> {
        let node = self.ask(key, doc, || Kind::Text(""))?;
        let mark = node.text().filter(|t| !t.is_empty());
        if mark.is_none() {
            self.wrong(key, node, &Kind::Text(""));
        }
        mark.map(str::to_owned)
    }

    /// Entries whose keys the user names: a text stands for itself, a table is read by the function.
    pub fn named<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        text: impl Fn(&str) -> T,
        mut read: impl FnMut(&mut Fields<'_, 'r>) -> Option<T>,
    ) -> Vec<(&'r str, Place, T)> {
        if self.shape.is_some() {
            let inner = self.describe(&mut |fields| drop(read(fields)));
            self.tell(key, doc, Kind::Map(Box::new(Kind::Either(vec![Kind::Text(""), Kind::Table(inner)]))));
            return Vec::new();
        }
        let Some(node) = self.ask(key, doc, || Kind::Map(Box::new(Kind::Text("")))) else { return Vec::new() };
        let Value::Table(entries) = &node.value else {
            self.wrong(key, node, &Kind::Table(Shape::default()));
            return Vec::new();
        };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            match &entry.node.value {
                Value::Text(word) => values.push((entry.key.as_str(), entry.node.place, text(word.trim()))),
                Value::Table(_) => {
                    let above = Path { above: Some(&self.path), key, number: 0 };
                    let path = Path { above: Some(&above), key: &entry.key, number: 0 };
                    let mut fields = Fields::new(Some(&entry.node), path, self.log);
                    if let Some(value) = read(&mut fields) {
                        values.push((entry.key.as_str(), entry.place, value));
                    }
                    fields.finish();
                }
                _ => self.wrong(key, &entry.node, &Kind::Text("")),
            }
        }
        values
    }

    /// Entries whose keys the user names, each with one text or several.
    pub fn lists(&mut self, key: &'static str, doc: &'static str) -> Vec<(&'r str, Place, Vec<String>)> {
        let kind = || Kind::Map(Box::new(Kind::List(Box::new(Kind::Text("")))));
        let Some(node) = self.ask(key, doc, kind) else { return Vec::new() };
        let Value::Table(entries) = &node.value else {
            self.wrong(key, node, &Kind::Table(Shape::default()));
            return Vec::new();
        };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            let words: Option<Vec<String>> = entry.node.items().iter().map(|item| item.text().map(|text| text.trim().to_owned())).collect();
            match words {
                Some(words) => values.push((entry.key.as_str(), entry.node.place, words)),
                None => self.wrong(key, &entry.node, &Kind::List(Box::new(Kind::Text("")))),
            }
        }
        values
    }
}
