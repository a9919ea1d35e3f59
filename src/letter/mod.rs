//! The letter as a format-neutral document, and how it comes to be.
//!
//! In: a case, its readers, a language's words and templates. Out: a [`Letter`] of [`Part`]s, first as a
//! [`Draft`], marked as such, then, if nothing stands against it, as a
//! [`Cleared`] one. Writers see nothing but a `Letter`.

pub mod clearance;
pub mod compose;
pub mod form;
pub mod template;
pub mod template_store;
pub mod words;

mod assemble;
mod braces;
mod document;
mod passages;
mod spec;
mod statements;
mod view;

pub use crate::organisation::Paper;
pub use clearance::{Cleared, Draft, Held};
pub use compose::compose;
pub use document::{Addressee, Block, Inline, Letter, ListKind, Part, Picture, Signature, Status, plain, reads_like};
pub use form::compose_form;
pub use spec::{LetterContext, LetterSpec};
pub use template_store::{LanguagePack, TemplateStore};
pub use words::Direction;
