//! Turns the two large data files that ship with the program into JSON, one entry a line and each at its line of the file:
//! TOML takes ten times as long to read, at every start, and a person waits for every command.

#![expect(clippy::disallowed_methods, reason = "a build script is the edge of a build: cargo names its folders in the environment")]

use std::fs;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

fn main() {
    let out = std::env::var("OUT_DIR").expect("cargo names a folder for what is made");
    for name in ["recipients", "requirements"] {
        let file = format!("{name}.toml");
        println!("cargo::rerun-if-changed={file}");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let table = DeTable::parse(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut lines = String::new();
        for (key, value) in entries {
            let above = text[..key.span().start].matches('\n').count();
            let missing = above.saturating_sub(lines.matches('\n').count());
            lines.push_str(&"\n".repeat(missing));
            lines.push_str(&format!("{{{}:{}}}\n", json(key.get_ref()), value_json(value)));
        }
        fs::write(Path::new(&out).join(format!("{name}.ndjson")), lines).unwrap_or_else(|error| panic!("{name}.ndjson: {error}"));
    }
    println!("cargo::rerun-if-changed=build.rs");
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Keys in the order of the file, days as texts.
fn value_json(value: &Spanned<DeValue<'_>>) -> String {
    match value.get_ref() {
        DeValue::String(text) => json(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(day) => json(&day.to_string()),
        DeValue::Array(items) => format!("[{}]", items.iter().map(value_json).collect::<Vec<_>>().join(",")),
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            format!("{{{}}}", entries.into_iter().map(|(key, value)| format!("{}:{}", json(key.get_ref()), value_json(value))).collect::<Vec<_>>().join(","))
        }
    }
}
