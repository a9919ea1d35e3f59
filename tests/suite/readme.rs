//! The README, word by word: its commands are run, its files are written, and what it prints is what comes out.
//!
//! A `console` block is run line by line; lines without `$` are the expected standard output. A `toml` block whose first
//! line is `# PATH` is written to that path. `sh` blocks are for a terminal in the project's folder; the first of them is
//! run by `.ci/run`.

use crate::test_workspace::PROGRAM;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Block {
    kind: String,
    lines: Vec<String>,
}

fn blocks() -> Vec<Block> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README can be read");
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(kind), None) => open = Some(Block { kind: kind.to_owned(), lines: Vec::new() }),
            (Some(_), block @ Some(_)) => blocks.extend(block.take()),
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block of the README is not closed");
    blocks
}

/// A shell in the folder that `cd` lines lead to.
struct Shell {
    folder: PathBuf,
    path: String,
}

impl Shell {
    fn run(&mut self, command: &str) -> String {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            return String::new();
        }
        let output = Command::new("sh").args(["-c", command]).current_dir(&self.folder).env("PATH", &self.path).env("LC_ALL", "C").output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{said}{wrong}");
        assert!(!wrong.contains("panicked"), "{command}\n{wrong}");
        said
    }
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let programs = Path::new(PROGRAM).parent().expect("the program lies in a folder").display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = Shell { folder: home.path().to_path_buf(), path };
    let mut ran = 0;
    for block in blocks() {
        match block.kind.as_str() {
            "toml" => {
                let path = block.lines[0].strip_prefix("# ").unwrap_or_else(|| panic!("a TOML block begins with its path: {}", block.lines[0]));
                fs::write(shell.folder.join(path), block.lines.join("\n") + "\n").unwrap_or_else(|e| panic!("{path}: {e}"));
            }
            "console" => {
                let mut lines = block.lines.iter().peekable();
                while let Some(line) = lines.next() {
                    let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("a command begins with $: {line}"));
                    let mut expected = Vec::new();
                    while let Some(answer) = lines.next_if(|l| !l.starts_with("$ ")) {
                        expected.push(answer.as_str());
                    }
                    let said = shell.run(command);
                    if !expected.is_empty() {
                        assert_eq!(said.lines().collect::<Vec<_>>(), expected, "$ {command}");
                    }
                    ran += 1;
                }
            }
            "sh" => assert!(block.lines.iter().all(|l| l.starts_with("cargo ") || l.starts_with("sh tests/real/")), "{:?}", block.lines),
            "text" => {}
            other => panic!("a block of the kind {other:?}"),
        }
    }
    assert!(ran >= 15, "only {ran} commands");
}

#[test]
fn what_the_readme_shows_of_problems_is_what_is_said() {
    let shown = blocks().into_iter().find(|b| b.kind == "text").expect("the README shows a problem");
    let case = blocks().into_iter().rfind(|b| b.lines.first().is_some_and(|l| l.starts_with("# cases/"))).expect("the README has a case");
    let organisation = blocks().into_iter().find(|b| b.lines.first().is_some_and(|l| l == "# organisation.toml")).expect("the README has an organisation");
    let case = case.lines.join("\n").replace("submit = true", "submit = false");
    let workspace = crate::test_workspace::TestWorkspace::bare().file("organisation.toml", organisation.lines.join("\n")).case("bridge-2021", &case);
    let said = workspace.run("check").into_stderr();
    for line in shown.lines {
        assert!(said.lines().any(|l| l == line), "{line}\n{said}");
    }
}

#[test]
fn the_readme_names_every_command_and_every_key_of_a_case() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README can be read");
    let help = crate::test_workspace::TestWorkspace::bare().run("--help").into_stdout();
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    for command in commands.filter_map(|l| l.split_whitespace().next()) {
        assert!(text.contains(&format!("appeal {command}")), "the README does not show `appeal {command}`");
    }
    let schema = crate::test_workspace::TestWorkspace::bare().run("schema case").into_stdout();
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("the schema is JSON");
    for key in schema["properties"].as_object().expect("a case has keys").keys() {
        assert!(
            text.contains(&format!("`{key}`")) || text.contains(&format!("[[{key}]]")) || text.contains(&format!("[{key}]")),
            "the README does not explain `{key}`"
        );
    }
}
