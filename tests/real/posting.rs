//! The example letter through a real post office: Postfix takes it with STARTTLS and AUTH, Dovecot keeps it, and Python's
//! own mail library reads it back over IMAP.
//!
//! Both servers run from folders of the test's own, on ports that are free, and end with it. What Postfix takes for un.org
//! goes into one mailbox of the test; it has no way to any other computer. Their masters must be root to change users.

use crate::programs::{here, post_office, python, run};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// `nobody`, to whom the mailbox belongs.
const NOBODY: u32 = 65534;
const CASE: &str = "rodolfo-robles-2021";

/// Postfix and Dovecot, until it is dropped.
struct PostOffice {
    folder: tempfile::TempDir,
    submission: u16,
    imap: u16,
    dovecot: Child,
}

impl PostOffice {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        // Postfix and Dovecot work as users of their own, who must get in here.
        fs::set_permissions(at, fs::Permissions::from_mode(0o755)).expect("a mode can be set");
        for name in ["postfix", "dovecot", "queue", "data", "box", "home"] {
            fs::create_dir(at.join(name)).expect("a folder can be made");
        }
        chown(at.join("box"), Some(NOBODY), Some(NOBODY)).expect("root may give a folder away");
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()]).expect("a certificate can be made");
        write(&at.join("cert.pem"), &made.cert.pem(), 0o644);
        write(&at.join("key.pem"), &made.signing_key.serialize_pem(), 0o600);
        let (submission, imap) = (free(), free());
        let dovecot = start_dovecot(at, imap);
        start_postfix(at, submission);
        Self { folder, submission, imap, dovecot }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        let until = Instant::now() + Duration::from_mins(1);
        while !is_so() {
            let logs = ["postfix.log", "dovecot.log"].map(|log| fs::read_to_string(self.at(log)).unwrap_or_default());
            assert!(Instant::now() < until, "{what}\n{}", logs.join("\n"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Messages in the mailbox.
    fn delivered(&self) -> usize {
        fs::read_dir(self.at("box/new")).map_or(0, Iterator::count) + fs::read_dir(self.at("box/cur")).map_or(0, Iterator::count)
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        // `abort` ends every process of this instance, and waits for them.
        let quiet = |command: &mut Command| drop(command.stdout(Stdio::null()).stderr(Stdio::null()).status());
        quiet(Command::new("postfix").arg("-c").arg(self.at("postfix")).arg("abort"));
        quiet(Command::new("doveadm").arg("-c").arg(self.at("dovecot/dovecot.conf")).arg("stop"));
        let _ = self.dovecot.kill();
        let _ = self.dovecot.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "files of a test")]
fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).expect("a file can be written");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode can be set");
}

/// A port that was free a moment ago.
fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port is free").port()
}

fn start_dovecot(at: &Path, imap: u16) -> Child {
    let here = at.display();
    let config = format!(
        "base_dir = {here}/dovecot/run\nstate_dir = {here}/dovecot/state\nlog_path = {here}/dovecot.log\nprotocols = imap\nlisten = 127.0.0.1\n\
         ssl = required\nssl_cert = <{here}/cert.pem\nssl_key = <{here}/key.pem\n\
         auth_mechanisms = plain login\npassdb {{\n driver = static\n args = password=geheim\n}}\n\
         userdb {{\n driver = static\n args = uid={NOBODY} gid={NOBODY} home={here}/home\n}}\n\
         mail_location = maildir:{here}/box\n\
         service imap-login {{\n inet_listener imap {{\n  port = 0\n }}\n inet_listener imaps {{\n  port = {imap}\n  ssl = yes\n }}\n}}\n\
         service auth {{\n unix_listener {here}/login {{\n  mode = 0666\n }}\n}}\n"
    );
    write(&at.join("dovecot/dovecot.conf"), &config, 0o644);
    let mut command = Command::new("dovecot");
    command.arg("-F").arg("-c").arg(at.join("dovecot/dovecot.conf")).stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().expect("dovecot starts")
}

fn start_postfix(at: &Path, port: u16) {
    let here = at.display();
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {here}/queue\ndata_directory = {here}/data\nmaillog_file = {here}/postfix.log\n\
         maillog_file_prefixes = {here}\nmyhostname = post.example.org\nmydestination =\nmynetworks =\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         smtpd_tls_cert_file = {here}/cert.pem\nsmtpd_tls_key_file = {here}/key.pem\nsmtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\n\
         smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {here}/login\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject\nsmtpd_recipient_restrictions = permit_sasl_authenticated, reject\n\
         virtual_mailbox_domains = un.org\nvirtual_mailbox_base = {here}\nvirtual_mailbox_maps = static:box/\n\
         virtual_uid_maps = static:{NOBODY}\nvirtual_gid_maps = static:{NOBODY}\n\
         default_transport = error:nothing leaves this computer\nrelay_transport = error:nothing leaves this computer\nalias_maps =\nalias_database =\n"
    );
    // Nothing runs in a jail: it would have to be filled first.
    let services = [
        ("cleanup", "unix n - n - 0 cleanup"),
        ("qmgr", "unix n - n 300 1 qmgr"),
        ("tlsmgr", "unix - - n 1000? 1 tlsmgr"),
        ("rewrite", "unix - - n - - trivial-rewrite"),
        ("bounce", "unix - - n - 0 bounce"),
        ("defer", "unix - - n - 0 bounce"),
        ("proxymap", "unix - - n - - proxymap"),
        ("error", "unix - - n - - error"),
        ("retry", "unix - - n - - error"),
        ("virtual", "unix - n n - - virtual"),
        ("anvil", "unix - - n - 1 anvil"),
        ("postlog", "unix-dgram n - n - 1 postlogd"),
    ];
    let services = services.map(|(name, rest)| format!("{name} {rest}")).join("\n");
    write(&at.join("postfix/main.cf"), &main, 0o644);
    write(&at.join("postfix/master.cf"), &format!("127.0.0.1:{port} inet n - n - - smtpd\n{services}\n"), 0o644);
    let user = run(Command::new("id").args(["-u", "postfix"]));
    let user = String::from_utf8_lossy(&user.stdout).trim().parse().expect("an id is a number");
    chown(at.join("data"), Some(user), None).expect("root may give a folder away");
    let status =
        Command::new("postfix").arg("-c").arg(at.join("postfix")).arg("start").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let log = || fs::read_to_string(at.join("postfix.log")).unwrap_or_default();
    assert!(status.expect("postfix is there").success(), "postfix does not start\n{}", log());
}

fn appeal(workspace: &Path, office: &PostOffice, words: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
    command.env_clear().env("HOME", office.at("home")).env("PATH", "/usr/bin:/bin").arg("-C").arg(workspace).args(words).stdin(Stdio::null());
    let output = command.output().expect("the program runs");
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn the_example_letter_arrives_through_postfix_and_shows_right_over_imap() {
    let (Some(()), Some(python)) = (post_office(), python()) else { return };
    let office = PostOffice::open();
    let workspace = office.at("workspace");
    crate::letters::copy(&here().join("../../examples/rodolfo-robles-2021"), &workspace);
    let own = office.at("home/.config/appeal");
    fs::create_dir_all(&own).expect("a folder can be made");
    let configured = |password: &str| {
        let text = format!(
            "[mail]\nserver = \"smtp://127.0.0.1:{}\"\nca-file = \"{}\"\nusername = \"ana\"\npassword-command = [\"printf\", \"{password}\"]\n",
            office.submission,
            office.at("cert.pem").display()
        );
        write(&own.join("config.toml"), &text, 0o600);
    };
    let ready = |port| TcpStream::connect(("127.0.0.1", port)).is_ok();
    office.wait_until("the servers do not answer", || ready(office.submission) && ready(office.imap) && office.at("login").exists());

    let send = ["send", CASE, "-x", "--yes", "-v", "--date", "2021-04-28"];
    configured("falsch");
    let (code, said) = appeal(&workspace, &office, &send);
    assert_eq!((code, office.delivered()), (Some(4), 0), "{said}");
    assert!(said.contains("does not accept username and password: 535"), "{said}");
    configured("geheim");
    let (code, said) = appeal(&workspace, &office, &send);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("accepted for hrc-sr-defenders@un.org: 250 2.0.0 Ok: queued as"), "{said}");
    office.wait_until("the message does not come", || office.delivered() > 0);
    // The same command again sends nothing.
    let (code, said) = appeal(&workspace, &office, &send);
    assert_eq!((code, office.delivered()), (Some(0), 1), "{said}");

    let seen = run(Command::new(python).arg(here().join("mailbox.py")).arg(office.imap.to_string()).arg(office.at("cert.pem")).args(["ana", "geheim"]));
    looks_right(&String::from_utf8_lossy(&seen.stdout));
}

/// What the mail library made of it.
fn looks_right(seen: &str) {
    let (kind, file, first) = if cfg!(feature = "pdf") {
        ("application/pdf", "letter.pdf", "| begins with b'%PDF-'")
    } else {
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "letter.docx", "| Distinguida Sra. Lawlor:")
    };
    let collective = "Colectivo de Observación y Monitoreo de Derechos Humanos en el Sureste Mexicano";
    for line in [
        "messages 1",
        "subject Solicitud de llamamiento urgente – México – Hostigamiento a quienes acompañan a personas migrantes en la frontera sur (personas defensoras de los derechos humanos)",
        &format!("from {collective} <contacto@comdhsm.example.org>"),
        &format!("newly from {collective} <contacto@comdhsm.example.org>"),
        "to hrc-sr-defenders@un.org",
        "return-path <contacto@comdhsm.example.org>",
        "bcc None",
        "user-agent None",
        "x-mailer None",
        "x-unsent None",
        "domain comdhsm.example.org",
        "defects []",
        &format!("types ['multipart/mixed', 'multipart/alternative', 'text/plain', 'text/html', '{kind}']"),
        &format!("attached {file} {kind}"),
        first,
    ] {
        assert!(seen.lines().any(|l| l == line), "{line}\n{seen}");
    }
    let line = |start: &str| seen.lines().find(|l| l.starts_with(start)).unwrap_or_else(|| panic!("no {start}\n{seen}"));
    for body in [line("plain "), line("html ")] {
        assert!(body.contains(&format!("Se adjunta una carta de {collective}, de fecha 28 de abril de 2021.")), "{body}");
    }
    // Postfix says how it was spoken to: protected, signed in, and by somebody who does not name the computer.
    let received = line("received ");
    assert!(received.contains("from [127.0.0.1]") && received.contains("with ESMTPSA"), "{received}");
    let name = fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    assert!(name.is_empty() || name == "localhost" || !line("written ").contains(name), "{seen}");
}
