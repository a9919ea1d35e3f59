//! XML of workbooks, event by event.
//!
//! In: a part of a package. Out: what stands in it, to whoever takes it. A part is read by `quick-xml`; what its elements mean
//! is said elsewhere.

use super::package::Refusal;
use encoding_rs_io::DecodeReaderBytesBuilder;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Config;
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

/// No event is longer, in bytes: a comment may be as long as the part.
const LONGEST: usize = 32 << 20;

/// Gives each event of a part, up to its end or until nobody wants more.
pub(super) fn walk(part: impl Read, mut take: impl FnMut(&Event<'_>) -> ControlFlow<()>) -> Result<(), Refusal> {
    let (mut is_damaged, strict) = (false, Config::default());
    events(part, strict, |event| {
        is_damaged |= event.is_none();
        event.map_or(ControlFlow::Break(()), &mut take)
    })?;
    if is_damaged { Err(Refusal::Damaged) } else { Ok(()) }
}

/// Gives all events of a part.
pub(super) fn each(part: impl Read, mut take: impl FnMut(&Event<'_>)) -> Result<(), Refusal> {
    walk(part, |event| {
        take(event);
        ControlFlow::Continue(())
    })
}

/// The same as [`walk`], up to the end though something may be ill-formed, which is no event. An empty element is one that begins and ends;
/// which end belongs to which start is for whoever takes them.
pub(super) fn walk_leniently(part: impl Read, take: impl FnMut(Option<&Event<'_>>) -> ControlFlow<()>) -> Result<(), Refusal> {
    let mut lenient = Config::default();
    (lenient.check_end_names, lenient.allow_unmatched_ends, lenient.expand_empty_elements) = (false, true, true);
    events(part, lenient, take)
}

fn events(part: impl Read, config: Config, mut take: impl FnMut(Option<&Event<'_>>) -> ControlFlow<()>) -> Result<(), Refusal> {
    let ahead = Cell::new(0);
    let mut reader = Reader::from_reader(BufReader::new(utf8(Counted { part, ahead: &ahead })));
    *reader.config_mut() = config;
    let mut buffer = Vec::new();
    loop {
        ahead.set(0);
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => {
                if take(Some(&event)).is_break() {
                    return Ok(());
                }
            }
            Err(quick_xml::Error::IllFormed(_)) => {
                if take(None).is_break() {
                    return Ok(());
                }
            }
            Err(_) => return Err(Refusal::Damaged),
        }
    }
}

/// A part as UTF-8, which may begin with the mark of UTF-16.
pub(super) fn utf8(part: impl Read) -> impl Read {
    DecodeReaderBytesBuilder::new().utf8_passthru(true).build(part)
}

/// A part that is read no further than an event may be long.
struct Counted<'c, R> {
    part: R,
    /// What was read for the event under way.
    ahead: &'c Cell<usize>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ahead.get() > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let read = self.part.read(buffer)?;
        self.ahead.set(self.ahead.get() + read);
        Ok(read)
    }
}

/// An attribute by its whole name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    quick_xml::escape::unescape(&found.value).ok().map(Cow::into_owned)
}

/// An attribute by its name in whatever namespace.
pub(super) fn local_attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().filter_map(Result::ok).find(|a| a.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(Cow::into_owned)
}

/// What a reference stands for: a character by its number, or one of the five that XML names.
pub(super) fn named(name: &BytesRef<'_>) -> Option<char> {
    match name.resolve_char_ref() {
        Ok(Some(character)) => Some(character),
        _ => quick_xml::escape::resolve_predefined_entity(name)?.chars().next(),
    }
}
