//! What real servers do, and what was once wrong about it.

use crate::mail_room::{Room, header};
use crate::post_office::{Office, Script};
use crate::strict_server::{Act, StrictServer};
use crate::test_workspace::{CASE, TestWorkspace};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const SEND: &str = "send -x --yes -v --retry-for 0s";

fn say(text: &str) -> Act {
    Act::Say(text.to_owned())
}

/// A case to several mandates, each with its address.
fn joint(workspace: TestWorkspace, addresses: &[(&str, &str)]) -> TestWorkspace {
    let recipients = addresses.iter().map(|(key, address)| format!("[{key}]\nemail = \"{address}\"")).collect::<Vec<_>>().join("\n");
    let keys: Vec<String> = addresses.iter().map(|(key, _)| format!("\"{key}\"")).collect();
    let case = CASE.replace("mandates = [\"human-rights-defenders\"]", &format!("mandates = [{}]", keys.join(", ")));
    assert_ne!(case, CASE);
    workspace.file("recipients.toml", recipients).case("c1", &case)
}

/// How often each address was sent to.
fn copies(server: &StrictServer) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    server.taken().into_iter().for_each(|(to, _)| *copies.entry(to).or_default() += 1);
    copies
}

#[test]
fn a_refused_address_spoils_no_letter_after_it() {
    for offers in [&["SIZE 30000000"][..], &["SIZE 30000000", "PIPELINING"]] {
        let count = AtomicUsize::new(0);
        let server = StrictServer::open(offers, move |at| {
            if at.verb == "RCPT" && count.fetch_add(1, Ordering::Relaxed) == 1 { Some(say("550 5.1.1 User unknown")) } else { None }
        });
        let room = Room::new().cases(5).server(&server.server());
        room.workspace.run(SEND).code(4).stdout_has("refused: 550 5.1.1 User unknown").stdout_has("5 letters: 4 accepted, 1 refused").outcome();
        room.workspace.run(SEND).code(4).stdout_has("5 letters: 4 accepted, 1 refused").outcome();
        assert_eq!(server.taken().len(), 4, "{offers:?}");
    }
}

#[test]
fn where_a_server_refuses_rset_the_next_letter_takes_another_connection() {
    for offers in [&[][..], &["PIPELINING"]] {
        let count = AtomicUsize::new(0);
        let server = StrictServer::open(offers, move |at| match at.verb {
            "RCPT" if count.fetch_add(1, Ordering::Relaxed) == 1 => Some(say("550 5.1.1 User unknown")),
            "RSET" => Some(say("502 5.5.1 not here")),
            _ => None,
        });
        let room = Room::new().cases(4).server(&server.server());
        room.workspace.run("send -x --yes --retry-for 5s").code(4).stdout_has("4 letters: 3 accepted, 1 refused").outcome();
        assert_eq!(server.taken().len(), 3, "{offers:?}: {:?}", server.heard());
    }
}

#[test]
fn two_recipients_with_one_address_are_one_delivery() {
    for offers in [&[][..], &["PIPELINING"]] {
        let server = StrictServer::open(offers, |_| None);
        let address = "urgent-action@ohchr.org";
        let room = Room::new().with(|workspace| joint(workspace, &[("migrants", address), ("torture", address)])).server(&server.server());
        room.workspace.run(SEND).code(0).stdout_has("2 letters: 2 accepted").outcome();
        room.workspace.run(SEND).code(0).stdout_has("2 letters: 2 accepted").outcome();
        assert_eq!(server.taken().len(), 1);
        // Letters of their own are two.
        let room = Room::new().with(|workspace| joint(workspace, &[("migrants", address), ("torture", address)])).server(&server.server());
        room.workspace.run(&format!("{SEND} --separate")).code(0).stdout_has("2 letters: 2 accepted").outcome();
        assert_eq!(server.taken().len(), 3);
    }
    let server = StrictServer::open(&[], |at| if at.verb == "." { Some(say("451 later")) } else { None });
    let address = "urgent-action@ohchr.org";
    let room = Room::new().with(|workspace| joint(workspace, &[("migrants", address), ("torture", address)])).server(&server.server());
    room.workspace.run(SEND).code(4).stdout_has("2 letters: 2 deferred").outcome();
}

#[test]
fn a_server_that_allows_two_connections_gets_two() {
    let open = Arc::new(Mutex::new((0_usize, Vec::<usize>::new())));
    let seen = Arc::clone(&open);
    let server = StrictServer::open(&["PIPELINING"], move |at| {
        let mut open = seen.lock().expect("no thread failed");
        match at.verb {
            "BANNER" if open.0 >= 2 => Some(Act::Last("421 4.3.2 too many connections".to_owned())),
            "BANNER" => {
                open.0 += 1;
                open.1.push(at.connection);
                None
            }
            "QUIT" => {
                open.0 -= 1;
                None
            }
            _ => None,
        }
    });
    let room = Room::new().cases(20).server(&format!("{}\nconnections = 4", server.server()));
    room.workspace.run("send -x --yes --retry-for 0s").code(0).stdout("20 letters: 20 accepted\n").outcome();
    assert_eq!(server.taken().len(), 20);
}

#[test]
fn resend_sends_what_was_refused_and_nothing_else_and_the_joint_letter_stays_the_joint_letter() {
    let is_mended = Arc::new(AtomicBool::new(false));
    let mended = Arc::clone(&is_mended);
    let server = StrictServer::open(&["PIPELINING"], move |at| {
        if at.verb == "RCPT" && at.argument.contains("torture") && !mended.load(Ordering::Relaxed) { Some(say("550 5.1.1 no such user")) } else { None }
    });
    let addresses = [("migrants", "migrants@un.org"), ("torture", "torture@un.org"), ("minority-issues", "minority@un.org")];
    let room = Room::new().with(|workspace| joint(workspace, &addresses)).server(&server.server());
    room.workspace.run(SEND).code(4).stdout_has("3 letters: 2 accepted, 1 refused").outcome();
    room.workspace.run(SEND).code(4).stderr_has("--resend c1:torture").outcome();
    is_mended.store(true, Ordering::Relaxed);
    room.workspace.run("send --resend c1").code(0).stdout_has("3 letters: 1 planned, 2 accepted").outcome();
    room.workspace.run("send -x --yes --resend c1:torture").code(0).stdout("1 letter: 1 accepted\n").outcome();
    for again in ["c1", "c1:torture", "c1:migrants"] {
        room.workspace.run(&format!("send -x --yes --resend {again}")).code(0).outcome();
    }
    assert_eq!(copies(&server).into_values().collect::<Vec<_>>(), [1, 1, 1]);
    let subjects: std::collections::BTreeSet<String> = server.taken().iter().map(|(_, content)| header(content, "Subject")).collect();
    assert_eq!(subjects.len(), 1, "{subjects:?}");
}

#[test]
fn what_is_in_doubt_goes_again_by_no_resend() {
    let server = StrictServer::open(&[], |at| if at.verb == "." { Some(Act::TakeAndHangUp) } else { None });
    let room = Room::new().cases(1).server(&server.server());
    room.workspace.run(SEND).code(5).stdout_has("1 in-doubt").outcome();
    room.workspace.run("send -x --yes --resend c1").code(5).stdout_has("1 in-doubt").outcome();
    assert_eq!(server.taken().len(), 1);
    // A line that ends before the content leaves no doubt.
    let server = StrictServer::open(&["PIPELINING"], |at| if at.verb == "DATA" { Some(Act::HangUp) } else { None });
    let room = Room::new().cases(1).server(&server.server());
    room.workspace.run(SEND).code(4).stdout_has("1 deferred").outcome();
}

#[test]
fn a_refusal_in_the_middle_of_a_large_content_is_heard() {
    let server =
        StrictServer::open(
            &["SIZE 30000000"],
            |at| {
                if at.verb == "DATA" { Some(Act::InTheMiddle(65_536, "552 5.3.4 Message too big".to_owned())) } else { None }
            },
        );
    // Bytes that no compression makes small.
    let noise: Vec<u8> = (0_u32..3_000_000).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let annex = "[[annexes]]\nid = \"a\"\nfile = \"annexes/a.pdf\"\ntitle.es = \"Nota\"\nshare = \"mandate\"\n[[requests]]";
    let room = Room::new()
        .with(|workspace| workspace.case_with(&[("[[requests]]", annex)]).file("annexes/a.pdf", [b"%PDF-1.7\n".as_slice(), &noise].concat()))
        .server(&server.server());
    room.workspace.run(SEND).code(4).stdout_has("refused: 552 5.3.4 Message too big").outcome();
}

#[test]
fn replies_are_understood_as_real_servers_give_them() {
    // Codes alone, line feeds alone, letters of an old encoding, a second digit of one's own, mixed codes of which the last counts.
    for (verb, reply) in [
        ("BANNER", "220"),
        ("BANNER", "220-mx\n220 ready"),
        ("MAIL", "250"),
        ("RCPT", "251 will forward"),
        ("RCPT", "250-first\r\n250 2.1.5 second"),
        ("DATA", "354"),
        (".", "250"),
        (".", "200 taken"),
        (".", "550-not so\r\n250 2.0.0 taken after all"),
        ("QUIT", "500 what?"),
    ] {
        let server = StrictServer::open(&["PIPELINING"], move |at| if at.verb == verb { Some(say(reply)) } else { None });
        let room = Room::new().cases(2).server(&server.server());
        room.workspace.run("send -x --yes --retry-for 0s").code(0).stdout("2 letters: 2 accepted\n").outcome();
        assert_eq!(server.taken().len(), if reply.starts_with("550") { 0 } else { 2 }, "{verb} {reply}");
    }
}

#[test]
fn what_is_about_the_account_or_the_server_ends_the_run_and_blames_no_letter() {
    for (verb, reply, said) in [
        ("MAIL", "550 5.7.1 Sender not allowed", "the sender has to be an address of the account"),
        ("MAIL", "530 5.7.0 Authentication required", "the server wants somebody to sign in"),
        ("RCPT", "550 5.4.5 Daily user sending limit exceeded", "wait until the provider lets you send again"),
        (".", "550 5.4.5 Daily user sending limit exceeded", "wait until the provider lets you send again"),
        (".", "554 5.7.60 cannot send as this sender", "the sender has to be an address of the account"),
        ("MAIL", "451 4.3.2 not taking mail now", "run the same command again later"),
    ] {
        let server = StrictServer::open(&[], move |at| if at.verb == verb { Some(say(reply)) } else { None });
        let room = Room::new().cases(3).server(&server.server());
        room.workspace.run(SEND).code(4).stdout_has("3 letters: 3 deferred").stderr_has(said).outcome();
        assert_eq!(server.heard().iter().filter(|line| line.starts_with("MAIL")).count(), 1, "{verb} {reply}");
        let sound = StrictServer::open(&[], |_| None);
        let room = room.server(&sound.server());
        room.workspace.run(SEND).code(0).stdout_has("3 letters: 3 accepted").outcome();
    }
}

#[test]
fn a_full_mailbox_is_the_recipient_s_and_the_others_go() {
    let count = AtomicUsize::new(0);
    let server = StrictServer::open(&[], move |at| {
        if at.verb == "RCPT" && count.fetch_add(1, Ordering::Relaxed) == 0 { Some(say("552 5.2.2 Mailbox over quota, sending limit exceeded")) } else { None }
    });
    let room = Room::new().cases(3).server(&server.server());
    room.workspace.run(SEND).code(4).stdout_has("3 letters: 2 accepted, 1 refused").outcome();
}

#[test]
fn reports_are_asked_for_where_the_server_offers_them() {
    let server = StrictServer::open(&["DSN", "PIPELINING"], |_| None);
    let room = Room::new().cases(1).server(&format!("{}\nhello = \"mail.example.org\"", server.server()));
    room.workspace.run(SEND).code(0).outcome();
    let heard = server.heard();
    assert_eq!(heard[0], "EHLO mail.example.org");
    assert!(heard.iter().any(|line| line.starts_with("MAIL FROM:<") && line.contains("> RET=HDRS ENVID=")), "{heard:?}");
    assert!(heard.iter().any(|line| line == "RCPT TO:<defenders@un.org> NOTIFY=FAILURE,DELAY"), "{heard:?}");
}

/// A program that takes mail, of this script.
#[cfg(unix)]
fn program(room: &Room, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    room.own("program", &format!("#!/bin/sh\n{script}\n"));
    let path = room.home().join("program");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is there");
    format!("server = \"sendmail:{}\"\ntimeout = \"200ms\"", path.display())
}

#[test]
#[cfg(unix)]
fn a_program_is_understood_by_its_exit_code() {
    for (script, code, said) in [
        ("cat >/dev/null; exit 0", 0, "3 letters: 3 accepted"),
        ("cat >/dev/null; echo 'no such user' >&2; exit 67", 4, "refused: the mail system ended with 67: no such user"),
        ("cat >/dev/null; exit 65", 4, "3 letters: 3 refused"),
        ("cat >/dev/null; exit 68", 4, "3 letters: 3 deferred"),
        ("cat >/dev/null; exit 69", 4, "3 letters: 3 deferred"),
        ("cat >/dev/null; echo 'server message: 550 5.1.1 no'; exit 69", 4, "3 letters: 3 refused"),
        ("cat >/dev/null; exit 71", 4, "3 letters: 3 deferred"),
        ("cat >/dev/null; exit 75", 4, "3 letters: 3 deferred"),
        // It may have sent the letter before; the others wait.
        ("cat >/dev/null; exit 74", 5, "3 letters: 2 deferred, 1 in-doubt"),
        ("cat >/dev/null; exit 1", 5, "3 letters: 2 deferred, 1 in-doubt"),
        ("cat >/dev/null; kill -9 $$", 5, "3 letters: 2 deferred, 1 in-doubt"),
        ("cat >/dev/null; exec sleep 60", 5, "3 letters: 2 deferred, 1 in-doubt"),
        // Its configuration is wrong: no letter is blamed.
        ("cat >/dev/null; exit 77", 4, "3 letters: 3 deferred"),
        ("cat >/dev/null; exit 78", 4, "3 letters: 3 deferred"),
        ("exit 127", 4, "3 letters: 3 deferred"),
    ] {
        let room = Room::new().cases(3);
        let lines = program(&room, script);
        let room = room.server(&lines).with(|workspace| workspace.env("PATH", "/usr/bin:/bin"));
        room.workspace.run(SEND).code(code).stdout_has(said).outcome();
    }
    let room = Room::new().cases(2).server("server = \"sendmail:/nowhere/sendmail\"");
    room.workspace.run(SEND).code(4).stdout_has("2 letters: 2 deferred").stderr_has("look at server in config.toml").outcome();
}

#[test]
fn a_server_s_own_certificate_in_ca_file_is_believed_also_if_it_calls_itself_an_authority() {
    for authority in [false, true] {
        let office = Office::open(Script { protection: crate::post_office::Protection::StartTls, calls_itself_an_authority: authority, ..Script::default() });
        let room = Room::new().cases(1);
        let file = room.home().join("ca.pem");
        let room = room.server(&office.protected("smtp", &file));
        room.workspace.run(SEND).code(0).stdout_has("1 accepted").outcome();
        // Another server's is not.
        let other = Office::open(Script { protection: crate::post_office::Protection::StartTls, calls_itself_an_authority: authority, ..Script::default() });
        let _ = other.protected("smtp", &file);
        let room = Room::new().cases(1).server(&office.protected("smtp", &room.home().join("own.pem")).replace("own.pem", "ca.pem"));
        room.workspace.run(SEND).code(4).stderr_has("nobody who is trusted vouches for it").stderr_has("ca-file").outcome();
    }
}

#[test]
fn replies_that_came_before_tls_are_not_believed() {
    let forged = "220 go ahead\r\n250-mx\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued as FORGED";
    let office = Office::open(Script { protection: crate::post_office::Protection::StartTls, with_starttls: Some(forged), ..Script::default() });
    let room = Room::new().cases(1);
    let file = room.home().join("ca.pem");
    let room = room.server(&office.protected("smtp", &file));
    room.workspace.run(SEND).code(4).stdout_has("1 letter: 1 deferred").stderr_has("the line cannot be trusted").outcome();
    assert!(office.accepted().is_empty());
    assert!(office.heard().iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"), "{:?}", office.heard());
}

#[test]
fn the_talk_with_a_server_is_shown_without_its_secrets_and_no_letter_goes() {
    let script = |login: &str| Script {
        protection: crate::post_office::Protection::StartTls,
        login: Some(("PLAIN LOGIN", format!("\0ana\0{login}"))),
        ..Script::default()
    };
    for (password, code) in [("geheim", 0), ("falsch", 1)] {
        let office = Office::open(script("geheim"));
        let room = Room::new().cases(1).with(|workspace| workspace.env("PATH", "/usr/bin:/bin"));
        let file = room.home().join("ca.pem");
        let lines = format!("{}\nusername = \"ana\"\npassword-command = [\"printf\", \"{password}\"]", office.protected("smtp", &file));
        let room = room.server(&lines);
        let run = room.workspace.run("send --check-server").code(code).stdout_has("> STARTTLS\n").stdout_has("> AUTH PLAIN ****\n").outcome();
        assert!(!run.everything().contains(password) && !run.everything().contains("AGFuYQ"), "{}", run.everything());
        assert_eq!(run.stdout.contains("the server can be sent through; no letter was sent"), code == 0);
        assert!(office.heard().iter().all(|line| !line.starts_with("MAIL")), "{:?}", office.heard());
    }
}

#[test]
fn an_address_under_a_domain_of_another_script_goes_in_ascii() {
    let server = StrictServer::open(&[], |_| None);
    let recipients = "[human-rights-defenders]\nemail = \"buzón@exämple.org\"\n[migrants]\nemail = \"m@exämple.org\"\nconfirmed = 2021-04-01\n";
    let case = CASE.replace("[\"human-rights-defenders\"]", "[\"migrants\"]");
    let room = Room::new().with(|workspace| workspace.file("recipients.toml", recipients).case("c1", &case)).server(&server.server());
    room.workspace.run(SEND).code(0).outcome();
    assert_eq!(server.taken()[0].0, "m@xn--exmple-cua.org");
    assert_eq!(header(&server.taken()[0].1, "To"), "m@xn--exmple-cua.org");
}

#[test]
fn a_title_without_spaces_makes_no_line_too_long() {
    let server = StrictServer::open(&[], |_| None);
    let title = "x".repeat(1500);
    let case = CASE.replace("title.es = \"Hostigamiento a quienes acompañan a migrantes\"", &format!("title.es = \"{title}\""));
    assert_ne!(case, CASE);
    let room = Room::new().with(|workspace| workspace.case("c1", &case)).server(&server.server());
    room.workspace.run(SEND).code(0).outcome();
    let message = server.taken()[0].1.clone();
    let longest = message.split("\r\n").map(str::len).max();
    assert!(longest.is_some_and(|length| length <= 998), "{longest:?}");
}
