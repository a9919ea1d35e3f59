//! Prose of a case: text with references to people and perpetrators who are known to exist.

use crate::diagnostic::Location;
use crate::records::Piece;

/// Somebody that prose refers to, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A victim.
    Victim(usize),
    /// Another person.
    Person(usize),
    /// An alleged perpetrator.
    Perpetrator(usize),
}

/// Prose whose references are known to exist, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose {
    /// The pieces, in order.
    pub pieces: Vec<Piece<Who>>,
    /// Where the text begins.
    pub location: Location,
}

impl Prose {
    /// Whether it refers to this person or perpetrator.
    #[must_use]
    pub fn mentions(&self, who: Who) -> bool {
        self.pieces.contains(&Piece::Reference(who))
    }
}

/// Words of a text with a brace that is no reference: a letter that prints them is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrayBrace {
    /// The words, from the reference before to the one after, of one paragraph.
    pub words: String,
    /// Where their text begins.
    pub location: Option<Location>,
}
