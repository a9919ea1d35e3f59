//! Paths of a workspace, and that they stay in it.

use crate::diagnostic::{Diagnostic, Location};
use std::path::{Component, Path, PathBuf};

/// A path below a folder; below the current one it stands alone.
pub(crate) fn join(root: &Path, below: &str) -> PathBuf {
    if root == Path::new(".") { PathBuf::from(below) } else { root.join(below) }
}

/// A file of the workspace that one of its files names; it may not lie outside.
pub(crate) fn inside(root: &Path, below: &str) -> Result<PathBuf, Box<Diagnostic>> {
    let path = join(root, below);
    if Path::new(below).is_absolute() || below.split('/').any(|part| part == "..") {
        return Err(outside(&path));
    }
    stays(root, &path).map(|()| path)
}

/// A file or folder that lies in the workspace lies there after links are resolved, too: a workspace that came from others reads
/// and writes nothing elsewhere. What a person names outside is that person's own.
pub(crate) fn stays(root: &Path, path: &Path) -> Result<(), Box<Diagnostic>> {
    let is_ours = plain(path).zip(plain(root)).is_some_and(|(path, root)| path.starts_with(root));
    // A path that cannot be resolved is reported by whoever reads it.
    let (true, Ok(real), Ok(base)) = (is_ours, path.canonicalize(), root.canonicalize()) else { return Ok(()) };
    if real.starts_with(base) { Ok(()) } else { Err(outside(path)) }
}

/// A path from the root of the disk, without `..` and with its links as they are.
fn plain(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    Some(absolute.components().fold(PathBuf::new(), |mut plain, part| {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
        plain
    }))
}

fn outside(path: &Path) -> Box<Diagnostic> {
    let problem = Diagnostic::error(say!("the file lies outside the workspace")).at(Location::whole(path.display().to_string()));
    Box::new(problem.hint(say!("put a copy into the workspace, and write its path from there")))
}
