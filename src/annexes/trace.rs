//! What can be told of an annex, and how its bytes are searched.
//!
//! In: bytes. Out: kinds of traces, from the signs that stand for them.

use std::collections::BTreeSet;

/// A kind of trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trace {
    /// Where it was made: GPS, or the name of a place.
    Position,
    /// Who made it, changed it or owns the camera.
    Author,
    /// An organisation.
    Company,
    /// Which camera, by its number.
    Device,
    /// Earlier versions, or changes that can be undone.
    Revisions,
    /// Comments, notes or descriptions.
    Comments,
}

impl Trace {
    /// Its words in a message.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Position => "a position",
            Self::Author => "an author",
            Self::Company => "a company",
            Self::Device => "a camera's number",
            Self::Revisions => "earlier versions or tracked changes",
            Self::Comments => "comments",
        }
    }
}

/// What was seen in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// These traces; maybe none.
    Traces(BTreeSet<Trace>),
    /// It is encrypted: nobody without its password can read it.
    Encrypted,
    /// It breaks off, or is too large to be read through: nothing was found, and there may be something.
    Damaged,
    /// A kind of file that is not looked into.
    Unknown,
}

/// A part of a file is unpacked no further, in bytes.
pub(super) const LARGEST_PART: u64 = 8 << 20;
/// No more parts of a file are unpacked.
pub(super) const MOST_PARTS: usize = 400;

pub(super) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

pub(super) fn contains(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}

/// Adobe's metadata, in pictures and in PDF alike.
pub(super) fn xmp(data: &[u8], found: &mut BTreeSet<Trace>) {
    let signs: [(&[u8], Trace); 8] = [
        (b"exif:GPSLatitude", Trace::Position),
        (b"Iptc4xmpCore:Location", Trace::Position),
        (b"photoshop:City", Trace::Position),
        (b"dc:creator", Trace::Author),
        (b"aux:OwnerName", Trace::Author),
        (b"SerialNumber", Trace::Device),
        (b"pdfx:Company", Trace::Company),
        (b"dc:description", Trace::Comments),
    ];
    found.extend(signs.iter().filter(|(sign, _)| contains(data, sign)).map(|(_, trace)| *trace));
}
