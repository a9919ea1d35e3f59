//! A letter in, bytes out.
//!
//! In: a [`Letter`] and the [`RenderOptions`] it is put on. Out: one format's bytes. A writer knows nothing of cases, readers
//! or mandates, decides nothing, and touches no file. The same letter gives the same bytes.

mod bidi;
mod docx;
mod form;
mod html;
mod json;
#[cfg(feature = "pdf")]
mod pdf;
pub mod picture;
mod text;

pub use docx::DocxTheme;
pub use html::check_style;
#[cfg(feature = "pdf")]
pub use pdf::{FontFile, PdfRenderer};

use crate::diagnostic::{Diagnostic, Diagnostics, Message, Severity};
use crate::letter::Letter;

/// The formats a letter can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Plain text, 72 columns.
    Text,
    /// One HTML file, ready to print.
    Html,
    /// PDF/A and PDF/UA; only in a build with the feature `pdf`.
    Pdf,
    /// A document for office programs, with named styles.
    Docx,
    /// The letter itself as data, a line of JSON, for other programs.
    Jsonl,
    /// The answers for the online form, as text to paste; made of `letter::form`'s letter.
    Form,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Text, Self::Html, Self::Pdf, Self::Docx, Self::Form, Self::Jsonl];

    /// The word for `-f`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.names().0
    }

    /// The ending of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "txt"),
            Self::Html => ("html", "html"),
            Self::Pdf => ("pdf", "pdf"),
            Self::Docx => ("docx", "docx"),
            Self::Form => ("form", "form.txt"),
            Self::Jsonl => ("jsonl", "jsonl"),
        }
    }

    /// Whether this build can write it. PDF needs an engine that takes minutes to build, so it is not in every build.
    #[must_use]
    pub fn is_built(self) -> bool {
        cfg!(feature = "pdf") || self != Self::Pdf
    }

    /// The format of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.word() == word)
    }
}

/// What a letter is put on.
pub struct RenderOptions {
    /// The style of the HTML page; proved by [`check_style`].
    pub style: String,
    /// The look of the DOCX.
    pub docx_theme: DocxTheme,
    /// The layout and the fonts of the PDF.
    #[cfg(feature = "pdf")]
    pub pdf_renderer: PdfRenderer,
}

impl RenderOptions {
    /// This style and this look; the PDF as it ships.
    #[must_use]
    pub fn new(style: String, docx_theme: DocxTheme) -> Self {
        Self {
            style,
            docx_theme,
            #[cfg(feature = "pdf")]
            pdf_renderer: PdfRenderer::shipped(),
        }
    }
}

/// How to come by a format that this build lacks.
#[must_use]
pub fn how_to_get(format: Format) -> (Message, Message) {
    (say!("this build cannot write {format}", format = format.word()), say!("install one that can: `cargo install --path . --features full`"))
}

/// What would keep a letter from a format of this build, as far as it is known without writing it: warnings.
#[must_use]
pub fn foresee(letter: &Letter, options: &RenderOptions) -> Vec<Diagnostic> {
    #[cfg(feature = "pdf")]
    let found = pdf::check(letter, &options.pdf_renderer).err().unwrap_or_default();
    #[cfg(not(feature = "pdf"))]
    let (_, _, found) = (letter, options, Diagnostics::default());
    let warn = |problem: Diagnostic| {
        let message = say!("it cannot be written as PDF: {why}").with("why", problem.message);
        Diagnostic { severity: Severity::Warning, message, ..problem }
    };
    found.into_iter().map(warn).collect()
}

/// Writes a letter.
///
/// # Errors
/// What keeps it from this format: a build without it, or, in a PDF, a character that no font has.
pub fn write(letter: &Letter, options: &RenderOptions, format: Format) -> Result<Vec<u8>, Diagnostics> {
    Ok(match format {
        Format::Text => text::write(letter).into_bytes(),
        Format::Html => html::write(letter, &options.style).into_bytes(),
        Format::Form => form::write(letter).into_bytes(),
        Format::Docx => docx::write(letter, &options.docx_theme),
        Format::Jsonl => json::write(letter).into_bytes(),
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::write(letter, &options.pdf_renderer)?,
        #[cfg(not(feature = "pdf"))]
        Format::Pdf => {
            let (message, hint) = how_to_get(format);
            return Err(Diagnostic::error(message).hint(hint).into());
        }
    })
}
