//! The manual, word by word: its commands are run, its files are written, and what it prints is what comes out.
//!
//! A page begins in an empty folder, and its blocks follow one another in it. A `console` block is run line by line; the
//! lines below a command are its standard output. A block whose first line names a file in a comment (`# PATH`,
//! `{{!-- PATH --}}`) is written to that file; `# part of PATH` shows a few keys of a file, which its schema must know.
//! `sh` blocks are for a terminal in the project's folder; the first of the README is run by `.ci/run`. `text` is free.

use crate::test_workspace::{PROGRAM, TestWorkspace};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each page, and the test that runs it.
macro_rules! pages {
    ($($name:ident $page:literal)*) => {
        const PAGES: &[&str] = &[$($page),*];
        $(#[test]
        fn $name() {
            follow($page);
        })*
    };
}

pages! {
    readme "README.md"
    first_letter "docs/first-letter.md"
    consent "docs/consent.md"
    case_file "docs/case-file.md"
    organisation "docs/organisation.md"
    recipients "docs/recipients.md"
    tables "docs/tables.md"
    mappings "docs/mappings.md"
    templates "docs/templates.md"
    formats "docs/formats.md"
    sending "docs/sending.md"
    after "docs/after.md"
    security "docs/security.md"
    scripts "docs/scripts.md"
    commands "docs/reference/commands.md"
    exit_codes "docs/reference/exit-codes.md"
    json "docs/reference/json.md"
    architecture "docs/dev/architecture.md"
    testing "docs/dev/testing.md"
    performance "docs/dev/performance.md"
    a_new_language "docs/dev/a-new-language.md"
    a_new_format "docs/dev/a-new-format.md"
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(page: &str) -> String {
    fs::read_to_string(project().join(page)).unwrap_or_else(|e| panic!("{page}: {e}"))
}

struct Block {
    kind: String,
    text: String,
}

/// What a page is made of, as far as a test can hold it to it.
#[derive(Default)]
struct Page {
    blocks: Vec<Block>,
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

fn read(page: &str) -> Page {
    let text = text_of(page);
    let mut read = Page::default();
    let mut heading: Option<String> = None;
    let mut block: Option<Block> = None;
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let kind = match kind {
                    CodeBlockKind::Fenced(kind) => kind.into_string(),
                    CodeBlockKind::Indented => "indented".to_owned(),
                };
                block = Some(Block { kind, text: String::new() });
            }
            Event::End(TagEnd::CodeBlock) => read.blocks.extend(block.take()),
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => read.anchors.extend(heading.take().map(|words| anchor(&words))),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => read.links.push(dest_url.into_string()),
            Event::Text(words) | Event::Code(words) => {
                if let Some(block) = &mut block {
                    block.text.push_str(&words);
                } else if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ => {}
        }
    }
    read
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A shell in the folder that `cd` lines lead to.
struct Shell {
    home: tempfile::TempDir,
    folder: PathBuf,
}

impl Shell {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = home.path().to_path_buf();
        // The program that the manual's configuration asks for a password; no page gets as far as using it.
        let programs = home.path().join(".bin");
        fs::create_dir(&programs).expect("a folder can be made");
        let pass = programs.join("pass");
        fs::write(&pass, "#!/bin/sh\necho secret\n").expect("a script can be written");
        Command::new("chmod").arg("755").arg(&pass).status().expect("chmod runs");
        Self { home, folder }
    }

    fn command(&self, program: &str) -> Command {
        let programs = Path::new(PROGRAM).parent().expect("the program lies in a folder").display();
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env("HOME", self.home.path()).env("LC_ALL", "C").env_remove("XDG_CONFIG_HOME");
        command.env("PATH", format!("{programs}:{}:{}", self.home.path().join(".bin").display(), std::env::var("PATH").unwrap_or_default()));
        command
    }

    #[track_caller]
    fn run(&mut self, line: &str) -> String {
        if let Some(folder) = line.strip_prefix("cd ") {
            self.folder.push(folder);
            return String::new();
        }
        let output = self.command("sh").args(["-c", line]).output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "$ {line}\n{said}{wrong}");
        assert!(!wrong.contains("panicked"), "$ {line}\n{wrong}");
        said
    }
}

/// The file that a block's first line names.
fn file_of(block: &Block) -> Option<&str> {
    let first = block.text.lines().next()?;
    first.strip_prefix("# ").or_else(|| first.strip_prefix("{{!-- ")?.strip_suffix(" --}}")).filter(|path| path.contains('.'))
}

/// Does what a page says, in an empty folder.
#[track_caller]
fn follow(page: &str) {
    let mut shell = Shell::new();
    let mut typed = String::new();
    let mut files = Vec::new();
    for block in read(page).blocks {
        match block.kind.as_str() {
            "toml" | "handlebars" => {
                let path = file_of(&block).unwrap_or_else(|| panic!("{page}: a block begins with its file\n{}", block.text));
                if let Some(file) = path.strip_prefix("part of ") {
                    is_part_of(page, file, &block.text);
                } else {
                    fs::create_dir_all(shell.folder.join(path).parent().expect("a file lies in a folder")).expect("a folder can be made");
                    fs::write(shell.folder.join(path), &block.text).unwrap_or_else(|e| panic!("{page}: {path}: {e}"));
                    files.push((path.to_owned(), typed.len()));
                }
            }
            "console" => {
                let mut lines = block.text.lines().peekable();
                while let Some(line) = lines.next() {
                    let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{page}: a command begins with $: {line}"));
                    let mut expected = Vec::new();
                    while let Some(answer) = lines.next_if(|l| !l.starts_with("$ ")) {
                        expected.push(answer);
                    }
                    let said = shell.run(command);
                    if !expected.is_empty() {
                        assert_eq!(said.lines().collect::<Vec<_>>(), expected, "{page}: $ {command}");
                    }
                    typed.push_str(command);
                    typed.push('\n');
                }
            }
            "sh" => {
                let starts = ["cargo ", "bash ", "sh ", "mdbook ", "APPEAL_", "INSTA_", "git ", "#"];
                assert!(block.text.lines().all(|l| starts.iter().any(|start| l.starts_with(start))), "{page}: {}", block.text);
            }
            "text" | "json" => {}
            other => panic!("{page}: a block of the kind {other:?}"),
        }
    }
    for (path, at) in files {
        // A mapping, a configuration and a schema are named by a command; what else lies in a workspace is read by all.
        let later = &typed[at..];
        let known = ["cases/", "organisation.toml", "recipients.toml", "requirements.toml", "common.toml", "letter-templates/"];
        let is_read = later.contains(&path)
            || known.iter().any(|file| path.starts_with(file)) && ["check", "render", "send"].iter().any(|c| later.contains(&format!("appeal {c}")));
        assert!(is_read, "{page}: no command reads {path}");
    }
}

/// Whether the keys that a page shows of a file are keys of such a file, with values of the right kind.
#[track_caller]
fn is_part_of(page: &str, file: &str, text: &str) {
    let name = if file.starts_with("cases/") { "case" } else { file.trim_end_matches(".toml") };
    let schema: Json = serde_json::from_str(&TestWorkspace::bare().run(&format!("schema {name}")).into_stdout()).expect("the schema is JSON");
    let part: toml::Table = text.parse().unwrap_or_else(|e| panic!("{page}: {e}\n{text}"));
    let part = serde_json::to_value(part).expect("TOML can be JSON");
    assert!(fits(&schema, &schema, &part), "{page}: this is no part of {file}\n{text}");
}

/// As much of JSON Schema as the program's own schemas use. A part of a file need not have what the file must.
fn fits(root: &Json, schema: &Json, value: &Json) -> bool {
    if let Some(name) = schema["$ref"].as_str() {
        return fits(root, root.pointer(name.trim_start_matches('#')).expect("a reference leads somewhere"), value);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        return ways.iter().any(|way| fits(root, way, value));
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.contains(value);
    }
    match value {
        // A day of TOML.
        Json::Object(map) if map.keys().any(|key| key.starts_with("$__toml")) => schema["type"] == "string",
        Json::Object(map) => {
            schema["type"] == "object"
                && map.iter().all(|(key, value)| match schema["properties"].get(key) {
                    Some(property) => fits(root, property, value),
                    None => schema["additionalProperties"].is_object() && fits(root, &schema["additionalProperties"], value),
                })
        }
        Json::Array(items) => schema["type"] == "array" && items.iter().all(|item| fits(root, &schema["items"], item)),
        Json::Bool(_) => schema["type"] == "boolean",
        Json::Number(_) => matches!(schema["type"].as_str(), Some("integer" | "number")),
        Json::String(_) => schema["type"] == "string",
        Json::Null => false,
    }
}

#[test]
fn the_summary_lists_every_page_and_every_page_is_followed() {
    let mut found = BTreeSet::new();
    for folder in ["docs", "docs/reference", "docs/dev"] {
        for entry in fs::read_dir(project().join(folder)).expect("docs can be read").flatten() {
            let name = entry.file_name().into_string().expect("a page has a plain name");
            if name.ends_with(".md") && name != "SUMMARY.md" {
                found.insert(format!("{folder}/{name}"));
            }
        }
    }
    let summary: BTreeSet<String> = read("docs/SUMMARY.md").links.iter().map(|link| format!("docs/{link}")).collect();
    assert_eq!(summary, found);
    let followed: BTreeSet<String> = PAGES.iter().filter(|page| page.starts_with("docs/")).map(|&page| page.to_owned()).collect();
    assert_eq!(followed, found);
}

#[test]
fn every_link_of_the_manual_leads_somewhere() {
    let others = ["docs/SUMMARY.md", "CONTRIBUTING.md", "SECURITY.md", "benches/README.md", "fuzz/README.md", "examples/rodolfo-robles-2021/README.md"];
    for page in PAGES.iter().chain(&others) {
        let here = read(page);
        for link in &here.links {
            if link.starts_with("https://") {
                continue;
            }
            let (file, place) = link.split_once('#').map_or((link.as_str(), None), |(file, place)| (file, Some(place)));
            let target = if file.is_empty() { page.to_string() } else { plain(&Path::new(page).parent().expect("a page lies in a folder").join(file)) };
            assert!(project().join(&target).exists(), "{page}: {link} leads nowhere");
            // The book has the pages alone: a link out of docs/ would break there.
            assert!(!page.starts_with("docs/") || target.starts_with("docs/"), "{page}: {link} leads out of docs/");
            if let Some(place) = place {
                assert!(read(&target).anchors.contains(place), "{page}: {target} has no heading {place}");
            }
        }
    }
}

/// A folder or file of the project in backticks: `src/writers/mod.rs`.
fn named_files(text: &str) -> Vec<&str> {
    let folders = ["src/", "tests/", "fuzz/", "benches/", "letter-templates/", "ui/", "mappings/", "fonts/"];
    text.split('`').filter(|word| folders.iter().any(|folder| word.starts_with(folder)) && !word.contains([' ', '\n'])).collect()
}

#[test]
fn every_file_that_those_who_work_on_the_program_are_sent_to_is_there() {
    // The format that is made as an example.
    let made_up = ["src/writers/rtf.rs"];
    for page in PAGES.iter().filter(|page| page.starts_with("docs/dev/")).chain(&["CONTRIBUTING.md", "SECURITY.md"]) {
        let text = text_of(page);
        for file in named_files(&text) {
            assert!(made_up.contains(&file) || project().join(file).exists(), "{page} names {file}, which is not there");
        }
    }
}

/// A path without `..`.
fn plain(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.iter().filter_map(|part| part.to_str()) {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn the_readme_is_short_and_its_first_command_is_the_one_that_is_run_before_anything_lands() {
    let text = text_of("README.md");
    assert!(text.len() <= 8192, "the README has {} bytes", text.len());
    let first = read("README.md").blocks.into_iter().next().expect("the README has a block");
    assert_eq!(first.kind, "sh");
    let command = first.text.lines().next().expect("the block has a command");
    let words = command.strip_prefix("cargo run --release -- ").expect("the first command runs the program");
    assert!(text_of(".ci/run").contains(words), "{words}");
}

#[test]
fn the_reference_names_every_command_and_every_option() {
    let text = text_of("docs/reference/commands.md");
    let help = TestWorkspace::bare().run("--help").into_stdout();
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    for command in commands.filter_map(|l| l.split_whitespace().next()) {
        assert!(text.contains(&format!("## appeal {command}\n")), "there is no part on `appeal {command}`");
        let help = TestWorkspace::bare().run(&format!("{command} -h")).into_stdout();
        let options = help.lines().filter_map(|l| l.split([' ', ',', '=']).find(|word| word.starts_with("--")));
        for option in options {
            assert!(text.contains(&format!("`{option}")), "`{option}` of `appeal {command}` is not explained");
        }
    }
}

/// Every key that a schema has, at any depth.
fn keys(schema: &Json, out: &mut BTreeSet<String>) {
    for (key, below) in schema["properties"].as_object().into_iter().flatten() {
        out.insert(key.clone());
        keys(below, out);
        keys(&below["items"], out);
    }
}

#[test]
fn the_manual_explains_every_key_of_a_file() {
    for (file, page) in [("case", "docs/case-file.md"), ("organisation", "docs/organisation.md")] {
        let text = text_of(page) + &text_of("docs/consent.md");
        let schema: Json = serde_json::from_str(&TestWorkspace::bare().run(&format!("schema {file}")).into_stdout()).expect("the schema is JSON");
        let mut known = BTreeSet::new();
        keys(&schema, &mut known);
        for key in known {
            let shown = [format!("`{key}`"), format!("[{key}]"), format!(".{key}]"), format!("`{key} ")];
            assert!(shown.iter().any(|way| text.contains(way)), "{page} does not explain `{key}`");
        }
    }
}
