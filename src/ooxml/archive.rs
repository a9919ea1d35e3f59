//! The archive of an Office Open XML file (APPNOTE.TXT 6.3, in what ISO/IEC 21320-1 leaves of it).
//!
//! In: parts, or parts that were packed before. Out: a ZIP file. A part that many files have in common is packed once and put
//! into each as it is: packing is most of the work of such a file. All parts have the same fixed time and mode.

use flate2::{Compress, Compression, Crc, FlushCompress};
use std::cell::RefCell;
use std::sync::Arc;

/// A part with fewer bytes stands in the archive as it is: to pack it would cost more than it saves.
const SMALL: usize = 1000;
/// 1980-01-01, the first day that an archive knows.
const DAY: u16 = 0x0021;
/// What a reader has to know: folders and deflate, version 2.0.
const NEEDED: u16 = 20;
/// Made on Unix, where the upper half of the attributes is the mode.
const MADE: u16 = (3 << 8) | NEEDED;
/// A plain file, which all may read and its owner write.
const MODE: u32 = 0o100_644 << 16;

thread_local! {
    /// One for each thread: to make it ready costs as much as to pack a small part. The fastest level is a third faster
    /// for a whole letter than the next, and its files are a tenth longer.
    static FAST: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// A part as it lies in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    bytes: Arc<[u8]>,
    method: u16,
    sum: u32,
    length: usize,
}

impl Packed {
    /// Packs a part as small as it becomes, because it is packed once for many files.
    pub(crate) fn new(xml: &str) -> Self {
        let mut packed = Vec::new();
        let method = deflate(xml.as_bytes(), &mut Compress::new(Compression::best(), false), &mut packed);
        Self { bytes: packed.into(), method, sum: sum(xml.as_bytes()), length: xml.len() }
    }
}

/// Parts into an archive.
pub(crate) struct Package {
    out: Vec<u8>,
    directory: Vec<u8>,
    parts: u16,
}

impl Package {
    /// An empty package.
    pub(crate) fn new() -> Self {
        Self { out: Vec::with_capacity(24 << 10), directory: Vec::with_capacity(1 << 10), parts: 0 }
    }

    /// Adds a part of XML.
    pub(crate) fn part(&mut self, name: &str, xml: &str) {
        let bytes = xml.as_bytes();
        let header = self.open(name);
        let from = self.out.len();
        let method = FAST.with_borrow_mut(|fast| deflate(bytes, fast, &mut self.out));
        let packed = self.out.len() - from;
        self.close(name, header, (method, sum(bytes), packed, bytes.len()));
    }

    /// Adds a part that was packed before.
    pub(crate) fn packed(&mut self, name: &str, part: &Packed) {
        let header = self.open(name);
        self.out.extend_from_slice(&part.bytes);
        self.close(name, header, (part.method, part.sum, part.bytes.len(), part.length));
    }

    /// Adds a part whose bytes are compressed already, as a picture's are.
    pub(crate) fn stored(&mut self, name: &str, bytes: &[u8]) {
        let header = self.open(name);
        self.out.extend_from_slice(bytes);
        self.close(name, header, (0, sum(bytes), bytes.len(), bytes.len()));
    }

    /// Leaves room for the header of a part, and gives its place.
    fn open(&mut self, name: &str) -> usize {
        let header = self.out.len();
        self.out.resize(header + 30, 0);
        self.out.extend_from_slice(name.as_bytes());
        header
    }

    /// Writes the header of the part that was just added, and its entry of the directory.
    fn close(&mut self, name: &str, header: usize, (method, sum, packed, length): (u16, u32, usize, usize)) {
        let mut fields = Vec::with_capacity(26);
        // No flags: the names are ASCII, and lengths stand in the header.
        [NEEDED, 0, method, 0, DAY].iter().for_each(|n| fields.extend_from_slice(&n.to_le_bytes()));
        [sum, number(packed), number(length), number(name.len())].iter().for_each(|n| fields.extend_from_slice(&n.to_le_bytes()));
        self.out[header..header + 4].copy_from_slice(b"PK\x03\x04");
        self.out[header + 4..header + 30].copy_from_slice(&fields);
        self.directory.extend_from_slice(b"PK\x01\x02");
        self.directory.extend_from_slice(&MADE.to_le_bytes());
        self.directory.extend_from_slice(&fields);
        // No comment, the first disk, nothing known of the inside.
        self.directory.extend_from_slice(&[0; 6]);
        [MODE, number(header)].iter().for_each(|n| self.directory.extend_from_slice(&n.to_le_bytes()));
        self.directory.extend_from_slice(name.as_bytes());
        self.parts += 1;
    }

    /// The file.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let directory = self.out.len();
        self.out.append(&mut self.directory);
        let length = self.out.len() - directory;
        self.out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        [self.parts; 2].iter().for_each(|n| self.out.extend_from_slice(&n.to_le_bytes()));
        [number(length), number(directory)].iter().for_each(|n| self.out.extend_from_slice(&n.to_le_bytes()));
        self.out.extend_from_slice(&[0; 2]);
        self.out
    }
}

/// A length or a place in the archive.
fn number(of: usize) -> u32 {
    u32::try_from(of).expect("pictures are a few megabytes, and texts are no longer: a package has no four gigabytes")
}

fn sum(bytes: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// Adds these bytes to an archive, packed if that saves something. Gives the method.
fn deflate(bytes: &[u8], with: &mut Compress, out: &mut Vec<u8>) -> u16 {
    let from = out.len();
    if bytes.len() >= SMALL {
        with.reset();
        // What does not become shorter needs no more room than this.
        out.reserve(bytes.len());
        let packed = with.compress_vec(bytes, out, FlushCompress::Finish);
        if packed.is_ok_and(|status| status == flate2::Status::StreamEnd) && out.len() - from < bytes.len() {
            return 8;
        }
        out.truncate(from);
    }
    out.extend_from_slice(bytes);
    0
}

#[cfg(test)]
mod tests {
    use super::{Package, Packed};
    use std::io::{Cursor, Read as _};

    #[test]
    fn what_is_put_in_comes_out_again_however_it_was_packed() {
        let long = "<w:p>one paragraph</w:p>".repeat(200);
        // A picture's bytes stand as they are.
        let picture: Vec<u8> = (0..3000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
        let mut package = Package::new();
        package.part("short.xml", "<a/>");
        package.part("long.xml", &long);
        package.packed("kept.xml", &Packed::new(&long));
        package.packed("kept-short.xml", &Packed::new("<a/>"));
        package.stored("media/image1.png", &picture);
        package.part("again.xml", &long);
        let bytes = package.finish();
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("it is an archive");
        let names: Vec<String> = archive.file_names().map(|name| name.expect("it is text").into_owned()).collect();
        assert_eq!(names, ["short.xml", "long.xml", "kept.xml", "kept-short.xml", "media/image1.png", "again.xml"]);
        for (name, expected) in [
            ("short.xml", b"<a/>".as_slice()),
            ("long.xml", long.as_bytes()),
            ("kept.xml", long.as_bytes()),
            ("kept-short.xml", b"<a/>"),
            ("media/image1.png", &picture),
            ("again.xml", long.as_bytes()),
        ] {
            let mut part = archive.by_name(name).expect("it is there");
            assert_eq!(part.unix_mode(), Some(0o100_644));
            let mut found = Vec::new();
            part.read_to_end(&mut found).expect("its checksum is right");
            assert_eq!(found, expected, "{name}");
        }
        assert!(bytes.len() < long.len() + picture.len(), "it is packed");
    }

    #[test]
    fn an_empty_package_is_an_archive() {
        assert_eq!(zip::ZipArchive::new(Cursor::new(Package::new().finish())).expect("it is an archive").len(), 0);
    }
}
