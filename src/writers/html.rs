//! HTML: one file that prints as a letter, loads nothing, and reads in order without its style.
//!
//! In: a letter and a style. Out: HTML. Values stand in `<bdi>`; every character of them that could be markup is escaped.
//! What differs from letter to letter in the printed page (its head line, how pages are counted) is written into the
//! style as escaped strings.

use crate::letter::{Addressee, Block, Inline, Letter, ListKind, Paper, Part, Picture, Signature};
use base64::Engine as _;
use std::fmt::Write as _;

/// Nothing may be loaded, run, framed or sent.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Whether a style may stand in a letter: it cannot end its element, and loads nothing.
///
/// # Errors
/// What it contains that it may not, for a message.
pub fn check_style(style: &str) -> Result<(), &'static str> {
    let lower = style.to_ascii_lowercase();
    if lower.contains("</") {
        return Err("</");
    }
    if lower.contains("@import") {
        return Err("@import");
    }
    if lower.contains('\\') {
        return Err("\\");
    }
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("url(") {
        rest = &rest[at + 4..];
        if !rest.trim_start().trim_start_matches(['"', '\'']).starts_with("data:") {
            return Err("url(…) of something other than data:");
        }
    }
    if ["image-set(", "src(", "@font-face"].iter().any(|word| lower.contains(word) && !lower.contains("data:")) {
        return Err("something that would be loaded");
    }
    Ok(())
}

pub(super) fn write(letter: &Letter, style: &str) -> String {
    let mut page = Page { out: String::with_capacity(24 << 10) };
    page.head(letter, style);
    let draft = letter.status.is_draft();
    let mark = if draft { format!(" class=\"draft\" data-mark=\"{}\"", attribute(&letter.draft_label)) } else { String::new() };
    let _ = writeln!(page.out, "<body{mark}>");
    if draft {
        let _ = writeln!(page.out, "<p class=\"draft-mark\"><strong>{}</strong></p>", text(&letter.draft_label));
    }
    page.out.push_str("<main>\n");
    let mut parts = letter.parts.iter().peekable();
    while let Some(part) = parts.next() {
        // The closing words stay with the last paragraph before them and with the signatures.
        match part {
            Part::Body(blocks) if matches!(parts.peek(), Some(Part::Closing(_) | Part::Signatures(_))) => {
                let kept = kept_with_closing(blocks);
                page.body(&blocks[..blocks.len() - kept]);
                page.out.push_str("<div class=\"ending\">\n");
                page.blocks(&blocks[blocks.len() - kept..]);
                while let Some(part) = parts.next_if(|p| matches!(p, Part::Closing(_) | Part::Signatures(_))) {
                    page.part(part);
                }
                page.out.push_str("</div>\n");
            }
            part => page.part(part),
        }
    }
    page.out.push_str("</main>\n");
    page.reasons(letter);
    page.out.push_str("</body>\n</html>\n");
    page.out
}

/// How many of the last blocks stay with the closing: the last paragraph, if it is one.
fn kept_with_closing(blocks: &[Block]) -> usize {
    usize::from(matches!(blocks.last(), Some(Block::Paragraph(_))) && blocks.len() > 1 && !matches!(blocks[blocks.len() - 2], Block::Heading(..)))
        + if matches!(blocks, [.., Block::Heading(..), Block::Paragraph(_)]) { 2 } else { 0 }
}

struct Page {
    out: String,
}

impl Page {
    fn head(&mut self, letter: &Letter, style: &str) {
        let (language, direction) = (attribute(letter.language.code()), letter.direction.word());
        let size = match letter.paper {
            Paper::A4 => "A4",
            Paper::Letter => "letter",
        };
        let head = css_string(&letter.running_head);
        let count = page_count(&letter.page_label);
        let _ = write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{}</title>\n<style>\n{style}\
             @page {{ size: {size}; @bottom-center {{ content: {count}; }} @top-left {{ content: {head}; }} }}\n\
             @page :first {{ @top-left {{ content: none; }} }}\n</style>\n</head>\n",
            text(&letter.title)
        );
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Letterhead { name, lines, logo } => self.letterhead(name, lines, logo.as_ref()),
            Part::Marks(marks) => {
                let marks: Vec<String> = marks.iter().map(|m| format!("<span>{}</span>", text(m))).collect();
                let _ = writeln!(self.out, "<p class=\"marks\">{}</p>", marks.join(" "));
            }
            Part::DateLine { reference, date } => {
                self.out.push_str("<div class=\"date-line\">\n");
                if let Some(reference) = reference {
                    self.paragraph("p class=\"reference\"", "p", reference);
                }
                self.paragraph("p class=\"date\"", "p", date);
                self.out.push_str("</div>\n");
            }
            Part::Addressees(blocks) => {
                self.out.push_str("<div class=\"addressees\">\n");
                blocks.iter().for_each(|b| self.addressee(b));
                self.out.push_str("</div>\n");
            }
            Part::Subject { label, text: words } => {
                let _ = write!(self.out, "<h1 class=\"subject\">{}", text(label));
                self.inlines(words);
                self.out.push_str("</h1>\n");
            }
            Part::Body(blocks) => self.body(blocks),
            Part::Closing(blocks) => {
                self.out.push_str("<div class=\"closing\">\n");
                self.blocks(blocks);
                self.out.push_str("</div>\n");
            }
            Part::Signatures(signatures) => {
                let many = if signatures.len() > 1 { " many" } else { "" };
                let _ = writeln!(self.out, "<div class=\"signatures{many}\">");
                signatures.iter().for_each(|s| self.signature(s));
                self.out.push_str("</div>\n");
            }
            Part::List { kind, heading, items } => self.list(*kind, heading, items),
        }
    }

    fn letterhead(&mut self, name: &str, lines: &[Vec<Inline>], logo: Option<&Picture>) {
        self.out.push_str("<header class=\"letterhead\">\n");
        if let Some(logo) = logo {
            self.picture(logo, "logo");
        }
        let _ = writeln!(self.out, "<div>\n<p class=\"organisation\"><bdi>{}</bdi></p>", text(name));
        lines.iter().for_each(|l| self.paragraph("p", "p", l));
        self.out.push_str("</div>\n</header>\n");
    }

    fn picture(&mut self, picture: &Picture, class: &str) {
        let data = base64::engine::general_purpose::STANDARD.encode(&picture.bytes);
        let _ = writeln!(self.out, "<img class=\"{class}\" src=\"data:{};base64,{data}\" alt=\"{}\">", picture.mime, attribute(&picture.alt));
    }

    fn addressee(&mut self, block: &Addressee) {
        self.out.push_str("<p class=\"addressee\">");
        let mut lines: Vec<String> = block.name.iter().map(|n| format!("<strong><bdi>{}</bdi></strong>", text(n))).collect();
        lines.extend(block.lines.iter().map(|l| format!("<bdi>{}</bdi>", text(l))));
        self.out.push_str(&lines.join("<br>\n"));
        self.out.push_str("</p>\n");
    }

    fn body(&mut self, blocks: &[Block]) {
        self.out.push_str("<div class=\"body\">\n");
        self.blocks(blocks);
        self.out.push_str("</div>\n");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(level, words) => {
                    let tag = format!("h{}", (*level).clamp(2, 6));
                    self.paragraph(&tag, &tag, words);
                }
                Block::Paragraph(words) => self.paragraph("p", "p", words),
                Block::List { start, items } => {
                    let (open, close) = match start {
                        Some(1) => ("<ol>".to_owned(), "</ol>\n"),
                        Some(n) => (format!("<ol start=\"{n}\">"), "</ol>\n"),
                        None => ("<ul>".to_owned(), "</ul>\n"),
                    };
                    let _ = writeln!(self.out, "{open}");
                    for item in items {
                        self.out.push_str("<li>");
                        match item.as_slice() {
                            [Block::Paragraph(words)] => self.inlines(words),
                            blocks => {
                                self.out.push('\n');
                                self.blocks(blocks);
                            }
                        }
                        self.out.push_str("</li>\n");
                    }
                    self.out.push_str(close);
                }
            }
        }
    }

    fn signature(&mut self, signature: &Signature) {
        self.out.push_str("<div class=\"signature\">\n");
        if let Some(picture) = &signature.picture {
            self.picture(picture, "sign");
        }
        let _ = write!(self.out, "<p><strong><bdi>{}</bdi></strong>", text(&signature.name));
        if let Some(role) = &signature.role {
            let _ = write!(self.out, "<br>\n<bdi>{}</bdi>", text(role));
        }
        self.out.push_str("</p>\n</div>\n");
    }

    fn list(&mut self, kind: ListKind, heading: &str, items: &[Vec<Inline>]) {
        let class = match kind {
            ListKind::Members => "members",
            ListKind::Sources => "sources",
            ListKind::Annexes => "annexes",
            ListKind::Copies => "copies",
        };
        let _ = writeln!(self.out, "<section class=\"list {class}\">\n<h2>{}</h2>\n<ul>", text(heading));
        for item in items {
            self.paragraph("li", "li", item);
        }
        self.out.push_str("</ul>\n</section>\n");
    }

    /// Why a draft was not cleared: on a sheet of its own, after the letter.
    fn reasons(&mut self, letter: &Letter) {
        if letter.status.reasons().is_empty() {
            return;
        }
        let _ = writeln!(
            self.out,
            "<aside class=\"reasons\" aria-label=\"{}\">\n<p><strong>{}</strong></p>\n<ul>",
            attribute(&letter.draft_label),
            text(letter.status.notice())
        );
        for reason in letter.status.reasons() {
            let _ = writeln!(self.out, "<li lang=\"en\" dir=\"ltr\">{}</li>", text(reason));
        }
        self.out.push_str("</ul>\n</aside>\n");
    }

    fn paragraph(&mut self, open: &str, close: &str, words: &[Inline]) {
        let _ = write!(self.out, "<{open}>");
        self.inlines(words);
        let _ = writeln!(self.out, "</{close}>");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(words) => escape(words, &mut self.out),
                Inline::Value(words) => {
                    self.out.push_str("<bdi>");
                    escape(words, &mut self.out);
                    self.out.push_str("</bdi>");
                }
                Inline::Strong(words) => self.wrapped("strong", words),
                Inline::Emphasis(words) => self.wrapped("em", words),
                Inline::Link { to, text: words } => {
                    let _ = write!(self.out, "<a href=\"{}\">", attribute(to));
                    self.inlines(words);
                    self.out.push_str("</a>");
                }
                Inline::Break => self.out.push_str("<br>\n"),
            }
        }
    }

    fn wrapped(&mut self, tag: &str, words: &[Inline]) {
        let _ = write!(self.out, "<{tag}>");
        self.inlines(words);
        let _ = write!(self.out, "</{tag}>");
    }
}

fn escape(words: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in words.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&words[from..at]);
        out.push_str(entity);
        from = at + 1;
    }
    out.push_str(&words[from..]);
}

fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 8);
    escape(words, &mut out);
    out
}

fn attribute(words: &str) -> String {
    text(words)
}

/// A CSS string in which everything but letters, digits and spaces is escaped (CSS Syntax 3, §4.3.7).
fn css_string(words: &str) -> String {
    let mut out = String::from("\"");
    for c in words.chars() {
        if c.is_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            let _ = write!(out, "\\{:06x}", u32::from(c));
        }
    }
    out.push('"');
    out
}

/// `Page {page} of {pages}` as CSS content.
fn page_count(label: &str) -> String {
    let mut out = String::new();
    let mut rest = label;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        let Some(end) = after.find('}') else { break };
        if !before.is_empty() {
            let _ = write!(out, "{} ", css_string(before));
        }
        match &after[1..end] {
            "page" => out.push_str("counter(page) "),
            "pages" => out.push_str("counter(pages) "),
            _ => {}
        }
        rest = &after[end + 1..];
    }
    if !rest.is_empty() {
        out.push_str(&css_string(rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_can_neither_end_its_element_nor_load_anything() {
        assert_eq!(check_style("p { color: black; background: url(data:image/png;base64,AA) }"), Ok(()));
        for bad in ["</style>", "@import 'x'", "p{background:url(https://a.org/x.png)}", "p{background:URL( 'x.png')}", "\\75 rl(x)"] {
            assert!(check_style(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_into_the_style_cannot_end_its_string() {
        assert_eq!(css_string("a\"; } </style>"), "\"a\\000022\\00003b \\00007d \\00003c\\00002fstyle\\00003e\"");
        assert_eq!(page_count("Page {page} of {pages}"), "\"Page \" counter(page) \" of \" counter(pages) ");
    }
}
