//! DOCX: the form in which colleagues edit a letter.
//!
//! In: a letter and the [`DocxTheme`] whose look it takes. Out: an Office Open XML package (ISO/IEC 29500, transitional) with
//! named styles, so that a house can restyle it. It carries no author, company, program, revision or time of day, and the
//! same letter gives the same bytes. Nothing in it is loaded from elsewhere; links wait to be followed.
//!
//! An SVG logo is left out: older office programs show nothing where they find one, and a picture of it would have to be
//! drawn here. A letterhead in PNG or JPEG is what both offices and printers take.

mod body;
mod package;
mod page_size;
mod runs;
mod theme;

pub use theme::DocxTheme;

use crate::letter::{Direction, Letter, Paper, Picture};
use crate::writers::picture;
use body::Body;
use package::{DECLARATION, OFFICE, PACKAGE, Package, escape, escaped};
use page_size::{PageSize, mm};
use runs::{Dress, Links, Runs};
use std::fmt::Write as _;
use theme::W;

/// The page: 25 mm left and right, 20 mm above, 22 mm below.
fn shipped_page(paper: Paper) -> PageSize {
    let (width, height) = match paper {
        Paper::A4 => (11_906, 16_838),
        Paper::Letter => (12_240, 15_840),
    };
    PageSize { width, height, top: mm(200), right: mm(250), bottom: mm(200), left: mm(250), header: mm(100), footer: mm(100) }
}

pub(super) fn write(letter: &Letter, theme: &DocxTheme) -> Vec<u8> {
    let page = theme.page().unwrap_or_else(|| shipped_page(letter.paper));
    let body = Body::of(letter, theme, page);
    let direction = letter.direction;
    let mut package = Package::new();
    package.part("[Content_Types].xml", CONTENT_TYPES);
    package.part("_rels/.rels", &root_relationships());
    package.part("docProps/core.xml", &core(letter));
    package.part("word/document.xml", &document(&body, page, direction));
    package.part("word/_rels/document.xml.rels", &relationships(&body));
    package.part("word/styles.xml", &theme.styles(letter.language.code()));
    package.part("word/numbering.xml", &body.numbering(direction));
    package.part("word/settings.xml", &settings(letter));
    package.part("word/fontTable.xml", FONTS);
    package.part("word/header1.xml", &header(letter, theme, ""));
    package.part("word/header2.xml", &header(letter, theme, &letter.running_head));
    let footer = footer(letter, theme);
    package.part("word/footer1.xml", &footer);
    package.part("word/footer2.xml", &footer);
    for (n, picture) in body.pictures.iter().enumerate() {
        package.stored(&format!("word/media/{}", media_name(n, picture)), &picture::flat(picture).0);
    }
    package.finish()
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Default Extension=\"png\" ContentType=\"image/png\"/>\
<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/header2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
</Types>";

/// The fonts, each with what stands for it where it is not installed.
const FONTS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
<w:font w:name=\"Cambria\"><w:altName w:val=\"Caladea\"/><w:panose1 w:val=\"02040503050406030204\"/><w:family w:val=\"roman\"/><w:pitch w:val=\"variable\"/></w:font>\
<w:font w:name=\"Times New Roman\"><w:altName w:val=\"Liberation Serif\"/><w:panose1 w:val=\"02020603050405020304\"/><w:family w:val=\"roman\"/><w:pitch w:val=\"variable\"/></w:font>\
</w:fonts>";

fn root_relationships() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"word/document.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

/// Title, language and the letter's date; nothing else is anybody's business.
fn core(letter: &Letter) -> String {
    let day = letter.date.format("%Y-%m-%dT00:00:00Z");
    format!(
        "{DECLARATION}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:created><dc:language>{}</dc:language>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{day}</dcterms:modified><dc:title>{}</dc:title></cp:coreProperties>",
        escaped(letter.language.code()),
        escaped(&letter.title)
    )
}

fn document(body: &Body<'_>, page: PageSize, direction: Direction) -> String {
    let mut out = String::with_capacity(body.xml.len() + 2048);
    let _ = write!(
        out,
        "{DECLARATION}<w:document xmlns:w=\"{W}\" xmlns:r=\"{OFFICE}\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>"
    );
    out.push_str(&body.xml);
    let PageSize { width, height, top, right, bottom, left, header, footer } = page;
    let turned = if width > height { " w:orient=\"landscape\"" } else { "" };
    let bidi = if direction == Direction::Rtl { "<w:bidi/>" } else { "" };
    let _ = write!(
        out,
        "<w:sectPr><w:headerReference w:type=\"first\" r:id=\"rId4\"/><w:headerReference w:type=\"default\" r:id=\"rId5\"/>\
         <w:footerReference w:type=\"first\" r:id=\"rId6\"/><w:footerReference w:type=\"default\" r:id=\"rId7\"/>\
         <w:pgSz w:w=\"{width}\" w:h=\"{height}\"{turned}/><w:pgMar w:top=\"{top}\" w:right=\"{right}\" w:bottom=\"{bottom}\" w:left=\"{left}\" \
         w:header=\"{header}\" w:footer=\"{footer}\" w:gutter=\"0\"/><w:titlePg/>{bidi}</w:sectPr></w:body></w:document>"
    );
    out
}

/// What the document refers to, in the order of its numbers (`rId1` …): the kind of relationship and the file.
const PARTS: [(&str, &str); 8] = [
    ("styles", "styles"),
    ("numbering", "numbering"),
    ("settings", "settings"),
    ("header", "header1"),
    ("header", "header2"),
    ("footer", "footer1"),
    ("footer", "footer2"),
    ("fontTable", "fontTable"),
];

fn relationships(body: &Body<'_>) -> String {
    let mut out = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (n, (kind, file)) in (1..).zip(PARTS) {
        let _ = write!(out, "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/{kind}\" Target=\"{file}.xml\"/>");
    }
    for (n, picture) in body.pictures.iter().enumerate() {
        let _ = write!(out, "<Relationship Id=\"rPicture{}\" Type=\"{OFFICE}/image\" Target=\"media/{}\"/>", n + 1, media_name(n, picture));
    }
    body.links.write(&mut out);
    out.push_str("</Relationships>");
    out
}

fn media_name(number: usize, picture: &Picture) -> String {
    format!("image{}.{}", number + 1, picture.mime.rsplit('/').next().unwrap_or("png"))
}

fn settings(letter: &Letter) -> String {
    let language = escaped(letter.language.code());
    format!(
        "{DECLARATION}<w:settings xmlns:w=\"{W}\"><w:removePersonalInformation/><w:removeDateAndTime/><w:defaultTabStop w:val=\"709\"/>\
         <w:autoHyphenation w:val=\"false\"/><w:characterSpacingControl w:val=\"doNotCompress\"/>\
         <w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
         <w:themeFontLang w:val=\"{language}\" w:bidi=\"{language}\"/><w:decimalSymbol w:val=\".\"/><w:listSeparator w:val=\",\"/></w:settings>"
    )
}

fn header(letter: &Letter, theme: &DocxTheme, line: &str) -> String {
    let (mut out, mut links) = (opening("hdr"), Links::default());
    paragraph(&mut out, theme, "Header", letter.direction);
    out.push_str(&watermark(letter));
    let mut runs = Runs { out: &mut out, links: &mut links, theme, direction: letter.direction };
    for (n, piece) in line.split(" · ").enumerate() {
        if n > 0 {
            runs.words(" · ", Dress::PLAIN);
        }
        // A reference keeps its own direction.
        runs.value(piece, Dress::PLAIN);
    }
    out.push_str("</w:p></w:hdr>");
    out
}

/// `Page {page} of {pages}`, counted by the office program.
fn footer(letter: &Letter, theme: &DocxTheme) -> String {
    let (mut out, mut links) = (opening("ftr"), Links::default());
    paragraph(&mut out, theme, "Footer", letter.direction);
    let mut runs = Runs { out: &mut out, links: &mut links, theme, direction: letter.direction };
    let mut rest = letter.page_label.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        runs.words(before, Dress::PLAIN);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let field = match name {
            "page" => "PAGE",
            "pages" => "NUMPAGES",
            _ => "",
        };
        if !field.is_empty() {
            let _ = write!(runs.out, "<w:fldSimple w:instr=\" {field} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
        }
        rest = tail;
    }
    runs.words(rest, Dress::PLAIN);
    out.push_str("</w:p></w:ftr>");
    out
}

fn opening(element: &str) -> String {
    format!(
        "{DECLARATION}<w:{element} xmlns:w=\"{W}\" xmlns:r=\"{OFFICE}\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
         xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w10=\"urn:schemas-microsoft-com:office:word\">"
    )
}

fn paragraph(out: &mut String, theme: &DocxTheme, style: &str, direction: Direction) {
    let bidi = if direction == Direction::Rtl { "<w:bidi/>" } else { "" };
    let _ = write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{}\"/>{bidi}</w:pPr>", escaped(theme.id(style)));
}

/// The word DRAFT behind the text of every page: a drawing, so that it is in no copied or searched text. It is shown also where
/// a house's own style hides what stands in a header.
fn watermark(letter: &Letter) -> String {
    if !letter.status.is_draft() {
        return String::new();
    }
    let mut word = String::new();
    escape(&letter.draft_label, &mut word);
    // Wide enough for its letters, in points; an A4 page is 595 wide. Bold capitals are about as high as wide, and `trim` makes
    // the box that of the letters: without it an office program takes a height of its own, half as high again.
    let letters = letter.draft_label.chars().count().max(1);
    let width = (letters * 80).clamp(200, 500);
    let height = (width / letters).clamp(50, 110);
    format!(
        "<w:r><w:rPr><w:noProof/><w:vanish w:val=\"0\"/></w:rPr><w:pict><v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" path=\"m@7,l@8,m@5,21600l@6,21600e\">\
         <v:formulas><v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/><v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/><v:f eqn=\"sum 21600 0 @3\"/>\
         <v:f eqn=\"if @0 @3 0\"/><v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if @0 @4 21600\"/><v:f eqn=\"mid @5 @6\"/><v:f eqn=\"mid @8 @5\"/>\
         <v:f eqn=\"mid @7 @8\"/><v:f eqn=\"mid @6 @7\"/><v:f eqn=\"sum @6 0 @5\"/></v:formulas>\
         <v:path textpathok=\"t\" o:connecttype=\"custom\" o:connectlocs=\"@9,0;@10,10800;@11,21600;@12,10800\" o:connectangles=\"270,180,90,0\"/>\
         <v:textpath on=\"t\" fitshape=\"t\"/><v:handles><v:h position=\"#0,bottomRight\" xrange=\"6629,14971\"/></v:handles><o:lock v:ext=\"edit\" text=\"t\" shapetype=\"t\"/></v:shapetype>\
         <v:shape id=\"PowerPlusWaterMarkObject1\" o:spid=\"_x0000_s2049\" type=\"#_x0000_t136\" alt=\"{word}\" style=\"position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;\
         rotation:325;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin\" \
         o:allowincell=\"f\" fillcolor=\"#e9e9e9\" stroked=\"f\"><v:textpath trim=\"t\" style=\"font-family:&quot;Cambria&quot;;font-size:1pt;font-weight:bold\" string=\"{word}\"/>\
         <w10:wrap anchorx=\"margin\" anchory=\"margin\"/></v:shape></w:pict></w:r>"
    )
}
