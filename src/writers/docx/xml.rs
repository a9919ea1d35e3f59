//! XML that is always well formed.
//!
//! In: any text. Out: the text as it may stand in an element or an attribute of XML 1.0.

/// Puts a text into XML: marked characters escaped, what XML 1.0 cannot hold (§2.2) replaced by U+FFFD.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // In an attribute a line end would become a space.
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// The same, as a string of its own.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_breaks_out_of_an_attribute_and_no_control_character_stays() {
        assert_eq!(escaped("a\"<b>&\u{1}\u{b}\n"), "a&quot;&lt;b&gt;&amp;\u{fffd}\u{fffd} ");
    }
}
