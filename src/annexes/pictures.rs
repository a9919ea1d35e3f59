//! What photographs and other pictures tell: Exif, press data, comments.
//!
//! In: the bytes of a JPEG, PNG, WebP, TIFF or HEIF. Out: the kinds of traces in the segments or chunks that are known to hold them.

use super::trace::{Trace, contains, xmp};
use std::collections::BTreeSet;

pub(super) fn jpeg(bytes: &[u8], found: &mut BTreeSet<Trace>) {
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

pub(super) fn png(bytes: &[u8], found: &mut BTreeSet<Trace>) {
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

/// The chunks of a WebP (RFC 9649).
pub(super) fn webp(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(data) = bytes.get(at + 8..at + 8 + length) else { return };
        match &head[..4] {
            b"EXIF" => exif(data.strip_prefix(b"Exif\0\0").unwrap_or(data), found),
            b"XMP " => xmp(data, found),
            _ => {}
        }
        at += 8 + length + length % 2;
    }
}

/// The photographs of most telephones: their Exif stands somewhere in the file, after its name.
pub(super) fn heif(bytes: &[u8], found: &mut BTreeSet<Trace>) {
    memchr::memmem::find_iter(bytes, b"Exif\0\0").take(16).for_each(|at| exif(&bytes[at + 6..], found));
    xmp(bytes, found);
}

/// The directories of Exif (CIPA DC-008), which is a TIFF.
pub(super) fn exif(tiff: &[u8], found: &mut BTreeSet<Trace>) {
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

/// Press data (IPTC-NAA): by-line, place, caption.
fn iptc(data: &[u8], found: &mut BTreeSet<Trace>) {
    for (number, trace) in [(0x50, Trace::Author), (0x5a, Trace::Position), (0x5c, Trace::Position), (0x78, Trace::Comments)] {
        if contains(data, &[0x1c, 0x02, number]) {
            found.insert(trace);
        }
    }
}
