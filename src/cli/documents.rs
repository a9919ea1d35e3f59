//! `appeal schema`, `completions`, `man`: what the program says of itself.

use super::exit_status::ExitStatus;
use super::report;
use crate::app::RunError;
use crate::case::Case;
use crate::directory::Directory;
use crate::fitness::Requirements;
use crate::organisation::Organisation;
use crate::records::Shape;
use serde_json::{Value as Json, json};

/// A file that has a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum File {
    /// cases/*.toml
    Case,
    /// common.toml
    Common,
    /// organisation.toml
    Organisation,
    /// recipients.toml
    Recipients,
    /// requirements.toml
    Requirements,
}

fn of(file: File) -> Json {
    match file {
        File::Case => Case::shape().json_schema("appeal: a case"),
        File::Common => {
            let mut shape = Case::shape();
            shape.fields.iter_mut().for_each(|f| f.required = false);
            shape.json_schema("appeal: what all cases share")
        }
        File::Organisation => Organisation::shape().json_schema("appeal: the organisation"),
        File::Recipients => of_entries(Directory::shape(), "appeal: the directory"),
        File::Requirements => of_entries(Requirements::shape(), "appeal: what mandates ask for"),
    }
}

/// A file whose tables the user names. A workspace's entry may add to a shipped one, so nothing in it is required.
fn of_entries(mut shape: Shape, title: &str) -> Json {
    shape.fields.iter_mut().for_each(|f| f.required = false);
    let mut entry = shape.json_schema(title);
    let fixed: Vec<(String, Json)> =
        ["$schema", "title", "$defs"].into_iter().filter_map(|k| Some((k.to_owned(), entry.as_object_mut()?.remove(k)?))).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": entry });
    if let Some(object) = schema.as_object_mut() {
        object.extend(fixed);
    }
    schema
}

pub(super) fn schema(file: Option<File>) -> Result<ExitStatus, RunError> {
    let schema = match file {
        Some(file) => of(file),
        None => json!({
            "cases/*.toml": of(File::Case),
            "common.toml": of(File::Common),
            "organisation.toml": of(File::Organisation),
            "recipients.toml": of(File::Recipients),
            "requirements.toml": of(File::Requirements),
        }),
    };
    report::print(&format!("{schema:#}\n"))?;
    Ok(ExitStatus::Done)
}

pub(super) fn completions(shell: clap_complete::Shell, mut command: clap::Command) -> Result<ExitStatus, RunError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "appeal", &mut script);
    report::print_bytes(&script)?;
    Ok(ExitStatus::Done)
}

pub(super) fn manual(command: clap::Command) -> Result<ExitStatus, RunError> {
    let mut page = Vec::new();
    let mut render = |command: clap::Command| clap_mangen::Man::new(command).date("").render(&mut page);
    render(command).expect("a vector takes all");
    report::print_bytes(&page)?;
    Ok(ExitStatus::Done)
}
