//! What a PDF tells: its authors, its notes, its earlier versions.
//!
//! In: its bytes. Out: the kinds of traces in its objects, also in those that are compressed; nothing else of it is parsed.

use super::trace::{LARGEST_PART, MOST_PARTS, Trace, contains, find, xmp};
use flate2::read::ZlibDecoder;
use std::collections::BTreeSet;
use std::io::Read as _;

pub(super) fn pdf(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    pdf_objects(bytes, found);
    // Since PDF 1.5 objects lie in compressed streams.
    let (mut rest, mut parts) = (bytes, 0);
    while let Some(at) = find(rest, b"stream") {
        let head = &rest[at.saturating_sub(400)..at];
        let is_worth = contains(head, b"/FlateDecode") && (contains(head, b"/ObjStm") || contains(head, b"/Metadata"));
        rest = &rest[at + 6..];
        // Pictures and fonts are streams too, hundreds of them before the object that names the author: they do not count.
        if is_worth && parts < MOST_PARTS {
            parts += 1;
            let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
            let mut unpacked = Vec::new();
            // A stream that breaks off is looked at as far as it goes.
            let _ = ZlibDecoder::new(data).take(LARGEST_PART).read_to_end(&mut unpacked);
            pdf_objects(&unpacked, found);
        }
    }
    let linearized = bytes.get(..1024.min(bytes.len())).is_some_and(|head| contains(head, b"/Linearized"));
    let ends = memchr::memmem::find_iter(bytes, b"%%EOF").count();
    if ends > if linearized { 2 } else { 1 } {
        found.insert(Trace::Revisions);
    }
}

fn pdf_objects(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    for (key, trace) in [(b"/Author".as_slice(), Trace::Author), (b"/Company", Trace::Company), (b"/LastModifiedBy", Trace::Author)] {
        if told_in_pdf(bytes, key) {
            found.insert(trace);
        }
    }
    for sign in [b"/Subtype/Text".as_slice(), b"/Subtype /Text", b"/Popup", b"/Subtype/FreeText", b"/Subtype /FreeText"] {
        let is_note = |at: usize| bytes.get(at + sign.len()).is_none_or(|b| !b.is_ascii_alphanumeric());
        if memchr::memmem::find_iter(bytes, sign).any(is_note) {
            found.insert(Trace::Comments);
        }
    }
    xmp(bytes, found);
}

/// Whether a key of a PDF has a string that is not empty.
fn told_in_pdf(bytes: &[u8], key: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = find(rest, key) {
        rest = &rest[at + key.len()..];
        let value = rest.trim_ascii_start();
        let is_empty = value.starts_with(b"()") || value.starts_with(b"<>") || value.starts_with(b"<FEFF>");
        let is_string = value.starts_with(b"(") || (value.starts_with(b"<") && !value.starts_with(b"<<")) || value.first().is_some_and(u8::is_ascii_digit);
        if is_string && !is_empty {
            return true;
        }
    }
    false
}
