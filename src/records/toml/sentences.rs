//! A line that is not TOML, in words: what is wrong with it, and what to write instead.
//!
//! In: the line. Out: two sentences that repeat at most its key, because its value may be a name.

use crate::diagnostic::{Message, shown};

const CURLY: [char; 10] = ['“', '”', '„', '«', '»', '‘', '’', '‚', '‹', '›'];

/// The key of a line that reads `key = …`, and where its value begins.
pub(super) fn assignment(line: &str) -> Option<(&str, usize)> {
    let equals = line.find('=')?;
    let key = line[..equals].trim();
    let value = equals + 1 + (line[equals + 1..].len() - line[equals + 1..].trim_start().len());
    is_key(key).then_some((key, value))
}

/// Whether this can be a key without quotes.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// The key that a line may mean that begins `act by = …` or `título: …`, as far as it can be written.
pub(super) fn misspelt_key(line: &str) -> Option<String> {
    let key = line.split(['=', ':']).next().map(str::trim).filter(|key| key.len() < line.trim().len() && !key.is_empty())?;
    let fits = key.len() <= 40 && key.split_whitespace().count() <= 3 && !key.contains(['"', '\'', '#', '[', ']', '{', '}', '/', '\\', '<', '>', '-', '*']);
    fits.then(|| key.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' }).collect())
}

/// The name in a header, complete or not.
pub(super) fn header(line: &str) -> Option<&str> {
    let inside = line.trim().strip_prefix('[')?;
    let inside = inside.strip_prefix('[').unwrap_or(inside).trim_start();
    let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(inside.len());
    let rest = inside[end..].trim_start();
    let fits = end > 0 && (rest.is_empty() || rest.starts_with([']', '#']));
    fits.then(|| &inside[..end])
}

/// What people mistype, each with its own sentence. `escape`: the parser stopped at a backslash.
pub(super) fn explain(line: &str, escape: bool) -> (Message, Message) {
    let line = line.trim();
    let Some((key, start)) = assignment(line) else { return explain_other(line, escape) };
    let value = line[start..].trim();
    let key = shown(key);
    if value.starts_with(CURLY) {
        return (say!("the text of `{key}` stands in curly quotes", key = key), say!("write straight quotes: {key} = \"…\"", key = key));
    }
    if value.is_empty() || value.starts_with('#') {
        return (say!("`{key}` has no value", key = key), say!("write {key} = \"…\", or leave the line out", key = key));
    }
    if escape {
        return (say!("a backslash in the text of `{key}` is taken for a special character", key = key), backslash());
    }
    if let Some(explained) = explain_number(&key, value) {
        return explained;
    }
    if value.starts_with(['"', '\'']) {
        return explain_text(&key, value);
    }
    if value.starts_with('[') {
        return (say!("the list of `{key}` cannot be read", key = key), say!("write {key} = [\"one\", \"two\"]", key = key));
    }
    if value.starts_with('{') {
        return (say!("the table of `{key}` cannot be read", key = key), say!("write {key} = {example}", key = key, example = "{ name = \"value\" }"));
    }
    if ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return (say!("`{key}` is in capitals", key = key), say!("write {key} = true or {key} = false, in small letters", key = key));
    }
    (say!("the text of `{key}` has no quotes", key = key), say!("write {key} = \"…\"", key = key))
}

fn explain_other(line: &str, escape: bool) -> (Message, Message) {
    if escape {
        return (say!("a backslash in this text is taken for a special character"), backslash());
    }
    if line.starts_with('[') {
        return (say!("this header is not complete"), say!("write [name] for one table, [[name]] for one of several, alone on a line"));
    }
    if line.starts_with(CURLY) {
        return (say!("this text stands in curly quotes"), say!("write straight quotes: \"…\""));
    }
    if let Some((name, _)) = line.split_once(':')
        && is_key(name.trim())
    {
        return (say!("a key and its value are joined by `=`, not by `:`"), say!("write {key} = \"…\"", key = shown(name.trim())));
    }
    if line.contains('=') && misspelt_key(line).is_some() {
        return (
            say!("a key is made of plain letters, digits and hyphens"),
            say!("write it without spaces and accents, such as act-by = …; `appeal new` shows the keys"),
        );
    }
    (
        say!("this line is not TOML"),
        say!("write key = \"value\", a [header], or begin a remark with #; a text of several lines stands between \"\"\" and \"\"\""),
    )
}

fn backslash() -> Message {
    say!("write paths with / (annexes/file.pdf), or put the text in single quotes: '…'")
}

/// Three numbers are meant as a date; anything else that begins with a digit is a number gone wrong.
fn explain_number(key: &str, value: &str) -> Option<(Message, Message)> {
    let first = value.split([' ', ',', '#']).next().unwrap_or_default();
    let numbers: Vec<&str> = first.split(['/', '.', '-']).collect();
    let is_number = |n: &&str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    if numbers.len() == 3 && numbers.iter().all(is_number) {
        if numbers.iter().map(|n| n.len()).eq([4, 2, 2]) && first.contains('-') {
            return Some((say!("`{key}` is a day that does not exist", key = key), say!("look at the calendar again")));
        }
        let hint = if numbers[0].len() == 4 {
            say!("write the month and the day with two digits, and hyphens between them: 2021-04-08 for 8 April 2021")
        } else {
            say!("write the year first: 2021-04-28 for 28 April 2021")
        };
        return Some((say!("`{key}` is not a date that can be understood", key = key), hint));
    }
    value.starts_with(|c: char| c.is_ascii_digit()).then(|| {
        (
            say!("`{key}` is neither a number nor a date that can be understood", key = key),
            say!("write dates as 2021-04-28 and texts in quotes: {key} = \"…\"", key = key),
        )
    })
}

/// A text that begins with a quote and yet cannot be read.
fn explain_text(key: &str, value: &str) -> (Message, Message) {
    let quote = if value.starts_with('"') { "\"" } else { "'" };
    let triple = quote.repeat(3);
    let quote = if value.starts_with(&triple) { triple.as_str() } else { quote };
    let Some((_, rest)) = value[quote.len()..].split_once(quote) else {
        return (
            say!("the text of `{key}` has no closing quote", key = key),
            say!("end it with the quote that opened it; a text of several lines stands between \"\"\" and \"\"\""),
        );
    };
    if rest.contains(quote) {
        return (
            say!("a quote inside the text of `{key}` ends it too early", key = key),
            say!("use “ ” inside the text, or put the text between \"\"\" and \"\"\""),
        );
    }
    (say!("after the text of `{key}` nothing may stand but a remark", key = key), say!("remove what follows the closing quote, or begin it with #"))
}
