//! Templates: Handlebars behind a small door.
//!
//! In: the `.hbs` files of one language, and the reader's view of a case as data. Out: blocks of a letter.
//!
//! ```text
//! .hbs ─parse─▶ Template ─lower─▶ Script ─run over the data─▶ Markdown with marks ─▶ Skeleton with placeholders ─fill─▶ blocks
//!                                                             values put aside ────────────────────────────────┘
//! ```
//!
//! A template is checked as a whole before any data is merged, because the engine's own strictness has holes: the one walk that
//! checks it is the one that makes a script of it. Values never meet the Markdown parser: while a script runs, each is put
//! aside and a mark left in its place; when the Markdown has been read, the placeholders are filled. So nothing in a value can become structure.

mod body;
mod fill;
mod lower;
mod markdown;
mod name_table;
pub mod names;
mod run;
mod scope;
mod skeleton;
mod terms;
mod value;

use body::Body;
pub use fill::Filled;
pub(super) use name_table::STATEMENTS;
pub use name_table::{DisplayName, NameTable, mark};
pub use value::{Table, Value};

use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, did_you_mean};
use fill::Values;
use lower::{Library, Script};
use serde::Deserialize;
use skeleton::{Skeleton, SkeletonCache, Span};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use toml::Spanned;

use super::document::Inline;
use super::words::Words;

/// The text of a template and where it lies.
#[derive(Clone, Debug)]
pub struct Source {
    /// The whole file.
    pub text: String,
    /// Its path, for messages.
    pub file: Arc<str>,
}

/// What stands before the body, between `+++` lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Front {
    schema: Spanned<i64>,
    subject: Spanned<String>,
    #[serde(default)]
    audiences: Option<Vec<Spanned<String>>>,
}

/// A template that makes letters.
struct LetterTemplate {
    audiences: Vec<Audience>,
    /// The scripts of the subject and the body.
    scripts: OnceLock<[Script; 2]>,
}

/// The checked templates of one language.
pub struct Templates {
    words: Arc<Words>,
    bodies: BTreeMap<String, Body>,
    entries: BTreeMap<String, LetterTemplate>,
    skeletons: SkeletonCache,
}

/// What a template made of the data: its subject and its body, with placeholders, and their values.
pub struct Rendered<'d> {
    subject: (Vec<Span>, Values<'d>),
    body: (Arc<Skeleton>, Values<'d>),
}

impl Rendered<'_> {
    /// The subject, on one line.
    #[must_use]
    pub fn subject(&self, name_table: &mut NameTable) -> Vec<Inline> {
        let (spans, values) = &self.subject;
        values.line(spans, name_table)
    }

    /// The blocks of the body.
    #[must_use]
    pub fn blocks(&self, name_table: &mut NameTable) -> Vec<Filled> {
        let (skeleton, values) = &self.body;
        values.blocks(skeleton, name_table)
    }
}

impl Templates {
    /// Checks all templates of a language, given by name without `.hbs`. Files without front matter are parts that others
    /// include. Those that ship with the program, `as_shipped`, are checked by its tests, and lowered when they are first used:
    /// a run needs one or two of all.
    ///
    /// # Errors
    /// Every mistake of every template, with line and column.
    pub(in crate::letter) fn compile(sources: &BTreeMap<String, Source>, words: &Arc<Words>, as_shipped: bool) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::default();
        let mut entries = BTreeMap::new();
        let mut bodies = BTreeMap::new();
        for (name, source) in sources {
            match split(source) {
                Ok((front, body, line)) => {
                    if let Some(front) = front {
                        match entry(&front, source) {
                            Ok(entry) => {
                                entries.insert(name.clone(), entry);
                            }
                            Err(problem) => problems.push(*problem),
                        }
                        bodies.insert(format!("{name} subject"), subject(&front, source));
                    }
                    let file = Arc::clone(&source.file);
                    bodies.insert(name.clone(), Body { text: body.to_owned(), file, line, column: 0, is_verbatim: true });
                }
                Err(problem) => problems.push(*problem),
            }
        }
        if !as_shipped {
            match Library::new(&bodies, names::ROOTS).lower_all(entries.keys().map(String::as_str)) {
                Ok(lowered) => {
                    for (name, scripts) in lowered {
                        entries[name].scripts.get_or_init(|| scripts);
                    }
                }
                Err(found) => problems.extend(found),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(Self { words: Arc::clone(words), bodies, entries, skeletons: SkeletonCache::default() })
    }

    /// The names of the templates that make letters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// For which audiences a template is; None if there is no such template.
    #[must_use]
    pub fn audiences(&self, name: &str) -> Option<&[Audience]> {
        self.entries.get(name).map(|e| e.audiences.as_slice())
    }

    /// Merges data into the subject and the body of a template. `names` are what the marks of names stand for. None if there
    /// is no such template.
    #[must_use]
    pub fn render<'d>(&'d self, name: &str, data: &'d Value<'d>, names: &'d [String]) -> Option<Rendered<'d>> {
        let lower = || Library::new(&self.bodies, names::ROOTS).lower(name).expect("the templates that ship are sound, as a test shows");
        let [subject, body] = self.entries.get(name)?.scripts.get_or_init(lower);
        let subject = run::run(subject, data, names, &self.words);
        let body = run::run(body, data, names, &self.words);
        Some(Rendered { subject: (skeleton::line(&subject.markdown), Values(subject.values)), body: (self.skeletons.of(&body.markdown), Values(body.values)) })
    }
}

/// Parses front matter and body: `+++`, TOML, `+++`. Gives the number of lines before the body.
fn split(source: &Source) -> Result<(Option<Front>, &str, usize), Box<Diagnostic>> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let Some(rest) = front_matter(source) else { return Ok((None, text, 0)) };
    let whole = |line: usize| Location { file: Arc::clone(&source.file), sheet: None, line: u32::try_from(line).unwrap_or(0), column: 1 };
    let Some(end) = rest.find("\n+++") else {
        return Err(Box::new(Diagnostic::error(say!("the front matter has no end")).at(whole(1)).hint(say!("close it with a line +++"))));
    };
    let front = toml::from_str(&rest[..=end]).map_err(|error: toml::de::Error| {
        let at = error.span().map_or_else(|| whole(1), |span| place_in_front(source, &span));
        Box::new(
            Diagnostic::error(say!("the front matter cannot be read: {why}", why = error.message().lines().next().unwrap_or_default()))
                .at(at)
                .hint(say!("it has schema = 1, subject = \"…\" and, if need be, audiences = [\"mandate\"]")),
        )
    })?;
    let body = &rest[end + 4..];
    let body = body.strip_prefix('\r').unwrap_or(body);
    let body = body.strip_prefix('\n').unwrap_or(body);
    Ok((Some(front), body, rest[..end].matches('\n').count() + 3))
}

/// What stands after the first `+++` line, if there is one.
fn front_matter(source: &Source) -> Option<&str> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    text.strip_prefix("+++").and_then(|r| r.strip_prefix("\r\n").or_else(|| r.strip_prefix('\n')))
}

/// The location of a place of the front matter, whose first line is the second of the file.
fn place_in_front(source: &Source, span: &Range<usize>) -> Location {
    let before = front_matter(source).and_then(|text| text.get(..span.start)).unwrap_or_default();
    let number = |n: usize| u32::try_from(n).unwrap_or(0);
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    Location { file: Arc::clone(&source.file), sheet: None, line: number(before.matches('\n').count() + 2), column: number(column) }
}

/// The subject, which knows where in the file it stands.
fn subject(front: &Front, source: &Source) -> Body {
    let span = front.subject.span();
    let at = place_in_front(source, &span);
    let text = front.subject.get_ref();
    let written = front_matter(source).and_then(|t| t.get(span)).unwrap_or_default();
    let is_verbatim = written.len() == text.len() + 2 && written.get(1..=text.len()) == Some(text.as_str());
    Body { text: text.clone(), file: Arc::clone(&source.file), line: at.line as usize - 1, column: at.column as usize - usize::from(!is_verbatim), is_verbatim }
}

fn entry(front: &Front, source: &Source) -> Result<LetterTemplate, Box<Diagnostic>> {
    let problem = |span: Range<usize>, message, hint| Err(Box::new(Diagnostic::error(message).at(place_in_front(source, &span)).hint(hint)));
    if *front.schema.get_ref() != names::SCHEMA {
        let found = say!("this program knows schema {known} of templates, not schema {schema}", known = names::SCHEMA, schema = front.schema.get_ref());
        return problem(front.schema.span(), found, say!("compare the template with the shipped one: `appeal templates --eject DIR`"));
    }
    let Some(words) = &front.audiences else { return Ok(LetterTemplate { audiences: Audience::ALL.to_vec(), scripts: OnceLock::new() }) };
    let mut audiences = Vec::with_capacity(words.len());
    for word in words {
        let Some(audience) = Audience::parse(word.get_ref()) else {
            let hint = match did_you_mean(word.get_ref(), Audience::ALL.map(Audience::word)) {
                Some(near) => say!("did you mean \"{near}\"?", near = near),
                None => say!("write \"mandate\", \"government\" or \"public\""),
            };
            return problem(word.span(), say!("`audiences` has a word that is not an audience"), hint);
        };
        audiences.push(audience);
    }
    Ok(LetterTemplate { audiences, scripts: OnceLock::new() })
}

#[cfg(test)]
mod tests {
    use crate::letter::TemplateStore;
    use crate::text::Language;

    /// What is wrong with the English templates when one of them has this text.
    fn problems(path: &str, text: &str) -> Vec<String> {
        let mut store = TemplateStore::shipped();
        store.put(path, text.to_owned(), "own.hbs".into());
        let pack = store.pack(&Language::parse(path.split('/').next().unwrap_or_default()).expect("a language"));
        pack.err().map(|problems| problems.sorted().iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    #[test]
    fn the_templates_that_ship_are_sound_in_every_language() {
        // One file of its own, and all of the folder are checked.
        for language in TemplateStore::shipped().languages() {
            assert_eq!(problems(&format!("{language}/own.hbs"), "Own.\n"), Vec::<String>::new(), "{language}");
        }
    }

    #[test]
    fn a_list_below_a_named_loop_variable_is_a_list_too() {
        let found = problems("en/facts.hbs", "{{#each incidents as |i|}}\n{{i.place}} {{i.facts.title}}\n{{/each}}\n");
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with("own.hbs:2:") && found[0].contains("`i.facts` is a list"), "{found:#?}");
    }

    #[test]
    fn a_part_that_no_letter_includes_does_no_harm() {
        assert_eq!(problems("en/idle.hbs", "{{> idle}} {{> nowhere}}\n"), Vec::<String>::new());
    }
}
