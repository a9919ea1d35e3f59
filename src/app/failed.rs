//! What failed, to be corrected and run again.
//!
//! In: the rows and lines of cases of which a letter could not be made, and why. Out: a file beside the letters with nothing
//! but them, each with its problems: a table of the same columns, or lines of the same records. The column `#problems`, like
//! everything that begins with #, is left out when the file is read again. Nobody else may read it; no file is overwritten.

use super::items::Raw;
use super::run_error::Attempt;
use super::workspace::Workspace;
use super::{RunError, files};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The column, or key, that says what is wrong.
const PROBLEMS: &str = "#problems";
/// The number of the last file of one name.
const LAST: usize = 999;

/// Files of what failed, one for each file that was read.
pub(crate) struct Failed {
    /// Where the letters go; `letters/` of the workspace where none is named.
    folder: Option<PathBuf>,
    open: Vec<Rest>,
}

/// What failed of one file.
struct Rest {
    source: String,
    ending: &'static str,
    cases: usize,
    file: BufWriter<NamedTempFile>,
}

impl Rest {
    fn put(&mut self, bytes: &[u8]) -> Result<(), RunError> {
        self.cases += 1;
        self.file.write_all(bytes).attempt(unwritten)
    }
}

impl Failed {
    /// What fails is written into this folder, or into `letters/` of the workspace.
    pub(crate) fn into_folder(folder: Option<PathBuf>) -> Self {
        Self { folder, open: Vec::new() }
    }

    /// Adds a case, and what is wrong with it, in words. A case with a file of its own stays where it is.
    pub(crate) fn add(&mut self, workspace: &Workspace, raw: &Raw, problems: &[String]) -> Result<(), RunError> {
        self.folder.get_or_insert_with(|| workspace.path("letters"));
        match raw {
            Raw::Line(file, line) if !line.is_too_long => {
                let rest = self.rest(file, "ndjson", "")?;
                rest.put(&[marked(&line.bytes, problems).as_slice(), b"\n"].concat())
            }
            Raw::Rows(rows) => {
                // Of others the problems are told at their cells, to be corrected where the rows come from.
                let Some(first) = rows.first().filter(|row| row.columns.stand_alone()) else { return Ok(()) };
                let delimiter = char::from(first.columns.delimiter);
                let names = first.columns.whole.iter().map(String::as_str).filter(|name| *name != PROBLEMS);
                let header = format!("\u{feff}{}", row(std::iter::once(PROBLEMS).chain(names), delimiter));
                let rest = self.rest(&first.columns.file, "csv", &header)?;
                let mut lines = String::new();
                for (number, one) in rows.iter().enumerate() {
                    let words = if number == 0 { problems.join(" | ") } else { String::new() };
                    let mut cells = one.texts();
                    if let Some(at) = first.columns.whole.iter().position(|name| name == PROBLEMS).filter(|at| *at < cells.len()) {
                        cells.remove(at);
                    }
                    lines.push_str(&row(std::iter::once(words.as_str()).chain(cells.iter().map(String::as_str)), delimiter));
                }
                rest.put(lines.as_bytes())
            }
            Raw::Line(..) | Raw::File(_) | Raw::Nothing => Ok(()),
        }
    }

    /// The file for what failed of this source.
    fn rest(&mut self, source: &str, ending: &'static str, header: &str) -> Result<&mut Rest, RunError> {
        if let Some(at) = self.open.iter().position(|r| r.source == source) {
            return Ok(&mut self.open[at]);
        }
        let folder = self.folder.as_deref().unwrap_or(Path::new("."));
        files::make_folder(folder)?;
        // The temporary file has mode 0600 from its first moment, and goes away if the run does not come to its end.
        let file = tempfile::Builder::new().prefix(".appeal-").tempfile_in(folder).attempt(unwritten)?;
        let mut rest = Rest { source: source.to_owned(), ending, cases: 0, file: BufWriter::new(file) };
        rest.file.write_all(header.as_bytes()).attempt(unwritten)?;
        self.open.push(rest);
        Ok(self.open.last_mut().expect("it was pushed just now"))
    }

    /// Gives the files their names, and says how many cases each has.
    pub(crate) fn finish(self) -> Result<Vec<(PathBuf, usize)>, RunError> {
        let mut named = Vec::new();
        let folder = self.folder.unwrap_or_default();
        for rest in self.open {
            let stem = Path::new(&rest.source).file_stem().map_or_else(String::new, |s| s.to_string_lossy().replace(' ', "-"));
            let stem = stem.split(".failed").next().unwrap_or_default();
            let mut file = rest.file.into_inner().map_err(std::io::IntoInnerError::into_error).attempt(unwritten)?;
            for number in 1..=LAST {
                let numbered = if number == 1 { String::new() } else { format!("-{number}") };
                let path = folder.join(format!("{stem}.failed{numbered}.{}", rest.ending));
                match file.persist_noclobber(&path) {
                    Ok(_) => {
                        named.push((path, rest.cases));
                        break;
                    }
                    Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists && number < LAST => file = error.file,
                    Err(error) => return Err(RunError::System(format!("{} cannot be written", path.display()), Some(error.error))),
                }
            }
        }
        Ok(named)
    }
}

fn unwritten() -> String {
    "what failed cannot be written".into()
}

/// A row, quoted as spreadsheets do. A sign at the beginning of a text would make it a formula: a quote before it does not.
fn row<'c>(cells: impl Iterator<Item = &'c str>, delimiter: char) -> String {
    let mut line = String::new();
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            line.push(delimiter);
        }
        let is_formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
        let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
        if cell.contains([delimiter, '"', '\n', '\r']) {
            line.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            line.push_str(&cell);
        }
    }
    line.push('\n');
    line
}

/// A line of NDJSON with its problems. One that is no object is left as it is.
fn marked(line: &[u8], problems: &[String]) -> Vec<u8> {
    let inside = line.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let Some(inside) = inside.filter(|_| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()) else { return line.to_vec() };
    // An earlier run may have marked it already: what was corrected since is not said again.
    let comma = if inside.starts_with(b"}") { "" } else { "," };
    [format!("{{\"{PROBLEMS}\":{}{comma}", serde_json::json!(problems)).as_bytes(), inside].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_becomes_a_formula() {
        let cells = ["=1+1", "-5", "+52 967", "a;b", "say \"no\"", ""];
        assert_eq!(row(cells.into_iter(), ';'), "'=1+1;-5;'+52 967;\"a;b\";\"say \"\"no\"\"\";\n");
    }

    #[test]
    fn a_line_is_marked_if_it_is_an_object() {
        let problems = ["x".to_owned()];
        assert_eq!(marked(b" { \"id\": 1}", &problems), b"{\"#problems\":[\"x\"],\"id\": 1}");
        assert_eq!(marked(b"{}", &problems), b"{\"#problems\":[\"x\"]}");
        assert_eq!(marked(b"{\"id\":", &problems), b"{\"id\":");
    }
}
