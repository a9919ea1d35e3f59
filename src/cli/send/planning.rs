//! The plan: each letter composed, and what will become of it.
//!
//! In: a selection, and what the ledger knows. Out: each letter that can be sent with its e-mail, and the others with why not.

use crate::app::batch::{Batch, Readers};
use crate::app::delivery::DeliveryOptions;
use crate::app::disposition::{Choice, Disposition, stood};
use crate::app::plan::{self, PlannedLetter};
use crate::app::send_state::Row;
use crate::app::sending::EarlierLetters;
use crate::app::{RunError, Selection};
use crate::cli::common::Common;
use crate::cli::exit_status::ExitStatus;
use crate::cli::letters;
use crate::cli::progress::Progress;
use crate::mail::{Email, Ledger};
use std::path::Path;

/// A run that plans letters, and what was asked for.
pub(super) struct Run<'a> {
    pub(super) common: &'a Common,
    pub(super) selection: &'a Selection,
    pub(super) root: &'a Path,
    pub(super) resend: Vec<String>,
    pub(super) partial: bool,
    pub(super) limit: Option<usize>,
}

/// A letter of a plan; without an e-mail it does not go.
pub(super) struct Planned<'a> {
    pub(super) row: Row,
    pub(super) email: Option<(&'a Email, Option<&'a PlannedLetter>)>,
}

impl Run<'_> {
    /// How letters are chosen, after a look at what was asked for; and whether the workspace can be read at all.
    pub(super) fn choice(&self, largest: u64, rehearsal: bool) -> Result<(Choice, bool), RunError> {
        let is_sound = match Batch::open(self.root.to_path_buf(), self.selection) {
            Ok(_) => true,
            // It is reported when letters are made.
            Err(RunError::Problems(_)) => false,
            Err(error) => return Err(error),
        };
        let trial = self.selection.trial().cloned();
        let rehearsal = rehearsal || trial.is_some();
        let options = DeliveryOptions { largest, trial };
        Ok((Choice { options, resend: self.resend.clone(), partial: self.partial, rehearsal, today: self.selection.today() }, is_sound))
    }

    /// Composes everything and says of each letter what will become of it.
    pub(super) fn plan(
        &self,
        common: &Common,
        choice: &Choice,
        ledger: Option<&Ledger>,
        with_pages: bool,
        then: &mut dyn FnMut(Planned<'_>, &Progress) -> Result<(), RunError>,
    ) -> Result<ExitStatus, RunError> {
        let earlier = EarlierLetters::of(ledger)?;
        let mut room = self.limit.unwrap_or(usize::MAX);
        let sum = letters::each(
            common,
            self.selection,
            Readers::Selected,
            None,
            |workspace, made| {
                let dispositions = choice.dispositions(workspace, made, &|identity| earlier.continued_by(made, identity));
                (dispositions, if with_pages { plan::page(workspace, made) } else { None })
            },
            |(dispositions, page), progress| {
                for disposition in dispositions {
                    let (email, permit) = match disposition {
                        Disposition::Stays(row) => {
                            then(Planned { row, email: None }, progress)?;
                            continue;
                        }
                        Disposition::Send(email, permit) => (email, permit),
                    };
                    let row = Row::planned(&email);
                    match ledger.map(|l| l.standing(&email, permit)).transpose()?.flatten() {
                        Some(standing) => then(Planned { row: stood(row, standing), email: None }, progress)?,
                        // No more letters than asked for.
                        None if room == 0 => {}
                        None => {
                            room -= 1;
                            then(Planned { row, email: Some((&email, page.as_ref())) }, progress)?;
                        }
                    }
                }
                Ok(())
            },
        )?;
        // What became of letters is in their rows; what remains is trouble with files.
        Ok(if sum.has_failed() { ExitStatus::Failed } else { ExitStatus::Done })
    }
}
