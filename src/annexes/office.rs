//! What the documents of office programs tell: their properties, changes, comments, and the pictures in them.
//!
//! In: the bytes of a package. Out: the kinds of traces in the parts that are known to hold them.

use super::pictures::{jpeg, png};
use super::trace::{LARGEST_PART, MOST_PARTS, Seen, Trace, contains, find};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// Office Open XML and `OpenDocument`.
pub(super) fn office(bytes: &[u8]) -> Seen {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Seen::Unknown };
    let names: Vec<String> = archive.file_names().filter_map(|name| name.ok().map(Cow::into_owned)).collect();
    if !names.iter().any(|n| n == "[Content_Types].xml" || n == "mimetype") {
        return Seen::Unknown;
    }
    let mut found = BTreeSet::new();
    // Properties are few and tell the most; they come before the many pictures that a document can have.
    let (texts, others): (Vec<String>, Vec<String>) = names.into_iter().partition(|n| is_text(n));
    let pictures = others.into_iter().filter(|n| n.contains("media/") || n.starts_with("Pictures/"));
    for name in texts.into_iter().chain(pictures).take(MOST_PARTS) {
        let Ok(file) = archive.by_name(&name) else { continue };
        let mut part = Vec::new();
        if file.take(LARGEST_PART).read_to_end(&mut part).is_err() {
            continue;
        }
        if is_text(&name) {
            office_part(&name, &part, &mut found);
        } else if part.starts_with(b"\xff\xd8\xff") {
            jpeg(&part, &mut found);
        } else if part.starts_with(b"\x89PNG\r\n\x1a\n") {
            png(&part, &mut found);
        }
    }
    Seen::Traces(found)
}

fn is_text(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|e| e == "xml")
}

fn office_part(name: &str, part: &[u8], found: &mut BTreeSet<Trace>) {
    let told = |element: &str| {
        let mut rest = part;
        let open = format!("<{element}");
        while let Some(at) = find(rest, open.as_bytes()) {
            rest = &rest[at + open.len()..];
            let Some(end) = rest.iter().position(|b| *b == b'>') else { return false };
            let is_closed = end > 0 && rest[end - 1] == b'/';
            if !is_closed && rest.get(end + 1).is_some_and(|b| *b != b'<') {
                return true;
            }
        }
        false
    };
    match name {
        "docProps/core.xml" | "meta.xml" => {
            if ["dc:creator", "cp:lastModifiedBy", "meta:initial-creator"].iter().any(|e| told(e)) {
                found.insert(Trace::Author);
            }
            if told("dc:description") {
                found.insert(Trace::Comments);
            }
        }
        "docProps/app.xml" if told("Company") || told("Manager") => {
            found.insert(Trace::Company);
        }
        "word/comments.xml" if contains(part, b"<w:comment ") => {
            found.insert(Trace::Comments);
        }
        "word/document.xml" if [b"<w:ins ".as_slice(), b"<w:del ", b"<w:moveFrom "].iter().any(|sign| contains(part, sign)) => {
            found.insert(Trace::Revisions);
        }
        "content.xml" => {
            if contains(part, b"<text:tracked-changes") {
                found.insert(Trace::Revisions);
            }
            if contains(part, b"<office:annotation") {
                found.insert(Trace::Comments);
            }
        }
        _ if name.starts_with("xl/comments") || name.starts_with("xl/threadedComments") => {
            found.insert(Trace::Comments);
        }
        _ => {}
    }
}
