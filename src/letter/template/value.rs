//! What a template may read: texts, flags, tables and lists, below the names that [`names`](super::names) lists.
//!
//! In: what the view of a case puts together. Out: the same, looked up by name. A letter reads it once, so texts are
//! borrowed from the case wherever they are not made for the letter.

use std::borrow::Cow;

/// What stands behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'v> {
    /// A text.
    Text(Cow<'v, str>),
    /// It is so; what is not so is not there.
    Flag,
    /// Named values.
    Table(Table<'v>),
    /// Several of them.
    List(Vec<Value<'v>>),
}

/// Named values. There are few in each, so they are looked for one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table<'v>(Vec<(&'static str, Value<'v>)>);

impl<'v> Value<'v> {
    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// What this name means in it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'v>> {
        if let Self::Table(table) = self { table.get(name) } else { None }
    }

    /// What it consists of, if it is a list.
    #[must_use]
    pub fn items(&self) -> &[Value<'v>] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Whether a condition holds: a text or a list that is not empty, a flag, a table with something in it.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Flag => true,
            Self::Table(table) => !table.0.is_empty(),
            Self::List(items) => !items.is_empty(),
        }
    }
}

impl<'v> Table<'v> {
    /// What stands behind a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'v>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Puts something behind a name, which is new.
    pub fn insert(&mut self, name: &'static str, value: Value<'v>) {
        self.0.push((name, value));
    }

    /// Puts a text there.
    pub fn put(&mut self, name: &'static str, text: impl Into<Cow<'v, str>>) {
        self.insert(name, Value::Text(text.into()));
    }

    /// Puts a text there, if there is one.
    pub fn put_some(&mut self, name: &'static str, text: Option<impl Into<Cow<'v, str>>>) {
        if let Some(text) = text {
            self.put(name, text);
        }
    }

    /// Says that something is so, if it is.
    pub fn flag(&mut self, name: &'static str, is_so: bool) {
        if is_so {
            self.insert(name, Value::Flag);
        }
    }

    /// Puts several texts there, if there are any.
    pub fn texts(&mut self, name: &'static str, items: Vec<String>) {
        if !items.is_empty() {
            self.insert(name, Value::List(items.into_iter().map(|text| Value::Text(text.into())).collect()));
        }
    }

    /// Puts tables there, be they none.
    pub fn tables(&mut self, name: &'static str, items: Vec<Table<'v>>) {
        self.insert(name, Value::List(items.into_iter().map(Value::Table).collect()));
    }

    /// Each name and what stands behind it.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value<'v>)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}
