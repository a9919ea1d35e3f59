//! The letter's parts as the body of the document.
//!
//! In: a letter. Out: paragraphs and borderless tables, in the letter's order, with the numberings, links and pictures
//! they need. Everything that looks is a named style; what stands directly at a paragraph is only what depends on its
//! neighbours: what it stays with, and the room for signing.

mod pieces;

pub(super) use pieces::Body;

use super::page_size::{PageSize, mm};
use super::runs::{Dress, Links};
use super::theme::{DocxTheme, W};

use super::package::{DECLARATION, escape};
use crate::letter::{Addressee, Block, Direction, Inline, Letter, ListKind, Part, Picture, Signature, plain};
use crate::writers::picture;
use pieces::Place;
use std::fmt::Write as _;

/// A reference and a date of more characters together stand on two lines.
const ONE_LINE: usize = 72;
/// A list of more members has one column and may break across pages.
const TALL: usize = 60;
/// A list after the signatures with no more items stays on one page, unless its members stand in two columns.
const WHOLE: usize = 12;

/// Between the letterhead and what follows, in twentieths of a point. It is room of the next paragraph and no empty one of its own,
/// for `LibreOffice` counts paragraphs when it guesses where a page ends, and forgets what it was to keep together if it guessed wrong.
const LETTERHEAD_GAP: u32 = 300;

impl<'a> Body<'a> {
    pub(super) fn of(letter: &'a Letter, theme: &'a DocxTheme, page: PageSize) -> Self {
        let mut body = Self {
            xml: String::with_capacity(32 << 10),
            links: Links::default(),
            pictures: Vec::new(),
            lists: Vec::new(),
            theme,
            direction: letter.direction,
            measure: page.measure(),
            above: None,
        };
        for (n, part) in letter.parts.iter().enumerate() {
            let before_closing = matches!(letter.parts.get(n + 1), Some(Part::Closing(_) | Part::Signatures(_)));
            body.part(part, before_closing);
        }
        body.reasons(letter);
        // A table may not be the last thing of a document.
        if body.xml.ends_with("</w:tbl>") {
            body.gap(20);
        }
        body
    }

    fn part(&mut self, part: &'a Part, before_closing: bool) {
        match part {
            Part::Letterhead { name, lines, logo } => self.letterhead(name, lines, logo.as_ref()),
            Part::Marks(marks) => self.line("Marks", &marks.join(" · ")),
            Part::DateLine { reference, date } => self.date_line(reference.as_deref(), date),
            Part::Addressees(blocks) => blocks.iter().for_each(|b| self.addressee(b)),
            Part::Subject { label, text } => {
                self.open("Title", Place::PLAIN);
                self.runs().words(label, Dress::PLAIN);
                self.runs().inlines(text, Dress::PLAIN);
                self.close();
            }
            Part::Body(blocks) => self.blocks(blocks, 0, before_closing),
            Part::Closing(blocks) => {
                for block in blocks {
                    match block {
                        Block::Paragraph(words) => self.paragraph("Closing", Place::KEPT, words),
                        other => self.blocks(std::slice::from_ref(other), 0, true),
                    }
                }
            }
            Part::Signatures(signatures) => self.signatures(signatures),
            Part::List { kind, heading, items } => self.list_part(*kind, heading, items),
        }
    }

    fn letterhead(&mut self, name: &str, lines: &'a [Vec<Inline>], logo: Option<&'a Picture>) {
        let logo = logo.and_then(|l| picture::size(l).map(|size| (l, fitted(size, mm(500), mm(220)))));
        let lines: Vec<&Vec<Inline>> = lines.iter().filter(|l| !l.is_empty()).collect();
        let Some((logo, size)) = logo else {
            self.open("LetterheadName", Place { hairline: lines.is_empty(), ..Place::PLAIN });
            self.runs().value(name, Dress::PLAIN);
            self.close();
            for (n, line) in lines.iter().enumerate() {
                self.paragraph("Letterhead", Place { hairline: n + 1 == lines.len(), ..Place::PLAIN }, line);
            }
            self.above = Some(LETTERHEAD_GAP);
            return;
        };
        let column = size.0 + mm(60);
        self.table(
            &[column, self.measure.saturating_sub(column)],
            "<w:tblBorders><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"555555\"/></w:tblBorders>",
        );
        self.row();
        self.cell(column, "center");
        self.picture(logo, size, "Letterhead", Place::PLAIN);
        self.gap(113);
        self.xml.push_str("</w:tc>");
        self.cell(self.measure.saturating_sub(column), "center");
        self.open("LetterheadName", Place::PLAIN);
        self.runs().value(name, Dress::PLAIN);
        self.close();
        for line in lines {
            self.paragraph("Letterhead", Place::PLAIN, line);
        }
        self.gap(113);
        self.xml.push_str("</w:tc></w:tr></w:tbl>");
        self.above = Some(LETTERHEAD_GAP);
    }

    /// The reference at the start edge and the date at the end edge; a long reference has a line of its own.
    fn date_line(&mut self, reference: Option<&[Inline]>, date: &[Inline]) {
        let is_short = |r: &[Inline]| plain(r).chars().count() + plain(date).chars().count() <= ONE_LINE;
        match reference {
            Some(reference) if is_short(reference) => {
                self.open("Date", Place { end_tab: true, ..Place::PLAIN });
                self.runs().inlines(reference, Dress::PLAIN);
                self.xml.push_str("<w:r><w:tab/></w:r>");
                self.runs().inlines(date, Dress::PLAIN);
                self.close();
            }
            Some(reference) => {
                self.paragraph("Normal", Place::PLAIN, reference);
                self.paragraph("Date", Place { at_end: true, ..Place::PLAIN }, date);
            }
            None => self.paragraph("Date", Place { at_end: true, ..Place::PLAIN }, date),
        }
    }

    fn addressee(&mut self, block: &Addressee) {
        self.open("Address", Place::PLAIN);
        let mut first = true;
        for (line, dress) in block.name.iter().map(|n| (n, Dress::STRONG)).chain(block.lines.iter().map(|l| (l, Dress::PLAIN))) {
            if !std::mem::take(&mut first) {
                self.xml.push_str("<w:r><w:br/></w:r>");
            }
            self.runs().value(line, dress);
        }
        self.close();
    }

    /// Blocks at a depth of lists. The last paragraph stays with what follows, if it is to.
    fn blocks(&mut self, blocks: &[Block], depth: usize, keep_last: bool) {
        for (n, block) in blocks.iter().enumerate() {
            let keep_next = keep_last && n + 1 == blocks.len();
            match block {
                Block::Heading(level, words) => {
                    let style = match level {
                        0..=2 => "Heading1",
                        3 => "Heading2",
                        _ => "Heading3",
                    };
                    self.paragraph(style, Place { depth, ..Place::PLAIN }, words);
                }
                Block::Paragraph(words) => {
                    let style = if depth == 0 { "BodyText" } else { "ListContinue" };
                    // The words that introduce a list stay with it.
                    let keep_next = keep_next || matches!(blocks.get(n + 1), Some(Block::List { .. }));
                    self.paragraph(style, Place { keep_next, depth, ..Place::PLAIN }, words);
                }
                Block::List { start, items } => {
                    self.lists.push(*start);
                    let list = self.lists.len() - 1;
                    for (i, item) in items.iter().enumerate() {
                        self.item(item, list, start.is_some(), depth, keep_next && i + 1 == items.len());
                    }
                }
            }
        }
    }

    fn item(&mut self, item: &[Block], list: usize, is_numbered: bool, depth: usize, keep_next: bool) {
        let style = if is_numbered { "ListNumber" } else { "ListBullet" };
        // Word knows nine levels; nobody reads deeper ones.
        let level = depth.min(8);
        let (words, rest) = match item.split_first() {
            Some((Block::Paragraph(words), rest)) => (words.as_slice(), rest),
            _ => (&[][..], item),
        };
        self.paragraph(style, Place { number: Some((list, level)), keep_next: keep_next || !rest.is_empty(), ..Place::PLAIN }, words);
        self.blocks(rest, depth + 1, keep_next);
    }

    /// One signature alone, or two or three abreast; together with each other and with the closing words.
    fn signatures(&mut self, signatures: &'a [Signature]) {
        // A single signature stands in a table too: LibreOffice keeps a table with the words before it, where it tears
        // a chain of paragraphs that begins on the first page.
        let abreast = match signatures.len() {
            0 => return,
            one @ (1 | 2) => one,
            4 => 2,
            _ => 3,
        };
        let width = self.measure / u32::try_from(abreast).unwrap_or(1);
        self.table(&vec![width; abreast], "");
        let room = signing_room(signatures);
        let rows = signatures.chunks(abreast);
        let last = rows.len() - 1;
        for (n, row) in rows.enumerate() {
            self.row();
            for cell in 0..abreast {
                self.cell(width, "top");
                match row.get(cell) {
                    Some(signature) => self.signature(signature, room, n < last),
                    None => self.line("Signature", ""),
                }
                self.xml.push_str("</w:tc>");
            }
            self.xml.push_str("</w:tr>");
        }
        self.xml.push_str("</w:tbl>");
    }

    /// A signature: room to sign in, or the picture standing at the foot of that room; below it name and office.
    fn signature(&mut self, signature: &'a Signature, room: u32, keep_next: bool) {
        let drawn = signature.picture.as_ref().and_then(|p| picture::size(p).map(|size| (p, fitted(size, mm(480), mm(180)))));
        let above = if let Some((picture, size)) = drawn {
            self.picture(picture, size, "Signature", Place { above: Some(room.saturating_sub(size.1)), ..Place::KEPT });
            None
        } else {
            Some(room)
        };
        self.open("Signature", Place { keep_next, above, ..Place::PLAIN });
        self.runs().value(&signature.name, Dress::STRONG);
        if let Some(role) = &signature.role {
            self.xml.push_str("<w:r><w:br/></w:r>");
            self.runs().value(role, Dress::PLAIN);
        }
        self.close();
    }

    /// Members, sources, annexes, copies: the heading in a column of its own, and beside it the items. Members stand in two
    /// columns, read down the first and then down the second. A long list has its heading above and may break.
    fn list_part(&mut self, kind: ListKind, heading: &str, items: &[Vec<Inline>]) {
        let abreast = if kind == ListKind::Members && (4..=TALL).contains(&items.len()) { 2 } else { 1 };
        if abreast == 1 && items.len() > WHOLE {
            self.list_heading(heading, Place::PLAIN);
            return items.iter().for_each(|item| self.paragraph("ListSmall", Place::PLAIN, item));
        }
        let label = mm(320);
        let width = self.measure.saturating_sub(label) / abreast;
        let columns: Vec<u32> = std::iter::once(label).chain((0..abreast).map(|_| width)).collect();
        // Word would make one of two tables with nothing between them.
        self.gap(200);
        self.table(&columns, "");
        self.row();
        self.cell(label, "top");
        self.list_heading(heading, Place { above: Some(0), ..Place::PLAIN });
        self.xml.push_str("</w:tc>");
        for column in items.chunks(items.len().div_ceil(columns.len() - 1).max(1)) {
            self.cell(width, "top");
            column.iter().for_each(|item| self.paragraph("ListSmall", Place::PLAIN, item));
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr></w:tbl>");
    }

    fn list_heading(&mut self, heading: &str, place: Place) {
        self.open("ListHeading", place);
        self.runs().words(heading, Dress::PLAIN);
        self.close();
    }

    /// Why a draft was not cleared: on a sheet of its own, after the letter. The reasons are the program's, in English.
    fn reasons(&mut self, letter: &Letter) {
        if letter.status.reasons().is_empty() {
            return;
        }
        self.open("BodyText", Place { page_before: true, ..Place::KEPT });
        self.runs().words(letter.status.notice(), Dress::STRONG);
        self.close();
        self.lists.push(None);
        let list = self.lists.len() - 1;
        for reason in letter.status.reasons() {
            self.open("ListBullet", Place { number: Some((list, 0)), left_to_right: true, ..Place::PLAIN });
            self.xml.push_str("<w:r><w:rPr><w:lang w:val=\"en\"/></w:rPr><w:t xml:space=\"preserve\">");
            escape(reason, &mut self.xml);
            self.xml.push_str("</w:t></w:r>");
            self.close();
        }
    }

    /// `numbering.xml`: one definition for numbers, one for bullets, and one instance a list, so that each begins anew.
    pub(super) fn numbering(&self, direction: Direction) -> String {
        // From right to left, Word sets a number from its place to the left, LibreOffice to the right: room for both.
        let (hanging, properties) = if direction == Direction::Rtl { (284, "<w:rPr><w:rtl/></w:rPr>") } else { (454, "") };
        let mut out = format!("{DECLARATION}<w:numbering xmlns:w=\"{W}\">");
        for (id, is_numbered) in [(0, true), (1, false)] {
            let _ = write!(out, "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"multilevel\"/>");
            for level in 0..9_u32 {
                let (format, text) = if is_numbered { ("decimal", format!("%{}.", level + 1)) } else { ("bullet", "–".to_owned()) };
                let _ = write!(
                    out,
                    "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/>\
                     <w:pPr><w:ind w:left=\"{}\" w:hanging=\"{hanging}\"/></w:pPr>{properties}</w:lvl>",
                    (level + 1) * 454
                );
            }
            out.push_str("</w:abstractNum>");
        }
        for (n, start) in self.lists.iter().enumerate() {
            let _ = write!(out, "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"{}\"/>", n + 1, u8::from(start.is_none()));
            if let Some(start) = start {
                for level in 0..9 {
                    let _ = write!(out, "<w:lvlOverride w:ilvl=\"{level}\"><w:startOverride w:val=\"{start}\"/></w:lvlOverride>");
                }
            }
            out.push_str("</w:num>");
        }
        out.push_str("</w:numbering>");
        out
    }
}

/// The room above the names of one letter: 18 mm, and a little more where pictures stand in it.
fn signing_room(signatures: &[Signature]) -> u32 {
    if signatures.iter().any(|s| s.picture.is_some()) { mm(200) } else { mm(180) }
}

/// A picture's size on paper, inside a frame, in twentieths of a point.
fn fitted((width, height): (u32, u32), widest: u32, tallest: u32) -> (u32, u32) {
    let (w, h) = (u64::from(width), u64::from(height));
    let (mw, mh) = (u64::from(widest), u64::from(tallest));
    let (w, h) = if w * mh > h * mw { (mw, h * mw / w) } else { (w * mh / h, mh) };
    let fits = |side: u64| u32::try_from(side.max(1)).unwrap_or(1);
    (fits(w), fits(h))
}
