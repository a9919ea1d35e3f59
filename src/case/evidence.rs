//! What supports and what follows: steps taken, requests, law, sources, annexes, other procedures.
//!
//! In: their tables. Out: their types. Nothing here is a name of a person at risk; what the reader may see is `share`.

use super::people::share;
use super::prose::Prose;
use super::references::References;
use crate::consent::Audience;
use crate::date::PartialDate;
use crate::diagnostic::{Location, Place};
use crate::records::{Fields, Required};
use crate::text::{Localized, is_web_address};

/// A step taken with an authority.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which authority.
    pub authority: Localized,
    /// When.
    pub date: Option<PartialDate>,
    /// Its number there.
    pub reference: Option<String>,
    /// What came of it.
    pub outcome: Option<Localized<Prose>>,
    /// Who may read of it.
    pub share: Audience,
    /// Where it stands.
    pub place: Place,
}

/// What the mandate is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked.
    pub wish: RequestText,
    /// Who may read it.
    pub share: Audience,
}

/// A request in words of one's own, or from the catalogue.
#[derive(Clone, Debug)]
pub enum RequestText {
    /// Beginning with an infinitive.
    Own(Localized<Prose>),
    /// A request of the catalogue, which exists in every language.
    Standard {
        /// Its key.
        key: String,
        /// Where it stands.
        place: Place,
    },
}

impl Request {
    /// The words of one's own, if it is in such.
    #[must_use]
    pub fn own(&self) -> Option<&Localized<Prose>> {
        match &self.wish {
            RequestText::Own(text) => Some(text),
            RequestText::Standard { .. } => None,
        }
    }
}

/// A standard that applies.
#[derive(Clone, Debug)]
pub enum Law {
    /// From the catalogue, with articles.
    Instrument {
        /// Its key in the catalogue.
        key: String,
        /// The articles, as they are numbered.
        articles: Vec<String>,
        /// Where it stands.
        location: Option<Location>,
    },
    /// In words of one's own.
    Text(Localized),
}

/// Where something can be read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The id that incidents name.
    pub id: String,
    /// Its title.
    pub title: Localized,
    /// Who published it.
    pub publisher: Option<Localized>,
    /// When.
    pub date: Option<PartialDate>,
    /// Where on the web.
    pub url: Option<String>,
    /// Who may see it listed.
    pub share: Audience,
    /// Where it stands.
    pub place: Place,
}

/// A file that goes with the letter.
#[derive(Clone, Debug)]
pub struct Annex {
    /// Its id.
    pub id: String,
    /// The path inside the workspace.
    pub file: String,
    /// A neutral title.
    pub title: Localized,
    /// Who may have it.
    pub share: Audience,
    /// Where its path stands.
    pub location: Option<Location>,
}

/// Another procedure that has the matter.
#[derive(Clone, Debug)]
pub struct OtherProcedure {
    /// Which body.
    pub body: Localized,
    /// Its number there.
    pub reference: Option<String>,
    /// How it stands.
    pub status: Option<Localized>,
}

pub(super) fn step(f: &mut Fields<'_, '_>, references: &References<'_>) -> Option<Step> {
    let place = f.place("");
    let authority = f.must().proper_name("authority", "which authority");
    let date = f.known("date", "when");
    let reference = f.line("reference", "its number there");
    let outcome = f.prose("outcome", "what came of it").map(|o| references.prose(f, o));
    let share = share(f, Audience::Public);
    Some(Step { authority: authority?, date, reference, outcome, share, place })
}

pub(super) fn request(f: &mut Fields<'_, '_>, references: &References<'_>) -> Option<Request> {
    let place = f.place("standard");
    let standard = f.id("standard", "a request of the catalogue, by key, instead of a text");
    let needed = if f.has("standard") || f.is_describing() { Required::No } else { Required::Yes };
    let text = f.required(needed).prose("text", "what the mandate is asked to do, beginning with an infinitive").map(|t| references.prose(f, t));
    let share = share(f, Audience::Public);
    let wish = match (standard, text) {
        (Some(_), Some(_)) => {
            f.problem("text", say!("`standard` and `text` are both given"), say!("keep one of the two; two requests are two [[requests]]"));
            return None;
        }
        (Some(key), None) => RequestText::Standard { key, place },
        (None, text) => RequestText::Own(text?),
    };
    Some(Request { wish, share })
}

pub(super) fn law(f: &mut Fields<'_, '_>) -> Option<Law> {
    let location = f.location(f.place("instrument"));
    let key = f.id("instrument", "an instrument of the catalogue, by key");
    let articles = f.list("articles", "its articles", "an article such as \"9\" or \"9 (1)\"", |t| Some(t.to_owned()));
    let text = f.localized("text", "a standard in words of one's own");
    match (key, text) {
        (Some(key), None) => Some(Law::Instrument { key, articles, location }),
        (None, Some(text)) => Some(Law::Text(text)),
        (Some(_), Some(_)) => {
            f.problem("text", say!("`instrument` and `text` are both given"), say!("keep one of the two"));
            None
        }
        (None, None) => {
            if !f.has("instrument") && !f.has("text") {
                f.problem("", say!("a [[law]] names nothing"), say!("write instrument = \"iccpr\" with articles = [\"9\"], or text = \"…\""));
            }
            None
        }
    }
}

pub(super) fn source(f: &mut Fields<'_, '_>) -> Option<Source> {
    let place = f.place("");
    let id = f.must().id("id", "a short id, for incidents to name");
    let title = f.must().proper_name("title", "its title");
    let publisher = f.proper_name("publisher", "who published it");
    let date = f.known("date", "when");
    let url = f.line_as("url", "where on the web", "a web address that begins with https://", |t| is_web_address(t).then(|| t.to_owned()));
    let share = share(f, Audience::Public);
    Some(Source { id: id?, title: title?, publisher, date, url, share, place })
}

pub(super) fn annex(f: &mut Fields<'_, '_>) -> Option<Annex> {
    let location = f.location(f.place("file"));
    let id = f.must().id("id", "a short id");
    let file = f.must().line("file", "the path inside the workspace");
    let title = f.must().localized("title", "a neutral title");
    let share = share(f, Audience::Mandate);
    Some(Annex { id: id?, file: file?, title: title?, share, location })
}

pub(super) fn other_procedure(f: &mut Fields<'_, '_>) -> Option<OtherProcedure> {
    let body = f.must().proper_name("body", "which body");
    let reference = f.line("reference", "its number there");
    let status = f.localized("status", "how it stands");
    Some(OtherProcedure { body: body?, reference, status })
}
