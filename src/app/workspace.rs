//! The workspace: the folder with `organisation.toml`, and what a run needs from it.
//!
//! In: a folder. Out: a [`Workspace`], or everything that is wrong with its files. Nothing here is a case.

use super::paths::{inside, join, stays};
#[cfg(feature = "pdf")]
use super::pdf_renderer;
use super::{RunError, files};
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::directory::Directory;
use crate::fitness::Requirements;
use crate::letter::template_store::is_shipped;
use crate::letter::{Picture, TemplateStore};
use crate::organisation::Organisation;
use crate::records::{Record, read_entries, read_toml};
use crate::writers::{DocxTheme, RenderOptions, check_style, picture};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The directory that ships with the program: recipients.toml, as build.rs turned it into JSON.
const SHIPPED_DIRECTORY: &str = include_str!(concat!(env!("OUT_DIR"), "/recipients.ndjson"));
/// What mandates ask for, as it ships with the program: requirements.toml, likewise.
const SHIPPED_REQUIREMENTS: &str = include_str!(concat!(env!("OUT_DIR"), "/requirements.ndjson"));
/// A logo or a signature is no larger, in bytes.
const LARGEST_PICTURE: u64 = 4 << 20;

/// A `reference.docx` is no larger, in bytes.
const LARGEST_REFERENCE: u64 = 8 << 20;

/// A workspace, read.
pub(crate) struct Workspace {
    /// Its folder, as it is reached from the current one.
    pub(crate) root: PathBuf,
    pub(crate) organisation: Organisation,
    pub(crate) directory: Directory,
    pub(crate) requirements: Requirements,
    pub(crate) store: TemplateStore,
    /// `common.toml`, if there is one.
    pub(crate) common: Option<Record>,
    /// Addresses of the command line, by the key of their recipient.
    pub(crate) addresses: BTreeMap<String, String>,
    /// Logo and signatures, by their paths.
    pub(crate) pictures: BTreeMap<String, Picture>,
    pub(crate) options: RenderOptions,
}

impl Workspace {
    /// Finds the workspace of a run: the folder that was named, or the current one, or the nearest above it.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn find(directory: Option<&Path>) -> Result<PathBuf, RunError> {
        search(directory).ok_or_else(|| {
            let from = directory.unwrap_or(Path::new(".")).display();
            let missing = say!("there is no organisation.toml in {path} or above it", path = from);
            RunError::app(missing, say!("make a workspace with `appeal init`, or name one with -C DIR"))
        })
    }

    /// Finds the workspace of a run and reads it; what is to be said of its files comes with it.
    ///
    /// # Errors
    /// There is none, or something is wrong with its files.
    pub(crate) fn open(directory: Option<&Path>) -> Result<(Self, Diagnostics), RunError> {
        Ok(Self::load(Self::find(directory)?)?)
    }

    /// Reads a workspace.
    ///
    /// # Errors
    /// Everything that is wrong with its files.
    pub(crate) fn load(root: PathBuf) -> Result<(Self, Diagnostics), Diagnostics> {
        let mut problems = Diagnostics::default();
        let organisation = read(&root, "organisation.toml", &mut problems).and_then(|record| {
            let (organisation, found) = Organisation::parse(&record);
            problems.extend(found);
            organisation
        });
        let common = optional(&root.join("common.toml")).and_then(|_| read(&root, "common.toml", &mut problems));
        let directory = load_directory(Some(&root), &mut problems);
        let requirements = load_requirements(&root, &mut problems);
        problems.extend(requirements.check(&directory));
        let store = load_templates(&root, &mut problems);
        let style = load_style(&store, &mut problems);
        let docx_theme = load_docx_theme(&root, &mut problems);
        #[cfg(feature = "pdf")]
        let pdf_renderer = pdf_renderer::load(&root, &store, &mut problems);
        // What is written by itself is written here, or not at all.
        problems.extend(["letters", "sent"].into_iter().filter_map(|folder| stays(&root, &join(&root, folder)).err()).map(|problem| *problem));
        let pictures = organisation.as_ref().map(|o| load_pictures(&root, o, &mut problems)).unwrap_or_default();
        match organisation.filter(|_| !problems.has_errors()) {
            Some(organisation) => {
                let options = RenderOptions {
                    style,
                    docx_theme,
                    #[cfg(feature = "pdf")]
                    pdf_renderer,
                };
                Ok((Self { root, organisation, directory, requirements, store, common, addresses: BTreeMap::new(), pictures, options }, problems))
            }
            None => Err(problems),
        }
    }

    /// A path of the workspace, as it is reached from the current folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        join(&self.root, below)
    }
}

/// The folder of the workspace, if there is one.
pub(crate) fn search(directory: Option<&Path>) -> Option<PathBuf> {
    let start = directory.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let absolute = std::path::absolute(&start).ok()?;
    let depth = absolute.ancestors().position(|folder| folder.join("organisation.toml").exists())?;
    let mut root = if directory.is_some() { start } else { PathBuf::new() };
    for _ in 0..depth {
        root.push("..");
    }
    Some(if root.as_os_str().is_empty() { PathBuf::from(".") } else { root })
}

fn optional(path: &Path) -> Option<PathBuf> {
    let path = path.strip_prefix("./").unwrap_or(path);
    std::fs::symlink_metadata(path).is_ok().then(|| path.to_path_buf())
}

/// Reads a TOML file of the workspace.
fn read(root: &Path, name: &str, problems: &mut Diagnostics) -> Option<Record> {
    let path = join(root, name);
    match stays(root, &path).and_then(|()| files::read(&path)) {
        Ok(bytes) => {
            let (record, found) = read_toml(&bytes, &Arc::from(path.display().to_string()));
            problems.extend(found);
            record
        }
        Err(problem) => {
            problems.push(*problem);
            None
        }
    }
}

/// The shipped directory, with the workspace's own over it.
pub(crate) fn load_directory(root: Option<&Path>, problems: &mut Diagnostics) -> Directory {
    let (directory, found) = Directory::parse(&layered(SHIPPED_DIRECTORY, "recipients.toml", root, problems));
    problems.extend(found);
    directory
}

/// The shipped requirements, with the workspace's own over them.
fn load_requirements(root: &Path, problems: &mut Diagnostics) -> Requirements {
    let (requirements, found) = Requirements::parse(&layered(SHIPPED_REQUIREMENTS, "requirements.toml", Some(root), problems));
    problems.extend(found);
    requirements
}

/// A shipped file, with the workspace's own of the same name laid over it, table by table.
fn layered(shipped: &str, name: &str, root: Option<&Path>, problems: &mut Diagnostics) -> Record {
    let shipped = read_entries(shipped, &Arc::from(format!("{name} (shipped)")));
    let own = root.filter(|root| optional(&root.join(name)).is_some()).and_then(|root| read(root, name, problems));
    match own {
        Some(mut own) => {
            own.lay_over(&shipped);
            own
        }
        None => shipped,
    }
}

/// The shipped templates and words, with the workspace's own over them. An override that cannot be read is an error, so
/// that no letter is written on the wrong template.
fn load_templates(root: &Path, problems: &mut Diagnostics) -> TemplateStore {
    let mut store = TemplateStore::shipped();
    let base = root.join("letter-templates");
    let mut folders = vec![(String::new(), base, 0)];
    while let Some((prefix, folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            if let Some(path) = optional(&folder) {
                problems.push(
                    Diagnostic::error(say!("the folder cannot be read"))
                        .at(Location::whole(path.display().to_string()))
                        .hint(say!("look at its permissions, and where its links lead")),
                );
            }
            continue;
        };
        for entry in entries.flatten() {
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            let below = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            if std::fs::metadata(&path).is_ok_and(|m| m.is_dir()) {
                if depth < 2 {
                    folders.push((below, path, depth + 1));
                }
                continue;
            }
            put(root, &mut store, &below, &path, problems);
        }
    }
    store
}

fn put(root: &Path, store: &mut TemplateStore, below: &str, path: &Path, problems: &mut Diagnostics) {
    // What cannot even be looked at may be a language's folder.
    let unclear = path.extension().is_none() && std::fs::metadata(path).is_err();
    if !unclear && ![".hbs", ".toml", ".css", ".typ"].iter().any(|e| below.ends_with(e)) {
        return;
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    let file: Arc<str> = path.display().to_string().into();
    match stays(root, path).and_then(|()| files::read(path)).map(String::from_utf8) {
        Ok(Ok(text)) => store.put(below, text, file),
        Ok(Err(_)) => {
            problems.push(Diagnostic::error(say!("the file is not in UTF-8")).at(Location::whole(file)).hint(say!("save it again with the encoding UTF-8")));
        }
        Err(problem) => problems.push(*problem),
    }
}

fn load_style(store: &TemplateStore, problems: &mut Diagnostics) -> String {
    let Some(source) = store.get("page.css") else { return String::new() };
    if !is_shipped("page.css", &source.text)
        && let Err(found) = check_style(&source.text)
    {
        problems.push(
            Diagnostic::error(say!("the style contains {found}", found = found))
                .at(Location::whole(Arc::clone(&source.file)))
                .hint(say!("a style loads nothing and cannot end its element: no </, no @import, no backslash, url(…) only with data:")),
        );
    }
    source.text.clone()
}

/// The organisation's own look of a DOCX, if there is one.
fn load_docx_theme(root: &Path, problems: &mut Diagnostics) -> DocxTheme {
    let Some(path) = optional(&root.join("letter-templates/reference.docx")) else { return DocxTheme::shipped() };
    let at = Location::whole(path.display().to_string());
    let problem = match stays(root, &path).and_then(|()| files::read_up_to(&path, LARGEST_REFERENCE + 1)) {
        Err(problem) => *problem,
        Ok((_, length)) if length > LARGEST_REFERENCE => Diagnostic::error(say!("the file is larger than 8 MB"))
            .at(at)
            .hint(say!("only its styles and its page size are used: remove its text and its pictures")),
        Ok((bytes, _)) => match DocxTheme::parse(&bytes) {
            Ok(theme) => return theme,
            Err(message) => {
                Diagnostic::error(message).at(at).hint(say!("write a letter with -f docx, change its styles in an office program, and save it under this name"))
            }
        },
    };
    problems.push(problem);
    DocxTheme::shipped()
}

fn load_pictures(root: &Path, organisation: &Organisation, problems: &mut Diagnostics) -> BTreeMap<String, Picture> {
    let signatures = organisation.signatories.iter().filter_map(|s| s.signature.as_ref().map(|p| (p, s.name.clone())));
    let mut pictures = BTreeMap::new();
    for (path, alt) in organisation.logo.iter().map(|p| (p, String::new())).chain(signatures) {
        match load_picture(root, path, alt) {
            Ok(picture) => {
                pictures.insert(path.clone(), picture);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    pictures
}

fn load_picture(root: &Path, below: &str, alt: String) -> Result<Picture, Box<Diagnostic>> {
    let path = inside(root, below)?;
    let (bytes, length) = files::read_up_to(&path, LARGEST_PICTURE + 1)?;
    let refuse = |message, hint| Err(Box::new(Diagnostic::error(message).at(Location::whole(path.display().to_string())).hint(hint)));
    if length > LARGEST_PICTURE {
        return refuse(say!("the picture is larger than 4 MB"), say!("make it smaller: a logo is printed 22 mm high"));
    }
    let damaged =
        || refuse(say!("the picture is damaged, or larger than 12,000 pixels on a side"), say!("open it in a drawing program, and save it anew as PNG"));
    let mime = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        "image/jpeg"
    } else if let Some(text) = std::str::from_utf8(&bytes).ok().filter(|t| t.contains("<svg")) {
        if let Err(found) = picture::check_svg(text) {
            return refuse(say!("the picture contains {found}", found = found), say!("save it anew as a plain SVG, or as PNG"));
        }
        return match picture::bare_svg(text) {
            Some(bare) => Ok(Picture { mime: "image/svg+xml", bytes: bare.into_bytes().into(), alt }),
            None => damaged(),
        };
    } else {
        return refuse(say!("the picture is neither PNG nor JPEG nor SVG"), say!("save it as PNG"));
    };
    // What a camera or a drawing program wrote beside the picture stays here.
    let picture = Picture { mime, bytes: picture::bare(mime, &bytes).into(), alt };
    if picture::size(&picture).is_none() {
        return damaged();
    }
    Ok(picture)
}
