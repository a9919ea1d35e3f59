//! A picture that is put on paper: how large it is, how it is turned, and what it carries beside the picture.
//!
//! In: the bytes of a PNG or a JPEG, from a file that somebody else may have made. Out: its size in pixels, and the same
//! picture without anything that tells of a person, a place, a camera or a program. No pixel is decoded, so a photograph that
//! was taken sideways keeps the one sign that says so: browsers and typst turn it upright, and a DOCX, for which office
//! programs do not look at it, says it in words of its own.

mod svg;

pub use svg::{bare_svg, check_svg};

use crate::letter::Picture;
use exif::{In, Tag};
use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::{Bytes, ImageEXIF};

/// A side is no longer, in pixels: a logo of this size would fill a wall.
const LONGEST_SIDE: u32 = 12_000;

/// The picture's width and height in pixels, as it is seen; None for one that is damaged, too large, or drawn in lines (SVG).
#[must_use]
pub fn size(picture: &Picture) -> Option<(u32, u32)> {
    let bytes = Bytes::copy_from_slice(&picture.bytes);
    let ((width, height), turn) = match picture.mime {
        "image/png" => {
            let png = Png::from_bytes(bytes).ok().filter(|png| png.chunks().last().is_some_and(|last| &last.kind() == b"IEND"))?;
            (png.dimensions()?, Turn::of(&png))
        }
        "image/jpeg" => {
            let jpeg = Jpeg::from_bytes(bytes).ok().filter(|jpeg| jpeg.segment_by_marker(markers::SOS).is_some())?;
            let (width, height) = jpeg.dimensions()?;
            ((width.into(), height.into()), Turn::of(&jpeg))
        }
        _ => return None,
    };
    let fits = |side: u32| (1..=LONGEST_SIDE).contains(&side);
    (fits(width) && fits(height)).then_some(if turn.is_sideways() { (height, width) } else { (width, height) })
}

/// How a picture has to be turned to be seen upright: mirrored or not, and then by so many quarters, clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) is_mirrored: bool,
    pub(super) quarters: u8,
}

impl Turn {
    fn of(picture: &impl ImageEXIF) -> Self {
        let orientation = || {
            let mut reader = exif::Reader::new();
            let exif = reader.continue_on_error(true).read_raw(picture.exif()?.to_vec()).or_else(|e| e.distill_partial_result(|_| ())).ok()?;
            exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)
        };
        let (is_mirrored, quarters) = match orientation() {
            Some(2) => (true, 0),
            Some(3) => (false, 2),
            Some(4) => (true, 2),
            Some(5) => (true, 3),
            Some(6) => (false, 1),
            Some(7) => (true, 1),
            Some(8) => (false, 3),
            _ => (false, 0),
        };
        Self { is_mirrored, quarters }
    }

    pub(super) fn is_sideways(self) -> bool {
        self.quarters % 2 == 1
    }

    /// Exif that says this and nothing else (CIPA DC-008): a little-endian TIFF with one entry, the orientation.
    fn exif(self) -> Option<Bytes> {
        let orientation = match (self.is_mirrored, self.quarters) {
            (false, 1) => 6,
            (false, 2) => 3,
            (false, 3) => 8,
            (true, 0) => 2,
            (true, 1) => 7,
            (true, 2) => 4,
            (true, _) => 5,
            (false, _) => return None,
        };
        Some(Bytes::copy_from_slice(&[b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation], &[0; 7]].concat()))
    }
}

/// The same picture without texts, positions, authors and programs. A picture of another kind is given back as it is.
#[must_use]
pub fn bare(mime: &str, bytes: &[u8]) -> Vec<u8> {
    let stripped = match mime {
        "image/png" => bare_png(bytes, true),
        "image/jpeg" => bare_jpeg(bytes, true),
        _ => None,
    };
    stripped.map_or_else(|| bytes.to_vec(), |(bytes, _)| bytes)
}

/// The bare picture with no sign of how it has to be turned either, and that.
pub(super) fn flat(picture: &Picture) -> (Vec<u8>, Turn) {
    let stripped = match picture.mime {
        "image/png" => bare_png(&picture.bytes, false),
        "image/jpeg" => bare_jpeg(&picture.bytes, false),
        _ => None,
    };
    stripped.unwrap_or_else(|| (picture.bytes.to_vec(), Turn::default()))
}

fn bare_png(bytes: &[u8], with_turn: bool) -> Option<(Vec<u8>, Turn)> {
    // What is needed to draw it (PNG, 3rd edition, §11): no texts, no time, no colour profile with a name.
    const DRAWN: [&[u8; 4]; 9] = [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"IDAT", b"IEND"];
    let mut png = Png::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let turn = Turn::of(&png);
    png.chunks_mut().retain(|chunk| DRAWN.contains(&&chunk.kind()));
    png.set_exif(turn.exif().filter(|_| with_turn));
    Some((png.encoder().bytes().to_vec(), turn))
}

fn bare_jpeg(bytes: &[u8], with_turn: bool) -> Option<(Vec<u8>, Turn)> {
    let mut jpeg = Jpeg::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let turn = Turn::of(&jpeg);
    // Application segments hold Exif, XMP, captions; JFIF (APP0) and Adobe's colour sign (APP14) are needed.
    jpeg.segments_mut().retain(|segment| !matches!(segment.marker(), markers::APP1..=markers::APP13 | markers::APP15 | markers::COM));
    jpeg.set_exif(turn.exif().filter(|_| with_turn));
    Some((jpeg.encoder().bytes().to_vec(), turn))
}

/// Whether a JPEG has the four colours of a printing press.
#[cfg(feature = "pdf")]
pub(super) fn is_cmyk(picture: &Picture) -> bool {
    let jpeg = || Jpeg::from_bytes(Bytes::copy_from_slice(&picture.bytes)).ok();
    // A frame header holds precision, height, width, and the number of components.
    let is_of_four = |jpeg: Jpeg| jpeg.segments().iter().any(|s| matches!(s.marker(), 0xc0..=0xc2) && s.contents().get(5) == Some(&4));
    picture.mime == "image/jpeg" && jpeg().is_some_and(is_of_four)
}

#[cfg(test)]
mod tests {
    use super::{Turn, bare, flat, size};
    use crate::letter::Picture;
    use img_parts::Bytes;
    use img_parts::png::PngChunk;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let chunks = chunks.iter().flat_map(|(kind, data)| PngChunk::new(**kind, Bytes::copy_from_slice(data)).encoder().bytes());
        PNG.iter().copied().chain(chunks).collect()
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
    fn a_photograph_taken_sideways_keeps_nothing_but_how_it_is_turned() {
        let frame = b"\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0".as_slice();
        let scan = b"\xff\xda\0\x02data\xff\xd9".as_slice();
        // A big-endian directory with the orientation and a maker's name.
        for (orientation, is_mirrored, quarters) in [(2, true, 0), (3, false, 2), (4, true, 2), (5, true, 3), (6, false, 1), (7, true, 1), (8, false, 3)] {
            let tiff = [b"MM\0*\0\0\0\x08\0\x02\x01\x0f\0\x02\0\0\0\x04Cam\0\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]].concat();
            let length = u8::try_from(tiff.len() + 8).expect("short");
            let full = [b"\xff\xd8\xff\xe1\0".as_slice(), &[length], b"Exif\0\0", &tiff, frame, scan].concat();
            let bare = picture("image/jpeg", bare("image/jpeg", &full));
            let exif = [b"\xff\xd8\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation], &[0; 7]].concat();
            assert_eq!(*bare.bytes, [exif.as_slice(), frame, scan].concat());
            assert_eq!(size(&bare), Some(if orientation > 4 { (16, 32) } else { (32, 16) }), "{orientation}");
            assert_eq!(flat(&bare), ([b"\xff\xd8".as_slice(), frame, scan].concat(), Turn { is_mirrored, quarters }));
        }
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
