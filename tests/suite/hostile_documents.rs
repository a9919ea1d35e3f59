//! Hostile values in a DOCX and in a PDF: the same values and the same judges as for text and HTML. Whatever a record says,
//! the document has the elements and the tags of the template, its XML is well formed, and no character breaks it.

use crate::docx::{PARAGRAPH, parts, text_of_xml};
use crate::hostile::{chosen, renderings};
use crate::hostile_letters::Workbench;
use crate::hostile_shapes::squeezed;
use appeal::text::{Lines, clean};
use appeal::writers::Format;

/// The value in its slot; every other time it ends it, every other time it begins it.
fn filled(n: usize, slot: usize, value: &str) -> String {
    if n.is_multiple_of(2) { format!("X{slot}X{value}") } else { format!("{value}X{slot}X") }
}

/// A harmless value with as many letters, words and paragraphs.
fn harmless(value: &str) -> String {
    // Something stands before and after it in its slot: a line that is empty at its end or its beginning parts two paragraphs.
    let amid = format!(".{value}.");
    let calm: Vec<char> = clean(&amid, Lines::Many).0.chars().map(|c| if c.is_whitespace() { c } else { 'x' }).collect();
    calm[1..calm.len() - 1].iter().collect()
}

/// What may stand in an element of XML 1.0 (§2.2).
fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The elements of a document but for its runs, of which a change of direction makes more; and the ends of lines in them.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut all, mut in_run) = (Vec::new(), false);
    loop {
        use quick_xml::events::Event;
        let event = reader.read_event().expect("it is well formed");
        let (Event::Start(start) | Event::Empty(start)) = &event else {
            match event {
                Event::End(end) => in_run &= end.name().as_ref() != "w:r",
                Event::Eof => return all,
                _ => {}
            }
            continue;
        };
        let name = start.name().as_ref().to_owned();
        if !in_run && name != "w:r" || matches!(name.as_str(), "w:br" | "w:tab" | "w:drawing") {
            all.push(name.clone());
        }
        in_run |= matches!(event, Event::Start(_)) && name == "w:r";
    }
}

/// A text without spaces and the marks of directions; characters that XML cannot hold are replaced.
fn bare(text: &str) -> String {
    squeezed(text).chars().filter(|c| !matches!(c, '\u{200e}' | '\u{200f}')).map(|c| if is_character(c) { c } else { '\u{fffd}' }).collect()
}

/// Elements, whether reference and date stand on one line or, where the reference is long, on two.
fn with_one_date_line(elements: &[String]) -> String {
    let (one, two) = ("w:p w:pPr w:pStyle w:tabs w:tab w:tab", "w:p w:pPr w:pStyle w:p w:pPr w:pStyle w:jc");
    elements.join(" ").replacen(one, "date", 1).replacen(two, "date", 1)
}

#[test]
fn no_value_becomes_structure_in_a_docx_and_none_is_changed() {
    let bench = Workbench::new();
    let mut rendered = 0;
    for (n, value) in chosen(renderings()).enumerate() {
        if rendered >= renderings() / 2 {
            break;
        }
        let calm = harmless(&value);
        for template in 0..bench.templates() {
            // Braces around an id are a reference, and an unknown one is refused.
            let Some(letter) = bench.letter(template, &|slot| filled(n, slot, &value)) else { continue };
            let expected = bench.letter(template, &|slot| filled(n, slot, &calm)).expect("a harmless value makes a letter");
            let bytes = bench.bytes(&letter, Format::Docx).expect("every letter can be a DOCX");
            let document = |bytes: &[u8]| {
                let all = parts(bytes).into_iter().filter(|(name, _)| name.ends_with(".xml") || name.ends_with(".rels"));
                let all: Vec<(String, String)> = all.map(|(name, part)| (name, String::from_utf8(part).expect("XML in UTF-8"))).collect();
                for (name, part) in &all {
                    assert!(part.chars().all(is_character), "{value:?} brings a character into {name} that XML cannot hold");
                    elements(part);
                }
                all.into_iter().find(|(name, _)| name == "word/document.xml").expect("a document").1
            };
            let said = document(&bytes);
            let calm = document(&bench.bytes(&expected, Format::Docx).expect("every letter can be a DOCX"));
            assert_eq!(with_one_date_line(&elements(&said)), with_one_date_line(&elements(&calm)), "the elements changed: {value:?}");
            rendered += 1;
            let words = bare(&text_of_xml(&said, &PARAGRAPH, "w:t"));
            for slot in Workbench::printed(template) {
                let value = bare(&clean(&filled(n, slot, &value), Workbench::lines(slot)).0);
                assert!(words.contains(&value), "slot {slot} changed: {value:?}\n{words}");
            }
        }
    }
    assert!(rendered > 0);
}

/// How often each kind of tag occurs, in the order of the alphabet. What a PDF could do stands among them.
#[cfg(feature = "pdf")]
fn tags(bytes: &[u8]) -> std::collections::BTreeMap<String, usize> {
    let all = crate::pdf::unpacked(bytes);
    let mut found = std::collections::BTreeMap::new();
    for piece in all.split("/S/").skip(1) {
        let kind: String = piece.chars().take_while(char::is_ascii_alphanumeric).collect();
        // An address that goes over the end of a line is a link in each.
        if !matches!(kind.as_str(), "URI" | "Span") {
            *found.entry(kind).or_default() += 1;
        }
    }
    for act in ["/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile", "/RichMedia", "/SubmitForm", "/GoToR"] {
        // Fonts have names of capitals, and one of them may begin so.
        let is_there = all.split(act).skip(1).any(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()));
        assert!(!is_there, "{act}");
    }
    found
}

#[cfg(feature = "pdf")]
#[test]
fn no_value_becomes_structure_in_a_pdf() {
    let bench = Workbench::new();
    let (mut rendered, mut refused) = (0, 0);
    for (n, value) in chosen(renderings() / 20).enumerate() {
        if rendered >= renderings() / 20 {
            break;
        }
        let template = n % bench.templates();
        let Some(letter) = bench.letter(template, &|slot| filled(n, slot, &value)) else { continue };
        let bytes = match bench.bytes(&letter, Format::Pdf) {
            Ok(bytes) => bytes,
            Err(problems) => {
                let said: Vec<String> = problems.iter().map(|p| p.message.to_string()).collect();
                assert!(said.iter().all(|s| s.starts_with("no font ")), "{value:?}: {said:?}");
                refused += 1;
                continue;
            }
        };
        let calm = harmless(&value);
        let expected = bench.letter(template, &|slot| filled(n, slot, &calm)).expect("a harmless value makes a letter");
        let expected = bench.bytes(&expected, Format::Pdf).expect("the shipped fonts have an x");
        assert_eq!(tags(&bytes), tags(&expected), "the tags changed: {value:?}");
        rendered += 1;
    }
    assert!(rendered > 0 && refused < rendered * 4, "{rendered} letters were set, {refused} refused");
    eprintln!("{rendered} hostile letters set, {refused} refused for want of a font");
}
