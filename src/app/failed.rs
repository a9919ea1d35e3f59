//! What failed, to be corrected and run again.
//!
//! In: the rows and lines of cases of which a letter could not be made, and why. Out: a file beside the letters with nothing
//! but them, each with its problems: a table of the same columns, or lines of the same records. The column `#problems`, like
//! everything that begins with #, is left out when the file is read again. Nobody else may read it; no file is overwritten.

use super::items::Raw;
use super::workspace::Workspace;
use super::{Attempt, RunError, files};
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
    /// The further table whose rows these are: they lie in a file beside that of their cases.
    table: Option<String>,
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
                let rest = self.rest(file, None, "ndjson", String::new)?;
                rest.put(&[marked(&line.bytes, problems).as_slice(), b"\n"].concat())
            }
            Raw::Rows(rows) => {
                // Of others the problems are told at their cells, to be corrected where the rows come from.
                let Some(first) = rows.first().filter(|row| row.columns.stand_alone()) else { return Ok(()) };
                let delimiter = char::from(first.columns.delimiter);
                let mut own = String::new();
                for one in rows {
                    let texts = one.texts();
                    let texts = texts.iter().map(String::as_str);
                    if let Some(table) = one.columns.further_table() {
                        let rest =
                            self.rest(&first.columns.file, Some(table), "csv", || format!("\u{feff}{}", row(one.columns.read_names().into_iter(), delimiter)))?;
                        rest.put(row(texts, delimiter).as_bytes())?;
                    } else {
                        let words = if own.is_empty() { problems.join(" | ") } else { String::new() };
                        own.push_str(&row(std::iter::once(words.as_str()).chain(texts), delimiter));
                    }
                }
                let header = || format!("\u{feff}{}", row(std::iter::once(PROBLEMS).chain(first.columns.read_names()), delimiter));
                self.rest(&first.columns.file, None, "csv", header)?.put(own.as_bytes())
            }
            Raw::Line(..) | Raw::File(_) | Raw::Nothing => Ok(()),
        }
    }

    /// The file for what failed of this source, or of this further table of it.
    fn rest(&mut self, source: &str, table: Option<&str>, ending: &'static str, header: impl FnOnce() -> String) -> Result<&mut Rest, RunError> {
        if let Some(at) = self.open.iter().position(|r| r.source == source && r.table.as_deref() == table) {
            return Ok(&mut self.open[at]);
        }
        let folder = self.folder.as_deref().unwrap_or(Path::new("."));
        files::make_folder(folder)?;
        // The temporary file has mode 0600 from its first moment, and goes away if the run does not come to its end.
        let file = tempfile::Builder::new().prefix(".appeal-").tempfile_in(folder).attempt(unwritten)?;
        let mut rest = Rest { source: source.to_owned(), table: table.map(str::to_owned), ending, cases: 0, file: BufWriter::new(file) };
        rest.file.write_all(header().as_bytes()).attempt(unwritten)?;
        self.open.push(rest);
        Ok(self.open.last_mut().expect("it was pushed just now"))
    }

    /// Gives the files their names, and says how many cases each has. A number that is free for them is free for their further
    /// tables: these are only ever written together.
    pub(crate) fn finish(mut self) -> Result<Vec<(PathBuf, usize)>, RunError> {
        let folder = self.folder.take().unwrap_or_default();
        let (cases, further): (Vec<Rest>, Vec<Rest>) = self.open.into_iter().partition(|rest| rest.table.is_none());
        let mut stems: Vec<(String, String)> = Vec::new();
        let mut named = Vec::new();
        for rest in cases {
            let (source, cases) = (rest.source.clone(), rest.cases);
            let (stem, path) = rest.keep(&folder)?;
            stems.push((source, stem));
            named.push((path, cases));
        }
        for rest in further {
            let stem = stems.iter().find(|(source, _)| *source == rest.source).map_or("", |(_, stem)| stem);
            // The table of a file of plain text is called as the file, and that begins as the file of the cases.
            let source = Path::new(&rest.source).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let table = rest.table.as_deref().unwrap_or_default();
            let table = table.strip_prefix(source.as_str()).unwrap_or(table).trim_start_matches(['-', '_']).replace(['/', '\\'], "-");
            let path = folder.join(format!("{stem}-{table}.{}", rest.ending));
            rest.into_file()?.persist_noclobber(&path).map_err(|error| unnamed(&path, error.error))?;
        }
        Ok(named)
    }
}

impl Rest {
    fn into_file(self) -> Result<NamedTempFile, RunError> {
        self.file.into_inner().map_err(std::io::IntoInnerError::into_error).attempt(unwritten)
    }

    /// Gives the file of cases the first name that is free.
    fn keep(self, folder: &Path) -> Result<(String, PathBuf), RunError> {
        let source = Path::new(&self.source).file_stem().map_or_else(String::new, |s| s.to_string_lossy().replace(' ', "-"));
        let source = source.split(".failed").next().unwrap_or_default().to_owned();
        let ending = self.ending;
        let mut file = self.into_file()?;
        let mut number = 1;
        loop {
            let numbered = if number == 1 { String::new() } else { format!("-{number}") };
            let stem = format!("{source}.failed{numbered}");
            let path = folder.join(format!("{stem}.{ending}"));
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok((stem, path)),
                Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists && number < LAST => file = error.file,
                Err(error) => return Err(unnamed(&path, error.error)),
            }
            number += 1;
        }
    }
}

fn unwritten() -> String {
    "what failed cannot be written".into()
}

fn unnamed(path: &Path, error: std::io::Error) -> RunError {
    RunError::System(format!("{} cannot be written", path.display()), error)
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
