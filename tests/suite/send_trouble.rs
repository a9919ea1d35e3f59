//! Trouble on this side of the line: a ledger that cannot be used, a disk that is full, a certificate that is too old, a
//! person who has to be asked. A clear error each, and nothing is lost.

use crate::mail_room::Room;
use crate::post_office::{Certificate, Office, Protection, Script};
use crate::test_workspace::TODAY;

#[test]
fn an_expired_certificate_stops_everything_and_is_called_so() {
    for (protection, scheme) in [(Protection::Tls, "smtps"), (Protection::StartTls, "smtp")] {
        let office = Office::open(Script { protection, certificate: Certificate::Expired, ..Script::default() });
        let room = Room::new().cases(1);
        let lines = office.protected(scheme, &room.home().join("ca.pem"));
        let room = room.server(&lines);
        room.workspace.run("send -x --yes --retry-for 0s").code(4).stdout_has("1 deferred").stderr_has("expired").outcome();
        assert!(!office.heard().iter().any(|c| c.starts_with("MAIL")));
    }
}

#[test]
fn trouble_is_told_in_the_language_of_its_reader() {
    let room = || Room::new().cases(1);
    let damaged = || room().with(|workspace| workspace.file("ledger.db", "no database at all, but long enough to be read as one"));
    damaged().workspace.run("status --ui es").code(1).stderr_has("ledger.db está dañado\n  sugerencia: apártelo").files(&[]);
    damaged().workspace.run("status --ui fr").code(1).stderr_has("ledger.db est endommagé\n").files(&[]);
    room().workspace.run("send -x --yes --ui es").code(1).stderr_has("no hay ningún servidor configurado: no existe el archivo").files(&[]);
    let nobody = room().server("server = \"smtp+insecure://127.0.0.1:1\"");
    nobody
        .workspace
        .run("send -x --yes --ui fr --retry-for 0s")
        .code(4)
        .stdout_has("1 différée")
        .stderr_has("127.0.0.1:1 est injoignable : rien n'y répond")
        .outcome();
}

/// A room with a ledger in which something was accepted, and a letter that is still to go.
fn with_ledger(office: &Office) -> Room {
    let room = Room::new().cases(1).server(&office.server());
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    room.cases(2)
}

#[test]
fn a_ledger_from_a_newer_version_is_left_alone() {
    let office = Office::open(Script::default());
    let room = with_ledger(&office);
    let mut bytes = std::fs::read(room.workspace.path().join("ledger.db")).expect("there is a ledger");
    // The file format's user version: four bytes from the sixtieth.
    bytes[63] = 99;
    let room = room.with(|workspace| workspace.file("ledger.db", &bytes));
    for words in ["send", "send -x --yes", "status", "record c2 --event submitted --via form --date 2021-04-28"] {
        let run = room.workspace.run(words).code(1).stderr_has("ledger.db has the version 99, which a newer appeal wrote").outcome();
        assert!(!run.written.contains_key("ledger.db"), "{words}");
    }
    assert_eq!(office.accepted().len(), 1);
}

#[test]
fn a_damaged_ledger_stops_sending() {
    let office = Office::open(Script::default());
    let room = with_ledger(&office);
    let bytes = std::fs::read(room.workspace.path().join("ledger.db")).expect("there is a ledger");
    let page = |n: usize| {
        let mut bytes = bytes.clone();
        bytes[n * 4096..(n + 1) * 4096].fill(0xa5);
        bytes
    };
    let damaged = (1..bytes.len() / 4096).map(page).chain([bytes[..bytes.len() / 2].to_vec(), bytes[..4096].to_vec()]);
    let mut room = room;
    for (n, bytes) in damaged.enumerate() {
        room = room.with(|workspace| workspace.file("ledger.db", &bytes));
        let run = room.workspace.run("send -x --yes").code(1).stderr_has("ledger.db is damaged\n  hint: put it aside").outcome();
        assert!(!run.written.contains_key("ledger.db"), "{n}");
    }
    assert_eq!(office.accepted().len(), 1);
}

#[cfg(unix)]
#[test]
fn nothing_is_sent_from_a_workspace_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    for has_ledger in [false, true] {
        let office = Office::open(Script::default());
        let room = if has_ledger { with_ledger(&office) } else { Room::new().cases(2).server(&office.server()) };
        let sent = office.accepted().len();
        let set = |mode| std::fs::set_permissions(room.workspace.path(), PermissionsExt::from_mode(mode)).expect("a mode can be set");
        set(0o500);
        let Some(program) = crate::test_workspace::TestWorkspace::unprivileged(|| std::fs::write(room.workspace.path().join("x"), "").is_ok()) else { return };
        let send = format!("{program} send -x --yes --date {TODAY}");
        room.workspace.shell(&send).code(1).stderr_has("cannot be written").files(&[]);
        set(0o700);
        assert_eq!(office.accepted().len(), sent);
        room.workspace.run("send -x --yes").code(0).stdout_has("2 accepted").outcome();
        assert_eq!(office.accepted().len(), 2);
    }
}

/// Files may grow so far and no further: the ledger stops in the middle of a run.
#[cfg(unix)]
#[test]
fn on_a_full_disk_no_letter_is_sent_that_is_not_written_down() {
    const LETTERS: usize = 40;
    for pipelining in [false, true] {
        // In blocks of 512 bytes: from one in which there is no room for the ledger itself.
        for blocks in [1, 60, 88, 96, 104, 112, 120] {
            let office = Office::open(Script { pipelining, ..Script::default() });
            let room = Room::new().cases(LETTERS).server(&office.server());
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; \"$APPEAL\" send -x --yes --retry-for 0s --date {TODAY}");
            let run = room.workspace.shell(&script).outcome();
            let sent = office.accepted().len();
            if sent < LETTERS {
                assert!(matches!(run.code, 1 | 5) && run.stderr.contains("ledger.db"), "{blocks}: {} {}{}", run.code, run.stdout, run.stderr);
            }
            let last = room.workspace.run("send -x --yes --json").outcome();
            let doubts = last.stdout.lines().filter(|l| l.contains("\"state\":\"in-doubt\"")).count();
            let ids: std::collections::BTreeSet<String> = office.accepted().iter().map(|m| crate::mail_room::header(m, "Message-ID")).collect();
            assert_eq!(ids.len(), office.accepted().len(), "{blocks}: a letter went twice");
            assert!(doubts <= 1 && ids.len() + doubts >= LETTERS, "{blocks}: {sent}, then {}, {doubts} in doubt\n{}", ids.len(), last.stderr);
        }
    }
}

/// `script` gives the program a terminal; where there is none, nothing is looked at.
#[cfg(unix)]
fn at_a_terminal(room: &Room, typed: &str, words: &str) -> Option<crate::test_workspace::Outcome> {
    if !std::path::Path::new("/usr/bin/script").exists() {
        eprintln!("skipped: there is no /usr/bin/script");
        return None;
    }
    // Typed after a while: what comes before the question is thrown away by the terminal.
    let script = format!("(sleep 1; printf '{typed}'; sleep 1) | script -q -e -c '\"$APPEAL\" {words} --date {TODAY}' /dev/null");
    Some(room.workspace.shell(&script).outcome())
}

#[cfg(unix)]
#[test]
fn on_a_terminal_the_number_of_letters_is_typed() {
    let office = Office::open(Script::default());
    let room = Room::new().cases(2).server(&office.server().replace("300ms", "9s"));
    let Some(run) = at_a_terminal(&room, "1\\n", "send -x") else { return };
    assert!(run.code == 1 && run.stdout.contains("Type 2 to send 2 letters:") && run.stdout.contains("nothing was sent"), "{} {}", run.code, run.stdout);
    assert!(office.accepted().is_empty());
    let run = at_a_terminal(&room, "2\\n", "send -x").expect("it was there a moment ago");
    assert!(run.code == 0 && run.stdout.contains("2 letters: 2 accepted"), "{} {}", run.code, run.stdout);
    assert_eq!(office.accepted().len(), 2);
}

#[cfg(unix)]
#[test]
fn on_a_terminal_a_password_is_asked_for_and_not_shown() {
    let office = Office::open(Script { protection: Protection::Tls, login: Some(("PLAIN", "\0ana\0geheim".to_owned())), ..Script::default() });
    let room = Room::new().cases(1);
    let lines = office.protected("smtps", &room.home().join("ca.pem")).replace("\"2s\"", "\"9s\"");
    let room = room.server(&format!("{lines}\nusername = \"ana\""));
    let Some(run) = at_a_terminal(&room, "geheim\\n", "send -x --yes") else { return };
    assert!(run.code == 0 && run.stdout.contains("Password of ana: ") && run.stdout.contains("1 accepted"), "{} {}", run.code, run.stdout);
    assert!(!run.everything().contains("geheim"), "{}", run.stdout);
}
