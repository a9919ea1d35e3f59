//! What photographs and other pictures tell: Exif, press data, comments.
//!
//! In: the bytes of a JPEG, PNG, WebP, TIFF or HEIF. Out: the kinds of traces in the places that are known to hold them, and
//! whether all of these could be read.

use super::trace::{Trace, contains, xmp};
use exif::{Context, Field, In, Tag, Value};
use img_parts::Bytes;
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use std::collections::BTreeSet;

/// So many places that look like Exif are read: a picture has one or two, and a file made to keep a reader busy has many.
const MOST_HEADERS: usize = 16;

/// Exif is read as far as this, in bytes. It is unpacked into up to 24 times its size.
const LARGEST_EXIF: usize = 4 << 20;

const TOLD: [(Tag, Trace); 20] = [
    (Tag::GPSLatitudeRef, Trace::Position),
    (Tag::GPSLatitude, Trace::Position),
    (Tag::GPSLongitudeRef, Trace::Position),
    (Tag::GPSLongitude, Trace::Position),
    (Tag::GPSAltitude, Trace::Position),
    (Tag::GPSDestLatitude, Trace::Position),
    (Tag::GPSDestLongitude, Trace::Position),
    (Tag::GPSDestBearing, Trace::Position),
    (Tag::GPSDestDistance, Trace::Position),
    (Tag::GPSAreaInformation, Trace::Position),
    (Tag::Artist, Trace::Author),
    // The fields of Windows, which the standard does not name: author, title, comment, subject.
    (Tag(Context::Tiff, 0x9c9d), Trace::Author),
    (Tag(Context::Tiff, 0x9c9b), Trace::Comments),
    (Tag(Context::Tiff, 0x9c9c), Trace::Comments),
    (Tag(Context::Tiff, 0x9c9f), Trace::Comments),
    (Tag::CameraOwnerName, Trace::Author),
    (Tag::BodySerialNumber, Trace::Device),
    (Tag::LensSerialNumber, Trace::Device),
    (Tag::UserComment, Trace::Comments),
    (Tag::ImageDescription, Trace::Comments),
];

/// What every kind of picture may hold, wherever it stands in it. False if some of it could not be read.
pub(super) fn any(bytes: &[u8], found: &mut BTreeSet<Trace>) -> bool {
    xmp(bytes, found);
    let headers = memchr::memchr2_iter(b'I', b'M', bytes).filter(|at| bytes[*at..].starts_with(b"II*\0") || bytes[*at..].starts_with(b"MM\0*"));
    let broken = headers.take(MOST_HEADERS).filter(|at| !exif(&bytes[*at..bytes.len().min(at + LARGEST_EXIF)], found)).count();
    broken == 0
}

pub(super) fn jpeg(bytes: &[u8], found: &mut BTreeSet<Trace>) -> bool {
    let is_whole = any(bytes, found);
    let Ok(jpeg) = Jpeg::from_bytes(Bytes::copy_from_slice(bytes)) else { return false };
    for segment in jpeg.segments() {
        match segment.marker() {
            markers::APP13 => iptc(segment.contents(), found),
            markers::COM if is_text(segment.contents()) => {
                found.insert(Trace::Comments);
            }
            _ => {}
        }
    }
    is_whole
}

pub(super) fn png(bytes: &[u8], found: &mut BTreeSet<Trace>) -> bool {
    let is_whole = any(bytes, found);
    let Ok(png) = Png::from_bytes(Bytes::copy_from_slice(bytes)) else { return false };
    for chunk in png.chunks().iter().filter(|chunk| matches!(&chunk.kind(), b"tEXt" | b"zTXt" | b"iTXt")) {
        match chunk.contents().split(|b| *b == 0).next() {
            Some(b"Author" | b"Artist") => found.insert(Trace::Author),
            Some(b"Comment" | b"Description") => found.insert(Trace::Comments),
            _ => false,
        };
    }
    is_whole
}

/// The directories of Exif (CIPA DC-008), which is a TIFF.
fn exif(tiff: &[u8], found: &mut BTreeSet<Trace>) -> bool {
    let mut is_whole = true;
    let mut reader = exif::Reader::new();
    let read = reader.continue_on_error(true).read_raw(tiff.to_vec()).or_else(|e| e.distill_partial_result(|_| is_whole = false));
    let Ok(exif) = read else { return false };
    let is_told = |tag: Tag| [In::PRIMARY, In::THUMBNAIL].into_iter().any(|place| exif.get_field(tag, place).is_some_and(is_told));
    found.extend(TOLD.into_iter().filter(|(tag, _)| is_told(*tag)).map(|(_, trace)| trace));
    is_whole
}

/// Whether a field holds more than its frame: cameras write many of them empty.
fn is_told(field: &Field) -> bool {
    match &field.value {
        Value::Ascii(lines) => lines.iter().any(|line| is_text(line)),
        Value::Byte(bytes) => is_text(bytes),
        // The first eight bytes name the character set.
        Value::Undefined(bytes, _) => bytes.get(8..).is_some_and(is_text),
        Value::Rational(all) => all.iter().any(|one| one.num != 0),
        Value::Unknown(..) => false,
        _ => true,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().any(|b| !b.is_ascii_whitespace() && *b != 0)
}

/// Press data (IPTC-NAA): by-line, place, caption.
fn iptc(data: &[u8], found: &mut BTreeSet<Trace>) {
    for (number, trace) in [(0x50, Trace::Author), (0x5a, Trace::Position), (0x5c, Trace::Position), (0x78, Trace::Comments)] {
        if contains(data, &[0x1c, 0x02, number]) {
            found.insert(trace);
        }
    }
}
