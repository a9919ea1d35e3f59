//! The package of an XLSX as plain as calamine wants it.
//!
//! In: a package from outside. Out: one that holds what is read and nothing else, each part at its usual path. Calamine looks
//! for parts at one place and takes relations in one form; programs write `../xl/…`, `/xl/…`, backslashes, other folders and
//! other capitals. The large parts are copied as they are, still packed; what a package says of itself is written anew.
//! Elements are known by their names in whatever namespace: there is one of the standard and one of its strict form (ECMA-376
//! part 1, §18.2).

use super::super::package::{LARGEST_STREAM, LARGEST_WHOLE, Refusal, count};
use super::super::xml::{each, local_attribute, utf8};
use super::formats::Formats;
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Cursor, Read, Seek, Write};
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A sheet of a workbook.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) is_hidden: bool,
    /// The number of its part in the plain package; none of a sheet that has no rows, or that is not read.
    pub(super) part: Option<usize>,
}

/// A plain package, and what its sheets are called.
pub(super) struct Plain {
    pub(super) bytes: Vec<u8>,
    pub(super) sheets: Vec<Sheet>,
    pub(super) formats: Formats,
    /// What the parts take packed, each with the texts that cells share.
    pub(super) packed: Vec<u64>,
}

/// Where a sheet stands in a plain package.
pub(super) fn path(part: usize) -> String {
    format!("xl/worksheets/sheet{part}.xml")
}

/// Makes a package plain.
pub(super) fn plain(input: impl Read + Seek) -> Result<Plain, Refusal> {
    let mut package = Package::new(input)?;
    let root = package.related("_rels/.rels", "")?;
    let workbook = root.into_values().find(|r| r.kind == "officeDocument").map_or_else(|| "xl/workbook.xml".to_owned(), |r| r.path);
    let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
    let related = package.related(&format!("{folder}/_rels/{name}.rels"), folder)?;
    let (listed, is_1904) = sheets(package.open(&workbook)?.ok_or(Refusal::Damaged)?)?;
    let of_kind = |kind: &str| related.values().find(|r| r.kind == kind).map_or("", |r| r.path.as_str());
    let formats = match package.open(of_kind("styles"))? {
        Some(styles) => Formats::read(styles)?,
        None => Formats::default(),
    };

    let mut plain = ZipWriter::new(Cursor::new(Vec::new()));
    let shared = package.copy(of_kind("sharedStrings"), "xl/sharedStrings.xml", LARGEST_WHOLE, &mut plain)?.unwrap_or(0);
    let (mut sheets, mut parts, mut packed) = (Vec::new(), HashMap::new(), Vec::new());
    for (name, relation, is_hidden) in listed {
        let target = related.get(&relation).ok_or(Refusal::Damaged)?;
        let mut sheet = Sheet { name, is_hidden, part: None };
        // A sheet of drawings has no rows. What is hidden is not read.
        if target.kind == "worksheet" && !is_hidden {
            let number = package.number(&target.path).ok_or(Refusal::Damaged)?;
            let part = *parts.entry(number).or_insert(packed.len());
            if part == packed.len() {
                let size = package.copy(&target.path, &path(part), LARGEST_STREAM, &mut plain)?.ok_or(Refusal::Damaged)?;
                packed.push(size.saturating_add(shared));
            }
            sheet.part = Some(part);
        }
        if target.kind == "worksheet" {
            sheets.push(sheet);
        }
    }
    let bytes = finish(plain, packed.len(), is_1904, &formats)?;
    Ok(Plain { bytes, sheets, formats, packed })
}

/// Writes what a package says of itself.
fn finish(mut plain: ZipWriter<Cursor<Vec<u8>>>, parts: usize, is_1904: bool, formats: &Formats) -> io::Result<Vec<u8>> {
    let relation = |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>");
    let relations = |all: &str| format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>");
    let (mut listed, mut related) = (String::new(), String::new());
    for part in 0..parts {
        listed += &format!("<sheet name=\"{part}\" sheetId=\"{}\" r:id=\"s{part}\"/>", part + 1);
        related += &relation(&format!("s{part}"), "worksheet", &format!("worksheets/sheet{part}.xml"));
    }
    related += &relation("t", "sharedStrings", "sharedStrings.xml");
    related += &relation("f", "styles", "styles.xml");
    let texts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\"/>")),
        ("_rels/.rels", relations(&relation("w", "officeDocument", "xl/workbook.xml"))),
        ("xl/_rels/workbook.xml.rels", relations(&related)),
        (
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><workbookPr date1904=\"{}\"/><sheets>{listed}</sheets></workbook>", u8::from(is_1904)),
        ),
        ("xl/styles.xml", formats.plain(MAIN)),
    ];
    for (name, text) in texts {
        plain.start_file(name, SimpleFileOptions::default())?;
        plain.write_all(text.as_bytes())?;
    }
    Ok(plain.finish()?.into_inner())
}

/// The parts of a package by their paths, which some programs write with other capitals, or with backslashes.
struct Package<R> {
    parts: ZipArchive<R>,
    numbers: HashMap<String, usize>,
}

impl<R: Read + Seek> Package<R> {
    fn new(input: R) -> Result<Self, Refusal> {
        let parts = ZipArchive::new(input)?;
        let names = parts.file_names().enumerate().filter_map(|(number, name)| Some((resolved("", &name.ok()?).to_lowercase(), number)));
        let numbers = names.collect();
        Ok(Self { parts, numbers })
    }

    fn number(&self, path: &str) -> Option<usize> {
        self.numbers.get(&path.to_lowercase()).copied()
    }

    /// A part to be read as a whole.
    fn open(&mut self, path: &str) -> Result<Option<impl Read + '_>, Refusal> {
        let Some(number) = self.number(path) else { return Ok(None) };
        count(&mut self.parts, number, LARGEST_WHOLE)?;
        Ok(Some(self.parts.by_index(number)?))
    }

    /// Copies a part, still packed unless it is in UTF-16, and says what it takes packed.
    fn copy(&mut self, path: &str, to: &str, largest: u64, plain: &mut ZipWriter<Cursor<Vec<u8>>>) -> Result<Option<u64>, Refusal> {
        let Some(number) = self.number(path) else { return Ok(None) };
        let packed = count(&mut self.parts, number, largest)?;
        let mut mark = [0; 2];
        let is_utf16 = self.parts.by_index(number).is_ok_and(|mut part| part.read_exact(&mut mark).is_ok() && matches!(mark, [0xff, 0xfe] | [0xfe, 0xff]));
        if is_utf16 {
            // Calamine reads UTF-8 alone.
            plain.start_file(to, SimpleFileOptions::default())?;
            io::copy(&mut utf8(self.parts.by_index(number)?), plain)?;
        } else {
            plain.raw_copy_file_rename(self.parts.by_index_raw(number)?, to)?;
        }
        Ok(Some(packed))
    }

    /// What is related to a part in a folder, by the name of the relation.
    fn related(&mut self, path: &str, folder: &str) -> Result<BTreeMap<String, Related>, Refusal> {
        let mut related = BTreeMap::new();
        let Some(part) = self.open(path.trim_start_matches('/'))? else { return Ok(related) };
        each(part, |event| {
            if let Event::Start(element) | Event::Empty(element) = event
                && element.local_name().as_ref() == "Relationship"
                && let (Some(id), Some(kind), Some(target)) =
                    (local_attribute(element, "Id"), local_attribute(element, "Type"), local_attribute(element, "Target"))
            {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                related.insert(id, Related { kind, path: resolved(folder, &target) });
            }
        })?;
        Ok(related)
    }
}

/// A part that another one names.
struct Related {
    /// The last word of its kind: `worksheet`, `styles`.
    kind: String,
    /// Its path in the package.
    path: String,
}

/// A target as a path from the root of the package.
fn resolved(folder: &str, target: &str) -> String {
    let target = percent_encoding::percent_decode_str(target).decode_utf8_lossy().replace('\\', "/");
    let start = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for step in start.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

/// The name of a sheet, by what the relations of the workbook know it, and whether it is hidden.
type Named = (String, String, bool);

/// The sheets of a workbook, in order, and whether its days count from 1904.
fn sheets(part: impl Read) -> Result<(Vec<Named>, bool), Refusal> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    each(part, |event| {
        if let Event::Start(element) | Event::Empty(element) = event {
            let attribute = |name| local_attribute(element, name);
            match element.local_name().as_ref() {
                "sheet" => {
                    let is_hidden = attribute("state").is_some_and(|state| state != "visible");
                    sheets.push((attribute("name").unwrap_or_default(), attribute("id").unwrap_or_default(), is_hidden));
                }
                "workbookPr" => is_1904 |= attribute("date1904").is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on")),
                _ => {}
            }
        }
    })?;
    Ok((sheets, is_1904))
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn a_target_of_any_form_is_a_path_from_the_root() {
        for target in
            ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "./worksheets\\sheet1.xml", "\\xl\\worksheets\\sheet1.xml"]
        {
            assert_eq!(resolved("xl", target), "xl/worksheets/sheet1.xml", "{target}");
        }
        assert_eq!(resolved("xl", "../../../../etc/a%20b"), "etc/a b");
    }
}
