//! What an annex carries beside what it shows: where a photograph was taken, who wrote a document, what was changed in it.
//!
//! In: the bytes of a file that somebody else made. Out: which kinds of such traces it has, never their values. Nothing is
//! altered, because evidence must stay as it is; a person decides whether a copy without traces should go instead.
//! JPEG, PNG, PDF, Office and `OpenDocument` files are looked into, each as far as its traces lie in known places; a file
//! in which nothing is found may still have some.

mod office;
mod pdf;
mod pictures;
mod trace;

use office::office;
use pdf::pdf;
use pictures::{any, jpeg, png};
use std::collections::BTreeSet;
use trace::contains;
pub use trace::{Seen, Trace};

/// Looks into a file.
#[must_use]
pub fn look(bytes: &[u8]) -> Seen {
    let mut found = BTreeSet::new();
    let is_whole = if bytes.starts_with(b"\xff\xd8\xff") {
        jpeg(bytes, &mut found)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes, &mut found)
    } else if is_other_picture(bytes) {
        any(bytes, &mut found)
    } else if bytes.get(..1024.min(bytes.len())).is_some_and(|head| contains(head, b"%PDF-")) {
        if contains(bytes, b"/Encrypt") {
            return Seen::Encrypted;
        }
        pdf(bytes, &mut found);
        true
    } else if bytes.starts_with(b"PK\x03\x04") {
        return office(bytes);
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") && contains(bytes, &utf16("EncryptedPackage")) {
        return Seen::Encrypted;
    } else {
        return Seen::Unknown;
    };
    if found.is_empty() && !is_whole { Seen::Damaged } else { Seen::Traces(found) }
}

/// TIFF, WebP, and the pictures of most telephones.
fn is_other_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II*\0")
        || bytes.starts_with(b"MM\0*")
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        || (bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| matches!(brand, b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif")))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::{Seen, Trace, look};
    use std::io::{Cursor, Write as _};

    fn traces(bytes: &[u8]) -> Vec<Trace> {
        match look(bytes) {
            Seen::Traces(found) => found.into_iter().collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Little-endian Exif: an artist, and a GPS directory with the half of the world it was made in.
    fn gps() -> Vec<u8> {
        let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat();
        let directory = [&2u16.to_le_bytes()[..], &entry(0x013b, 2, 3, *b"An\0\0"), &entry(0x8825, 4, 1, 38u32.to_le_bytes()), &[0; 4]].concat();
        [b"II*\0\x08\0\0\0".as_slice(), &directory, &1u16.to_le_bytes(), &entry(1, 2, 2, *b"N\0\0\0"), &[0; 4]].concat()
    }

    fn jpeg_with(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).expect("short").to_be_bytes();
        [b"\xff\xd8\xff".as_slice(), &[marker], &length, data, b"\xff\xda\0\x02\0\xff\xd9"].concat()
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
    fn a_damaged_picture_is_not_said_to_carry_nothing() {
        let cut = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
        assert_eq!(look(cut), Seen::Damaged);
        assert_eq!(look(b"\x89PNG\r\n\x1a\n\0\0\0\x20tEXtAuthor"), Seen::Damaged);
        assert_eq!(look(b"II*\0\x08\0\0\0\x01\0"), Seen::Damaged);
        let with_exif = [b"\xff\xd8\xff\xe1\xff\0Exif\0\0".as_slice(), &gps()].concat();
        assert_eq!(traces(&with_exif), [Trace::Position, Trace::Author], "what was found before the damage is told");
    }

    #[test]
    fn an_empty_field_is_no_trace() {
        let empty = gps().iter().map(|b| if b"AnN".contains(b) { b' ' } else { *b }).collect::<Vec<u8>>();
        assert_eq!(traces(&empty), []);
    }

    #[test]
    fn the_pictures_of_telephones_and_scanners_tell_it_too() {
        let chunk = [b"EXIF".as_slice(), &u32::try_from(gps().len()).expect("short").to_le_bytes(), &gps()].concat();
        let webp = [b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".as_slice(), &[0; 10], &chunk].concat();
        let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x06Exif\0\0".as_slice(), &gps()].concat();
        for picture in [webp.as_slice(), &heic, &gps()] {
            assert_eq!(traces(picture), [Trace::Position, Trace::Author]);
        }
        assert_eq!(traces(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), []);
        assert_eq!(look(b"\0\0\0\x18ftypmp42\0\0\0\0"), Seen::Unknown);
    }

    #[test]
    fn a_png_tells_its_author_in_its_texts() {
        let text = img_parts::png::PngChunk::new(*b"tEXt", img_parts::Bytes::from_static(b"Author\0Somebody"));
        let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &text.encoder().bytes()].concat();
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
    fn an_author_is_told_behind_any_number_of_pictures() {
        let picture = b"/Subtype/Image stream\nx\nendstream ".repeat(500);
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(b"/Author (Somebody)").expect("memory");
        let packed = packed.finish().expect("memory");
        let pdf = [b"%PDF-1.7 ".as_slice(), &picture, b" ".repeat(400).as_slice(), b"/ObjStm/FlateDecode stream\n", &packed].concat();
        assert_eq!(traces(&pdf), [Trace::Author]);

        let names: Vec<String> = (0..500).map(|n| format!("word/media/image{n}.png")).collect();
        let mut parts: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
        parts.push(("docProps/core.xml", b"<dc:creator>Somebody</dc:creator>"));
        assert_eq!(traces(&zipped(&parts)), [Trace::Author]);
    }

    #[test]
    fn a_note_is_told_behind_something_with_a_longer_name() {
        assert_eq!(traces(b"%PDF-1.4 /Subtype/TextMarkup /Subtype/Text"), [Trace::Comments]);
        assert_eq!(traces(b"%PDF-1.4 /Subtype/TextMarkup"), []);
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
