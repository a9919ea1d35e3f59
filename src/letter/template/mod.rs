//! Templates: Handlebars behind a small door.
//!
//! In: the `.hbs` files of one language, and the reader's view of a case as data. Out: blocks of a letter. A template is
//! checked as a whole before any data is merged, because the engine's own strictness has holes. Values never meet the
//! Markdown parser: while the template runs, each is put aside and a mark left in its place; when the Markdown has been
//! read, the marks are filled ("data holes"). So nothing in a value can become structure.

mod body;
mod cast;
mod check;
mod fill;
mod helpers;
mod markdown;
pub mod names;
mod parts;
mod scope;

use body::Body;
pub(super) use cast::STATEMENTS;
pub use cast::{Cast, Shown, mark};
pub use fill::Filled;

use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, did_you_mean};
use handlebars::{Context, Handlebars, Template};
use serde::Deserialize;
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use toml::Spanned;

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
struct Entry {
    audiences: Vec<Audience>,
    /// The engine with this template and its parts, made when it is first used: a run needs one or two.
    engine: OnceLock<Handlebars<'static>>,
}

/// The checked templates of one language.
pub struct Templates {
    words: Arc<Words>,
    bodies: BTreeMap<String, Body>,
    /// What was compiled to be checked.
    compiled: BTreeMap<String, Template>,
    entries: BTreeMap<String, Entry>,
}

thread_local! {
    /// The values put aside while a template runs, and the names that marks stand for. One template runs at a time on a thread.
    static RUN: RefCell<Run> = RefCell::default();
}

#[derive(Default)]
struct Run {
    values: Vec<String>,
    names: Vec<String>,
}

/// A body as Markdown with marks, and the values the marks stand for.
pub struct Rendered {
    markdown: String,
    values: Vec<String>,
}

impl Templates {
    /// Checks all templates of a language, given by name without `.hbs`. Files without front matter are parts that others
    /// include. Those that ship with the program, `as_shipped`, are checked by its tests and not at every start.
    ///
    /// # Errors
    /// Every mistake of every template, with line and column.
    pub fn compile(sources: &BTreeMap<String, Source>, words: &Arc<Words>, as_shipped: bool) -> Result<Self, Diagnostics> {
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
        let mut compiled = BTreeMap::new();
        if !as_shipped {
            let (templates, found) = check::check(&bodies, &entries.keys().map(String::as_str).collect::<Vec<_>>());
            problems.extend(found);
            compiled = templates;
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(Self { words: Arc::clone(words), bodies, compiled, entries })
    }

    /// An engine for one letter.
    fn engine(&self, name: &str) -> Handlebars<'static> {
        let mut engine = Handlebars::new();
        engine.set_prevent_indent(true);
        engine.register_escape_fn(put_aside);
        helpers::register(&mut engine, &self.words);
        let letter = [name.to_owned(), format!("{name} subject")];
        let mut templates: BTreeMap<String, Template> = BTreeMap::new();
        let mut wanted = letter.to_vec();
        while let Some(next) = wanted.pop() {
            if let Some(body) = self.bodies.get(&next).filter(|_| !templates.contains_key(&next)) {
                let template = self.compiled.get(&next).cloned().unwrap_or_else(|| body::parse(body).expect("a checked template compiles"));
                wanted.extend(parts::named(&template));
                templates.insert(next, template);
            }
        }
        for (name, template) in &templates {
            engine.register_template(name, if letter.contains(name) { parts::put_in(template.clone(), &templates) } else { template.clone() });
        }
        engine
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

    /// Merges data into the subject and the body of a template. `names` are what the marks of names stand for.
    ///
    /// # Errors
    /// The engine gives up on something that the check let through. What it says of it is not repeated: it may hold values.
    pub fn render(&self, name: &str, view: Json, names: &[String]) -> Result<(Rendered, Rendered), Diagnostics> {
        let context = Context::from(view);
        let Some(entry) = self.entries.get(name) else { return Err(Diagnostic::error(say!("there is no template `{name}`", name = name)).into()) };
        let engine = entry.engine.get_or_init(|| self.engine(name));
        Ok((Self::run(engine, &format!("{name} subject"), &context, names)?, Self::run(engine, name, &context, names)?))
    }

    fn run(engine: &Handlebars<'static>, name: &str, context: &Context, names: &[String]) -> Result<Rendered, Diagnostics> {
        RUN.with_borrow_mut(|run| {
            run.values.clear();
            run.names.clear();
            run.names.extend_from_slice(names);
        });
        let markdown = engine.render_with_context(name, context).map_err(|error| {
            let line = error.line_no.unwrap_or(0);
            Diagnostic::error(say!("the template `{name}` cannot be filled, near line {line} of its text", name = name, line = line))
                .hint(say!("take out what was added last; `appeal templates` shows how names and helpers are written"))
        })?;
        Ok(Rendered { markdown, values: RUN.with_borrow_mut(|run| std::mem::take(&mut run.values)) })
    }
}

/// Puts a value aside and leaves a mark. An empty value leaves nothing.
fn put_aside(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    RUN.with_borrow_mut(|run| {
        run.values.push(value.to_owned());
        format!("{}{}{}", cast::HOLE, run.values.len() - 1, cast::END)
    })
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

fn entry(front: &Front, source: &Source) -> Result<Entry, Box<Diagnostic>> {
    let problem = |span: Range<usize>, message, hint| Err(Box::new(Diagnostic::error(message).at(place_in_front(source, &span)).hint(hint)));
    if *front.schema.get_ref() != names::SCHEMA {
        let found = say!("this program knows schema {known} of templates, not schema {schema}", known = names::SCHEMA, schema = front.schema.get_ref());
        return problem(front.schema.span(), found, say!("compare the template with the shipped one: `appeal templates --eject DIR`"));
    }
    let Some(words) = &front.audiences else { return Ok(Entry { audiences: Audience::ALL.to_vec(), engine: OnceLock::new() }) };
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
    Ok(Entry { audiences, engine: OnceLock::new() })
}

#[cfg(test)]
mod tests {
    use crate::letter::Shelf;
    use crate::text::Language;

    /// What is wrong with the English templates when one of them has this text.
    fn problems(path: &str, text: &str) -> Vec<String> {
        let mut shelf = Shelf::shipped();
        shelf.put(path, text.to_owned(), "own.hbs".into());
        let tongue = shelf.tongue(&Language::parse(path.split('/').next().unwrap_or_default()).expect("a language"));
        tongue.err().map(|problems| problems.sorted().iter().map(ToString::to_string).collect()).unwrap_or_default()
    }

    #[test]
    fn the_templates_that_ship_are_sound_in_every_language() {
        // One file of its own, and all of the folder are checked.
        for language in Shelf::shipped().languages() {
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
