//! Mappings on the command line: a file, or the name of one that ships with the program.

use super::files;
use crate::case::Case;
use crate::diagnostic::Diagnostics;
use crate::records::Mapping;
use std::path::Path;

/// Reads a mapping.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn read(name: &Path) -> Result<Mapping, Diagnostics> {
    let shape = Case::shape();
    // A name without a folder and an ending is that of a shipped mapping, unless a file bears it.
    if let Some(shipped) = name.to_str().filter(|_| std::fs::symlink_metadata(name).is_err()).and_then(|n| Mapping::shipped_as(n, &shape)) {
        return Ok(shipped);
    }
    files::read_as(name, |record| Mapping::parse(record, &shape))
}
