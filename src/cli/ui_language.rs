//! In which language the program speaks: `--ui`, else the locale, else English.

use super::report;
use crate::app::{RunError, catalogues};
use crate::diagnostic::Catalogue;
use crate::text::Language;

/// Settles the language of this run. `--json` changes its language only where the flag asks for it: scripts read it.
///
/// # Errors
/// The flag names a language that the program does not speak (exit 2).
pub(super) fn settle(flag: Option<&Language>) -> Result<(), RunError> {
    if let Some(catalogue) = flag.and_then(|language| catalogues::of(language.code())) {
        report::speak(catalogue.clone(), catalogue);
        return Ok(());
    }
    report::speak(catalogues::of(&catalogues::locale()).unwrap_or_default(), Catalogue::default());
    let Some(language) = flag else { return Ok(()) };
    let known = catalogues::codes().collect::<Vec<_>>().join(", ");
    Err(RunError::usage(say!("the program does not speak {language}", language = language), say!("--ui en, {known}", known = known)))
}
