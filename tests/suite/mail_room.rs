//! What the tests of the mail room share: recipients with addresses, a user's own configuration, messages taken apart.

use crate::test_workspace::TestWorkspace;
use std::path::{Path, PathBuf};

/// A mandate whose address a test may use: nobody reads mail at it.
pub(crate) const RECIPIENTS: &str = "[human-rights-defenders]\nemail = \"defenders@un.org\"\n[migrants]\nemail = \"migrants@un.org\"\n";

/// A workspace with recipients, and a folder of the user's own outside the workspace.
pub(crate) struct Room {
    pub(crate) workspace: TestWorkspace,
    home: tempfile::TempDir,
}

impl Room {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let workspace = TestWorkspace::new().file("recipients.toml", RECIPIENTS).env("HOME", &home.path().display().to_string());
        Self { workspace, home }
    }

    /// With whatever else the workspace needs.
    pub(crate) fn with(self, arrange: impl FnOnce(TestWorkspace) -> TestWorkspace) -> Self {
        Self { workspace: arrange(self.workspace), home: self.home }
    }

    /// With so many cases, `c1` and following, each of another matter.
    pub(crate) fn cases(self, count: usize) -> Self {
        self.with(|workspace| {
            (1..=count)
                .fold(workspace, |workspace, n| workspace.case(&format!("c{n}"), &crate::test_workspace::CASE.replace("RE/2021/07", &format!("RE/2021/{n}"))))
        })
    }

    /// With this `[mail]` in the user's own configuration.
    pub(crate) fn server(self, lines: &str) -> Self {
        self.own(".config/appeal/config.toml", &format!("[mail]\n{lines}\n"));
        self
    }

    /// A rehearsal.
    pub(crate) fn rehearsal(self) -> Self {
        let mailbox = self.mailbox();
        self.server(&format!("server = \"maildir:{}\"", mailbox.display()))
    }

    pub(crate) fn mailbox(&self) -> PathBuf {
        self.home().join("mailbox")
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file of the user's own.
    pub(crate) fn own(&self, path: &str, text: &str) {
        let at = self.home().join(path);
        std::fs::create_dir_all(at.parent().expect("a file lies in a folder")).expect("a folder can be made");
        std::fs::write(at, text).expect("a file can be written");
    }

    /// What lies in the rehearsal's mailbox.
    pub(crate) fn rehearsed(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.mailbox().join("new")).into_iter().flatten().flatten();
        files.map(|f| std::fs::read_to_string(f.path()).expect("a message is ASCII")).collect()
    }
}

/// A message's header, unfolded, up to the first empty line.
pub(crate) fn headers(message: &str) -> Vec<(String, String)> {
    let head = message.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    head.split("\r\n").filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// One header of a message.
#[track_caller]
pub(crate) fn header(message: &str, name: &str) -> String {
    headers(message).into_iter().find(|(k, _)| k == name).unwrap_or_else(|| panic!("no {name} in\n{message}")).1
}

/// The parts of a message that are attached: name and bytes.
pub(crate) fn attachments(message: &str) -> Vec<(String, Vec<u8>)> {
    use base64::Engine as _;
    let parts = message.split("Content-Disposition: attachment; filename=\"").skip(1);
    let parts = parts.map(|part| {
        let name = part.split('"').next().unwrap_or_default().to_owned();
        let body: String = part.split_once("\r\n\r\n").map_or("", |(_, b)| b).lines().take_while(|l| !l.starts_with("--")).collect();
        (name, base64::engine::general_purpose::STANDARD.decode(body).expect("an attachment is base64"))
    });
    parts.collect()
}
