//! What a letter is made of, and for whom it is.
//!
//! In: a case and all around it; a choice of addressees, reader and template. Out: what every step of composing is given.

use super::document::Picture;
use super::template_store::LanguagePack;
use crate::case::Case;
use crate::consent::Audience;
use crate::directory::Directory;
use crate::organisation::Organisation;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A case and all around it.
pub struct LetterContext<'a> {
    /// The case.
    pub case: &'a Case,
    /// The sender.
    pub organisation: &'a Organisation,
    /// Whom letters can go to.
    pub directory: &'a Directory,
    /// The letter's language.
    pub pack: &'a LanguagePack,
    /// Logo and signatures, by their paths in the workspace.
    pub pictures: &'a BTreeMap<String, Picture>,
    /// This run's today.
    pub today: NaiveDate,
}

/// For whom one letter is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterSpec {
    /// To whom it is addressed: keys of the directory, in order.
    pub addressees: Vec<String>,
    /// Who gets it as a copy, where that is not the addressees.
    pub copy_for: Option<String>,
    /// Its reader.
    pub audience: Audience,
    /// The template.
    pub template: String,
    /// The one victim it tells of, for mandates that take one letter a person.
    pub person: Option<usize>,
}

impl LetterSpec {
    /// Who reads it: the copy's recipient, or the addressees.
    pub(super) fn readers(&self) -> Vec<String> {
        self.copy_for.as_ref().map_or_else(|| self.addressees.clone(), |copy| vec![copy.clone()])
    }

    /// What stands for the recipient in file names: the key, or `joint`.
    #[must_use]
    pub fn to(&self) -> String {
        match (&self.copy_for, self.addressees.as_slice()) {
            (Some(copy), _) => copy.clone(),
            (None, [one]) => one.clone(),
            _ => "joint".into(),
        }
    }
}
