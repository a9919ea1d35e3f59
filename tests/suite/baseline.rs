//! The baseline: the SHA-256 of every letter of every fixture, in every format, language and reader.
//!
//! A change that is not meant to change letters leaves `baseline.txt` as it is. After one that is,
//! `APPEAL_BASELINE=write cargo test baseline` writes it anew; the commit says which lines changed and why. A DOCX counts by
//! its unpacked parts and a message by its decoded ones, so that packing and transfer encodings are free; Message-IDs and
//! boundaries, which are hashes of the letter's digest, are left out. PDFs have a file of their own, compared in a build with `pdf`.

use crate::docx::parts;
use crate::test_workspace::{CASE, ORGANISATION, TODAY, TestWorkspace};
use mail_parser::{HeaderValue, MessageParser, MimeHeaders as _, PartType};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    bytes.concat()
}

/// What a DOCX says, however it is packed.
fn docx(bytes: &[u8]) -> Vec<u8> {
    let mut parts = parts(bytes);
    parts.sort();
    parts.iter().flat_map(|(name, part)| format!("{name} {}\n", hex(part)).into_bytes()).collect()
}

/// What a message says, however it is encoded: its headers but for those made of hashes, then its parts in order.
fn eml(bytes: &[u8]) -> Vec<u8> {
    let message = MessageParser::default().parse(bytes).expect("a message");
    let mut said = String::new();
    for part in &message.parts {
        for header in &part.headers {
            let name = header.name.as_str();
            match &header.value {
                _ if matches!(name, "Message-ID" | "Content-Transfer-Encoding") => {}
                HeaderValue::ContentType(_) => {
                    let kind = part.content_type().expect("a kind");
                    let charset = kind.attribute("charset").unwrap_or("-");
                    said.push_str(&format!("{name}: {}/{} {charset}\n", kind.ctype(), kind.subtype().unwrap_or("-")));
                }
                value => said.push_str(&format!("{name}: {value:?}\n")),
            }
        }
        let body = match &part.body {
            PartType::Multipart(parts) => format!("{parts:?}"),
            PartType::Text(text) | PartType::Html(text) => hex(text.as_bytes()),
            _ if part.attachment_name().is_some_and(|name| name.ends_with(".docx")) => hex(&docx(part.contents())),
            _ => hex(part.contents()),
        };
        said.push_str(&format!("{body}\n"));
    }
    said.into_bytes()
}

/// The workspaces of which every letter is held, in which languages, and on which day.
fn fixtures() -> Vec<(&'static str, TestWorkspace, &'static str, &'static str)> {
    let consents = [("government = \"name\"", "government = \"initials\""), ("public = \"name\"", "public = \"unnamed\"")];
    let joint = CASE.replace("[\"human-rights-defenders\"]", "[\"human-rights-defenders\", \"migrants\"]");
    let addresses = "[human-rights-defenders]\nemail = \"defenders@un.org\"\nconfirmed = 2021-04-01\nform = \"https://a.example.org/\"\n[migrants]\nemail = \"migrants@un.org\"\nconfirmed = 2021-04-01\n";
    let letter = format!("{ORGANISATION}[mail]\nbody = \"letter\"\n");
    vec![
        ("small", TestWorkspace::new().case_with(&consents).file("recipients.toml", addresses), "es,en,fr", TODAY),
        ("joint", TestWorkspace::new().case("c2", &joint).file("recipients.toml", addresses).file("organisation.toml", &letter), "es,en,fr", TODAY),
        ("example", TestWorkspace::copy_of("examples/rodolfo-robles-2021").file("recipients.toml", addresses), "es,en,fr", TODAY),
        ("alliance", TestWorkspace::copy_of("tests/fixtures/alliance"), "es,en,fr", "2026-11-01"),
        ("brief", TestWorkspace::copy_of("tests/fixtures/brief"), "es,en,fr", "2026-11-01"),
        ("ar", TestWorkspace::copy_of("tests/fixtures/ar"), "ar", "2026-11-01"),
        ("bench", TestWorkspace::copy_of("benches/fixture"), "es,en,fr", "2026-11-01"),
    ]
}

/// Each letter's line: its fixture and file, and the SHA-256 of what it says.
fn letters(formats: &[&str]) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    for (name, workspace, languages, day) in fixtures() {
        for language in languages.split(',') {
            for reader in ["mandate", "government", "public"] {
                for format in formats {
                    let run = workspace.run(&format!("render -f {format} --language {language} --audience {reader} --date {day} -o out-{reader}")).outcome();
                    // A letter that lacks a text in a language is no letter; its line would be missed.
                    assert!(matches!(run.code, 0 | 1 | 3), "{}", run.stderr);
                    for (path, bytes) in run.written {
                        let bytes = if path.ends_with(".docx") {
                            docx(&bytes)
                        } else if path.ends_with(".eml") {
                            eml(&bytes)
                        } else {
                            bytes
                        };
                        lines.insert(format!("{name} {path}"), hex(&bytes));
                    }
                }
            }
        }
    }
    lines
}

#[track_caller]
fn holds(file: &str, formats: &[&str]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/suite").join(file);
    let letters = letters(formats);
    if std::env::var_os("APPEAL_BASELINE").is_some() {
        let lines: Vec<String> = letters.iter().map(|(name, sum)| format!("{sum} {name}\n")).collect();
        std::fs::write(&path, lines.concat()).expect("the baseline can be written");
    }
    let text = std::fs::read_to_string(&path).expect("the baseline can be read");
    let held: BTreeMap<String, String> =
        text.lines().map(|line| line.split_once(' ').expect("a sum and a name")).map(|(sum, name)| (name.to_owned(), sum.to_owned())).collect();
    let all: std::collections::BTreeSet<&String> = held.keys().chain(letters.keys()).collect();
    let changed: Vec<&String> = all.into_iter().filter(|name| held.get(*name) != letters.get(*name)).collect();
    assert!(changed.is_empty(), "{} of {} letters changed: {changed:#?}", changed.len(), held.len());
}

#[test]
fn every_letter_is_what_it_was() {
    holds("baseline.txt", &["text", "html", "docx", "form", "jsonl"]);
}

#[cfg(not(feature = "pdf"))]
#[test]
fn every_message_is_what_it_was() {
    holds("baseline-eml.txt", &["eml"]);
}

/// With PDF, a message has the PDF attached.
#[cfg(feature = "pdf")]
#[test]
fn every_pdf_and_every_message_with_one_is_what_it_was() {
    holds("baseline-pdf.txt", &["pdf", "eml"]);
}
