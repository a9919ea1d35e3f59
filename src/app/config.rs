//! The user's own `config.toml`, and the secrets it leads to.
//!
//! In: `--config FILE`, or the file below XDG's folder. Out: a [`Route`](crate::mail::smtp::Route) to a server. A file inside a workspace is never
//! taken: workspaces come from others. A secret comes from a command without a shell, a file that nobody else may read, or the
//! keyboard; it is never an argument, never in the environment, and no message repeats it.

use super::{RunError, files, paths};
use crate::diagnostic::AppError;
use crate::mail::Config;
use crate::mail::config::{Secret, Server};
use crate::mail::smtp::{Login, Route};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file of a user's folder, by XDG's rules: `$XDG_CONFIG_HOME`, or `.config` at home.
pub(crate) fn folder(variable: &str, at_home: &str) -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    of(variable).or_else(|| of("HOME").map(|home| home.join(at_home)))
}

/// Reads the configuration.
///
/// # Errors
/// There is none, it lies in the workspace, or something is wrong with it.
pub(crate) fn read(named: Option<&Path>, root: &Path) -> Result<Config, RunError> {
    const EXAMPLE: &str =
        "\n    [mail]\n    server = \"smtps://mail.example.org\"\n    username = \"you@example.org\"\n    # server = \"maildir:/tmp/rehearsal\"";
    let path = named.map(Path::to_path_buf).or_else(own_file).ok_or_else(|| {
        let missing = say!("no server is configured: there is neither --config FILE nor HOME");
        RunError::app(missing, say!("name a file with --config, and write into it, for instance:{example}", example = EXAMPLE))
    })?;
    if std::fs::metadata(&path).is_err() {
        let missing = say!("no server is configured: there is no file {path}", path = path.display());
        return Err(RunError::app(missing, say!("make it, and write into it, for instance:{example}", example = EXAMPLE)));
    }
    if let (Ok(real), Ok(root)) = (path.canonicalize(), root.canonicalize())
        && real.starts_with(&root)
    {
        let inside = say!("{path} lies in the workspace, which may come from others; a server is chosen by you alone", path = path.display());
        return Err(RunError::app(inside, say!("move it to your own folder, such as ~/.config/appeal/config.toml")));
    }
    let mut config = files::read_as(&path, Config::parse)?;
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

/// Reads the configuration that was named, or that of the user's own folder, where there is one.
///
/// # Errors
/// The one that was named is not there, it lies in the workspace, or something is wrong with it.
pub(crate) fn read_if_there(named: Option<&Path>, root: &Path) -> Result<Option<Config>, RunError> {
    if named.is_none() && own_file().is_none_or(|path| !path.exists()) {
        return Ok(None);
    }
    read(named, root).map(Some)
}

/// The configuration in the user's own folder.
fn own_file() -> Option<PathBuf> {
    folder("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("appeal").join("config.toml"))
}

/// The way to the server, with everything that is needed on it. `ask` has a person type the password of this user.
///
/// # Errors
/// A secret or a certificate that cannot be had.
pub(crate) fn route(config: &Config, ask: impl Fn(&str) -> Result<String, AppError>) -> Result<Route, RunError> {
    let authority = match &config.ca_file {
        Some(file) => Some(std::fs::read(file).map_err(|error| unread(file, &error))?),
        None => None,
    };
    let login = match (&config.username, &config.server) {
        (Some(username), Server::Smtp { .. }) => {
            Some(Login { username: username.clone(), secret: secret(config, username, ask)?, is_token: matches!(config.secret, Secret::Token(_)) })
        }
        _ => None,
    };
    Ok(Route { server: config.server.clone(), login, authority, timeout: config.timeout, hello: config.hello.clone() })
}

fn secret(config: &Config, username: &str, ask: impl Fn(&str) -> Result<String, AppError>) -> Result<SecretString, RunError> {
    match &config.secret {
        Secret::Command(words) | Secret::Token(words) => printed(words),
        Secret::File(file) => stored(file),
        Secret::Ask => Ok(SecretString::from(ask(username)?)),
    }
}

/// What a command prints, up to the first line end. Its arguments go to it as they are.
fn printed(words: &[String]) -> Result<SecretString, RunError> {
    let Some((program, arguments)) = words.split_first() else { return Err(AppError::new(say!("the command for the password is empty")).into()) };
    let output = Command::new(program).args(arguments).stdin(Stdio::inherit()).stderr(Stdio::inherit()).output();
    let output =
        output.map_err(|error| AppError::new(say!("the command for the password cannot be run: {program}: {error}", program = program, error = error)))?;
    if !output.status.success() {
        return Err(AppError::new(say!("the command for the password failed: {program}: {status}", program = program, status = output.status)).into());
    }
    let text =
        String::from_utf8(output.stdout).map_err(|_| AppError::new(say!("the command for the password prints no text: {program}", program = program)))?;
    Ok(first_line(&text).ok_or_else(|| AppError::new(say!("the command for the password prints nothing: {program}", program = program)))?)
}

fn stored(file: &Path) -> Result<SecretString, RunError> {
    let metadata = std::fs::metadata(file).map_err(|error| unread(file, &error))?;
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        let open = say!("{path} may be read by others", path = file.display());
        return Err(RunError::app(open, say!("chmod 600 {path}; and think of the password as known", path = file.display())));
    }
    let _ = metadata;
    let text = std::fs::read_to_string(file).map_err(|error| unread(file, &error))?;
    Ok(first_line(&text).ok_or_else(|| AppError::new(say!("{path} is empty", path = file.display())))?)
}

fn unread(file: &Path, error: &std::io::Error) -> AppError {
    AppError::new(say!("{path} cannot be read: {error}", path = file.display(), error = error))
}

fn first_line(text: &str) -> Option<SecretString> {
    text.lines().next().filter(|line| !line.is_empty()).map(SecretString::from)
}

/// The file of the ledger, and that of its lock.
pub(crate) fn ledger_files(root: &Path) -> (PathBuf, PathBuf) {
    (paths::join(root, "ledger.db"), paths::join(root, "ledger.lock"))
}
