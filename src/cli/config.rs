//! The user's own `config.toml`, and the secrets it leads to.
//!
//! In: `--config FILE`, or the file below XDG's folder. Out: a [`Route`](crate::mail::smtp::Route) to a server. A file inside a workspace is never
//! taken: workspaces come from others. A secret comes from a command without a shell, a file that nobody else may read, or the
//! keyboard; it is never an argument, never in the environment, and no message repeats it.

use super::workspace::{self};
use super::{Common, files};
use crate::mail::Config;
use crate::mail::config::{Secret, Server};
use crate::mail::smtp::{Login, Route};
use crate::records::read_toml;
use anyhow::{Context, bail};
use secrecy::SecretString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// A file of a user's folder, by XDG's rules: `$XDG_CONFIG_HOME`, or `.config` at home.
pub(super) fn folder(variable: &str, at_home: &str) -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    of(variable).or_else(|| of("HOME").map(|home| home.join(at_home)))
}

/// Reads the configuration.
///
/// # Errors
/// There is none, it lies in the workspace, or something is wrong with it.
pub(super) fn read(common: &Common, root: &Path) -> anyhow::Result<Config> {
    const EXAMPLE: &str = "write into it, for instance:\n    [mail]\n    server = \"smtps://mail.example.org\"\n    username = \"you@example.org\"\n  or, for a rehearsal: server = \"maildir:/tmp/rehearsal\"";
    let path = match &common.config {
        Some(path) => path.clone(),
        None => match folder("XDG_CONFIG_HOME", ".config") {
            Some(folder) => folder.join("appeal").join("config.toml"),
            None => bail!("no server is configured: there is neither --config FILE nor HOME\n  hint: name a file with --config, and {EXAMPLE}"),
        },
    };
    if std::fs::metadata(&path).is_err() {
        bail!("no server is configured: there is no file {}\n  hint: make it, and {EXAMPLE}", path.display());
    }
    if let (Ok(real), Ok(root)) = (path.canonicalize(), root.canonicalize())
        && real.starts_with(&root)
    {
        bail!(
            "{} lies in the workspace, which may come from others; a server is chosen by you alone\n  hint: move it to your own folder, such as ~/.config/appeal/config.toml",
            path.display()
        );
    }
    let bytes = files::read(&path).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let (record, mut problems) = read_toml(&bytes, &Arc::from(path.display().to_string()));
    let config = record.and_then(|record| {
        let (config, found) = Config::parse(&record);
        problems.extend(found);
        config
    });
    let Some(mut config) = config.filter(|_| !problems.has_errors()) else {
        let told: Vec<String> = problems.sorted().iter().map(ToString::to_string).collect();
        bail!("{}", told.join("\n"));
    };
    // Paths in the file are meant from its folder.
    let base = path.parent().unwrap_or(Path::new(".")).to_path_buf();
    if let Server::Maildir(folder) = &mut config.server {
        *folder = base.join(&*folder);
    }
    if let Secret::File(file) = &mut config.secret {
        *file = base.join(&*file);
    }
    if let Some(file) = &mut config.ca_file {
        *file = base.join(&*file);
    }
    Ok(config)
}

/// The way to the server, with everything that is needed on it.
///
/// # Errors
/// A secret or a certificate that cannot be had.
pub(super) fn route(common: &Common, config: &Config) -> anyhow::Result<Route> {
    let authority = match &config.ca_file {
        Some(file) => Some(std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?),
        None => None,
    };
    let login = match (&config.username, &config.server) {
        (Some(username), Server::Smtp { .. }) => {
            Some(Login { username: username.clone(), secret: secret(common, config, username)?, is_token: matches!(config.secret, Secret::Token(_)) })
        }
        _ => None,
    };
    Ok(Route { server: config.server.clone(), login, authority, timeout: config.timeout })
}

fn secret(common: &Common, config: &Config, username: &str) -> anyhow::Result<SecretString> {
    match &config.secret {
        Secret::Command(words) | Secret::Token(words) => printed(words),
        Secret::File(file) => stored(file),
        Secret::Ask if common.no_input || !std::io::stdin().is_terminal() => {
            bail!("nobody is there to type the password of {username}\n  hint: give password-command or password-file in config.toml")
        }
        Secret::Ask => {
            let typed = rpassword::prompt_password(format!("Password of {username}: ")).context("the password could not be read")?;
            Ok(SecretString::from(typed))
        }
    }
}

/// What a command prints, up to the first line end. Its arguments go to it as they are.
fn printed(words: &[String]) -> anyhow::Result<SecretString> {
    let Some((program, arguments)) = words.split_first() else { bail!("the command for the password is empty") };
    let output = Command::new(program).args(arguments).stdin(Stdio::inherit()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("the command for the password cannot be run: {program}"))?;
    if !output.status.success() {
        bail!("the command for the password failed: {program}: {}", output.status);
    }
    let text = String::from_utf8(output.stdout).map_err(|_| anyhow::anyhow!("the command for the password prints no text: {program}"))?;
    first_line(&text).with_context(|| format!("the command for the password prints nothing: {program}"))
}

fn stored(file: &Path) -> anyhow::Result<SecretString> {
    let metadata = std::fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?;
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        bail!("{} may be read by others\n  hint: chmod 600 {}; and think of the password as known", file.display(), file.display());
    }
    let _ = metadata;
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    first_line(&text).with_context(|| format!("{} is empty", file.display()))
}

fn first_line(text: &str) -> Option<SecretString> {
    text.lines().next().filter(|line| !line.is_empty()).map(SecretString::from)
}

/// The file of the ledger, and that of its lock.
pub(super) fn ledger_files(root: &Path) -> (PathBuf, PathBuf) {
    (workspace::join(root, "ledger.db"), workspace::join(root, "ledger.lock"))
}
