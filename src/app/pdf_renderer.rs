//! The PDF renderer of a workspace: its page layout and its fonts, read.
//!
//! In: the template store and the folder `fonts/`. Out: a [`PdfRenderer`], or what is wrong with a font. A font that cannot be read is an
//! error even where no letter would need it: whoever put it there counts on it.

use super::{files, paths};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::letter::TemplateStore;
use crate::writers::{FontFile, PdfRenderer};
use std::path::Path;
use std::sync::Arc;

/// A font is no larger, in bytes; those of Chinese have up to 20 MB.
const LARGEST_FONT: u64 = 64 << 20;
/// What fonts are called.
const ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];

/// The PDF renderer of a workspace.
pub(crate) fn load(root: &Path, store: &TemplateStore, problems: &mut Diagnostics) -> PdfRenderer {
    let folder = paths::join(root, "fonts");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    // The order of a folder is the disk's, and the same letter is the same bytes.
    paths.sort();
    let is_font = |path: &Path| path.extension().and_then(|e| e.to_str()).is_some_and(|e| ENDINGS.contains(&e.to_ascii_lowercase().as_str()));
    let mut fonts = Vec::new();
    for path in paths.into_iter().filter(|p| is_font(p)) {
        match paths::stays(root, &path).and_then(|()| font(&path)) {
            Ok(font) => fonts.push(font),
            Err(problem) => problems.push(*problem),
        }
    }
    match store.get("page.typ") {
        Some(source) => PdfRenderer::new(&source.text, Arc::clone(&source.file), fonts),
        None => PdfRenderer::shipped(),
    }
}

fn font(path: &Path) -> Result<FontFile, Box<Diagnostic>> {
    let refuse = |message, hint| Box::new(Diagnostic::error(message).at(Location::whole(path.display().to_string())).hint(hint));
    let (bytes, length) = files::read_up_to(path, LARGEST_FONT + 1)?;
    if length > LARGEST_FONT {
        return Err(refuse(say!("the font is larger than 64 MB"), say!("take a font of one script, not of all")));
    }
    FontFile::parse(bytes).ok_or_else(|| refuse(say!("the font is damaged, or is none"), say!("copy it anew, as .ttf or .otf, or remove it")))
}
