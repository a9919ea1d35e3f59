//! Parts that many letters have in common, packed once.
//!
//! In: what a part depends on, and how it is written. Out: the part, ready to be put into a package. Nothing of a person is
//! among them: they hold styles, numberings, the page label and the mark of a draft.

use crate::letter::Direction;
use crate::ooxml::Packed;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A run in six languages, with letters of every length, has no more of them; further ones are packed and not kept.
const MOST: usize = 256;

/// All that such a part depends on, beside the house.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    ContentTypes,
    /// For a language.
    Styles(String),
    /// The first number of each list, or none for bullets.
    Numbering(Direction, Vec<Option<usize>>),
    /// With the mark of a draft.
    FirstHeader(Direction, Option<String>),
    /// With the page label.
    Footer(Direction, String),
}

/// The parts that were packed so far. A copy of a house keeps them together with it.
#[derive(Clone, Debug, Default)]
pub(super) struct PackedParts(Arc<Mutex<HashMap<Key, Packed>>>);

impl PackedParts {
    /// The part that depends on this, written if it was not yet.
    pub(super) fn part(&self, key: Key, write: impl FnOnce() -> String) -> Packed {
        // A part is put in whole: a panic elsewhere cannot leave one half there.
        let parts = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = parts().get(&key) {
            return part.clone();
        }
        // Nobody waits while it is packed; two who pack the same get the same bytes.
        let part = Packed::new(&write());
        let mut parts = parts();
        if parts.len() < MOST {
            parts.insert(key, part.clone());
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, MOST, PackedParts};

    #[test]
    fn a_part_is_written_once_and_no_more_are_kept_than_a_run_can_need() {
        let kept = PackedParts::default();
        kept.part(Key::Styles("en".into()), || "<a/>".into());
        kept.part(Key::Styles("en".into()), || panic!("it is there"));
        for start in 0..2 * MOST {
            kept.part(Key::Numbering(crate::letter::Direction::Ltr, vec![Some(start)]), || "<b/>".into());
        }
        assert_eq!(kept.0.lock().expect("nobody panicked").len(), MOST);
    }
}
