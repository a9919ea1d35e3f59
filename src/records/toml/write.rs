//! A record as a file of TOML that a person goes on editing.
//!
//! In: a record, from whatever file, and the commented file that a new case begins with. Out: that file, filled in. What the
//! record does not say is never made up: an example of the pattern becomes a remark, and a TODO stays one.

use super::super::{Entry, Node, Record, Value};
use crate::text::Language;

/// Writes a record into the pattern. `is_elsewhere` knows the keys that every case has already, from `common.toml`.
#[must_use]
pub fn write(record: &Record, pattern: &str, is_elsewhere: impl Fn(&str) -> bool) -> String {
    let sections = sections(pattern);
    let Value::Table(entries) = &record.root.value else { return String::new() };
    let is_known = |key: &str| sections.iter().any(|s| s.name == key);
    let mut out = String::new();
    let (top, rest) = sections.split_first().expect("the keys before the first header are a section");
    let here = |entry: &&Entry| !is_table(&entry.node) && !is_known(&entry.key);
    let plain: Vec<&Entry> = entries.iter().filter(here).collect();
    keys(Some(&plain), top, Fill::Whole, &is_elsewhere, &mut out);
    let mut written: Vec<&str> = Vec::new();
    let mut rest = rest;
    while let Some((first, more)) = rest.split_first() {
        let inner = format!("{}.", first.name);
        let count = more.iter().take_while(|s| s.name.starts_with(&inner)).count();
        let (inside, after) = more.split_at(count);
        let entry = entries.iter().find(|e| e.key == first.name && !here(e) && !written.contains(&first.name));
        group(entry.map(|e| &e.node), first, inside, is_elsewhere(first.name) || first.commented, &mut out);
        written.push(first.name);
        rest = after;
    }
    for entry in entries.iter().filter(|e| !here(e) && !written.contains(&e.key.as_str())) {
        out.push('\n');
        bare(&entry.node, &entry.key, &mut out);
    }
    out
}

/// A table of the pattern.
#[derive(Default)]
struct Section<'p> {
    /// Its name; empty for what stands before the first header.
    name: &'p str,
    header: &'p str,
    /// Whether it stands there as an example only.
    commented: bool,
    /// What is explained before it.
    lead: Vec<&'p str>,
    lines: Vec<Line<'p>>,
}

/// A line of the pattern, or the lines of a key.
struct Line<'p> {
    /// The key, without its language; none for a remark.
    key: Option<&'p str>,
    lines: Vec<&'p str>,
}

/// How much of a section is written around what the record says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// Its remarks too.
    Whole,
    /// What the record says, and what is still to be done: an element after the first.
    Keys,
}

/// The pattern, cut at its headers, those that are examples too.
fn sections(pattern: &str) -> Vec<Section<'_>> {
    let mut sections = vec![Section::default()];
    let mut lines = pattern.lines();
    while let Some(line) = lines.next() {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let current = sections.last_mut().expect("there is always one");
        if let Some(name) = header(bare) {
            // Remarks after the last key are about what comes.
            let own = current.lines.iter().rposition(|l| l.key.is_some()).map_or(0, |n| n + 1);
            let lead = current.lines.drain(own..).flat_map(|l| l.lines).collect();
            sections.push(Section { name, header: bare, commented: line != bare, lead, lines: Vec::new() });
            continue;
        }
        let mut all = vec![line];
        let key = key(bare);
        if key.is_some() && bare.matches("\"\"\"").count() == 1 {
            // A long text ends on a line of its own.
            for line in lines.by_ref() {
                all.push(line);
                if line.contains("\"\"\"") {
                    break;
                }
            }
        }
        current.lines.push(Line { key, lines: all });
    }
    sections
}

fn header(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.trim_end().strip_suffix(']')?;
    let name = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    is_name(name).then_some(name)
}

fn key(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(" = ")?;
    is_name(name).then(|| name.split('.').next().unwrap_or(name))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'))
}

/// Whether a value stands under a header of its own. Texts by language do not.
fn is_table(node: &Node) -> bool {
    match &node.value {
        Value::Table(entries) => !entries.iter().all(|e| Language::parse(&e.key).is_some() && e.node.text().is_some()),
        Value::List(items) | Value::Repeated(items) => !items.is_empty() && items.iter().all(|i| matches!(i.value, Value::Table(_))),
        _ => false,
    }
}

/// The tables that a value is.
fn elements(node: &Node) -> Vec<&[Entry]> {
    node.items().iter().filter_map(|item| if let Value::Table(entries) = &item.value { Some(entries.as_slice()) } else { None }).collect()
}

/// A section, once for each of its elements, and the sections inside it.
fn group(node: Option<&Node>, section: &Section<'_>, inside: &[Section<'_>], is_example: bool, out: &mut String) {
    lines(&section.lead, out);
    let elements = node.map(elements).unwrap_or_default();
    if elements.is_empty() {
        let put = if is_example { example } else { lines };
        put(&[section.header], out);
        if is_example {
            section.lines.iter().for_each(|l| example(&l.lines, out));
        } else {
            keys(None, section, Fill::Whole, &|_| false, out);
        }
        for section in inside {
            lines(&section.lead, out);
            put(&[section.header], out);
            section.lines.iter().for_each(|l| put(&l.lines, out));
        }
        return;
    }
    for (number, entries) in elements.iter().enumerate() {
        if number > 0 && !out.ends_with("\n\n") {
            out.push('\n');
        }
        let fill = if number == 0 { Fill::Whole } else { Fill::Keys };
        let is_own = |e: &&Entry| is_table(&e.node) || inside.iter().any(|s| s.name.rsplit('.').next() == Some(&e.key));
        let plain: Vec<&Entry> = entries.iter().filter(|e| !is_own(e)).collect();
        out.push_str(&format!("{}\n", bracketed(node, section.name)));
        keys(Some(&plain), section, fill, &|_| false, out);
        for part in inside {
            let own = part.name.rsplit('.').next().unwrap_or_default();
            let found = entries.iter().find(|e| e.key == own).map(|e| &e.node);
            if fill == Fill::Whole {
                lines(&part.lead, out);
            } else if found.is_some() || !part.commented {
                out.push('\n');
            }
            match found {
                Some(node) => {
                    for (number, entries) in self::elements(node).iter().enumerate() {
                        let fill = if number == 0 { fill } else { Fill::Keys };
                        out.push_str(&format!("{}\n", bracketed(Some(node), part.name)));
                        keys(Some(&entries.iter().collect::<Vec<_>>()), part, fill, &|_| false, out);
                    }
                }
                None if fill == Fill::Whole => {
                    lines(&[if part.commented { "# " } else { "" }, part.header].concat().lines().collect::<Vec<_>>(), out);
                    part.lines.iter().for_each(|l| lines(&l.lines, out));
                }
                // Whom nobody has asked yet has the questions in the file.
                None if !part.commented => {
                    lines(&[part.header], out);
                    part.lines.iter().for_each(|l| lines(&l.lines, out));
                }
                None => {}
            }
        }
        let known = |key: &str| inside.iter().any(|s| s.name.rsplit('.').next() == Some(key));
        for entry in entries.iter().filter(|e| is_table(&e.node) && !known(&e.key)) {
            bare(&entry.node, &format!("{}.{}", section.name, entry.key), out);
        }
    }
}

fn bracketed(node: Option<&Node>, name: &str) -> String {
    if node.is_some_and(|n| matches!(n.value, Value::Table(_))) { format!("[{name}]") } else { format!("[[{name}]]") }
}

/// A table that the pattern does not have.
fn bare(node: &Node, name: &str, out: &mut String) {
    for entries in elements(node) {
        out.push_str(&format!("{}\n", bracketed(Some(node), name)));
        entries.iter().filter(|e| !is_table(&e.node)).for_each(|e| pair(e, None, out));
        entries.iter().filter(|e| is_table(&e.node)).for_each(|e| bare(&e.node, &format!("{name}.{}", e.key), out));
    }
}

/// The keys of a section, with what the record says of them.
fn keys(entries: Option<&[&Entry]>, section: &Section<'_>, fill: Fill, is_elsewhere: &dyn Fn(&str) -> bool, out: &mut String) {
    let entries = entries.unwrap_or_default();
    let mut written: Vec<&str> = Vec::new();
    for line in &section.lines {
        let entry = line.key.and_then(|key| entries.iter().find(|e| e.key == key));
        match (line.key, entry) {
            (Some(key), Some(entry)) if !written.contains(&key) => {
                pair(entry, Some(line), out);
                written.push(key);
            }
            (Some(_), Some(_)) => {}
            (Some(key), None) => {
                // A ready-made request needs no text.
                let is_settled = is_elsewhere(key) || (key == "text" && entries.iter().any(|e| e.key == "standard"));
                let is_gap = !line.lines[0].starts_with('#') && line.lines.iter().any(|l| l.contains("TODO")) && !is_settled;
                if is_gap {
                    lines(&line.lines, out);
                } else if fill == Fill::Whole {
                    example(&line.lines, out);
                }
            }
            (None, _) if fill == Fill::Whole => lines(&line.lines, out),
            (None, _) => {}
        }
    }
    entries.iter().filter(|e| !written.contains(&e.key.as_str())).for_each(|e| pair(e, None, out));
}

fn lines(lines: &[&str], out: &mut String) {
    lines.iter().for_each(|line| out.push_str(&format!("{line}\n")));
}

/// Lines of the pattern as remarks.
fn example(lines: &[&str], out: &mut String) {
    for line in lines {
        let mark = if line.is_empty() || line.starts_with('#') { "" } else { "# " };
        out.push_str(&format!("{mark}{line}\n"));
    }
}

/// A key and its value, with the remark that the pattern has beside it.
fn pair(entry: &Entry, line: Option<&Line<'_>>, out: &mut String) {
    let is_long = line.is_some_and(|l| l.lines.len() > 1);
    let beside = line.filter(|_| !is_long).and_then(|l| l.lines[0].find("  # ").map(|at| l.lines[0][at..].trim()));
    let mut put = |key: String, node: &Node| {
        // What the pattern has as one word is one word, if it is.
        let is_single = line.is_some_and(|l| !l.lines[0].contains(" = ["));
        let node = if let (Value::List(items), true) = (&node.value, is_single)
            && items.len() == 1
        {
            &items[0]
        } else {
            node
        };
        let start = format!("{key} = {}", value(node, is_long));
        match beside.filter(|_| !start.contains('\n') && start.len() < 60) {
            Some(remark) => out.push_str(&format!("{start:<34} {remark}\n")),
            None => out.push_str(&format!("{start}\n")),
        }
    };
    match &entry.node.value {
        Value::Table(texts) => texts.iter().for_each(|t| put(format!("{}.{}", entry.key, t.key), &t.node)),
        Value::Spoilt => {}
        _ => put(entry.key.clone(), &entry.node),
    }
}

fn value(node: &Node, is_long: bool) -> String {
    match &node.value {
        Value::Text(text) => quoted(text, is_long || text.contains('\n')),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        // Dates that are only partly known are texts.
        Value::Date(text) if chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() => text.clone(),
        Value::Date(text) => quoted(text, false),
        Value::List(items) | Value::Repeated(items) => format!("[{}]", items.iter().map(|i| value(i, false)).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) => {
            let pairs: Vec<String> = entries.iter().map(|e| format!("{} = {}", e.key, value(&e.node, false))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Spoilt => "\"\"".to_owned(),
    }
}

/// A text as TOML has it; a long one stands between lines of its own.
fn quoted(text: &str, is_long: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(if is_long { "\"\"\"\n" } else { "\"" });
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' if is_long => out.push('\n'),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    if is_long && !text.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(if is_long { "\"\"\"" } else { "\"" });
    out
}
