//! Templates: Handlebars behind a small door.
//!
//! In: the `.hbs` files of one language, and the reader's view of a case as data. Out: blocks of a letter. A template is
//! checked as a whole before any data is merged, because the engine's own strictness has holes. Values never meet the
//! Markdown parser: while the template runs, each is put aside and a mark left in its place; when the Markdown has been
//! read, the marks are filled ("data holes"). So nothing in a value can become structure.

mod check;
mod fill;
mod helpers;
pub mod names;

pub(super) use fill::STATEMENTS;
pub use fill::{Cast, Filled, Shown, mark};

use crate::consent::Audience;
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use handlebars::{Context, Handlebars};
use serde::Deserialize;
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    schema: i64,
    subject: String,
    #[serde(default)]
    audiences: Option<Vec<String>>,
}

/// A template that has been checked.
#[derive(Clone, Debug)]
struct Entry {
    audiences: Vec<Audience>,
}

/// The checked templates of one language.
pub struct Templates {
    engine: Handlebars<'static>,
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
    /// Checks and compiles all templates of a language, given by name without `.hbs`. Files without front matter are parts
    /// that others include.
    ///
    /// # Errors
    /// Every mistake of every template, with line and column.
    pub fn compile(sources: &BTreeMap<String, Source>, words: Arc<Words>) -> Result<Self, Diagnostics> {
        let mut problems = Diagnostics::default();
        let mut engine = Handlebars::new();
        engine.set_prevent_indent(true);
        engine.register_escape_fn(put_aside);
        helpers::register(&mut engine, &words);
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
                            Err(problem) => problems.push(problem),
                        }
                        bodies
                            .insert(format!("{name} subject"), check::Body { text: front.subject, file: Arc::clone(&source.file), line: 0, is_subject: true });
                    }
                    bodies.insert(name.clone(), check::Body { text: body.to_owned(), file: Arc::clone(&source.file), line, is_subject: false });
                }
                Err(problem) => problems.push(*problem),
            }
        }
        problems.extend(check::check(&bodies, &entries.keys().map(String::as_str).collect::<Vec<_>>()));
        if problems.has_errors() {
            return Err(problems);
        }
        for (name, body) in &bodies {
            let template = check::parse(body).map_err(|problem| Diagnostics::from(*problem))?;
            engine.register_template(name, template);
        }
        Ok(Self { engine, entries })
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
    /// # Panics
    /// If the template is not one of [`Templates::names`].
    #[must_use]
    pub fn render(&self, name: &str, view: Json, names: &[String]) -> (Rendered, Rendered) {
        let context = Context::from(view);
        (self.run(&format!("{name} subject"), &context, names), self.run(name, &context, names))
    }

    fn run(&self, name: &str, context: &Context, names: &[String]) -> Rendered {
        RUN.with_borrow_mut(|run| {
            run.values.clear();
            run.names.clear();
            run.names.extend_from_slice(names);
        });
        let markdown = self.engine.render_with_context(name, context).expect("a checked template can be rendered: every name and helper is known");
        Rendered { markdown, values: RUN.with_borrow_mut(|run| std::mem::take(&mut run.values)) }
    }
}

/// Puts a value aside and leaves a mark. An empty value leaves nothing.
fn put_aside(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    RUN.with_borrow_mut(|run| {
        run.values.push(value.to_owned());
        format!("{}{}{}", fill::HOLE, run.values.len() - 1, fill::END)
    })
}

/// Parts front matter and body: `+++`, TOML, `+++`. Gives the number of lines before the body.
fn split(source: &Source) -> Result<(Option<Front>, &str, usize), Box<Diagnostic>> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let Some(rest) = text.strip_prefix("+++").and_then(|r| r.strip_prefix("\r\n").or_else(|| r.strip_prefix('\n'))) else {
        return Ok((None, text, 0));
    };
    let whole = |line: usize| Location { file: Arc::clone(&source.file), sheet: None, line: u32::try_from(line).unwrap_or(0), column: 1 };
    let Some(end) = rest.find("\n+++") else {
        return Err(Box::new(Diagnostic::error(say!("the front matter has no end")).at(whole(1)).hint(say!("close it with a line +++"))));
    };
    let front = toml::from_str(&rest[..=end]).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(0, |s| rest[..s.start.min(end)].matches('\n').count());
        Box::new(
            Diagnostic::error(say!("the front matter cannot be read: {why}", why = error.message().lines().next().unwrap_or_default()))
                .at(whole(line + 2))
                .hint(say!("it has schema = 1, subject = \"…\" and, if need be, audiences = [\"mandate\"]")),
        )
    })?;
    let body = &rest[end + 4..];
    let body = body.strip_prefix('\r').unwrap_or(body);
    let body = body.strip_prefix('\n').unwrap_or(body);
    Ok((Some(front), body, rest[..end].matches('\n').count() + 3))
}

fn entry(front: &Front, source: &Source) -> Result<Entry, Diagnostic> {
    let at = Location { file: Arc::clone(&source.file), sheet: None, line: 2, column: 1 };
    if front.schema != names::SCHEMA {
        return Err(Diagnostic::error(say!(
            "this program knows schema {known} of templates, not schema {schema}",
            known = names::SCHEMA,
            schema = front.schema
        ))
        .at(at)
        .hint(say!("compare the template with the shipped one: `appeal templates --eject DIR`")));
    }
    let words = front.audiences.clone().unwrap_or_else(|| Audience::ALL.iter().map(|a| a.word().to_owned()).collect());
    let audiences: Option<Vec<Audience>> = words.iter().map(|w| Audience::parse(w)).collect();
    audiences.map(|audiences| Entry { audiences }).ok_or_else(|| {
        Diagnostic::error(say!("`audiences` has a word that is not an audience")).at(at).hint(say!("write \"mandate\", \"government\" or \"public\""))
    })
}
