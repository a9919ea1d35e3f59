//! In which language the program speaks: `--ui`, else the locale, else English.
//!
//! In: a flag and the environment. Out: the catalogue that [`report`](super::report) speaks by. A language is a file of `ui/`:
//! English sentences and what they are in it. A new one is a new file and no code.

use super::report;
use crate::app::UsageError;
use crate::diagnostic::Catalogue;
use crate::text::Language;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static CATALOGUES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/ui");

/// Settles the language of this run. `--json` changes its language only where the flag asks for it: scripts read it.
///
/// # Errors
/// The flag names a language that the program does not speak (exit 2).
pub(super) fn settle(flag: Option<&Language>) -> anyhow::Result<()> {
    if let Some(catalogue) = flag.and_then(|language| catalogue(language.code())) {
        report::speak(catalogue.clone(), catalogue);
        return Ok(());
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
    let code = locale.as_deref().and_then(|l| l.split(['_', '.', '@']).next()).unwrap_or("en");
    report::speak(catalogue(code).unwrap_or_default(), Catalogue::default());
    let Some(language) = flag else { return Ok(()) };
    let usage_error = UsageError::new(say!("the program does not speak {language}", language = language));
    Err(usage_error.hint(say!("--ui en, {known}", known = known().collect::<Vec<_>>().join(", "))).into())
}

/// The first that is set decides, even if it is set to a language nobody speaks here.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|v| v.into_string().ok()).filter(|v| !v.is_empty())
}

/// The catalogue of this language, if there is one.
pub(super) fn catalogue(code: &str) -> Option<Catalogue> {
    if code == "en" {
        return Some(Catalogue::default());
    }
    let text = CATALOGUES.get_file(format!("{code}.toml"))?.contents_utf8()?;
    let sentences: BTreeMap<String, String> = toml::from_str(text).expect("a test reads every catalogue");
    Some(Catalogue::new(code, sentences))
}

fn known() -> impl Iterator<Item = String> {
    CATALOGUES.files().filter_map(|f| f.path().file_stem()?.to_str().map(str::to_owned))
}
