//! What a message says, as a digest: the same for the same letter, annexes and address.
//!
//! In: a neutral document and what goes with it. Out: SHA-256 in hexadecimal, of the document as it is serialised. The case's id is
//! no part of it: the same letter under another id is the same letter; nor is any format. That a template's words changed makes
//! another digest, and no letter "changed since sent": the ledger asks the case's digest for that.

use crate::letter::Letter;

/// The form of what is hashed, which the ledger writes before each digest: another one makes another letter of each.
pub(super) const FORM: &str = "v3";

/// SHA-256 of the neutral document, the annexes (each with its own SHA-256) and the address.
pub(super) fn digest(letter: &Letter, annexes: &[(String, String)], to: &str) -> String {
    let Letter { language, audience, title, parts, .. } = letter;
    let said = (FORM, to, language.code(), audience.word(), title, parts, annexes);
    super::digest(&serde_json::to_vec(&said).expect("every key of a letter is text"))
}
