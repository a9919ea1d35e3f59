//! A workbook is a ZIP file from outside: looked over before anybody unpacks it.
//!
//! In: a file. Out: what kind of workbook it is, or why it is refused: no workbook, protected, damaged, or made to burst.
//! Every part is unpacked once into nothing, counted as it comes; what a part says of its own size is not believed.

use std::io::{BufReader, Read, Seek};
use zip::ZipArchive;

/// What a part may come to, in bytes, when it is read as a whole.
const LARGEST_WHOLE: u64 = 512 << 20;
/// What a part may come to that is read as a stream.
const LARGEST_STREAM: u64 = 16 << 30;
/// How far a part may blow up, once it is larger than [`SMALL`].
const LARGEST_RATIO: u64 = 400;
/// A part that cannot come to more than this is not counted: DEFLATE blows up 1032 times at most.
const SMALL: u64 = 32 << 20;
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
    Password,
    Damaged,
    /// It would come to far more than its size.
    Bomb,
    /// A cell is larger than a case may be.
    HugeCell,
}

/// Looks a file over.
pub(super) fn look_over<R: Read + Seek>(input: &mut BufReader<R>) -> Result<Kind, Refusal> {
    let mut start = [0; 8];
    input.rewind().and_then(|()| input.read_exact(&mut start)).map_err(|_| Refusal::NoWorkbook)?;
    // A protected XLSX is wrapped into the container of older formats; so is an old .xls.
    if start == [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] {
        return Err(Refusal::Password);
    }
    if !start.starts_with(b"PK") {
        return Err(Refusal::NoWorkbook);
    }
    input.rewind().map_err(|_| Refusal::Damaged)?;
    let mut parts = ZipArchive::new(input).map_err(|_| Refusal::Damaged)?;
    if parts.len() > MOST_PARTS {
        return Err(Refusal::Bomb);
    }
    let kind = if parts.index_for_name("xl/workbook.xml").is_some() {
        Kind::Xlsx
    } else if parts.index_for_name("content.xml").is_some() {
        Kind::Ods
    } else {
        return Err(Refusal::NoWorkbook);
    };
    for number in 0..parts.len() {
        let part = parts.by_index_raw(number).map_err(|_| Refusal::Damaged)?;
        let name = part.name().map_err(|_| Refusal::Damaged)?.into_owned();
        let (packed, encrypted) = (part.compressed_size(), part.encrypted());
        drop(part);
        if encrypted {
            return Err(Refusal::Password);
        }
        if is_counted(&name) && packed.saturating_mul(1032) > SMALL {
            let is_stream = name.starts_with("xl/worksheets/") || name == "content.xml";
            let part = parts.by_index(number).map_err(|_| Refusal::Damaged)?;
            count(part, packed, if is_stream { LARGEST_STREAM } else { LARGEST_WHOLE })?;
        }
    }
    if kind == Kind::Ods && is_encrypted(&mut parts) {
        return Err(Refusal::Password);
    }
    Ok(kind)
}

/// Whether a part is one of those that are read, and counted before.
pub(super) fn is_counted(name: &str) -> bool {
    name.starts_with("xl/") && !name.starts_with("xl/media/") || name == "content.xml"
}

/// Unpacks a part into nothing.
fn count(mut part: impl Read, packed: u64, largest: u64) -> Result<(), Refusal> {
    let mut buffer = vec![0; 1 << 16];
    let (mut total, mut text) = (0_u64, 0_usize);
    loop {
        let read = part.read(&mut buffer).map_err(|_| Refusal::Damaged)?;
        if read == 0 {
            return Ok(());
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

/// Whether the manifest of an ODS tells of a key.
fn is_encrypted<R: Read + Seek>(parts: &mut ZipArchive<R>) -> bool {
    let mut manifest = String::new();
    let Ok(part) = parts.by_name("META-INF/manifest.xml") else { return false };
    part.take(1 << 20).read_to_string(&mut manifest).is_ok() && manifest.contains("encryption-data")
}
