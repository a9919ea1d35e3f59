//! Patterns of a language: words with placeholders for what differs from letter to letter, as `{date}`.

/// What stands before and behind a sign. Patterns are short: a search that is made for long texts would take longer to begin than
/// to end.
fn divided(text: &str, at: u8) -> Option<(&str, &str)> {
    text.bytes().position(|b| b == at).map(|found| (&text[..found], &text[found + 1..]))
}

/// Fills the placeholders of a pattern: `{name}`.
#[must_use]
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(pattern.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>());
    let mut rest = pattern;
    while let Some((before, after)) = divided(rest, b'{') {
        out.push_str(before);
        let known = divided(after, b'}').and_then(|(name, tail)| values.iter().find(|(n, _)| *n == name).map(|(_, v)| (v, tail)));
        if let Some((value, tail)) = known {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The placeholders of a pattern, each once.
pub(super) fn placeholders(pattern: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut rest = pattern;
    while let Some((name, tail)) = rest.split_once('{').and_then(|(_, after)| after.split_once('}')) {
        if !found.contains(&name) {
            found.push(name);
        }
        rest = tail;
    }
    found
}
