//! The languages of what the program says.
//!
//! In: a code. Out: its catalogue. A language is a file of `ui/`: English sentences and what they are in it. A new one is a new
//! file and no code.

use crate::diagnostic::Catalogue;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;

static CATALOGUES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/ui");

/// The catalogue of this language, if there is one.
pub(crate) fn of(code: &str) -> Option<Catalogue> {
    if code == "en" {
        return Some(Catalogue::default());
    }
    let text = CATALOGUES.get_file(format!("{code}.toml"))?.contents_utf8()?;
    let sentences: BTreeMap<String, String> = toml::from_str(text).expect("a test reads every catalogue");
    Some(Catalogue::new(code, sentences))
}

/// The codes of the languages beside English.
pub(crate) fn codes() -> impl Iterator<Item = String> {
    CATALOGUES.files().filter_map(|f| f.path().file_stem()?.to_str().map(str::to_owned))
}

/// The language of the locale. The first variable that is set decides, even if it names a language that nobody speaks here.
pub(crate) fn locale() -> String {
    let set = |name| std::env::var_os(name).and_then(|v| v.into_string().ok()).filter(|v| !v.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    locale.as_deref().and_then(|l| l.split(['_', '.', '@']).next()).unwrap_or("en").to_owned()
}
