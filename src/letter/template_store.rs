//! The template store of languages: words, templates and page layouts, shipped ones and the workspace's over them.
//!
//! In: files, by their path below `letter-templates/`. Out: a [`LanguagePack`]: all that one language needs. Only the program's
//! own files are built in; what a workspace has is handed over by the edge that reads it.

use super::template::{Source, Templates};
use super::words::Words;
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::text::Language;
use include_dir::{Dir, include_dir};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/letter-templates");

/// Every file of `letter-templates/`, by its path below it.
pub struct TemplateStore {
    files: BTreeMap<String, Source>,
}

/// One language, ready to write letters.
pub struct LanguagePack {
    /// Which.
    pub language: Language,
    /// Its fixed words.
    pub words: Arc<Words>,
    /// Its templates.
    pub templates: Templates,
}

impl TemplateStore {
    /// What ships with the program.
    #[must_use]
    pub fn shipped() -> Self {
        let files = shipped_files().map(|(path, text)| (path.to_owned(), Source { text: text.to_owned(), file: format!("letter-templates/{path}").into() }));
        Self { files: files.collect() }
    }

    /// Puts a file over the shipped one of the same path.
    pub fn put(&mut self, path: &str, text: String, file: Arc<str>) {
        self.files.insert(path.to_owned(), Source { text, file });
    }

    /// A file by its path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Source> {
        self.files.get(path)
    }

    /// The languages that have words.
    #[must_use]
    pub fn languages(&self) -> BTreeSet<&str> {
        self.files.keys().filter_map(|path| path.strip_suffix("/words.toml")).collect()
    }

    /// Reads a language.
    ///
    /// # Errors
    /// There is no such folder, or its files have mistakes.
    pub fn pack(&self, language: &Language) -> Result<LanguagePack, Diagnostics> {
        let code = language.code();
        let file = |name: &str| self.files.get(&format!("{code}/{name}")).map(|s| (s.text.as_str(), &s.file));
        let Some(words) = file("words.toml") else {
            let known = self.languages();
            let hint = match did_you_mean(code, known.iter().copied()) {
                Some(near) if near != code => say!("did you mean `{near}`?", near = near),
                _ => say!(
                    "the languages are {known}; a new one is a folder letter-templates/{code}/",
                    known = known.iter().copied().collect::<Vec<_>>().join(", "),
                    code = code
                ),
            };
            return Err(Diagnostic::error(say!("there are no words and templates for the language `{code}`", code = code)).hint(hint).into());
        };
        let own = |name: &str| file(name).filter(|(text, _)| !is_shipped(&format!("{code}/{name}"), text));
        if own("words.toml").is_some() || own("instruments.toml").is_some() {
            let problems = Words::check(words, file("instruments.toml"));
            if problems.has_errors() {
                return Err(problems);
            }
        }
        let words = Arc::new(Words::parse(words, file)?);
        let prefix = format!("{code}/");
        let sources: BTreeMap<String, Source> = self
            .files
            .range(prefix.clone()..)
            .take_while(|(path, _)| path.starts_with(&prefix))
            .filter_map(|(path, source)| Some((path[prefix.len()..].strip_suffix(".hbs")?.to_owned(), source.clone())))
            .collect();
        let as_shipped = sources.iter().all(|(name, source)| is_shipped(&format!("{code}/{name}.hbs"), &source.text));
        let templates = Templates::compile(&sources, &words, as_shipped)?;
        Ok(LanguagePack { language: language.clone(), words, templates })
    }
}

/// Whether this is the text that ships with the program under this path.
pub(crate) fn is_shipped(path: &str, text: &str) -> bool {
    SHIPPED.get_file(path).and_then(include_dir::File::contents_utf8) == Some(text)
}

/// The shipped files: path and text.
pub fn shipped_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    fn walk(dir: &'static Dir<'static>, out: &mut Vec<(&'static str, &'static str)>) {
        for file in dir.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                out.push((path, text));
            }
        }
        dir.dirs().for_each(|d| walk(d, out));
    }
    let mut files = Vec::new();
    walk(&SHIPPED, &mut files);
    files.into_iter()
}
