//! What is said to the person who works with the program, and in which language.
//!
//! In: fixed English sentences with named gaps. Out: them, filled, in the language of a [`Catalogue`]. The English sentence is
//! the key of its translation, so a language is a file of sentences and no code.

use std::collections::BTreeMap;
use std::fmt;

/// A fixed English sentence with named gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    text: &'static str,
    values: Vec<(&'static str, Value)>,
}

/// What fills a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Message(Message),
}

impl Message {
    /// A sentence and the values of its gaps. Use the macro [`say!`](crate::say), which reads better.
    #[must_use]
    pub fn new(text: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Self { text, values: values.into_iter().map(|(name, text)| (name, Value::Text(text))).collect() }
    }

    /// Fills a gap with another message, which is told in the same language.
    #[must_use]
    pub fn with(mut self, name: &'static str, message: Message) -> Self {
        self.values.push((name, Value::Message(message)));
        self
    }

    /// Closes every gap whose value may not be shown.
    pub(super) fn conceal(&mut self, is_secret: &impl Fn(&str) -> bool) {
        for (_, value) in &mut self.values {
            match value {
                Value::Text(text) if is_secret(text) => "…".clone_into(text),
                Value::Text(_) => {}
                Value::Message(message) => message.conceal(is_secret),
            }
        }
    }

    /// The sentence with its gaps open: `there is no key "{key}" here`.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.text
    }
}

impl fmt::Display for Message {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Catalogue::default().tell(self))
    }
}

/// A language of the program: English sentences and what they are in it. The empty catalogue is English.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    code: String,
    sentences: BTreeMap<String, String>,
}

impl Catalogue {
    /// The language of this code and its sentences.
    #[must_use]
    pub fn new(code: &str, sentences: BTreeMap<String, String>) -> Self {
        Self { code: code.to_owned(), sentences }
    }

    /// The language's code.
    #[must_use]
    pub fn code(&self) -> &str {
        if self.code.is_empty() { "en" } else { &self.code }
    }

    /// A sentence as it stands in this language; itself where the catalogue has none.
    #[must_use]
    pub fn sentence<'a>(&'a self, english: &'a str) -> &'a str {
        self.sentences.get(english).map_or(english, String::as_str)
    }

    /// A message in this language. A value that is itself a sentence of the catalogue is told in the language too.
    #[must_use]
    pub fn tell(&self, message: &Message) -> String {
        let pattern = self.sentence(message.text);
        let mut out = String::with_capacity(pattern.len() + 16);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let known = after.split_once('}').and_then(|(name, tail)| message.values.iter().find(|(n, _)| *n == name).map(|(_, value)| (value, tail)));
            match known {
                Some((Value::Text(text), tail)) => {
                    out.push_str(self.sentence(text));
                    rest = tail;
                }
                Some((Value::Message(inner), tail)) => {
                    out.push_str(&self.tell(inner));
                    rest = tail;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// Builds a [`Message`]: `say!("there is no key {key} here", key = name)`.
#[macro_export]
macro_rules! say {
    ($text:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::diagnostic::Message::new($text, vec![$((stringify!($name), $value.to_string())),*])
    };
}

#[cfg(test)]
mod tests {
    use super::Catalogue;

    #[test]
    fn a_message_fills_its_gaps_and_leaves_other_braces_alone() {
        let message = say!("write {id} or {{no}} in {file", id = "v1");
        assert_eq!(message.to_string(), "write v1 or {{no}} in {file");
    }

    #[test]
    fn a_message_is_told_in_the_language_of_its_catalogue_and_so_are_the_messages_inside_it() {
        let sentences = [("{what} of {id}", "{what} de {id}"), ("the name", "el nombre")];
        let spanish = Catalogue::new("es", sentences.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect());
        let message = say!("{what} of {id}", id = "v1").with("what", say!("the name"));
        assert_eq!(spanish.tell(&message), "el nombre de v1");
        assert_eq!(message.to_string(), "the name of v1");
        assert_eq!(spanish.tell(&say!("not in it")), "not in it");
    }
}
