//! The closed world in which a letter is set.
//!
//! In: the layout, the letter as data, its pictures, the fonts. Out: pages. Every other path, every package and the clock
//! are refused, so a layout can show nothing but the letter, whoever wrote it.

use super::fonts::Fonts;
use typst::Library;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Output};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{WorldExt as _, compile};

pub(super) use typst_layout::Page;

/// What typst found wrong.
pub(super) type Problem = SourceDiagnostic;

/// All that a layout can see.
pub(super) struct World<'a> {
    pub(super) library: &'a LazyHash<Library>,
    pub(super) fonts: &'a Fonts,
    pub(super) main: Source,
    pub(super) letter: Bytes,
    pub(super) pictures: Vec<Bytes>,
    pub(super) mark: Option<Bytes>,
}

/// The number of a path. The same few paths serve every letter: typst has 65,535 numbers for the life of a process.
pub(super) fn id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("the program's own paths are paths")).intern()
}

impl World<'_> {
    /// Sets the main source. A font that is named and not there would be replaced in silence, so it is an error.
    pub(super) fn set<T: Output>(&self) -> Result<T, Problem> {
        let set = compile::<T>(self);
        let document = set.output.map_err(|errors| errors[0].clone())?;
        match set.warnings.into_iter().find(|w| w.message.starts_with("unknown font family")) {
            Some(warning) => Err(warning),
            None => Ok(document),
        }
    }

    /// Line and column of a problem in the layout.
    pub(super) fn place(&self, problem: &Problem) -> Option<(u32, u32)> {
        let at = self.range(problem.span)?.start;
        let (line, column) = self.main.lines().byte_to_line_column(at)?;
        Some((u32::try_from(line + 1).ok()?, u32::try_from(column + 1).ok()?))
    }
}

impl typst::World for World<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get();
        if *path.root() != VirtualRoot::Project {
            return Err(FileError::AccessDenied);
        }
        let found = match path.vpath().get_with_slash() {
            "/letter.json" => Some(&self.letter),
            "/mark.svg" => self.mark.as_ref(),
            other => other.strip_prefix("/picture-").and_then(|n| self.pictures.get(n.parse::<usize>().ok()?)),
        };
        found.cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.all.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
