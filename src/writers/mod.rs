//! A letter in, bytes out.
//!
//! In: a [`Letter`] and the [`Stationery`] it is put on. Out: one format's bytes. A writer knows nothing of cases, readers
//! or mandates, decides nothing, and touches no file. The same letter gives the same bytes.

mod bidi;
mod docx;
mod form;
mod html;
pub mod picture;
mod text;

pub use docx::House;
pub use html::check_style;

use crate::letter::Letter;

/// The formats a letter can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Plain text, 72 columns.
    Text,
    /// One HTML file, ready to print.
    Html,
    /// A document for office programs, with named styles.
    Docx,
    /// The answers for the online form, as text to paste; made of `letter::form`'s letter.
    Form,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Text, Self::Html, Self::Docx, Self::Form];

    /// The word for `-f`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Form => "form",
        }
    }

    /// The ending of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Form => "form.txt",
        }
    }

    /// The format of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.word() == word)
    }
}

/// What a letter is put on.
pub struct Stationery {
    /// The style of the HTML page; proved by [`check_style`].
    pub style: String,
    /// The look of the DOCX.
    pub house: House,
}

/// Writes a letter.
#[must_use]
pub fn write(letter: &Letter, stationery: &Stationery, format: Format) -> Vec<u8> {
    match format {
        Format::Text => text::write(letter).into_bytes(),
        Format::Html => html::write(letter, &stationery.style).into_bytes(),
        Format::Form => form::write(letter).into_bytes(),
        Format::Docx => docx::write(letter, &stationery.house),
    }
}
