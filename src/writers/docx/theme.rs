//! The look of a DOCX: the shipped styles, or a house's own `reference.docx` over them.
//!
//! In: `letter-templates/reference.docx`, a document that somebody restyled in their office program. Out: a [`DocxTheme`]: its
//! styles by their names, its page size and margins. Nothing else is taken: no relationship, macro, setting, text, author
//! or picture. What is taken is read element by element and written anew, so nothing of the file's own XML gets through.

use super::package::{DECLARATION, escape, escaped};
use super::page_size::{PageSize, read_page};
use crate::diagnostic::Message;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::sync::LazyLock;

/// A part of a document is no larger, in bytes, when it is unpacked.
const LARGEST_PART: u64 = 4 << 20;
/// Elements do not lie deeper.
const DEEPEST: usize = 64;

static SHIPPED: LazyLock<StyleSheet> =
    LazyLock::new(|| StyleSheet::read(include_str!("styles.xml"), &Theme::default()).expect("the shipped styles are well formed"));

/// The styles of a letter, and its page if the house has one of its own.
#[derive(Clone, Debug)]
pub struct DocxTheme {
    ids: BTreeMap<String, String>,
    defaults: (String, String),
    styles: String,
    page: Option<PageSize>,
}

impl DocxTheme {
    /// The shipped look.
    #[must_use]
    pub fn shipped() -> Self {
        SHIPPED.clone().theme(None)
    }

    /// The look of a house's own document. Styles that it lacks are the shipped ones.
    ///
    /// # Errors
    /// It is not a DOCX, it is damaged, or larger than a document without content can be.
    pub fn parse(bytes: &[u8]) -> Result<Self, Message> {
        let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| say!("this is not a DOCX"))?;
        let mut part = |name: &str| -> Result<Option<String>, Message> {
            let Ok(file) = parts.by_name(name) else { return Ok(None) };
            let mut text = String::new();
            let length = file.take(LARGEST_PART + 1).read_to_string(&mut text).map_err(|_| say!("`{part}` in it is damaged", part = name))?;
            if length as u64 > LARGEST_PART {
                return Err(say!("`{part}` in it is larger than 4 MB", part = name));
            }
            Ok(Some(text))
        };
        let styles = part("word/styles.xml")?.ok_or_else(|| say!("it has no styles: this is not a DOCX"))?;
        let theme = part("word/theme/theme1.xml")?.map(|t| Theme::read(&t)).unwrap_or_default();
        let page = part("word/document.xml")?.and_then(|d| read_page(&d));
        let own = StyleSheet::read(&styles, &theme).ok_or_else(|| say!("its styles are damaged"))?;
        Ok(own.over(&SHIPPED).theme(page))
    }

    /// The id under which a style of ours is known here.
    pub(super) fn id<'a>(&'a self, ours: &'a str) -> &'a str {
        self.ids.get(ours).map_or(ours, String::as_str)
    }

    /// The page, where the house has its own.
    pub(super) fn page(&self) -> Option<PageSize> {
        self.page
    }

    /// `styles.xml`, for this language.
    pub(super) fn styles(&self, language: &str) -> String {
        format!(
            "{DECLARATION}<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault><w:rPr>{}<w:lang w:val=\"{}\" w:eastAsia=\"{}\" w:bidi=\"{}\"/></w:rPr></w:rPrDefault>\
             <w:pPrDefault>{}</w:pPrDefault></w:docDefaults>{}</w:styles>",
            self.defaults.0,
            escaped(language),
            escaped(language),
            escaped(language),
            self.defaults.1,
            self.styles
        )
    }
}

/// The namespace of the words `w:…`.
pub(super) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A style as it is written, with the id and the name by which programs know it.
#[derive(Clone, Debug)]
struct Style {
    id: String,
    name: String,
    xml: String,
}

/// A sheet of styles, as it was read.
#[derive(Clone, Debug)]
struct StyleSheet {
    run_defaults: String,
    paragraph_defaults: String,
    styles: Vec<Style>,
    ids: BTreeMap<String, String>,
}

impl StyleSheet {
    /// Reads `styles.xml`; None if it is not well formed or not one.
    fn read(text: &str, theme: &Theme) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut sheet = Self { run_defaults: String::new(), paragraph_defaults: String::new(), styles: Vec::new(), ids: BTreeMap::new() };
        let mut is_sheet = false;
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => match start.name().as_ref() {
                    "w:styles" => is_sheet = true,
                    "w:docDefaults" | "w:rPrDefault" | "w:pPrDefault" if is_sheet => {}
                    "w:rPr" if is_sheet => copy_inside(&mut reader, theme, &mut sheet.run_defaults)?,
                    "w:pPr" if is_sheet => {
                        sheet.paragraph_defaults.push_str("<w:pPr>");
                        copy_inside(&mut reader, theme, &mut sheet.paragraph_defaults)?;
                        sheet.paragraph_defaults.push_str("</w:pPr>");
                    }
                    "w:style" if is_sheet => sheet.styles.push(read_style(&start, &mut reader, theme)?),
                    _ => {
                        reader.read_to_end(start.name()).ok()?;
                    }
                },
                Event::DocType(_) => return None,
                Event::Eof => break,
                _ => {}
            }
        }
        is_sheet.then_some(sheet)
    }

    /// This sheet, with the styles of `base` that it lacks. Styles are the same if their names are, whatever their ids:
    /// an office program in another language renames the ids, never the names.
    fn over(mut self, base: &Self) -> Self {
        let mut missing = Vec::new();
        for style in &base.styles {
            let own = self.styles.iter().find(|s| s.name.eq_ignore_ascii_case(&style.name)).map(|s| s.id.clone());
            let id = own.clone().unwrap_or_else(|| {
                let is_taken = self.styles.iter().any(|s| s.id == style.id);
                if is_taken { format!("Appeal{}", style.id) } else { style.id.clone() }
            });
            self.ids.insert(style.id.clone(), id);
            if own.is_none() {
                missing.push(style.clone());
            }
        }
        for style in missing {
            let xml = self.ids.iter().filter(|(ours, theirs)| ours != theirs).fold(style.xml, |xml, (ours, theirs)| {
                // Every mention of an id is the value of one of these.
                ["w:styleId=", "<w:basedOn w:val=", "<w:next w:val="]
                    .iter()
                    .fold(xml, |xml, key| xml.replace(&format!("{key}\"{ours}\""), &format!("{key}\"{}\"", escaped(theirs))))
            });
            // The house's own defaults stay the defaults.
            self.styles.push(Style { xml: xml.replace(" w:default=\"1\"", ""), ..style });
        }
        if self.run_defaults.is_empty() {
            self.run_defaults.clone_from(&base.run_defaults);
        }
        self
    }

    fn theme(self, page: Option<PageSize>) -> DocxTheme {
        let styles = self.styles.into_iter().map(|s| s.xml).collect();
        DocxTheme { ids: self.ids, defaults: (self.run_defaults, self.paragraph_defaults), styles, page }
    }
}

fn read_style(start: &BytesStart<'_>, reader: &mut Reader<&[u8]>, theme: &Theme) -> Option<Style> {
    let mut style = Style { id: attribute(start, "w:styleId")?, name: String::new(), xml: String::new() };
    open(start, theme, &mut style.xml)?;
    let mut inside = String::new();
    copy_inside(reader, theme, &mut inside)?;
    let after = inside.split_once("<w:name w:val=\"")?.1;
    style.name = quick_xml::escape::unescape(after.split_once('"')?.0).ok()?.into_owned();
    style.xml.push_str(&inside);
    style.xml.push_str("</w:style>");
    Some(style)
}

/// Copies what lies inside the element that was just opened, up to its end: elements and attributes of the word processor's
/// own words only. Languages are the letter's, and numberings and revisions belong to the document they came from.
fn copy_inside(reader: &mut Reader<&[u8]>, theme: &Theme, out: &mut String) -> Option<()> {
    let mut names: Vec<String> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if !is_kept(&start) {
                    reader.read_to_end(start.name()).ok()?;
                    continue;
                }
                if names.len() >= DEEPEST {
                    return None;
                }
                open(&start, theme, out)?;
                names.push(start.name().as_ref().to_owned());
            }
            Event::Empty(start) if is_kept(&start) => {
                open(&start, theme, out)?;
                out.pop();
                out.push_str("/>");
            }
            Event::End(_) => match names.pop() {
                Some(name) => {
                    let _ = write!(out, "</{name}>");
                }
                None => return Some(()),
            },
            Event::Eof | Event::DocType(_) => return None,
            _ => {}
        }
    }
}

fn is_kept(start: &BytesStart<'_>) -> bool {
    let name = start.name();
    let word = name.as_ref().strip_prefix("w:");
    word.is_some_and(|w| w.bytes().all(|b| b.is_ascii_alphabetic()) && !matches!(w, "lang" | "numPr" | "rsid" | "pPrChange" | "rPrChange"))
}

fn open(start: &BytesStart<'_>, theme: &Theme, out: &mut String) -> Option<()> {
    let mut kept: Vec<(&str, String)> = Vec::new();
    let attributes: Vec<_> = start.attributes().collect::<Result<_, _>>().ok()?;
    for item in &attributes {
        let Some(word) = item.key.as_ref().strip_prefix("w:").filter(|w| w.bytes().all(|b| b.is_ascii_alphabetic())) else { continue };
        let value = quick_xml::escape::unescape(&item.value).ok()?.into_owned();
        // The theme is not taken; the font that it means is, and it goes before one that is named beside it.
        let (word, value, is_theme) = match word {
            "asciiTheme" => ("ascii", theme.font(&value), true),
            "hAnsiTheme" => ("hAnsi", theme.font(&value), true),
            w if w.ends_with("Theme") || w.starts_with("theme") || w.starts_with("rsid") || w == "cstheme" => continue,
            w => (w, value, false),
        };
        match kept.iter_mut().find(|(w, _)| *w == word) {
            Some((_, there)) if is_theme => *there = value,
            Some(_) => {}
            None => kept.push((word, value)),
        }
    }
    out.push('<');
    out.push_str(start.name().as_ref());
    for (word, value) in kept {
        let _ = write!(out, " w:{word}=\"");
        escape(&value, out);
        out.push('"');
    }
    out.push('>');
    Some(())
}

fn attribute(start: &BytesStart<'_>, key: &str) -> Option<String> {
    let item = start.try_get_attribute(key).ok()??;
    Some(quick_xml::escape::unescape(&item.value).ok()?.into_owned())
}

/// The Latin fonts of a theme: of headings, and of the text.
#[derive(Clone, Debug, Default)]
struct Theme {
    major: Option<String>,
    minor: Option<String>,
}

impl Theme {
    fn read(text: &str) -> Self {
        let font = |element: &str| {
            let inside = text.split_once(&format!("<a:{element}>"))?.1;
            let inside = inside.split_once("<a:latin ")?.1.split_once("typeface=\"")?.1;
            Some(inside.split_once('"')?.0.to_owned()).filter(|f| !f.is_empty() && f.len() <= 64)
        };
        Self { major: font("majorFont"), minor: font("minorFont") }
    }

    /// The font behind `minorHAnsi` and the like; without a theme the plainest one.
    fn font(&self, of: &str) -> String {
        let font = if of.starts_with("major") { &self.major } else { &self.minor };
        font.clone().unwrap_or_else(|| "Times New Roman".into())
    }
}

#[cfg(test)]
mod tests {
    use super::{DocxTheme, Event, Reader, Theme};
    use std::io::Cursor;
    use std::io::Write as _;

    fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
            archive.write_all(text.as_bytes()).expect("memory");
        }
        archive.finish().expect("memory").into_inner()
    }

    /// The styles of a house as they are written; they have to be well formed.
    fn written(theme: &DocxTheme) -> String {
        let out = theme.styles("en");
        let mut reader = Reader::from_str(&out);
        loop {
            match reader.read_event().expect("what is written is well formed") {
                Event::Start(start) | Event::Empty(start) => start.attributes().for_each(|a| assert!(a.is_ok(), "{start:?}")),
                Event::Eof => return out,
                _ => {}
            }
        }
    }

    #[test]
    fn a_houses_styles_are_known_by_their_names() {
        let styles = r#"<?xml version="1.0"?><w:styles xmlns:w="x" xmlns:r="y"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi"/><w:lang w:val="de-DE"/></w:rPr></w:rPrDefault></w:docDefaults>
            <w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr><w:jc r:id="rId7" w:val="center"/></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="Title"><w:name w:val="My own &quot;style&quot;"/><w:rPr><w:color w:val="FF0000" w:themeColor="text1"/></w:rPr></w:style></w:styles>"#;
        let theme = "<a:theme><a:minorFont><a:latin typeface=\"Gill Sans\"/></a:minorFont></a:theme>";
        let document = "<w:sectPr><w:pgSz w:w=\"12240\" w:h=\"15840\"/><w:pgMar w:top=\"1000\" w:right=\"1100\" w:bottom=\"1200\" w:left=\"1300\" w:header=\"500\"/></w:sectPr>";
        let theme = DocxTheme::parse(&docx(&[("word/styles.xml", styles), ("word/theme/theme1.xml", theme), ("word/document.xml", document)])).expect("a DOCX");
        assert_eq!((theme.id("Heading1"), theme.id("Title"), theme.id("BodyText")), ("berschrift1", "AppealTitle", "BodyText"));
        let out = theme.styles("es");
        assert!(out.contains("<w:basedOn w:val=\"berschrift1\"/>"), "the style of ours that is based on it: {out}");
        assert!(out.contains("w:ascii=\"Gill Sans\"") && !out.contains("de-DE") && !out.contains("rId7") && !out.contains("numPr"), "{out}");
        assert_eq!(theme.page().expect("it has one").measure(), 12_240 - 1100 - 1300);
    }

    #[test]
    fn a_font_named_beside_its_theme_is_named_once() {
        let fonts = r#"<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi" w:hAnsi="Calibri" w:cstheme="minorBidi"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>"#;
        let theme = "<a:theme><a:minorFont><a:latin typeface=\"Gill Sans\"/></a:minorFont></a:theme>";
        let styles = written(&DocxTheme::parse(&docx(&[("word/styles.xml", fonts), ("word/theme/theme1.xml", theme)])).expect("a DOCX"));
        assert!(styles.contains("<w:rFonts w:ascii=\"Gill Sans\" w:hAnsi=\"Gill Sans\"/>"), "{styles}");
    }

    #[test]
    fn what_is_no_docx_is_an_error() {
        let bad = [
            b"nothing".to_vec(),
            docx(&[("a.txt", "x")]),
            docx(&[("word/styles.xml", "<w:styles><w:style w:styleId=\"a\">")]),
            docx(&[("word/styles.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><w:styles xmlns:w=\"x\"/>")]),
            docx(&[("word/styles.xml", &format!("<w:styles>{}</w:styles>", " ".repeat(5 << 20)))]),
        ];
        for bytes in bad {
            assert!(DocxTheme::parse(&bytes).is_err());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_styles_are_read_or_refused(text in "(<w:style w:styleId=\"[a-z&]{0,3}\">|<w:name w:val=\"[a-z<]{0,3}\"/>|</w:style>|<x>|&[a-z]{2};|<w:pPr>|</w:pPr>){0,9}") {
            if let Ok(theme) = DocxTheme::parse(&docx(&[("word/styles.xml", &format!("<w:styles>{text}</w:styles>"))])) {
                written(&theme);
            }
        }

        #[test]
        fn what_is_read_is_written_well_formed(text in "(<w:style w:styleId=\"(Normal|Title|&quot;|[a-z]{1,2})\"><w:name w:val=\"(Normal|heading 1|&lt;|[a-z]{1,2})\"/>(<w:rPr>(<w:b( w:val=\"[a-z']{0,2}\")?( x:val=\"&amp;\")?/>|<x:y/>|<w:rFonts( w:ascii=\"a\")?( w:asciiTheme=\"[a-z]\")?/>){0,3}</w:rPr>)?</w:style>){0,5}") {
            let theme = DocxTheme::parse(&docx(&[("word/styles.xml", &format!("<w:styles>{text}</w:styles>"))]));
            written(&theme.expect("these are styles"));
        }

        #[test]
        fn any_page_and_theme_is_read_or_left(text in "(<w:sectPr>|<w:pgSz |<w:pgMar |w:[whtb](op|ottom|eft)?=\"[0-9]{0,12}\"|/>|<a:minorFont>|<a:latin |typeface=\"|\"|é){0,12}") {
            let _ = (super::read_page(&text), Theme::read(&text).font("minorHAnsi"));
        }
    }
}
