//! The languages of a run.
//!
//! In: a language that a case or the command line names. Out: its words and templates, or what is wrong with them, read when they are
//! first asked for and never again.

use super::workspace::Workspace;
use crate::diagnostic::Diagnostics;
use crate::letter::LanguagePack;
use crate::text::Language;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Languages, read once each.
#[derive(Default)]
pub(crate) struct LanguagePacks {
    read: Mutex<BTreeMap<Language, Arc<Result<LanguagePack, Diagnostics>>>>,
}

impl LanguagePacks {
    pub(crate) fn get(&self, workspace: &Workspace, language: &Language) -> Arc<Result<LanguagePack, Diagnostics>> {
        // A panic under the lock leaves the map as it was.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(read.entry(language.clone()).or_insert_with(|| Arc::new(workspace.store.pack(language))))
    }
}
