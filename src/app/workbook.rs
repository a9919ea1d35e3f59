//! A workbook to fill in: what of a workspace goes into it.
//!
//! In: the directory and the words of a language. Out: the bytes of a workbook without a case in it, explained in that language.

use super::catalogues;
use crate::case::Case;
use crate::diagnostic::Diagnostics;
use crate::directory::{Directory, Kind};
use crate::letter::TemplateStore;
use crate::records::{WorkbookWords, write_workbook};
use crate::text::Language;

/// Makes the workbook.
///
/// # Errors
/// The language has no words, or they have mistakes.
pub(crate) fn bytes(directory: &Directory, store: &TemplateStore, language: &Language) -> Result<Vec<u8>, Diagnostics> {
    let words = store.pack(language)?.words;
    let catalogue = catalogues::of(language.code()).unwrap_or_default();
    let is_procedure = |kind| matches!(kind, Kind::SpecialRapporteur | Kind::IndependentExpert | Kind::WorkingGroup | Kind::Office);
    let mandates = directory.iter().filter(|m| is_procedure(m.kind)).map(|m| {
        // A title that the language lacks is given in English, as its key is.
        let title = m.title(language).or_else(|| m.title.all().next());
        (m.key.clone(), title.map(|t| t.any.clone()).unwrap_or_default())
    });
    let list = |name, columns, rows| WorkbookWords { name: catalogue.tell(&name), columns, rows };
    let lists = [
        list(say!("mandates"), &["mandates"], mandates.collect()),
        list(say!("countries"), &["country", "co-signers.country"], words.countries.iter().map(|(code, name)| (code.clone(), name.clone())).collect()),
        list(say!("ready-made requests"), &["requests.standard"], words.requests.iter().map(|(key, text)| (key.clone(), text.clone())).collect()),
        list(say!("instruments"), &["law.instrument"], words.instruments.iter().map(|(key, i)| (key.to_owned(), i.title.clone())).collect()),
    ];
    Ok(write_workbook(&Case::shape(), &lists, &catalogue))
}
