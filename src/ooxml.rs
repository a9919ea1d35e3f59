//! What every Office Open XML file is made of: parts in a package, and XML that is always well formed.
//!
//! In: the parts of a letter (DOCX) or of a workbook (XLSX), and any text. Out: one file of bytes, the same each time: it has no
//! author, program or time of day.

mod archive;

pub(crate) use archive::{Package, Packed};

use crate::bytes::places;

/// How each part begins.
pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The namespace of what parts are to each other.
pub(crate) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The namespaces of the package itself begin so.
pub(crate) const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Puts a text into XML: marked characters escaped, what XML 1.0 cannot hold (§2.2) replaced by U+FFFD.
pub(crate) fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for at in places(text.as_bytes(), |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | 0..=0x1f | 0xef)) {
        let (instead, length) = match text.as_bytes()[at] {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            // In an attribute a line end would become a space.
            b'\t' | b'\n' | b'\r' => (" ", 1),
            0..=0x1f => ("\u{fffd}", 1),
            // U+FFFE and U+FFFF: no other character begins with these bytes.
            0xef if text[at..].starts_with(['\u{fffe}', '\u{ffff}']) => ("\u{fffd}", 3),
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(instead);
        from = at + length;
    }
    out.push_str(&text[from..]);
}

/// The same, as a string of its own.
pub(crate) fn escaped(text: &str) -> String {
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
        assert_eq!(escaped("\u{ffff}é\u{fffe}ｱ\u{fffd}\u{7f}"), "\u{fffd}é\u{fffd}ｱ\u{fffd}\u{7f}");
    }
}
