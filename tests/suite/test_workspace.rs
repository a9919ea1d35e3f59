//! A workspace to test in: a temporary folder, the binary, and everything that came of a run.
//!
//! `TestWorkspace::new()` has the organisation of [`ORGANISATION`] and no case. Nothing of the machine reaches the program: the
//! environment is cleared, and the day is fixed by the run. After each run standard output, standard error, the exit code
//! and the files left behind are all compared; silence is asserted too.

pub(crate) use crate::run::{Outcome, Run};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_appeal");
/// The day of every run that does not name another.
pub(crate) const TODAY: &str = "2021-04-28";

/// An organisation of which nothing is secret.
pub(crate) const ORGANISATION: &str = r#"name = "Red Ejemplo"
languages = ["es", "en", "fr"]
email = "red@ejemplo.example.org"
source = "open"
[[signatories]]
id = "ana"
name = "Ana Firmante"
role.es = "Coordinadora"
role.en = "Coordinator"
role.fr = "Coordinatrice"
"#;

/// A sound case: one woman who agreed to everything, in Spanish, English and French.
pub(crate) const CASE: &str = r#"title.es = "Hostigamiento a quienes acompañan a migrantes"
title.en = "Harassment of those who accompany migrants"
title.fr = "Harcèlement de celles et ceux qui accompagnent les migrants"
action = "urgent-appeal"
country = "MX"
mandates = ["human-rights-defenders"]
reference = "RE/2021/07"
date = 2021-04-28
language = "es"
no-steps-because.es = "no hay autoridad independiente"
no-steps-because.en = "there is no independent authority"
no-steps-because.fr = "il n'y a pas d'autorité indépendante"
[urgency]
reason.es = "Los agentes anunciaron que volverían."
reason.en = "The officers announced that they would return."
reason.fr = "Les agents ont annoncé qu'ils reviendraient."
[[victims]]
id = "v1"
name = "María Ejemplo"
kind = "person"
code = "Defensora A"
[victims.consent]
submit = true
government = "name"
public = "name"
by = "self"
on = 2021-04-27
how = "formulario firmado"
[[perpetrators]]
id = "inm"
name = "Instituto Nacional de Migración"
kind = "state"
[[incidents]]
id = "i1"
date = "2021-03-22"
place = "Puente Rodolfo Robles, Suchiate, Chiapas"
victims = ["v1"]
perpetrators = ["inm"]
account.es = "Agentes del {inm} intentaron llevar a {v1} a territorio de Guatemala."
account.en = "Officers of the {inm} tried to take {v1} into the territory of Guatemala."
account.fr = "Des agents de l'{inm} ont tenté d'emmener {v1} sur le territoire du Guatemala."
reliability = "direct"
[[requests]]
text.es = "Exhortar al Estado a garantizar condiciones de seguridad."
text.en = "Urge the State to guarantee safe conditions."
text.fr = "Exhorter l'État à garantir des conditions de sécurité."
"#;

/// A temporary workspace and what is done in it.
#[must_use]
pub(crate) struct TestWorkspace {
    folder: tempfile::TempDir,
    stdin: Option<Vec<u8>>,
    inside: PathBuf,
    env: Vec<(String, String)>,
}

impl TestWorkspace {
    /// A workspace with [`ORGANISATION`] and no case.
    pub(crate) fn new() -> Self {
        Self::bare().file("organisation.toml", ORGANISATION)
    }

    /// An empty folder.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self { folder, stdin: None, inside: PathBuf::new(), env: Vec::new() }
    }

    /// A copy of a folder of the project.
    pub(crate) fn copy_of(below: &str) -> Self {
        let workspace = Self::bare();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(below), workspace.folder.path());
        workspace
    }

    /// The path of the workspace.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// With this file.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let at = self.path().join(path);
        fs::create_dir_all(at.parent().expect("a file lies in a folder")).expect("a folder can be made");
        fs::write(at, text).expect("a file can be written");
        self
    }

    /// With a case of this id.
    pub(crate) fn case(self, id: &str, text: &str) -> Self {
        self.file(&format!("cases/{id}.toml"), text)
    }

    /// With [`CASE`] as `c1`, each of the pairs replaced in it. A pair that does not occur is a mistake of the test.
    #[track_caller]
    pub(crate) fn case_with(self, changes: &[(&str, &str)]) -> Self {
        let text = changes.iter().fold(CASE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "the case has no {from:?}");
            text.replacen(from, to, 1)
        });
        self.case("c1", &text)
    }

    /// With whatever else is done to its folder: links, modes, pipes.
    pub(crate) fn with(self, arrange: impl FnOnce(&Path)) -> Self {
        arrange(self.path());
        self
    }

    /// With a link to somewhere else.
    #[cfg(unix)]
    pub(crate) fn link(self, path: &str, to: impl AsRef<Path>) -> Self {
        let at = self.path().join(path);
        fs::create_dir_all(at.parent().expect("a link lies in a folder")).expect("a folder can be made");
        std::os::unix::fs::symlink(to, at).expect("a link can be made");
        self
    }

    /// The mode of a file or folder, in the last three octal digits.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn mode(&self, path: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::symlink_metadata(self.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        format!("{:03o}", metadata.permissions().mode() & 0o777)
    }

    /// Run in this folder of the workspace.
    pub(crate) fn inside(mut self, folder: &str) -> Self {
        self.inside = PathBuf::from(folder);
        self
    }

    /// With this environment variable.
    pub(crate) fn env(mut self, key: &str, value: &str) -> Self {
        self.env.push((key.to_owned(), value.to_owned()));
        self
    }

    /// With this on standard input.
    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(bytes.as_ref().to_vec());
        self
    }

    /// Every file of the workspace, by its path, but for hidden ones.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        list(self.path(), self.path(), &mut files);
        files
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// Runs the program with these words, divided at spaces; `--date` is [`TODAY`] for the commands that know it, unless
    /// the words name another.
    pub(crate) fn run(&self, words: &str) -> Run {
        let mut words: Vec<&str> = words.split_whitespace().collect();
        let dated = words.iter().any(|w| matches!(*w, "check" | "render" | "recipients" | "send"));
        if dated && !words.contains(&"--date") {
            words.extend(["--date", TODAY]);
        }
        self.run_words(&words)
    }

    /// Starts the program with exactly these words, for runs that are ended from outside.
    pub(crate) fn start(&self, words: &[&str]) -> std::process::Child {
        let mut command = self.command(PROGRAM);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// Runs the program with exactly these words.
    pub(crate) fn run_words(&self, words: &[&str]) -> Run {
        let mut command = self.command(PROGRAM);
        command.args(words);
        self.finish(command, words.join(" "))
    }

    /// Runs a script of the shell in which `$APPEAL` is the program: for pipes and limits.
    #[cfg(unix)]
    pub(crate) fn shell(&self, script: &str) -> Run {
        let mut command = self.command("/bin/sh");
        command.env("APPEAL", PROGRAM).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").args(["-c", script]);
        self.finish(command, script.to_owned())
    }

    /// How a script calls the program so that permissions count, for root too; None where a privilege cannot be laid down.
    #[cfg(unix)]
    pub(crate) fn unprivileged(is_privileged: impl Fn() -> bool) -> Option<&'static str> {
        if !is_privileged() {
            return Some("\"$APPEAL\"");
        }
        let dropped = ["--bounding-set=-dac_override,-dac_read_search", "true"];
        let can_drop = Command::new("setpriv").args(dropped).status().is_ok_and(|status| status.success());
        can_drop.then_some("setpriv --bounding-set=-dac_override,-dac_read_search \"$APPEAL\"")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path().join(&self.inside)).env_clear().envs(self.env.iter().map(|(k, v)| (k, v)));
        command
    }

    fn finish(&self, mut command: Command, words: String) -> Run {
        let before = self.files();
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.spawn().expect("the program starts");
        if let Some(bytes) = &self.stdin {
            use std::io::Write;
            let _ = child.stdin.take().expect("standard input is a pipe").write_all(bytes);
        }
        let output = child.wait_with_output().expect("the program ends");
        let after = self.files();
        let written: BTreeMap<String, Vec<u8>> = after.into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes)).collect();
        Run::new(words, output, written)
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder of the project can be read").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder can be made");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

fn list(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if fs::symlink_metadata(&path).is_ok_and(|m| m.is_dir()) {
            list(root, &path, files);
        } else if !fs::metadata(&path).is_ok_and(|m| m.is_file()) {
            // A pipe would be waited for.
        } else if let Ok(bytes) = fs::read(&path) {
            let below = path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
            files.insert(below, bytes);
        }
    }
}
