//! The house: each layer uses only the layers below it, and none its neighbours.

use std::fs;
use std::path::Path;

/// From the lowest to the highest; rooms of one line are neighbours.
const LAYERS: &[&[&str]] = &[
    &["bytes"],
    &["diagnostic", "consent", "text", "date", "ooxml"],
    &["records", "annexes"],
    &["organisation", "directory"],
    &["case"],
    &["fitness"],
    &["letter"],
    &["writers"],
    &["mail"],
    &["cli"],
    &["main", "lib"],
];

fn layer(room: &str) -> usize {
    LAYERS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("{room} has no layer"))
}

fn sources(folder: &Path, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("src can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("it lies in src");
            out.push((below.to_string_lossy().into_owned(), fs::read_to_string(&path).expect("a source can be read")));
        }
    }
}

pub(crate) fn all() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

fn room_of(file: &str) -> &str {
    file.split(['/', '.']).next().expect("a file has a name")
}

/// A source without its tests and comments.
fn code_of(source: &str) -> String {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that a source names as `crate::room`, its tests and comments aside.
fn used(source: &str) -> Vec<String> {
    let code = code_of(source);
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + 7..];
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let is_macro = rest[word.len()..].starts_with('!');
        if !word.is_empty() && !is_macro {
            rooms.push(word);
        }
    }
    rooms
}

#[test]
fn no_room_looks_upward_or_sideways() {
    let mut faults = Vec::new();
    for (file, source) in all() {
        let room = room_of(&file);
        if matches!(room, "main" | "lib") {
            continue;
        }
        for other in used(&source) {
            if other != room && layer(&other) >= layer(room) {
                faults.push(format!("{file} uses {other}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn only_one_room_knows_each_engine() {
    let owners: [(&str, &[&str]); 9] = [
        ("handlebars", &["letter/template/"]),
        ("pulldown_cmark", &["letter/template/"]),
        ("lettre", &["mail/"]),
        ("rusqlite", &["mail/ledger/"]),
        ("std::net", &["mail/"]),
        ("clap", &["cli/"]),
        ("anyhow", &["cli/"]),
        // The ledger and a rehearsal's mailbox are files.
        ("std::fs", &["cli/", "mail/ledger/", "mail/maildir"]),
        ("std::env", &["cli/"]),
    ];
    let mut faults = Vec::new();
    for (file, source) in all() {
        let code = code_of(&source);
        for (engine, rooms) in owners {
            let named = code.contains(&format!("use {engine}")) || code.contains(&format!("{engine}::"));
            if named && !rooms.iter().any(|room| file.starts_with(room)) {
                faults.push(format!("{file} uses {engine}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_file_is_a_junk_room() {
    for (file, source) in all() {
        assert!(source.starts_with("//!"), "{file} does not say what it is for");
        let code = code_of(&source);
        for word in ["use super::*", "mod util", "mod prelude", "mod helper;"] {
            assert!(!code.contains(word), "{file} has {word}");
        }
    }
}
