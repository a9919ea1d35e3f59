//! Asking for tables, and reporting the keys that nobody asked for.
//!
//! In: a key and a function that reads one table. Out: what the function made of each.

use super::path::Path;
use super::{Fields, Kind, Node, Shape, Value};
use crate::diagnostic::{Diagnostic, Message, Place, did_you_mean, shown};
use crate::text::Lines;

impl<'r> Fields<'_, 'r> {
    /// A table, read by a function.
    pub fn table<T>(&mut self, key: &'static str, doc: &'static str, read: impl FnOnce(&mut Fields<'_, 'r>) -> T) -> Option<T> {
        let (mut read, mut value) = (Some(read), None);
        self.one_table(key, doc, &mut |fields| value = read.take().map(|read| read(fields)));
        value.filter(|_| self.shape.is_none())
    }

    // What does not depend on the type of the value is compiled once, not for every table of a case.
    fn one_table(&mut self, key: &'static str, doc: &'static str, read: &mut dyn FnMut(&mut Fields<'_, 'r>)) {
        if self.shape.is_some() {
            let inner = self.describe(read);
            return self.tell(key, doc, Kind::Table(inner));
        }
        let Some(node) = self.ask(key, doc, || Kind::Table(Shape::default())) else { return };
        let node = match &node.value {
            Value::Table(_) => Some(node),
            Value::Repeated(items) => items.first(),
            Value::List(items) if !items.is_empty() && items.iter().all(|n| matches!(n.value, Value::Table(_))) => {
                self.problem(key, say!("there is only one `{key}`", key = key), say!("write [{key}] with single brackets, once", key = self.path(key)));
                items.first()
            }
            _ => {
                self.wrong(key, node, &Kind::Table(Shape::default()));
                None
            }
        };
        if let Some(node) = node {
            self.inside(key, 0, node, read);
        }
    }

    fn inside(&self, key: &str, number: usize, node: &'r Node, read: &mut dyn FnMut(&mut Fields<'_, 'r>)) {
        let mut fields = Fields::new(Some(node), Path { above: Some(&self.path), key, number }, self.log);
        read(&mut fields);
        fields.finish();
    }

    /// Several tables, each read by the function; it is told the number, from 1.
    pub fn tables<T>(&mut self, key: &'static str, doc: &'static str, mut read: impl FnMut(&mut Fields<'_, 'r>) -> Option<T>) -> Vec<T> {
        let mut values = Vec::new();
        self.all_tables(key, doc, &mut |fields| values.extend(read(fields)));
        if self.shape.is_some() { Vec::new() } else { values }
    }

    fn all_tables(&mut self, key: &'static str, doc: &'static str, read: &mut dyn FnMut(&mut Fields<'_, 'r>)) {
        if self.shape.is_some() {
            let inner = self.describe(read);
            return self.tell(key, doc, Kind::Tables(inner));
        }
        let Some(node) = self.ask(key, doc, || Kind::Tables(Shape::default())) else { return };
        let items = match &node.value {
            Value::List(items) | Value::Repeated(items) => items.as_slice(),
            Value::Table(_) => {
                self.problem(key, say!("`{key}` may be there several times", key = key), say!("write [[{key}]] with double brackets", key = self.path(key)));
                std::slice::from_ref(node)
            }
            _ => return self.wrong(key, node, &Kind::Tables(Shape::default())),
        };
        for (index, item) in items.iter().enumerate() {
            if matches!(item.value, Value::Table(_)) {
                self.inside(key, index + 1, item, read);
            } else {
                self.wrong(key, item, &Kind::Tables(Shape::default()));
            }
        }
    }

    /// A list whose items are texts or tables: `cc = ["KEY", {to = "KEY", send = true}]`.
    pub fn texts_or_tables<T>(
        &mut self,
        key: &'static str,
        doc: &'static str,
        text: impl Fn(&str, Place) -> Option<T>,
        mut read: impl FnMut(&mut Fields<'_, 'r>) -> Option<T>,
    ) -> Vec<T> {
        if self.shape.is_some() {
            let inner = self.describe(&mut |fields| drop(read(fields)));
            self.tell(key, doc, Kind::List(Box::new(Kind::Either(vec![Kind::Text(""), Kind::Table(inner)]))));
            return Vec::new();
        }
        let kind = || Kind::List(Box::new(Kind::Text("")));
        let Some(node) = self.ask(key, doc, kind) else { return Vec::new() };
        let items = match &node.value {
            Value::List(items) => items.as_slice(),
            Value::Text(_) => std::slice::from_ref(node),
            _ => {
                self.wrong(key, node, &kind());
                return Vec::new();
            }
        };
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match &item.value {
                Value::Text(t) => {
                    let clean = self.cleaned(key, t, item.place, Lines::One);
                    values.extend(self.not_empty(key, item.place, clean).and_then(|t| text(&t, item.place)));
                }
                Value::Table(_) => self.inside(key, index + 1, item, &mut |fields| values.extend(read(fields))),
                _ => self.wrong(key, item, &Kind::Text("")),
            }
        }
        values
    }

    /// A table whose keys the user names; the function reads each of its tables.
    pub fn each<T>(&mut self, mut read: impl FnMut(&'r str, &mut Fields<'_, 'r>) -> Option<T>) -> Vec<T> {
        let Some(Node { value: Value::Table(entries), .. }) = self.node else { return Vec::new() };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            let path = Path { above: Some(&self.path), key: &entry.key, number: 0 };
            if !matches!(entry.node.value, Value::Table(_)) {
                self.log.push(
                    Diagnostic::error(say!("`{key}` stands outside every table", key = shown(&entry.key)))
                        .at(self.location(entry.place))
                        .hint(say!("write it below the [header] of the entry it belongs to")),
                );
                continue;
            }
            let mut fields = Fields::new(Some(&entry.node), path, self.log);
            values.extend(read(&entry.key, &mut fields));
            fields.finish();
        }
        self.node = None;
        values
    }

    pub(super) fn describe(&self, read: &mut dyn FnMut(&mut Fields<'_, 'r>)) -> Shape {
        let mut fields = Fields::new(None, Path { above: Some(&self.path), key: "", number: 0 }, self.log);
        fields.shape = Some(Shape::default());
        read(&mut fields);
        fields.shape.take().unwrap_or_default()
    }

    /// Whether the function is being asked what it knows rather than to read.
    #[must_use]
    pub fn is_describing(&self) -> bool {
        self.shape.is_some()
    }

    /// Reports every key that nobody asked for, and what is missing.
    pub(super) fn finish(&mut self) {
        let Some(Node { value: Value::Table(entries), .. }) = self.node else { return };
        // Nearly every table has only what was asked for, and to see that is cheaper than to compare every key.
        if self.missing.is_empty() && self.seen.count_ones() as usize == entries.len() {
            return;
        }
        for entry in entries.iter().filter(|e| !self.asked.contains(&e.key.as_str())) {
            // What is written under a misspelt key is not missing as well.
            self.missing.retain(|(key, _)| did_you_mean(&entry.key, [*key]).is_none());
            // A value that could not be read has been reported with its line.
            if matches!(entry.node.value, Value::Spoilt) {
                continue;
            }
            let key = shown(&entry.key);
            let message = if self.path.key.is_empty() {
                say!("there is no key `{key}`", key = key)
            } else {
                say!("there is no key `{key}` in {table}", key = key, table = self.path.header())
            };
            self.problem_at(entry.place, &key, message, self.advice(&entry.key));
        }
        let is_top = self.path.key.is_empty();
        for (key, problem) in self.missing.drain(..) {
            if !(is_top && self.log.misplaced.borrow().contains(key)) {
                self.log.push(problem);
            }
        }
    }

    fn advice(&self, key: &str) -> Message {
        let shape = (self.log.shape)();
        let inside = !self.path.key.is_empty();
        if inside && shape.field(key).is_some_and(|f| !matches!(f.kind, Kind::Tables(_))) {
            self.log.misplaced.borrow_mut().insert(key.to_owned());
            return say!(
                "`{key}` belongs to the top of the file: write it above the first [table], since a key belongs to the last header before it",
                key = key
            );
        }
        if let Some(word) = did_you_mean(key, self.asked.iter().copied()) {
            return say!("did you mean `{word}`?", word = word);
        }
        let homes = shape.homes(key);
        if !homes.is_empty() {
            return say!("`{key}` is a key of {homes}: move it below that header", key = key, homes = homes.join(", "));
        }
        if let Some(word) = did_you_mean(key, shape.fields.iter().map(|f| f.key)) {
            return say!("did you mean `{word}`, at the top of the file?", word = word);
        }
        say!("the keys here are {keys}", keys = self.asked.join(", "))
    }
}
