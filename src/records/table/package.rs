//! A workbook is a ZIP file from outside: looked over before anybody unpacks it.
//!
//! In: a file. Out: what kind of workbook it is, or why it is refused: no workbook, protected, damaged, or made to burst.
//! Every part that is read is unpacked once into nothing before, counted as it comes; what a part says of its own size is
//! not believed. What its cells come to is counted while they are read: a text may stand once and be shown a thousand times.

use std::io::{self, BufReader, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// What a part may come to, in bytes, when it is read as a whole.
pub(super) const LARGEST_WHOLE: u64 = 512 << 20;
/// What a part may come to that is read as a stream.
pub(super) const LARGEST_STREAM: u64 = 16 << 30;
/// How far a part may blow up, once it is larger than [`SMALL`].
const LARGEST_RATIO: u64 = 400;
/// A part that cannot come to more than this is not counted: DEFLATE blows up 1032 times at most.
const SMALL: u64 = 32 << 20;
/// What the cells of a sheet may come to in any case, and for each byte of its part.
const SMALL_CELLS: u64 = 64 << 20;
const LARGEST_CELLS_RATIO: u64 = 64;
/// The longest text without a tag: a cell.
const LARGEST_TEXT: usize = 4 << 20;
/// More parts than any workbook has.
const MOST_PARTS: usize = 20_000;

/// The kinds of workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Ods,
}

/// Why a workbook is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is something else.
    NoWorkbook,
    /// It is a workbook of before 2007.
    Old,
    /// It is an XLSX in bytes instead of XML.
    Binary,
    /// It is an ODS in one piece.
    Flat,
    /// It is a ZIP file of something else.
    Archive,
    Password,
    Damaged,
    /// It would come to far more than its size.
    Bomb,
    /// A cell is larger than a case may be.
    HugeCell,
}

impl From<ZipError> for Refusal {
    fn from(_: ZipError) -> Self {
        Self::Damaged
    }
}

impl From<io::Error> for Refusal {
    fn from(_: io::Error) -> Self {
        Self::Damaged
    }
}

/// Looks a file over.
pub(super) fn look_over<R: Read + Seek>(input: &mut BufReader<R>) -> Result<Kind, Refusal> {
    let mut start = Vec::new();
    input.rewind().and_then(|()| input.by_ref().take(4096).read_to_end(&mut start)).map_err(|_| Refusal::NoWorkbook)?;
    if !start.starts_with(b"PK") {
        return Err(stranger(&start, input));
    }
    input.rewind()?;
    let mut parts = ZipArchive::new(input)?;
    if parts.len() > MOST_PARTS {
        return Err(Refusal::Bomb);
    }
    if is_encrypted(&mut parts) || (0..parts.len()).any(|number| parts.by_index_raw(number).is_ok_and(|part| part.encrypted())) {
        return Err(Refusal::Password);
    }
    let ends_with = |ending: &str| parts.file_names().flatten().any(|name| name.replace('\\', "/").to_lowercase().ends_with(ending));
    if parts.index_for_name("content.xml").is_some() {
        Ok(Kind::Ods)
    } else if ends_with("workbook.bin") {
        Err(Refusal::Binary)
    } else if ends_with("[content_types].xml") && ends_with("_rels/.rels") || ends_with("xl/workbook.xml") {
        Ok(Kind::Xlsx)
    } else {
        Err(Refusal::Archive)
    }
}

/// What a file is that is no ZIP file.
fn stranger(start: &[u8], input: &mut impl Read) -> Refusal {
    /// The container of older formats.
    const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if start.starts_with(&COMPOUND) {
        // A protected XLSX is wrapped into it, with other streams than that of an old workbook.
        let mut rest = start.to_vec();
        let _ = input.take(64 << 20).read_to_end(&mut rest);
        let named = |name: &str| memchr::memmem::find(&rest, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).is_some();
        return if !named("EncryptedPackage") && (named("Workbook\0") || named("Book\0")) { Refusal::Old } else { Refusal::Password };
    }
    // The first record of a workbook of before 1997, which has no container.
    if matches!(start, [0x09, 0x00 | 0x02 | 0x04 | 0x08, 0x04..=0x10, 0x00, ..]) {
        return Refusal::Old;
    }
    let text = String::from_utf8_lossy(start);
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') && text.contains("opendocument") { Refusal::Flat } else { Refusal::NoWorkbook }
}

/// Unpacks a part into nothing, and says what it takes packed.
pub(super) fn count<R: Read + Seek>(parts: &mut ZipArchive<R>, number: usize, largest: u64) -> Result<u64, Refusal> {
    let packed = parts.by_index_raw(number)?.compressed_size();
    if packed.saturating_mul(1032) <= SMALL {
        return Ok(packed);
    }
    let mut part = parts.by_index(number)?;
    let mut buffer = vec![0; 1 << 16];
    let (mut total, mut text) = (0_u64, 0_usize);
    loop {
        let read = part.read(&mut buffer)?;
        if read == 0 {
            return Ok(packed);
        }
        total += read as u64;
        if total > largest || (total > SMALL && total / packed.max(1) > LARGEST_RATIO) {
            return Err(Refusal::Bomb);
        }
        let last = buffer[..read].iter().rposition(|b| *b == b'<');
        text = last.map_or(text + read, |at| read - at);
        if text > LARGEST_TEXT {
            return Err(Refusal::HugeCell);
        }
    }
}

/// What the cells of a sheet may still come to, in bytes.
pub(super) struct Allowance(u64);

impl Allowance {
    /// Of a sheet whose part, and the texts that it shares with others, take so much packed.
    pub(super) fn new(packed: u64) -> Self {
        Self(packed.saturating_mul(LARGEST_CELLS_RATIO).max(SMALL_CELLS))
    }

    /// Takes some of it.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.0 = self.0.checked_sub(bytes as u64).ok_or(Refusal::Bomb)?;
        Ok(())
    }
}

/// Whether the manifest of an ODS tells of a key.
fn is_encrypted<R: Read + Seek>(parts: &mut ZipArchive<R>) -> bool {
    let mut manifest = String::new();
    let Ok(part) = parts.by_name("META-INF/manifest.xml") else { return false };
    part.take(1 << 20).read_to_string(&mut manifest).is_ok() && manifest.contains("encryption-data")
}
