//! What an annex carries beside what it shows: where a photograph was taken, who wrote a document, what was changed in it.
//!
//! In: the bytes of a file that somebody else made. Out: which kinds of such traces it has, never their values. Nothing is
//! altered, because evidence must stay as it is; a person decides whether a copy without traces should go instead.
//! JPEG, PNG, PDF, Office and `OpenDocument` files are looked into, each as far as its traces lie in known places; a file
//! in which nothing is found may still have some.

use flate2::read::ZlibDecoder;
use std::collections::BTreeSet;
use std::io::{Cursor, Read};

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
    /// A kind of file that is not looked into.
    Unknown,
}

/// A part of a file is unpacked no further, in bytes.
const LARGEST_PART: u64 = 8 << 20;
/// No more parts of a file are unpacked.
const MOST_PARTS: usize = 400;

/// Looks into a file.
#[must_use]
pub fn look(bytes: &[u8]) -> Seen {
    let mut found = BTreeSet::new();
    if bytes.starts_with(b"\xff\xd8\xff") {
        jpeg(bytes, &mut found);
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes, &mut found);
    } else if bytes.get(..1024.min(bytes.len())).is_some_and(|head| contains(head, b"%PDF-")) {
        if contains(bytes, b"/Encrypt") {
            return Seen::Encrypted;
        }
        pdf(bytes, &mut found);
    } else if bytes.starts_with(b"PK\x03\x04") {
        return office(bytes);
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") && contains(bytes, &utf16("EncryptedPackage")) {
        return Seen::Encrypted;
    } else {
        return Seen::Unknown;
    }
    Seen::Traces(found)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    find(bytes, what).is_some()
}

fn jpeg(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    let mut at = 2;
    while let Some(&[0xff, marker, a, b]) = bytes.get(at..at + 4) {
        if marker == 0xff {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([a, b]));
        let Some(data) = bytes.get(at + 4..at + 2 + length) else { return };
        match marker {
            0xe1 if data.starts_with(b"Exif\0\0") => exif(&data[6..], found),
            0xe1 => xmp(data, found),
            0xed => iptc(data, found),
            0xfe if data.iter().any(|b| !b.is_ascii_whitespace() && *b != 0) => {
                found.insert(Trace::Comments);
            }
            0xda => return,
            _ => {}
        }
        at += 2 + length;
    }
}

fn png(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(data) = at.checked_add(8 + length).and_then(|end| bytes.get(at + 8..end)) else { return };
        match &head[4..8] {
            b"eXIf" => exif(data, found),
            b"tEXt" | b"zTXt" | b"iTXt" => {
                let key = data.split(|b| *b == 0).next().unwrap_or_default();
                match key {
                    b"Author" | b"Artist" => found.insert(Trace::Author),
                    b"Comment" | b"Description" => found.insert(Trace::Comments),
                    _ => false,
                };
                xmp(data, found);
            }
            _ => {}
        }
        at += 12 + length;
    }
}

/// The directories of Exif (CIPA DC-008), which is a TIFF.
fn exif(tiff: &[u8], found: &mut BTreeSet<Trace>) {
    let big = match tiff.get(..2) {
        Some(b"MM") => true,
        Some(b"II") => false,
        _ => return,
    };
    let short = |at: usize| tiff.get(at..at + 2).map(|b| if big { u16::from_be_bytes([b[0], b[1]]) } else { u16::from_le_bytes([b[0], b[1]]) });
    let long = |at: usize| {
        tiff.get(at..at.checked_add(4)?)
            .map(|b| if big { u32::from_be_bytes([b[0], b[1], b[2], b[3]]) } else { u32::from_le_bytes([b[0], b[1], b[2], b[3]]) } as usize)
    };
    let mut directories = vec![(long(4).unwrap_or(0), false)];
    let mut looked = 0;
    while let Some((start, is_gps)) = directories.pop() {
        looked += 1;
        let Some(entries) = short(start).filter(|_| start > 0 && looked <= 8) else { continue };
        for n in 0..usize::from(entries).min(512) {
            let at = start + 2 + n * 12;
            let (Some(tag), Some(count), Some(value)) = (short(at), long(at + 4), long(at + 8)) else { break };
            let is_told = count > 0 && (count > 4 || value != 0);
            match tag {
                // Latitude, longitude, altitude, destination.
                1..=6 | 0x13..=0x1a if is_gps && is_told => found.insert(Trace::Position),
                0x8825 => {
                    directories.push((value, true));
                    false
                }
                0x8769 => {
                    directories.push((value, false));
                    false
                }
                0x013b | 0x9c9d | 0xa430 if is_told => found.insert(Trace::Author),
                0xa431 | 0xa435 if is_told => found.insert(Trace::Device),
                // An empty user comment is eight bytes that name its character set.
                0x9286 if count > 8 => found.insert(Trace::Comments),
                0x010e | 0x9c9c | 0x9c9f if is_told => found.insert(Trace::Comments),
                _ => false,
            };
        }
    }
}

fn xmp(data: &[u8], found: &mut BTreeSet<Trace>) {
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

/// Press data (IPTC-NAA): by-line, place, caption.
fn iptc(data: &[u8], found: &mut BTreeSet<Trace>) {
    for (number, trace) in [(0x50, Trace::Author), (0x5a, Trace::Position), (0x5c, Trace::Position), (0x78, Trace::Comments)] {
        if contains(data, &[0x1c, 0x02, number]) {
            found.insert(trace);
        }
    }
}

fn pdf(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    pdf_objects(bytes, found);
    // Since PDF 1.5 objects lie in compressed streams.
    let mut rest = bytes;
    for _ in 0..MOST_PARTS {
        let Some(at) = find(rest, b"stream") else { break };
        let head = &rest[at.saturating_sub(400)..at];
        let is_worth = contains(head, b"/FlateDecode") && (contains(head, b"/ObjStm") || contains(head, b"/Metadata"));
        rest = &rest[at + 6..];
        if is_worth {
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
        if find(bytes, sign).is_some_and(is_note) {
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

/// Office Open XML and `OpenDocument`.
fn office(bytes: &[u8]) -> Seen {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Seen::Unknown };
    let mut found = BTreeSet::new();
    let names: Vec<String> = archive.file_names().take(MOST_PARTS).filter_map(|name| name.ok().map(std::borrow::Cow::into_owned)).collect();
    if !names.iter().any(|n| n == "[Content_Types].xml" || n == "mimetype") {
        return Seen::Unknown;
    }
    for name in names {
        let is_text = std::path::Path::new(&name).extension().is_some_and(|e| e == "xml");
        if !is_text && !name.contains("media/") && !name.starts_with("Pictures/") {
            continue;
        }
        let Ok(file) = archive.by_name(&name) else { continue };
        let mut part = Vec::new();
        if file.take(LARGEST_PART).read_to_end(&mut part).is_err() {
            continue;
        }
        if is_text {
            office_part(&name, &part, &mut found);
        } else if part.starts_with(b"\xff\xd8\xff") {
            jpeg(&part, &mut found);
        } else if part.starts_with(b"\x89PNG\r\n\x1a\n") {
            png(&part, &mut found);
        }
    }
    Seen::Traces(found)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn traces(bytes: &[u8]) -> Vec<Trace> {
        match look(bytes) {
            Seen::Traces(found) => found.into_iter().collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Little-endian Exif: an artist, and a GPS directory with a latitude.
    fn gps() -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        let entry = |tag: u16, count: u32, value: u32| [&tag.to_le_bytes()[..], &2u16.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat();
        tiff.extend(2u16.to_le_bytes());
        tiff.extend(entry(0x013b, 20, 90));
        tiff.extend(entry(0x8825, 1, 38));
        tiff.extend([0; 4]);
        tiff.extend(1u16.to_le_bytes());
        tiff.extend(entry(2, 3, 90));
        tiff
    }

    fn jpeg_with(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).expect("short").to_be_bytes();
        [b"\xff\xd8\xff".as_slice(), &[marker], &length, data, b"\xff\xda\0\x02"].concat()
    }

    fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("[Content_Types].xml", b"".as_slice())].iter().chain(parts) {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
            archive.write_all(bytes).expect("memory");
        }
        archive.finish().expect("memory").into_inner()
    }

    #[test]
    fn a_photograph_tells_where_and_by_whom_it_was_taken() {
        let photograph = jpeg_with(0xe1, &[b"Exif\0\0".as_slice(), &gps()].concat());
        assert_eq!(traces(&photograph), [Trace::Position, Trace::Author]);
        assert_eq!(traces(&jpeg_with(0xfe, b"seen from the bridge")), [Trace::Comments]);
        assert_eq!(traces(&jpeg_with(0xe0, b"JFIF\0")), []);
    }

    #[test]
    fn a_png_tells_its_author_in_its_texts() {
        let data = b"Author\0Somebody";
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &length, b"tEXt", data, b"\0\0\0\0"].concat();
        assert_eq!(traces(&png), [Trace::Author]);
    }

    #[test]
    fn a_pdf_tells_its_author_also_from_a_compressed_object() {
        assert_eq!(traces(b"%PDF-1.4 << /Author (Somebody) >> %%EOF"), [Trace::Author]);
        assert_eq!(traces(b"%PDF-1.4 << /Author () >> %%EOF more %%EOF"), [Trace::Revisions]);
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(b"1 0 << /Author (Somebody) /Company(C) >>").expect("memory");
        let packed = packed.finish().expect("memory");
        let pdf = [b"%PDF-1.7 <</Type/ObjStm/Filter/FlateDecode>>stream\r\n".as_slice(), &packed, b"\nendstream %%EOF"].concat();
        assert_eq!(traces(&pdf), [Trace::Author, Trace::Company]);
        assert_eq!(look(b"%PDF-1.7 trailer << /Encrypt 5 0 R >>"), Seen::Encrypted);
    }

    #[test]
    fn a_document_tells_who_wrote_it_and_what_was_changed() {
        let photograph = jpeg_with(0xe1, &[b"Exif\0\0".as_slice(), &gps()].concat());
        let full = zipped(&[
            ("docProps/core.xml", b"<dc:creator>Somebody</dc:creator>"),
            ("docProps/app.xml", b"<Company>C</Company>"),
            ("word/document.xml", b"<w:ins w:id=\"1\"/>"),
            ("word/comments.xml", b"<w:comment w:id=\"1\"/>"),
            ("word/media/image1.jpeg", &photograph),
        ]);
        assert_eq!(traces(&full), [Trace::Position, Trace::Author, Trace::Company, Trace::Revisions, Trace::Comments]);
        assert_eq!(traces(&zipped(&[("docProps/core.xml", b"<dc:creator></dc:creator><dc:creator/>")])), []);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_looked_at(kind in 0..5usize, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let head: &[u8] = [b"".as_slice(), b"\xff\xd8\xff\xe1\0\x60Exif\0\0II*\0\x08\0\0\0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7 /ObjStm/FlateDecode stream\n", b"PK\x03\x04"][kind];
            let _ = look(&[head, &bytes].concat());
        }

        #[test]
        fn a_true_file_with_some_bytes_changed_can_be_looked_at(at in 0..200usize, byte in proptest::num::u8::ANY, which in 0..2usize) {
            let mut bytes = if which == 0 { jpeg_with(0xe1, &[b"Exif\0\0".as_slice(), &gps()].concat()) } else { zipped(&[("docProps/core.xml", b"<dc:creator>S</dc:creator>")]) };
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = look(&bytes);
        }
    }
}
