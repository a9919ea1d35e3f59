//! `appeal render`: write letters, cleared ones and marked drafts of what is held.
//!
//! Exactly one text letter goes to standard output, everything else into a folder. So that a batch need not be gathered
//! first, the first letter is kept back until a second one comes.

use super::files::{self, Written};
use super::letters::{self, Made, Readers, State};
use super::workspace::Workspace;
use super::{Common, Ending, Misuse, Selection, report};
use crate::letter::Letter;
use crate::writers::{Format, write};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

pub(super) fn run(common: &Common, selection: &Selection, formats: &[Format], output: Option<&Path>) -> anyhow::Result<Ending> {
    let to_output = output == Some(Path::new("-"));
    if to_output && common.json {
        return Err(Misuse("--json and -o - both want standard output\n  hint: name a folder with -o DIR".into()).into());
    }
    let mut formats = formats.to_vec();
    formats.dedup();
    let lone = output.is_none() && formats == [Format::Text] && !common.json;
    let mut sink = Sink { json: common.json, to_output, folder: output.map(Path::to_path_buf), lone, kept: None, rows: Vec::new(), failures: 0, count: 0 };
    let sum = letters::each(common, selection, Readers::Selected, |workspace, made| {
        let Some(letter) = &made.letter else {
            return if common.json { report::print(&format!("{}\n", made.json())) } else { Ok(()) };
        };
        formats.iter().try_for_each(|format| sink.put(workspace, made, letter, *format))
    })?;
    sink.finish()?;
    if common.json {
        report::print(&format!("{}\n", sum.json()))?;
    } else {
        report::problems(&sum.problems, common.quiet);
        sink.report(common.quiet, &sum.words())?;
    }
    Ok(if sink.failures > 0 { sum.ending().max(Ending::Failed) } else { sum.ending() })
}

/// Where letters go, and what became of them.
struct Sink {
    json: bool,
    to_output: bool,
    folder: Option<PathBuf>,
    /// A single text letter would go to standard output.
    lone: bool,
    kept: Option<(PathBuf, State, Vec<u8>)>,
    rows: Vec<Vec<String>>,
    failures: usize,
    count: usize,
}

impl Sink {
    fn put(&mut self, workspace: &Workspace, made: &Made, letter: &Letter, format: Format) -> anyhow::Result<()> {
        let bytes = write(letter, &workspace.stationery, format);
        self.count += 1;
        if self.to_output {
            return report::print_bytes(&bytes);
        }
        let folder = self.folder.clone().unwrap_or_else(|| workspace.path("letters"));
        let path = folder.join(format!("{}.{}", made.stem(), format.extension()));
        if self.lone && self.count == 1 {
            self.kept = Some((path, made.state, bytes));
            return Ok(());
        }
        if let Some((path, state, bytes)) = self.kept.take() {
            self.write(&path, state, &bytes);
        }
        let digest = self.json.then(|| digest(&bytes));
        let written = self.write(&path, made.state, &bytes);
        if let Some(digest) = digest {
            let mut line = made.json();
            if let Json::Object(fields) = &mut line {
                fields.insert("format".into(), json!(format.word()));
                fields.insert("file".into(), json!(written.then(|| path.display().to_string())));
                fields.insert("digest".into(), json!(digest));
            }
            report::print(&format!("{line}\n"))?;
        }
        Ok(())
    }

    fn write(&mut self, path: &Path, state: State, bytes: &[u8]) -> bool {
        let folder = path.parent().unwrap_or(Path::new("."));
        match files::make_folder(folder).and_then(|()| files::write(path, bytes)) {
            Ok(written) => {
                let state = if state == State::Held { "held: a draft" } else { "cleared" };
                let note = if written == Written::Unchanged { ", unchanged" } else { "" };
                self.rows.push(vec![path.display().to_string(), format!("{state}{note}")]);
                true
            }
            Err(error) => {
                report::failure(&error);
                self.failures += 1;
                false
            }
        }
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        match self.kept.take() {
            Some((_, _, bytes)) => report::print_bytes(&bytes),
            None => Ok(()),
        }
    }

    fn report(&self, quiet: bool, words: &str) -> anyhow::Result<()> {
        if quiet {
            return Ok(());
        }
        report::print(&report::table(&self.rows))?;
        if !self.rows.is_empty() {
            report::say(words);
        }
        Ok(())
    }
}

/// SHA-256 of what was written, in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut out, byte| {
        out.push_str(&format!("{byte:02x}"));
        out
    })
}
