//! A workspace for the fuzz targets, in which one thing at a time is put in by the fuzzer.
//!
//! In: bytes that became a value. Out: every letter that can be made with it, in every format, or a panic. The texts are the
//! fixture of `benches/`.

use appeal::case::{Case, Setting};
use appeal::consent::Audience;
use appeal::diagnostic::Diagnostics;
use appeal::directory::Directory;
use appeal::letter::{Draft, Letter, LetterSpec, LetterContext, TemplateStore, LanguagePack, compose, compose_form};
use appeal::organisation::Organisation;
use appeal::records::{Record, read_toml};
use appeal::text::Language;
use appeal::writers::{Format, DocxTheme, RenderOptions, write};
use chrono::NaiveDate;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::{LazyLock, Mutex};

const CASE: &str = include_str!("../benches/fixture/cases/c000001.toml");
const ORGANISATION: &str = include_str!("../benches/fixture/organisation.toml");
const RECIPIENTS: &str = include_str!("../benches/fixture/recipients.toml");
const SHIPPED_RECIPIENTS: &str = include_str!("../recipients.toml");

/// One workspace, laid out once; a target puts its own things into it.
pub static WORKSPACE: LazyLock<Mutex<TestWorkspace>> = LazyLock::new(Mutex::default);

/// All that a case is read and composed in.
pub struct TestWorkspace {
    pub organisation: Organisation,
    pub directory: Directory,
    pub pack: LanguagePack,
    pub options: RenderOptions,
    pub today: NaiveDate,
}

/// Every sentence about a file can be printed.
pub fn print(problems: Diagnostics) {
    problems.sorted().iter().for_each(|p| drop(p.to_string()));
}

/// A record of one of our own texts.
pub fn record(text: &str) -> Record {
    read_toml(text.as_bytes(), &"fixture.toml".into()).0.expect("a text of ours is TOML")
}

/// The fixture's recipients over the shipped ones.
pub fn recipients() -> Record {
    let mut recipients = record(RECIPIENTS);
    recipients.lay_over(&record(SHIPPED_RECIPIENTS));
    recipients
}

/// The language of the fixture.
pub fn english() -> Language {
    Language::parse("en").expect("a language")
}

/// A package of these parts, as office programs write it.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (part, bytes) in parts {
        archive.start_file(*part, zip::write::SimpleFileOptions::default()).expect("memory");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

impl Default for TestWorkspace {
    fn default() -> Self {
        Self {
            organisation: Organisation::parse(&record(ORGANISATION)).0.expect("the fixture's organisation is whole"),
            directory: Directory::parse(&recipients()).0,
            pack: TemplateStore::shipped().pack(&english()).expect("English ships with the program"),
            options: RenderOptions::new(String::new(), DocxTheme::shipped()),
            today: NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day"),
        }
    }
}

impl TestWorkspace {
    /// Understands a record as a case.
    pub fn parse(&self, record: &Record) -> Option<Case> {
        self.parse_read(record, Diagnostics::default())
    }

    /// Understands a record as a case; reading it said this.
    pub fn parse_read(&self, record: &Record, mut problems: Diagnostics) -> Option<Case> {
        let setting = Setting { id: "fixture", organisation: &self.organisation, directory: &self.directory, earlier: None, date: None, today: self.today };
        let (case, found) = Case::parse(record, &setting);
        let is_read = !problems.has_errors();
        problems.extend(found);
        assert!(case.is_some() || problems.has_errors(), "a case is there, or an error says why it is not");
        assert!(case.is_none() || !is_read || !problems.has_errors(), "what has errors is no case");
        print(problems);
        case
    }

    /// The fixture's case, if it can be understood in this setting.
    pub fn fixture(&self) -> Option<Case> {
        self.parse(&record(CASE))
    }

    /// Makes the letters of a case for every reader, in every format.
    pub fn letters(&self, case: &Case) {
        let pictures = BTreeMap::new();
        let cx = LetterContext { case, organisation: &self.organisation, directory: &self.directory, pack: &self.pack, pictures: &pictures, today: self.today };
        for audience in Audience::ALL {
            let spec = LetterSpec { addressees: case.mandates.clone(), copy_for: None, audience, template: case.action.word().into(), person: None };
            self.write(compose(&cx, &spec), &[Format::Text, Format::Html, Format::Docx]);
            self.write(compose_form(&cx, &spec), &[Format::Form]);
        }
    }

    fn write(&self, draft: Result<Draft, Diagnostics>, formats: &[Format]) {
        let draft = match draft {
            Ok(draft) => draft,
            Err(problems) => return print(problems),
        };
        print(draft.literal_names());
        match draft.clear(self.today) {
            Ok(cleared) => self.write_all(cleared.letter(), formats),
            Err(held) => self.write_all(&held.letter, formats),
        }
    }

    fn write_all(&self, letter: &Letter, formats: &[Format]) {
        for format in formats {
            let bytes = write(letter, &self.options, *format).expect("these formats can hold every letter");
            if *format == Format::Docx {
                check_docx(&bytes);
            } else {
                check_text(&bytes);
            }
        }
    }
}

fn check_text(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("letters are UTF-8");
    let control = text.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{e000}'..='\u{f8ff}'));
    assert_eq!(control, None, "neither control characters nor marks stand in a letter");
}

fn check_docx(bytes: &[u8]) {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).expect("a DOCX is a package");
    for n in 0..parts.len() {
        let mut part = parts.by_index(n).expect("a package of ours is whole");
        let name = part.name().expect("a name of ours is UTF-8").into_owned();
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let mut text = String::new();
        part.read_to_string(&mut text).expect("a part is UTF-8");
        // XML 1.0 §2.2: the delete character and those behind it may stand.
        let control = text.chars().find(|c| (*c < ' ' && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}'));
        assert_eq!(control, None, "XML 1.0 can hold every character of {name}");
        let mut reader = Reader::from_str(&text);
        let mut depth = 0_usize;
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => {
                    depth += 1;
                    start.attributes().for_each(|a| drop(a.unwrap_or_else(|e| panic!("an attribute of {name}: {e}"))));
                }
                Ok(Event::Empty(start)) => start.attributes().for_each(|a| drop(a.unwrap_or_else(|e| panic!("an attribute of {name}: {e}")))),
                Ok(Event::End(_)) => depth -= 1,
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{name} is well formed: {error}"),
            }
        }
        assert_eq!(depth, 0, "every element of {name} is closed");
    }
}
