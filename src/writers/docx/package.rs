//! What an Office Open XML file is made of: parts in a package, and XML that is always well formed.
//!
//! In: the parts of a letter, and any text. Out: one file of bytes, the same each time: it has no author, program or time of day.

use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// How each part begins.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The namespace of what parts are to each other.
pub(super) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The namespaces of the package itself begin so.
pub(super) const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Parts into an archive. All have the same time and mode, so that the same parts make the same bytes.
pub(super) struct Package(ZipWriter<Cursor<Vec<u8>>>);

impl Package {
    pub(super) fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::with_capacity(24 << 10))))
    }

    /// Adds a part of XML, compressed at the fastest level: packing is most of the work of a letter.
    pub(super) fn part(&mut self, name: &str, xml: &str) {
        self.add(name, xml.as_bytes(), CompressionMethod::Deflated, Some(1));
    }

    /// Adds a part that is compressed already, as a picture is.
    pub(super) fn stored(&mut self, name: &str, bytes: &[u8]) {
        self.add(name, bytes, CompressionMethod::Stored, None);
    }

    fn add(&mut self, name: &str, bytes: &[u8], method: CompressionMethod, level: Option<i64>) {
        let time = DateTime::default();
        let options = SimpleFileOptions::default().compression_method(method).compression_level(level).last_modified_time(time).unix_permissions(0o644);
        self.0.start_file(name, options).expect("the names are our own, each of them once, and memory takes what is written");
        self.0.write_all(bytes).expect("pictures are a few megabytes, and texts no longer: no part has four gigabytes");
    }

    /// The file.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0.finish().expect("memory takes what is written").into_inner()
    }
}

/// Puts a text into XML: marked characters escaped, what XML 1.0 cannot hold (§2.2) replaced by U+FFFD.
pub(super) fn escape(text: &str, out: &mut String) {
    let is_special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let mut from = 0;
    for (at, special) in text.match_indices(is_special) {
        out.push_str(&text[from..at]);
        out.push_str(match special {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            "\"" => "&quot;",
            // In an attribute a line end would become a space.
            "\t" | "\n" | "\r" => " ",
            _ => "\u{fffd}",
        });
        from = at + special.len();
    }
    out.push_str(&text[from..]);
}

/// The same, as a string of its own.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{Package, escaped};
    use std::io::{Cursor, Read as _};

    #[test]
    fn what_is_put_into_a_package_comes_out_again() {
        let long = "<w:p>one paragraph</w:p>".repeat(200);
        let mut package = Package::new();
        package.part("long.xml", &long);
        package.stored("media/image1.png", b"picture");
        let bytes = package.finish();
        assert!(bytes.len() < long.len(), "it is packed");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("it is an archive");
        for (name, expected) in [("long.xml", long.as_bytes()), ("media/image1.png", b"picture")] {
            let mut part = archive.by_name(name).expect("it is there");
            assert_eq!(part.unix_mode(), Some(0o100_644));
            assert_eq!(part.last_modified(), Some(zip::DateTime::default()));
            let mut found = Vec::new();
            part.read_to_end(&mut found).expect("its checksum is right");
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn nothing_breaks_out_of_an_attribute_and_no_control_character_stays() {
        assert_eq!(escaped("a\"<b>&\u{1}\u{b}\n"), "a&quot;&lt;b&gt;&amp;\u{fffd}\u{fffd} ");
        assert_eq!(escaped("\u{ffff}é\u{fffe}ｱ\u{fffd}\u{7f}"), "\u{fffd}é\u{fffd}ｱ\u{fffd}\u{7f}");
    }
}
