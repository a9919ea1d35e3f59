//! What a body is built of: paragraphs, gaps, borderless tables, pictures.
//!
//! In: a style and what stands in it. Out: the elements, in the order that the schema wants. What they are for is not
//! known here.

use super::super::package::escaped;
use crate::letter::{Direction, Inline, Picture};
use crate::writers::docx::runs::{Dress, Links, Runs};
use crate::writers::docx::theme::DocxTheme;
use crate::writers::picture::{self, Turn};
use std::fmt::Write as _;

/// English metric units in a twentieth of a point.
const EMU: u32 = 635;

/// What stands at a paragraph beside its style.
#[expect(clippy::struct_excessive_bools, reason = "each is a property of a paragraph in the schema, on or off")]
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) keep_next: bool,
    pub(super) page_before: bool,
    /// List and depth.
    pub(super) number: Option<(usize, usize)>,
    /// Indent in list levels, for what follows in an item.
    pub(super) depth: usize,
    /// Room above, in twentieths of a point.
    pub(super) above: Option<u32>,
    /// A tab at the end edge.
    pub(super) end_tab: bool,
    pub(super) at_end: bool,
    pub(super) hairline: bool,
    pub(super) left_to_right: bool,
}

impl Place {
    pub(super) const PLAIN: Self = Self {
        keep_next: false,
        page_before: false,
        number: None,
        depth: 0,
        above: None,
        end_tab: false,
        at_end: false,
        hairline: false,
        left_to_right: false,
    };
    pub(super) const KEPT: Self = Self { keep_next: true, ..Self::PLAIN };
}

/// The body, and what the rest of the package needs to know about it.
pub(in crate::writers::docx) struct Body<'a> {
    pub(in crate::writers::docx) xml: String,
    pub(in crate::writers::docx) links: Links,
    pub(in crate::writers::docx) pictures: Vec<&'a Picture>,
    /// Of each list: its first number, or none for bullets.
    pub(in crate::writers::docx) lists: Vec<Option<usize>>,
    pub(super) theme: &'a DocxTheme,
    pub(super) direction: Direction,
    pub(super) measure: u32,
    /// Room above the paragraph that comes next.
    pub(super) above: Option<u32>,
}

impl<'a> Body<'a> {
    pub(super) fn runs(&mut self) -> Runs<'_> {
        Runs { out: &mut self.xml, links: &mut self.links, theme: self.theme, direction: self.direction }
    }

    /// Opens a paragraph. The order of its properties is the schema's (ISO/IEC 29500-1, 17.3.1.26).
    pub(super) fn open(&mut self, style: &str, place: Place) {
        let above = self.above.take().or(place.above);
        let out = &mut self.xml;
        let _ = write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{}\"/>", escaped(self.theme.id(style)));
        if place.keep_next {
            out.push_str("<w:keepNext/>");
        }
        if place.page_before {
            out.push_str("<w:pageBreakBefore/>");
        }
        if let Some((list, depth)) = place.number {
            let _ = write!(out, "<w:numPr><w:ilvl w:val=\"{depth}\"/><w:numId w:val=\"{}\"/></w:numPr>", list + 1);
        }
        if place.hairline {
            out.push_str("<w:pBdr><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"8\" w:color=\"555555\"/></w:pBdr>");
        }
        if place.end_tab {
            let _ = write!(out, "<w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs>", self.measure);
        }
        if self.direction == Direction::Rtl && !place.left_to_right {
            out.push_str("<w:bidi/>");
        }
        if let Some(above) = above {
            let _ = write!(out, "<w:spacing w:before=\"{above}\"/>");
        }
        if place.depth > 1 {
            let _ = write!(out, "<w:ind w:left=\"{}\"/>", place.depth * 454);
        }
        if place.at_end {
            out.push_str("<w:jc w:val=\"right\"/>");
        }
        out.push_str("</w:pPr>");
    }

    pub(super) fn close(&mut self) {
        self.xml.push_str("</w:p>");
    }

    pub(super) fn paragraph(&mut self, style: &str, place: Place, words: &[Inline]) {
        self.open(style, place);
        self.runs().inlines(words, Dress::PLAIN);
        self.close();
    }

    pub(super) fn line(&mut self, style: &str, words: &str) {
        self.open(style, Place::PLAIN);
        self.runs().words(words, Dress::PLAIN);
        self.close();
    }

    /// An empty line of a given height, between a table or a hairline and what follows.
    pub(super) fn gap(&mut self, height: u32) {
        let bidi = if self.direction == Direction::Rtl { "<w:bidi/>" } else { "" };
        let _ = write!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"{}\"/>{bidi}<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{height}\" w:lineRule=\"exact\"/>\
             <w:rPr><w:sz w:val=\"2\"/></w:rPr></w:pPr></w:p>",
            escaped(self.theme.id("Normal"))
        );
    }

    pub(super) fn table(&mut self, columns: &[u32], borders: &str) {
        let visual = if self.direction == Direction::Rtl { "<w:bidiVisual/>" } else { "" };
        let _ = write!(
            self.xml,
            "<w:tbl><w:tblPr>{visual}<w:tblW w:w=\"{}\" w:type=\"dxa\"/>{borders}<w:tblLayout w:type=\"fixed\"/>\
             <w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"113\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>",
            columns.iter().sum::<u32>()
        );
        for column in columns {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{column}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
    }

    pub(super) fn row(&mut self) {
        self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    }

    pub(super) fn cell(&mut self, width: u32, align: &str) {
        let _ = write!(self.xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"{align}\"/></w:tcPr>");
    }

    /// A picture in a paragraph of its own, with what it shows in words.
    pub(super) fn picture(&mut self, picture: &'a Picture, (width, height): (u32, u32), style: &str, place: Place) {
        self.pictures.push(picture);
        let n = self.pictures.len();
        self.open(style, place);
        let (_, turn) = picture::flat(picture);
        // A shape is as large as it is before it is turned, and reaches over its edges by half of the difference.
        let (w, h) = if turn.is_sideways() { (height, width) } else { (width, height) };
        let (cx, cy) = (w * EMU, h * EMU);
        let xfrm = transform(turn);
        let alt = escaped(&picture.alt);
        let _ = write!(
            self.xml,
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{cx}\" cy=\"{cy}\"/>\
             <wp:docPr id=\"{n}\" name=\"Picture {n}\" descr=\"{alt}\"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{n}\" name=\"Picture {n}\" descr=\"{alt}\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"rPicture{n}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm{xfrm}><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>\
             </pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        );
        self.close();
    }
}

/// How a picture is turned, as attributes of its shape, which is mirrored before it is turned.
fn transform(turn: Turn) -> String {
    let mirrored = if turn.is_mirrored { " flipH=\"1\"" } else { "" };
    match u32::from(turn.quarters) * 90 * 60_000 {
        0 => mirrored.to_owned(),
        angle => format!(" rot=\"{angle}\"{mirrored}"),
    }
}
