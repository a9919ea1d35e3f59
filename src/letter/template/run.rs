//! A script over what a reader may see.
//!
//! In: the steps of a template, the data, the language's words. Out: Markdown with a mark in the place of each value, and
//! the values. No value is ever in the Markdown, so nothing in a value can become structure.

use super::lower::{Script, Step};
use super::name_table::{PLACEHOLDER, begins_with_a_name, capital_mark, first_name, write_mark};
use super::terms::{Base, Helper, NamePath, Term};
use super::value::Value;
use crate::letter::words::{Words, capitalized};
use std::borrow::Cow;
use std::cmp::Ordering;

/// Markdown with marks, and the values the marks stand for.
pub(super) struct RenderOutput<'d> {
    pub(super) markdown: String,
    pub(super) values: Vec<Cow<'d, str>>,
}

/// What a term turns out to be.
#[derive(Clone)]
enum Operand<'d> {
    Value(&'d Value<'d>),
    Text(Cow<'d, str>),
    Number(f64),
    Flag(bool),
    Nothing,
}

/// A table, a loop or a part that is being gone through.
struct Level<'d> {
    this: &'d Value<'d>,
    /// Which item of how many.
    at: Option<(usize, usize)>,
    named: Vec<(&'d str, Operand<'d>)>,
    /// Whether no name of a loop around it is known in it.
    is_apart: bool,
}

/// What a part is told that is given a table which is not there.
static EMPTY: Value<'static> = Value::List(Vec::new());

/// Runs a script. `names` are what the marks of names stand for, for rules of sound.
pub(super) fn run<'d>(script: &'d Script, root: &'d Value<'d>, names: &'d [String], words: &'d Words) -> RenderOutput<'d> {
    let said = RenderOutput { markdown: String::with_capacity(4 << 10), values: Vec::with_capacity(64) };
    let mut run = Run { words, names, levels: vec![Level { this: root, at: None, named: Vec::new(), is_apart: false }], said };
    run.steps(script);
    run.said
}

struct Run<'d> {
    words: &'d Words,
    names: &'d [String],
    levels: Vec<Level<'d>>,
    said: RenderOutput<'d>,
}

impl<'d> Run<'d> {
    fn steps(&mut self, script: &'d Script) {
        for step in script.steps() {
            match step {
                Step::Words(text) => self.said.markdown.push_str(text),
                Step::Value(term) => {
                    let value = self.term(term);
                    self.put_aside(value);
                }
                Step::If { term, then, otherwise } => self.steps(if self.term(term).is_there() { then } else { otherwise }),
                Step::Each { list, names, body, otherwise } => self.each(list, names, body, otherwise),
                Step::With { table, names, body, otherwise } => match self.place(table) {
                    Operand::Value(this) if this.is_there() => {
                        let named = names.iter().take(1).map(|name| (name.as_str(), Operand::Value(this))).collect();
                        self.inside(Level { this, at: None, named, is_apart: false }, body);
                    }
                    _ => self.steps(otherwise),
                },
                Step::Apart { table, body } => {
                    let this = match table.as_ref().map(|table| self.place(table)) {
                        Some(Operand::Value(this)) => this,
                        Some(_) => &EMPTY,
                        None => self.level(0).this,
                    };
                    self.inside(Level { this, at: None, named: Vec::new(), is_apart: true }, body);
                }
            }
        }
    }

    fn each(&mut self, list: &'d NamePath, names: &'d [String], body: &'d Script, otherwise: &'d Script) {
        let items = match self.place(list) {
            Operand::Value(list) => list.items(),
            _ => &[],
        };
        if items.is_empty() {
            return self.steps(otherwise);
        }
        for (n, this) in items.iter().enumerate() {
            let variables = [Operand::Value(this), Operand::Number(count(n))];
            let named = names.iter().map(String::as_str).zip(variables).collect();
            self.inside(Level { this, at: Some((n, items.len())), named, is_apart: false }, body);
        }
    }

    fn inside(&mut self, level: Level<'d>, body: &'d Script) {
        self.levels.push(level);
        self.steps(body);
        self.levels.pop();
    }

    /// The innermost level, or as many above it.
    fn level(&self, up: usize) -> &Level<'d> {
        let innermost = self.levels.len() - 1;
        &self.levels[innermost.saturating_sub(up)]
    }

    /// Puts a value aside and leaves a mark. An empty value leaves nothing.
    fn put_aside(&mut self, found: Operand<'d>) {
        let value = found.into_text();
        if !value.is_empty() {
            write_mark(PLACEHOLDER, self.said.values.len(), &mut self.said.markdown);
            self.said.values.push(value);
        }
    }

    fn term(&self, term: &'d Term) -> Operand<'d> {
        match term {
            Term::Text(text) => Operand::Text(text.as_str().into()),
            Term::Number(number) => Operand::Number(*number),
            Term::Flag(flag) => Operand::Flag(*flag),
            Term::Nothing => Operand::Nothing,
            Term::Of(place) => self.place(place),
            Term::Call { helper, given, forms } => self.call(*helper, given, forms),
        }
    }

    fn place(&self, place: &'d NamePath) -> Operand<'d> {
        let Some((first, rest)) = place.steps.split_first() else {
            return Operand::Value(if place.base == Base::Root { self.levels[0].this } else { self.up(place.base).this });
        };
        if place.base == Base::Loop {
            let at = self.levels.iter().rev().find_map(|level| level.at);
            return match (first.as_str(), at) {
                ("index", Some((n, _))) => Operand::Number(count(n)),
                ("first", Some((n, _))) => Operand::Flag(n == 0),
                ("last", Some((n, all))) => Operand::Flag(n + 1 == all),
                _ => Operand::Nothing,
            };
        }
        let start = match self.named(first) {
            Some(found) => found,
            None => self.up(place.base).this.get(first).map_or(Operand::Nothing, Operand::Value),
        };
        rest.iter().fold(start, |found, name| match found {
            Operand::Value(value) => value.get(name).map_or(Operand::Nothing, Operand::Value),
            _ => Operand::Nothing,
        })
    }

    fn up(&self, base: Base) -> &Level<'d> {
        match base {
            Base::Root => &self.levels[0],
            Base::Up(levels) => self.level(levels),
            Base::Loop => self.level(0),
        }
    }

    /// What a loop calls by this name.
    fn named(&self, name: &str) -> Option<Operand<'d>> {
        for level in self.levels.iter().rev() {
            if let Some((_, found)) = level.named.iter().find(|(known, _)| *known == name) {
                return Some(found.clone());
            }
            if level.is_apart {
                return None;
            }
        }
        None
    }

    fn call(&self, helper: Helper, given: &'d [Term], forms: &'d [(String, Term)]) -> Operand<'d> {
        let at = |n: usize| given.get(n).map_or(Operand::Nothing, |term| self.term(term));
        let order = |fits: fn(Ordering) -> bool| Operand::Flag(at(0).order(&at(1)).is_some_and(fits));
        match helper {
            Helper::And => Operand::Flag(given.iter().all(|term| self.term(term).is_there())),
            Helper::Or => Operand::Flag(given.iter().any(|term| self.term(term).is_there())),
            Helper::Not => Operand::Flag(!at(0).is_there()),
            Helper::Eq => Operand::Flag(at(0).is_same(&at(1))),
            Helper::Ne => Operand::Flag(!at(0).is_same(&at(1))),
            Helper::Gt => order(Ordering::is_gt),
            Helper::Gte => order(Ordering::is_ge),
            Helper::Lt => order(Ordering::is_lt),
            Helper::Lte => order(Ordering::is_le),
            Helper::Len => Operand::Number(count(at(0).len())),
            Helper::List => self.list(at(0), &at(1).into_text()),
            Helper::Capital => {
                let text = at(0).into_text();
                Operand::Text(if begins_with_a_name(&text) { capital_mark(&text) } else { capitalized(&text) }.into())
            }
            Helper::Plural => {
                let wanted = if let Operand::Number(n) = at(0) { self.words.plural(whole(n)) } else { "other" };
                let form = |name: &str| forms.iter().find(|(known, _)| known == name).map(|(_, term)| self.term(term));
                form(wanted).or_else(|| form("other")).unwrap_or(Operand::Nothing)
            }
            Helper::Elide => {
                let (word, value) = (at(0).into_text(), at(1).into_text());
                Operand::Text(format!("{}{value}", self.words.elided(&word, &first_name(&value, self.names))).into())
            }
        }
    }

    /// The items of a list, or one field of each, joined in words.
    fn list(&self, list: Operand<'d>, field: &str) -> Operand<'d> {
        let items: Vec<&str> = match &list {
            Operand::Value(Value::List(items)) => {
                items.iter().filter_map(|item| if field.is_empty() { item.text() } else { item.get(field)?.text() }).collect()
            }
            Operand::Value(Value::Text(text)) => vec![text],
            Operand::Text(text) => vec![text],
            _ => Vec::new(),
        };
        let items: Vec<&str> = items.into_iter().filter(|item| !item.is_empty()).collect();
        let mut out = String::new();
        for (n, item) in items.iter().enumerate() {
            if n > 0 && n + 1 == items.len() {
                out.push_str(self.words.last_and(&first_name(item, self.names)));
            } else if n > 0 {
                out.push_str(self.words.comma());
            }
            out.push_str(item);
        }
        Operand::Text(out.into())
    }
}

impl<'d> Operand<'d> {
    /// Whether a condition holds.
    fn is_there(&self) -> bool {
        match self {
            Self::Value(value) => value.is_there(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0,
            Self::Flag(flag) => *flag,
            Self::Nothing => false,
        }
    }

    /// What is printed of it, and never a table or a list.
    fn into_text(self) -> Cow<'d, str> {
        match self {
            Self::Value(Value::Text(text)) => Cow::Borrowed(text),
            Self::Text(text) => text,
            Self::Number(number) => number.to_string().into(),
            Self::Value(_) | Self::Flag(_) | Self::Nothing => Cow::Borrowed(""),
        }
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Value(value) => value.text(),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Value(Value::List(items)) => items.len(),
            Self::Value(Value::Table(table)) => table.iter().count(),
            other => other.as_text().map_or(0, str::len),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b).is_eq(),
            (Self::Flag(a), Self::Flag(b)) => a == b,
            (Self::Flag(is_so), Self::Value(Value::Flag)) | (Self::Value(Value::Flag), Self::Flag(is_so)) => *is_so,
            (Self::Nothing, Self::Nothing) => true,
            (Self::Value(a), Self::Value(b)) => a == b,
            _ => matches!((self.as_text(), other.as_text()), (Some(a), Some(b)) if a == b),
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        let number = |found: &Self| match found {
            Self::Number(number) => Some(*number),
            other => other.as_text().and_then(|text| text.parse().ok()),
        };
        match (self.as_text(), other.as_text()) {
            (Some(a), Some(b)) => Some(a.cmp(b)),
            _ => number(self)?.partial_cmp(&number(other)?),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no list of a letter has so many items")]
fn count(n: usize) -> f64 {
    n as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a count; what is no count counts as none")]
fn whole(n: f64) -> usize {
    n as usize
}

#[cfg(test)]
mod tests;
