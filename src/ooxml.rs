//! What every Office Open XML file is made of: parts in a package, and XML that is always well formed.
//!
//! In: the parts of a letter (DOCX) or of a workbook (XLSX), and any text. Out: one file of bytes, the same each time: it has no
//! author, program or time of day.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// How each part begins.
pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The namespace of what parts are to each other.
pub(crate) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The namespaces of the package itself begin so.
pub(crate) const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A part with fewer bytes stands in the archive as it is.
const SMALL: usize = 1000;

/// Parts into an archive, all of the same fixed time.
pub(crate) struct Package {
    archive: ZipWriter<Cursor<Vec<u8>>>,
    options: SimpleFileOptions,
}

impl Package {
    /// An empty package.
    pub(crate) fn new() -> Self {
        // Level 4: nearly as small as the default, and twice as fast.
        let options = SimpleFileOptions::default()
            .last_modified_time(DateTime::default())
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(4))
            .unix_permissions(0o644);
        Self { archive: ZipWriter::new(Cursor::new(Vec::with_capacity(24 << 10))), options }
    }

    /// Adds a part of XML.
    pub(crate) fn part(&mut self, name: &str, xml: &str) {
        self.bytes(name, xml.as_bytes());
    }

    /// Adds a part of any kind.
    pub(crate) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        const MEMORY: &str = "an archive of a few parts in memory takes every byte";
        // To make ready for compressing costs more than what it saves of a small part.
        let options = if bytes.len() < SMALL { self.options.compression_method(CompressionMethod::Stored).compression_level(None) } else { self.options };
        self.archive.start_file(name, options).expect(MEMORY);
        self.archive.write_all(bytes).expect(MEMORY);
    }

    /// The file.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.archive.finish().expect("an archive in memory can be finished").into_inner()
    }
}

/// Puts a text into XML: marked characters escaped, what XML 1.0 cannot hold (§2.2) replaced by U+FFFD.
pub(crate) fn escape(text: &str, out: &mut String) {
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
    }
}
