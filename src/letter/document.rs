//! The letter as a document of no particular format: parts, blocks, runs of text.
//!
//! In: what the room puts together. Out: a [`Letter`], which is all that a writer sees.

use super::words::Direction;
use crate::consent::Audience;
use crate::organisation::Paper;
use crate::text::Language;

/// A letter, in parts, in the order in which they are read.
///
/// Serialised, it is what `-f jsonl` writes, and its title and parts are what the ledger's digest is of: a key that changes makes
/// another letter of each.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Letter {
    /// The case it belongs to.
    pub case: String,
    /// For whom: the recipient's key, or `joint`.
    pub to: String,
    /// Its language.
    #[serde(serialize_with = "serial::language")]
    pub language: Language,
    /// Which way the language is written.
    pub direction: Direction,
    /// Its reader.
    pub audience: Audience,
    /// The paper it is for.
    pub paper: Paper,
    /// Its date.
    #[serde(serialize_with = "serial::date")]
    pub date: chrono::NaiveDate,
    /// Draft or cleared.
    #[serde(skip)]
    pub status: Status,
    /// Its title: the subject, as plain text.
    pub title: String,
    /// One line for the head of later pages.
    pub running_head: String,
    /// How pages are counted: `Page {page} of {pages}`.
    pub page_label: String,
    /// The word DRAFT in the letter's language.
    #[serde(skip)]
    pub draft_label: String,
    /// The paragraphs of a message that carries it: no name of a victim.
    pub cover: Vec<String>,
    /// The parts.
    pub parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Who writes.
    Letterhead {
        /// The organisation's name.
        name: String,
        /// Address and contacts.
        lines: Vec<Vec<Inline>>,
        /// The logo.
        logo: Option<Picture>,
    },
    /// CONFIDENTIAL, URGENT, PUBLIC VERSION.
    Marks(Vec<String>),
    /// Reference at the start edge, place and date at the end edge.
    DateLine {
        /// `Ref.: …`
        reference: Option<Vec<Inline>>,
        /// `Tapachula, 28 April 2021`
        date: Vec<Inline>,
    },
    /// To whom.
    Addressees(Vec<Addressee>),
    /// What it is about.
    Subject {
        /// `Subject:`
        label: String,
        /// The text.
        text: Vec<Inline>,
    },
    /// From the salutation to the last paragraph.
    Body(Vec<Block>),
    /// The closing words, which stay with the signatures.
    Closing(Vec<Block>),
    /// Who signs.
    Signatures(Vec<Signature>),
    /// Member organisations, sources, annexes, copies: its kind is its key.
    #[serde(untagged, serialize_with = "serial::list")]
    List {
        /// Which.
        kind: ListKind,
        /// Its heading.
        heading: String,
        /// Its items.
        items: Vec<Vec<Inline>>,
    },
}

/// Which list follows the signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ListKind {
    Members,
    Sources,
    Annexes,
    Copies,
}

/// One addressee's block.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Addressee {
    /// The person, where one is addressed.
    pub name: Option<String>,
    /// Title, office, address.
    pub lines: Vec<String>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The office held, or the country.
    pub role: Option<String>,
    /// The signature itself; drafts never carry it.
    pub picture: Option<Picture>,
}

/// A picture, as bytes.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct Picture {
    /// Its type: `image/png`.
    #[serde(rename = "type")]
    pub mime: &'static str,
    /// Its bytes.
    #[serde(rename = "base64", serialize_with = "serial::base64")]
    pub bytes: std::sync::Arc<[u8]>,
    /// What it shows, for those who cannot see it.
    pub alt: String,
}

impl std::fmt::Debug for Picture {
    /// The digest stands for the bytes, which nobody could read.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}, {:?}, {:x?})", self.mime, self.alt, <sha2::Sha256 as sha2::Digest>::digest(&self.bytes))
    }
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A heading; 2 for a section, 3 and more below it.
    #[serde(serialize_with = "serial::heading")]
    Heading(u8, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; numbered from `start`, or with bullets.
    List {
        /// The first number, if it is numbered.
        start: Option<usize>,
        /// The items, each of blocks.
        items: Vec<Vec<Block>>,
    },
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Words of the template or the program.
    Text(String),
    /// Words of the record: never structure, and in a direction of their own.
    Value(String),
    /// Strong.
    Strong(Vec<Inline>),
    /// Emphasised.
    Emphasis(Vec<Inline>),
    /// A link; the target is https, http, mailto or tel.
    Link {
        /// Where to.
        to: String,
        /// What is read.
        text: Vec<Inline>,
    },
    /// A line end.
    #[serde(serialize_with = "serial::line_end")]
    Break,
}

impl Inline {
    /// Whether a link may point there.
    #[must_use]
    pub fn is_allowed_target(to: &str) -> bool {
        ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| to.starts_with(scheme)) && !to.contains(|c: char| c.is_control() || c.is_whitespace())
    }
}

/// The words of some inlines, one after another.
#[must_use]
pub fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    write_plain(inlines, &mut out);
    out
}

/// Whether a link reads like its target, or like the end of it: `www.un.org` for `https://www.un.org`.
#[must_use]
pub fn reads_like(words: &[Inline], to: &str) -> bool {
    match words {
        [Inline::Text(word) | Inline::Value(word)] => to.ends_with(word.as_str()),
        _ => to.ends_with(&plain(words)),
    }
}

pub(super) fn write_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(t) | Inline::Value(t) => out.push_str(t),
            Inline::Strong(i) | Inline::Emphasis(i) | Inline::Link { text: i, .. } => write_plain(i, out),
            Inline::Break => out.push(' '),
        }
    }
}

impl Letter {
    /// The subject, as plain text.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.title
    }
}

/// Whether a letter is a draft. Every draft is marked on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    draft: bool,
    notice: String,
    reasons: Vec<String>,
}

impl Status {
    /// A draft.
    #[must_use]
    pub fn draft() -> Self {
        Self { draft: true, notice: String::new(), reasons: Vec::new() }
    }

    /// A draft that was looked over and is held.
    pub(super) fn held(notice: String, reasons: Vec<String>) -> Self {
        Self { draft: true, notice, reasons }
    }

    /// No draft: only clearance takes the mark off a letter.
    pub(super) fn cleared() -> Self {
        Self { draft: false, notice: String::new(), reasons: Vec::new() }
    }

    /// Whether it is a draft.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.draft
    }

    /// The sentence that introduces the reasons, in the letter's language.
    #[must_use]
    pub fn notice(&self) -> &str {
        &self.notice
    }

    /// Why it was not cleared.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}

/// How those parts are serialised whose data is not what their type would give: every part, block and run of text is an object
/// with one key, which says what it is.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands every field on by reference")]
mod serial {
    use super::{Inline, ListKind};
    use crate::text::Language;
    use ::base64::display::Base64Display;
    use ::base64::engine::general_purpose::STANDARD;
    use serde::Serialize;
    use serde::ser::{SerializeMap as _, Serializer};
    use std::sync::Arc;

    pub(super) fn language<S: Serializer>(language: &Language, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(language.code())
    }

    pub(super) fn date<S: Serializer>(date: &chrono::NaiveDate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(date)
    }

    pub(super) fn base64<S: Serializer>(bytes: &Arc<[u8]>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&Base64Display::new(bytes, &STANDARD))
    }

    pub(super) fn list<S: Serializer>(kind: &ListKind, heading: &str, items: &[Vec<Inline>], to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct List<'a> {
            heading: &'a str,
            items: &'a [Vec<Inline>],
        }
        let mut map = to.serialize_map(Some(1))?;
        map.serialize_entry(kind, &List { heading, items })?;
        map.end()
    }

    pub(super) fn heading<S: Serializer>(level: &u8, text: &[Inline], to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Heading<'a> {
            level: u8,
            text: &'a [Inline],
        }
        Heading { level: *level, text }.serialize(to)
    }

    pub(super) fn line_end<S: Serializer>(to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(true)
    }
}
