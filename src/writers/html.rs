//! HTML: one file that prints as a letter, loads nothing, and reads in order without its style.
//!
//! In: a letter and a style. Out: HTML. Values stand in `<bdi>`; every character of them that could be markup is escaped.
//! What differs from letter to letter in the printed page (its head line, how pages are counted) is written into the
//! style as escaped strings.

mod dates;
mod style;

pub use style::check_style;

use self::dates::date;
use self::style::{DRAFT_MARK, css_string, page_count};
use super::bidi::{self, Piece};
use crate::letter::{Addressee, Block, Direction, Inline, Letter, ListKind, Paper, Part, Picture, Signature, plain};
use base64::Engine as _;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// Nothing may be loaded, run, framed or sent.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

pub(super) fn write(letter: &Letter, style: &str) -> String {
    let mut page = HtmlWriter { out: String::with_capacity(24 << 10), direction: letter.direction };
    page.head(letter, style);
    let draft = letter.status.is_draft();
    let mark = if draft { format!(" class=\"draft\" data-mark=\"{}\"", text(&letter.draft_label)) } else { String::new() };
    let _ = writeln!(page.out, "<body{mark}>\n<main>");
    if draft {
        let _ = writeln!(page.out, "<p class=\"draft-mark\"><strong>{}</strong></p>", text(&letter.draft_label));
    }
    let mut parts = letter.parts.iter().peekable();
    while let Some(part) = parts.next() {
        let is_end = |p: &Part| matches!(p, Part::Closing(_) | Part::Signatures(_));
        page.part(part);
        // The closing words stay with the signatures; the style keeps the last lines of the letter with both.
        if parts.peek().is_some_and(|p| is_end(p)) {
            page.out.push_str("<div class=\"ending\">\n");
            while let Some(part) = parts.next_if(|p| is_end(p)) {
                page.part(part);
            }
            page.out.push_str("</div>\n");
        }
    }
    page.out.push_str("</main>\n");
    page.reasons(letter);
    page.out.push_str("</body>\n</html>\n");
    page.out
}

struct HtmlWriter {
    out: String,
    direction: Direction,
}

impl HtmlWriter {
    fn head(&mut self, letter: &Letter, style: &str) {
        let (language, direction) = (text(letter.language.code()), letter.direction.word());
        let size = match letter.paper {
            Paper::A4 => "A4",
            Paper::Letter => "letter",
        };
        let corner = match letter.direction {
            Direction::Ltr => "top-left",
            Direction::Rtl => "top-right",
        };
        let head = css_string(&set_apart(&letter.running_head, letter.direction));
        let count = page_count(&letter.page_label);
        let mark = if letter.status.is_draft() { DRAFT_MARK } else { "" };
        let _ = write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{}</title>\n<style>\n{mark}{style}\
             @page {{ size: {size}; @bottom-center {{ content: {count}; }} @{corner} {{ content: {head}; }} }}\n\
             @page :first {{ @{corner} {{ content: none; }} }}\n</style>\n</head>\n",
            text(&letter.title)
        );
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Letterhead { name, lines, logo } => self.letterhead(name, lines, logo.as_ref()),
            Part::Marks(marks) => {
                let marks: Vec<String> = marks.iter().map(|m| format!("<span>{}</span>", text(m))).collect();
                let _ = writeln!(self.out, "<p class=\"marks\">{}</p>", marks.join(" · "));
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
            Part::Body(blocks) => self.blocks(blocks),
            Part::Closing(blocks) => {
                self.out.push_str("<div class=\"closing\">\n");
                self.blocks(blocks);
                self.out.push_str("</div>\n");
            }
            Part::Signatures(signatures) => {
                let abreast = match signatures.len() {
                    0 | 1 => "",
                    2 | 4 => " two",
                    _ => " three",
                };
                let _ = writeln!(self.out, "<div class=\"signatures{abreast}\">");
                signatures.iter().for_each(|s| self.signature(s));
                self.out.push_str("</div>\n");
            }
            Part::List { kind, heading, items } => self.list(*kind, heading, items),
        }
    }

    fn letterhead(&mut self, name: &str, lines: &[Vec<Inline>], logo: Option<&Picture>) {
        self.out.push_str("<header class=\"letterhead\">\n");
        if let Some(logo) = logo {
            // The name stands beside it; to read it twice helps nobody.
            self.picture(logo, "logo", "");
        }
        let _ = writeln!(self.out, "<div>\n<div class=\"organisation\"><bdi>{}</bdi></div>", text(name));
        lines.iter().for_each(|l| self.contacts(l));
        self.out.push_str("</div>\n</header>\n");
    }

    /// A line of the letterhead; each of several contacts stays whole, with its label and the dot after it.
    fn contacts(&mut self, line: &[Inline]) {
        let contacts: Vec<&[Inline]> = line.split(|inline| matches!(inline, Inline::Text(words) if words == " · ")).collect();
        if contacts.len() < 2 {
            return self.paragraph("p", "p", line);
        }
        self.out.push_str("<p>");
        for (n, contact) in (1..).zip(&contacts) {
            self.out.push_str("<span class=\"contact\">");
            self.inlines(contact);
            self.out.push_str(if n < contacts.len() { " ·</span> " } else { "</span>" });
        }
        self.out.push_str("</p>\n");
    }

    fn picture(&mut self, picture: &Picture, class: &str, alt: &str) {
        let data = base64::engine::general_purpose::STANDARD.encode(&picture.bytes);
        let _ = writeln!(self.out, "<img class=\"{class}\" src=\"data:{};base64,{data}\" alt=\"{}\">", picture.mime, text(alt));
    }

    fn addressee(&mut self, block: &Addressee) {
        self.out.push_str("<div class=\"addressee\">\n");
        if let Some(name) = &block.name {
            let _ = writeln!(self.out, "<p><strong><bdi>{}</bdi></strong></p>", text(name));
        }
        for line in &block.lines {
            let _ = writeln!(self.out, "<p><bdi>{}</bdi></p>", text(line));
        }
        self.out.push_str("</div>\n");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(level, words) => {
                    let tag = format!("h{}", (*level).clamp(2, 6));
                    self.paragraph(&tag, &tag, words);
                }
                Block::Paragraph(words) => self.paragraph(if is_short(words) { "p class=\"short\"" } else { "p" }, "p", words),
                Block::List { start, items } => {
                    let (open, close) = match start {
                        Some(1) => ("<ol>".to_owned(), "</ol>\n"),
                        Some(n) => (format!("<ol start=\"{n}\">"), "</ol>\n"),
                        None => ("<ul>".to_owned(), "</ul>\n"),
                    };
                    let _ = writeln!(self.out, "{open}");
                    for item in items {
                        match item.as_slice() {
                            [Block::Paragraph(words)] => self.paragraph(if is_short(words) { "li class=\"short\"" } else { "li" }, "li", words),
                            blocks => {
                                self.out.push_str("<li>\n");
                                self.blocks(blocks);
                                self.out.push_str("</li>\n");
                            }
                        }
                    }
                    self.out.push_str(close);
                }
            }
        }
    }

    fn signature(&mut self, signature: &Signature) {
        self.out.push_str("<div class=\"signature\">\n");
        if let Some(picture) = &signature.picture {
            self.picture(picture, "sign", &picture.alt);
        }
        let _ = writeln!(self.out, "<div class=\"signer\">\n<p><strong><bdi>{}</bdi></strong></p>", text(&signature.name));
        if let Some(role) = &signature.role {
            let _ = writeln!(self.out, "<p><bdi>{}</bdi></p>", text(role));
        }
        self.out.push_str("</div>\n</div>\n");
    }

    fn list(&mut self, kind: ListKind, heading: &str, items: &[Vec<Inline>]) {
        let class = match kind {
            ListKind::Members => "members",
            ListKind::Sources => "sources",
            ListKind::Annexes => "annexes",
            ListKind::Copies => "copies",
        };
        let many = if items.len() > 4 { " many" } else { "" };
        let _ = writeln!(self.out, "<section class=\"list {class}{many}\">\n<h2>{}</h2>\n<ul>", text(heading));
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
            "<aside class=\"reasons\" aria-label=\"{}\">\n<p><strong>{}</strong></p>\n<ul lang=\"en\" dir=\"ltr\">",
            text(&letter.draft_label),
            text(letter.status.notice())
        );
        for reason in letter.status.reasons() {
            let _ = writeln!(self.out, "<li>{}</li>", text(reason));
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
                Inline::Text(words) => self.pieces(words),
                Inline::Value(words) => {
                    self.out.push_str("<bdi>");
                    self.pieces(words);
                    self.out.push_str("</bdi>");
                }
                Inline::Strong(words) => self.wrapped("strong", words),
                Inline::Emphasis(words) => self.wrapped("em", words),
                Inline::Link { to, text: words } => {
                    let _ = write!(self.out, "<a href=\"{}\">", text(to));
                    self.inlines(words);
                    self.out.push_str("</a>");
                }
                Inline::Break => self.out.push_str("<br>\n"),
            }
        }
    }

    /// Words, with the numbers in them that keep their own direction.
    fn pieces(&mut self, words: &str) {
        if self.direction == Direction::Ltr {
            return self.along(words);
        }
        for piece in bidi::pieces(words, self.direction) {
            match piece {
                Piece::Along(words) => self.along(words),
                Piece::Apart(words) => {
                    self.out.push_str("<bdi dir=\"ltr\">");
                    escape(words, &mut self.out);
                    self.out.push_str("</bdi>");
                }
            }
        }
    }

    /// Words in the direction of the letter; a date in them is not parted at the end of a line.
    fn along(&mut self, words: &str) {
        let mut from = 0;
        while let Some(date) = date(words, from) {
            escape(&words[from..date.start], &mut self.out);
            self.out.push_str("<span class=\"whole\">");
            escape(&words[date.clone()], &mut self.out);
            self.out.push_str("</span>");
            from = date.end;
        }
        escape(&words[from..], &mut self.out);
    }

    fn wrapped(&mut self, tag: &str, words: &[Inline]) {
        let _ = write!(self.out, "<{tag}>");
        self.inlines(words);
        let _ = write!(self.out, "</{tag}>");
    }
}

/// Whether a paragraph may have three lines or fewer on paper. Browsers split three lines into two and one, whatever
/// `orphans` and `widows` say, so the style keeps short paragraphs whole.
fn is_short(words: &[Inline]) -> bool {
    const THREE_LINES: usize = 330;
    // No character is wider than it is long in bytes, and in ASCII the two are equal.
    let text = plain(words);
    text.len() <= THREE_LINES || (!text.is_ascii() && text.width() <= THREE_LINES)
}

fn escape(words: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in words.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&words[from..at]);
        out.push_str(instead);
        from = at + 1;
    }
    out.push_str(&words[from..]);
}

fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 8);
    escape(words, &mut out);
    out
}

/// A line for a place where no element can stand: what keeps its own direction is put between isolates.
fn set_apart(line: &str, direction: Direction) -> String {
    let parts = line.split(" · ").map(|part| if bidi::is_apart(part, direction) { format!("\u{2068}{part}\u{2069}") } else { part.to_owned() });
    parts.collect::<Vec<_>>().join(" · ")
}
