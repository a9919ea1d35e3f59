//! The alleged perpetrators of a case.
//!
//! In: their tables. Out: [`Perpetrator`]s. Who may read of them is told here; whether a letter tells it is not.

use super::people::share;
use crate::consent::Audience;
use crate::records::Fields;
use crate::text::Localized;

/// An alleged perpetrator.
#[derive(Clone, Debug)]
pub struct Perpetrator {
    /// The id that prose refers to.
    pub id: String,
    /// The name of the institution, group or person.
    pub name: Option<Localized>,
    /// Of the State, or not.
    pub kind: PerpetratorKind,
    /// The institution a person belongs to.
    pub institution: Option<Localized>,
    /// The rank.
    pub rank: Option<Localized>,
    /// What is known of them.
    pub description: Option<Localized>,
    /// The link to the State.
    pub link_to_state: Option<Localized>,
    /// Whether it is a person.
    pub individual: bool,
    /// Whether a person's name may stand in public.
    pub name_in_public: bool,
    /// Who may read of them.
    pub share: Audience,
}

/// Whether a perpetrator belongs to the State.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum PerpetratorKind {
    State,
    NonState,
    Unknown,
}

/// The words of `[[perpetrators]] kind`.
pub const PERPETRATOR_KINDS: &[(&str, PerpetratorKind)] =
    &[("state", PerpetratorKind::State), ("non-state", PerpetratorKind::NonState), ("unknown", PerpetratorKind::Unknown)];

/// Reads an alleged perpetrator.
pub(super) fn perpetrator(f: &mut Fields<'_, '_>) -> Option<Perpetrator> {
    let id = f.must().id("id", "a short id, for references such as {inm}");
    let name = f.proper_name("name", "the name of the institution, group or person");
    let kind = f.must().choice("kind", "state, non-state or unknown", PERPETRATOR_KINDS);
    let perpetrator = Perpetrator {
        id: id.clone().unwrap_or_default(),
        name,
        kind: kind.unwrap_or(PerpetratorKind::Unknown),
        institution: f.proper_name("institution", "the institution a person belongs to"),
        rank: f.localized("rank", "the rank"),
        description: f.localized("description", "what is known of them"),
        link_to_state: f.localized("link-to-state", "the link to the State"),
        individual: f.flag("individual", "true for a person").unwrap_or(false),
        name_in_public: f.flag("name-in-public", "true if a person's name may stand in public").unwrap_or(false),
        share: share(f, Audience::Public),
    };
    id.and(kind).map(|_| perpetrator)
}
