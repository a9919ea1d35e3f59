//! PDF: the form in which organisations sign and file a letter, set by typst as PDF/A-2a and PDF/UA-1 at once.
//!
//! In: a letter and the [`PdfRenderer`] it is set on. Out: the bytes, or what keeps it from being set. The layout is a typst
//! source; the letter is handed to it as data, so nothing a record says is ever read as markup. The world in which it is set
//! holds the layout, the data, the letter's pictures, the mark of a draft and the fonts: no file, package, network or clock.

mod data;
mod fonts;
mod world;

pub use fonts::FontFile;

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::letter::template_store::shipped_files;
use crate::letter::{Direction, Letter};
use crate::writers::picture;
use fonts::Fonts;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;
use typst::foundations::{Bytes, Smart};
use typst::syntax::Source;
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use world::{Page, World};

/// Pictures of more pixels are not unpacked: a logo 22 mm high has no use for them.
const MOST_PIXELS: u64 = 40_000_000;

/// What was set for a letter is kept until so many others were set without it, beside those that are being set. Much stands
/// in every letter of a run: the letterhead, headings, the words of the law, and, in those of one case, nearly all. Each letter
/// more keeps two to four megabytes.
const KEPT: usize = 8;

/// How many letters may be set at a time: none may lose what was set of it so far.
static AT_A_TIME: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from));

/// The source of a draft's mark: the word alone, which is then drawn in outlines.
const MARK: &str = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n\
#let letter = json(\"/letter.json\")\n\
#set text(font: (\"Libertinus Serif\", \"Amiri\"), size: 100pt, weight: \"bold\", fill: luma(91%), top-edge: \"bounds\", bottom-edge: \"bounds\",\n\
  lang: letter.language, dir: if letter.direction == \"rtl\" { rtl } else { ltr }, tracking: if letter.direction == \"rtl\" { 0pt } else { 0.08em })\n\
#letter.draft-label\n";

/// A page layout and fonts, ready to set letters; one serves all of a run, and several threads at a time.
pub struct PdfRenderer {
    layout: Source,
    mark: Source,
    /// The layout's file, as it is reached from the current folder.
    file: Arc<str>,
    library: LazyHash<Library>,
    own: Vec<typst::text::Font>,
    /// The shipped fonts and the house's own; opened with the first letter, because most runs print none.
    fonts: OnceLock<Fonts>,
    /// The marks of drafts that were drawn so far: one of each language, because the label is a word of it.
    marks: Mutex<HashMap<(String, Direction, String), Bytes>>,
}

impl PdfRenderer {
    /// A renderer with this layout, its file, and the fonts of a house beside the shipped ones.
    #[must_use]
    pub fn new(layout: &str, file: Arc<str>, own: Vec<FontFile>) -> Self {
        Self {
            layout: Source::new(world::id("/page.typ"), layout.to_owned()),
            mark: Source::new(world::id("/mark.typ"), MARK.to_owned()),
            file,
            library: LazyHash::new(Library::default()),
            own: own.into_iter().flat_map(FontFile::into_fonts).collect(),
            fonts: OnceLock::new(),
            marks: Mutex::default(),
        }
    }

    /// The shipped layout and fonts.
    #[must_use]
    pub fn shipped() -> Self {
        let layout = shipped_files().find(|(path, _)| *path == "page.typ").map_or("", |(_, text)| text);
        Self::new(layout, Arc::from("letter-templates/page.typ"), Vec::new())
    }

    fn fonts(&self) -> &Fonts {
        self.fonts.get_or_init(|| Fonts::new(&self.own))
    }

    /// The mark of a draft; drawn once for all letters of a language.
    fn mark(&self, letter: &Letter, world: &World<'_>) -> Bytes {
        // A mark is put in whole: a panic elsewhere cannot leave one half there.
        let marks = || self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (letter.language.code().to_owned(), letter.direction, letter.draft_label.clone());
        if let Some(mark) = marks().get(&key) {
            return mark.clone();
        }
        let mark = Bytes::from_string(outlines(world));
        marks().insert(key, mark.clone());
        mark
    }

    fn check(&self, data: &serde_json::Value) -> Result<(), Diagnostics> {
        let uncommon = fonts::uncommon(data);
        if uncommon.is_empty() { Ok(()) } else { self.fonts().check(uncommon) }
    }
}

/// Whether a letter can be set, as far as this is known without setting it.
///
/// # Errors
/// A character that no font has, a picture with too many pixels.
pub(super) fn check(letter: &Letter, renderer: &PdfRenderer) -> Result<(), Diagnostics> {
    check_pictures(letter)?;
    renderer.check(&data::of(letter))
}

/// Sets a letter.
///
/// # Errors
/// A character that no font has, a picture that cannot be drawn, a mistake in a house's own layout.
pub(super) fn write(letter: &Letter, renderer: &PdfRenderer) -> Result<Vec<u8>, Diagnostics> {
    let written = set(letter, renderer);
    // Without this, memory grows with each letter.
    typst::comemo::evict(KEPT + *AT_A_TIME);
    written
}

fn set(letter: &Letter, renderer: &PdfRenderer) -> Result<Vec<u8>, Diagnostics> {
    check_pictures(letter)?;
    let data = data::of(letter);
    renderer.check(&data)?;
    let fonts = renderer.fonts();
    let json = Bytes::new(serde_json::to_vec(&data).expect("data without keys of other kinds is JSON"));
    let pictures = data::pictures(letter).map(|p| Bytes::new(p.bytes.to_vec())).collect();
    let mut world = World { library: &renderer.library, fonts, main: renderer.mark.clone(), letter: json, pictures, mark: None };
    if letter.status.is_draft() {
        world.mark = Some(renderer.mark(letter, &world));
    }
    world.main = renderer.layout.clone();
    let document = world.set::<PagedDocument>().map_err(|problem| renderer.explain(&world, &problem))?;
    typst_pdf::pdf(&document, &options(letter)).map_err(|errors| renderer.explain(&world, &errors[0]).into())
}

/// The mark of a draft as a drawing, so that nothing of it is in copied, searched or spoken text.
fn outlines(world: &World<'_>) -> String {
    let page =
        world.set::<PagedDocument>().ok().and_then(|document| document.pages().first().map(|p: &Page| typst_svg::svg(p, &typst_svg::SvgOptions::default())));
    page.unwrap_or_else(|| "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>".into())
}

/// Both standards at once, and no word on the program.
fn options(letter: &Letter) -> PdfOptions {
    PdfOptions {
        ident: Smart::Custom(format!("{}.{}.{}.{}", letter.case, letter.to, letter.language, letter.audience.word())),
        creator: Smart::Custom(None),
        standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).expect("the two standards go together"),
        ..PdfOptions::default()
    }
}

fn check_pictures(letter: &Letter) -> Result<(), Diagnostics> {
    let is_vast = |p| picture::size(p).is_some_and(|(width, height)| u64::from(width) * u64::from(height) > MOST_PIXELS);
    if data::pictures(letter).any(is_vast) {
        return Err(Diagnostic::error(say!("the logo or a signature has more than 40 million pixels"))
            .hint(say!("make it smaller: a logo is printed 22 mm high, a signature 18 mm"))
            .into());
    }
    if data::pictures(letter).any(picture::is_cmyk) {
        return Err(Diagnostic::error(say!("the logo or a signature is in the colours of a printing press (CMYK)"))
            .hint(say!("open it in a drawing program, and save it anew in RGB, as PNG"))
            .into());
    }
    Ok(())
}

impl PdfRenderer {
    /// What a person can do about it. What typst says may quote the letter, so only the place of it and its kind are told.
    fn explain(&self, world: &World<'_>, problem: &world::Problem) -> Diagnostic {
        let says = |words: &[&str]| words.iter().any(|w| problem.message.contains(w));
        if says(&["could not be displayed", "missing codepoint", "not mapped to a code point", "codepoint"]) {
            return Diagnostic::error(say!("no font can draw some of its letters together with their marks"))
                .hint(say!("put a font that can, as .ttf or .otf, into the folder fonts/ of the workspace"));
        }
        if says(&["decode image", "failed to parse SVG", "SVG", "image"]) {
            return Diagnostic::error(say!("the logo or a signature cannot be drawn: the picture is damaged"))
                .hint(say!("open it in a drawing program, and save it anew as PNG"));
        }
        let at = world
            .place(problem)
            .map_or_else(|| Location::whole(Arc::clone(&self.file)), |(line, column)| Location { file: Arc::clone(&self.file), sheet: None, line, column });
        // Up to the first colon, quote or backquote typst's sentences are its own.
        let why = problem.message.split([':', '"', '`', '(']).next().unwrap_or_default().trim();
        Diagnostic::error(say!("the page layout cannot be set: {why}", why = why))
            .at(at)
            .hint(say!("compare it with the shipped one: `appeal templates --eject DIR` writes that out"))
    }
}
