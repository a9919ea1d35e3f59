//! The texts of a workbook: what stands in a cell, and what cells share.
//!
//! In: the XML of a text (ECMA-376 part 1, §18.4). Out: the text, borrowed where nothing in it is written in another way. Texts
//! that cells share are kept as they stand in the file and read when a cell is.

use super::super::package::Refusal;
use super::super::xml::named;
use super::Broken;
use super::stretches::Stretches;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::Read;

/// How the text of most cells begins, and how it ends.
pub(super) const PLAIN: [&str; 2] = ["<t>", "<t xml:space=\"preserve\">"];
const PLAIN_END: &str = "</t>";
/// What XML calls white space (XML 1.0, §2.3).
pub(super) const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The texts that cells share, each as it stands in its element.
#[derive(Default)]
pub(super) struct Shared(Vec<Box<str>>);

impl Shared {
    /// Reads the part of shared texts.
    pub(super) fn read(part: impl Read) -> Result<Self, Refusal> {
        let mut shared = Self::default();
        let Some(mut stretches) = Stretches::new(part, "sst", "si")? else { return Ok(shared) };
        while let Some(stretch) = stretches.next()? {
            shared.add(stretch).map_err(|_| Refusal::Damaged)?;
        }
        Ok(shared)
    }

    /// Takes the items of a stretch: mostly one.
    fn add(&mut self, stretch: &str) -> Result<(), Broken> {
        if let Some(inside) = stretch.strip_prefix("<si>").and_then(|s| s.strip_suffix("</si>")).filter(|s| !s.contains("<si")) {
            self.0.push(inside.into());
            return Ok(());
        }
        let mut reader = Reader::from_str(stretch);
        loop {
            match reader.read_event().map_err(|_| Broken)? {
                Event::Start(element) if element.local_name().as_ref() == "si" => self.0.push(inside(&mut reader, &element)?.into()),
                Event::Empty(element) if element.local_name().as_ref() == "si" => self.0.push("".into()),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// A text by its number; none if there are not so many.
    pub(super) fn get(&self, number: usize) -> Result<Option<Cow<'_, str>>, Broken> {
        self.0.get(number).map(|xml| text(xml)).transpose()
    }
}

/// The text of an element that may hold it in several runs, each with letters of its own; how it is to be pronounced is left out.
pub(super) fn text(xml: &str) -> Result<Cow<'_, str>, Broken> {
    let plain = PLAIN.iter().find_map(|start| xml.strip_prefix(start)).and_then(|s| s.strip_suffix(PLAIN_END));
    if let Some(plain) = plain.filter(|s| !s.contains('<')) {
        return content(plain);
    }
    let (mut reader, mut whole, mut is_pronounced) = (Reader::from_str(xml), String::new(), false);
    loop {
        match reader.read_event().map_err(|_| Broken)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "rPh" => is_pronounced = true,
                "t" if !is_pronounced => {
                    let is_kept = element.attributes().flatten().any(|a| a.key.as_ref() == "xml:space" && &*a.value == "preserve");
                    let run = content(inside(&mut reader, &element)?)?;
                    whole.push_str(if is_kept { &run } else { run.trim_matches(SPACE) });
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "rPh" => is_pronounced = false,
            Event::Eof => return Ok(Cow::Owned(whole)),
            _ => {}
        }
    }
}

/// The inside of an element whose start tag has been read, as it stands.
pub(super) fn inside<'a>(reader: &mut Reader<&'a [u8]>, element: &BytesStart<'_>) -> Result<&'a str, Broken> {
    match reader.read_text(element.name()).map_err(|_| Broken)?.into_inner() {
        Cow::Borrowed(inside) => Ok(inside),
        Cow::Owned(_) => Err(Broken),
    }
}

/// The text between two tags.
pub(super) fn content(raw: &str) -> Result<Cow<'_, str>, Broken> {
    let text = match memchr::memchr3(b'<', b'&', b'\r', raw.as_bytes()) {
        None => Cow::Borrowed(raw),
        Some(at) if raw[at..].starts_with('&') && memchr::memchr2(b'<', b'\r', raw.as_bytes()).is_none() => {
            quick_xml::escape::unescape(raw).map_err(|_| Broken)?
        }
        Some(_) => {
            let (mut reader, mut text) = (Reader::from_str(raw), String::new());
            loop {
                match reader.read_event().map_err(|_| Broken)? {
                    Event::Text(part) => text.push_str(&part.xml10_content()),
                    Event::CData(part) => text.push_str(&part.xml10_content()),
                    Event::GeneralRef(name) => text.push(named(&name).ok_or(Broken)?),
                    Event::Eof => break Cow::Owned(text),
                    _ => {}
                }
            }
        }
    };
    Ok(if memchr::memchr(b'_', text.as_bytes()).is_some() && text.contains("_x") { Cow::Owned(unmasked(&text)) } else { text })
}

/// A text in which characters that XML cannot hold stand as `_x000D_`, a unit of UTF-16 each (ECMA-376 part 1, §22.9.2.19).
fn unmasked(text: &str) -> String {
    let (mut units, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let (before, mask) = rest.split_at(at);
        units.extend(before.encode_utf16());
        let unit = mask.get(2..7).and_then(|m| m.strip_suffix('_')).filter(|m| m.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(unit) = unit.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
            units.push(unit);
            rest = &mask[7..];
        } else {
            units.extend("_x".encode_utf16());
            rest = &mask[2..];
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}
