//! A picture that is put on paper: how large it is, and what it carries beside the picture.
//!
//! In: the bytes of a PNG or a JPEG, from a file that somebody else may have made. Out: its size in pixels, and the same
//! picture without anything that tells of a person, a place, a camera or a program. Nothing here decodes a pixel.

mod svg;

pub use svg::{bare_svg, check_svg};

use crate::letter::Picture;

/// A side is no longer, in pixels: a logo of this size would fill a wall.
const LONGEST_SIDE: u32 = 12_000;

/// The picture's width and height in pixels; None for one that is damaged, too large, or drawn in lines (SVG).
#[must_use]
pub fn size(picture: &Picture) -> Option<(u32, u32)> {
    let (width, height) = match picture.mime {
        "image/png" => png_size(&picture.bytes)?,
        "image/jpeg" => jpeg_size(&picture.bytes)?,
        _ => return None,
    };
    let fits = |side: u32| (1..=LONGEST_SIDE).contains(&side);
    (fits(width) && fits(height)).then_some((width, height))
}

/// The same picture without texts, positions, authors and programs. A picture of another kind is given back as it is.
#[must_use]
pub fn bare(mime: &str, bytes: &[u8]) -> Vec<u8> {
    let stripped = match mime {
        "image/png" => bare_png(bytes),
        "image/jpeg" => bare_jpeg(bytes),
        _ => None,
    };
    stripped.unwrap_or_else(|| bytes.to_vec())
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 2).map(|b| u32::from(u16::from_be_bytes([b[0], b[1]])))
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.starts_with(PNG) && bytes.get(12..16)? == b"IHDR";
    let whole = png_chunks(bytes)?.last().is_some_and(|(kind, _)| kind == b"IEND");
    (head && whole).then_some((number(bytes, 16)?, number(bytes, 20)?))
}

/// A chunk's type, and the whole chunk with its length and sum.
type Chunk<'a> = ([u8; 4], &'a [u8]);

/// The chunks of a PNG; None if it breaks off.
fn png_chunks(bytes: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut chunks = Vec::new();
    let mut at = PNG.len();
    while at < bytes.len() {
        let length = usize::try_from(number(bytes, at)?).ok()?;
        let kind: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let end = at.checked_add(length)?.checked_add(12)?;
        chunks.push((kind, bytes.get(at..end)?));
        at = end;
        if &kind == b"IEND" {
            break;
        }
    }
    Some(chunks)
}

fn bare_png(bytes: &[u8]) -> Option<Vec<u8>> {
    // What is needed to draw it (PNG, 3rd edition, §11): no texts, no time, no Exif, no colour profile with a name.
    const DRAWN: [&[u8; 4]; 9] = [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"IDAT", b"IEND"];
    let mut out = PNG.to_vec();
    for (kind, chunk) in png_chunks(bytes)? {
        if DRAWN.contains(&&kind) {
            out.extend_from_slice(chunk);
        }
    }
    Some(out)
}

/// A segment's marker, and where the whole segment lies.
type Segment = (u8, std::ops::Range<usize>);

/// The segments of a JPEG before its first scan, and where that begins.
fn jpeg_segments(bytes: &[u8]) -> Option<(Vec<Segment>, usize)> {
    let mut segments = Vec::new();
    let mut at = 2;
    loop {
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        if *bytes.get(at)? != 0xff {
            return None;
        }
        if marker == 0xda {
            return Some((segments, at));
        }
        let length = usize::try_from(short(bytes, at + 2)?).ok()?;
        let end = at + 2 + length;
        if length < 2 || end > bytes.len() {
            return None;
        }
        segments.push((marker, at..end));
        at = end;
    }
}

fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let (segments, _) = jpeg_segments(bytes)?;
    let frame = segments.iter().find(|(m, _)| matches!(m, 0xc0..=0xcf) && !matches!(m, 0xc4 | 0xc8 | 0xcc))?;
    let at = frame.1.start;
    Some((short(bytes, at + 7)?, short(bytes, at + 5)?))
}

fn bare_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let (segments, scan) = jpeg_segments(bytes)?;
    let mut out = bytes.get(..2)?.to_vec();
    for (marker, range) in segments {
        // Application segments hold Exif, XMP, captions; 0xfe is a comment. JFIF (e0) and Adobe's colour sign (ee) are needed.
        let is_told = matches!(marker, 0xe1..=0xed | 0xef | 0xfe);
        if !is_told {
            out.extend_from_slice(&bytes[range]);
        }
    }
    out.extend_from_slice(&bytes[scan..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{PNG, bare, size};
    use crate::letter::Picture;

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut out = PNG.to_vec();
        for (kind, data) in chunks {
            out.extend_from_slice(&u32::try_from(data.len()).expect("short").to_be_bytes());
            out.extend_from_slice(*kind);
            out.extend_from_slice(data);
            out.extend_from_slice(&[0; 4]);
        }
        out
    }

    fn picture(mime: &'static str, bytes: Vec<u8>) -> Picture {
        Picture { mime, bytes: bytes.into(), alt: String::new() }
    }

    const SIZE: &[u8] = b"\0\0\x01\0\0\0\0\x80\x08\x06\0\0\0";

    #[test]
    fn a_png_loses_its_texts_and_keeps_its_size() {
        let full = png(&[(b"IHDR", SIZE), (b"tEXt", b"Author\0Somebody"), (b"eXIf", b"gps"), (b"IDAT", b"x"), (b"IEND", b"")]);
        assert_eq!(size(&picture("image/png", full.clone())), Some((256, 128)));
        let bare = bare("image/png", &full);
        assert_eq!(bare, png(&[(b"IHDR", SIZE), (b"IDAT", b"x"), (b"IEND", b"")]));
    }

    #[test]
    fn a_jpeg_loses_its_application_segments_and_comments() {
        let frame = b"\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0";
        let full = [b"\xff\xd8\xff\xe1\0\x06Exif\xff\xfe\0\x04hi".as_slice(), frame, b"\xff\xda\0\x02data\xff\xd9"].concat();
        assert_eq!(size(&picture("image/jpeg", full.clone())), Some((32, 16)));
        assert_eq!(bare("image/jpeg", &full), [b"\xff\xd8".as_slice(), frame, b"\xff\xda\0\x02data\xff\xd9"].concat());
    }

    #[test]
    fn a_damaged_or_enormous_picture_has_no_size() {
        let whole = png(&[(b"IHDR", SIZE), (b"IEND", b"")]);
        for cut in 0..whole.len() {
            assert_eq!(size(&picture("image/png", whole[..cut].to_vec())), None);
        }
        let enormous = png(&[(b"IHDR", b"\0\x10\0\0\0\x10\0\0\x08\x06\0\0\0"), (b"IEND", b"")]);
        assert_eq!(size(&picture("image/png", enormous)), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_looked_at(start in 0..3usize, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let head: &[u8] = [b"".as_slice(), PNG, b"\xff\xd8\xff"][start];
            let bytes = [head, &bytes].concat();
            for mime in ["image/png", "image/jpeg"] {
                let _ = size(&picture(mime, bytes.clone()));
                let _ = bare(mime, &bytes);
            }
        }
    }
}
