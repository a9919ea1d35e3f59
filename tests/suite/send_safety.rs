//! What must hold whatever happens: killed, interrupted, run twice at once, a ledger that was copied, a password that is wrong.

use crate::mail_room::{Room, header};
use crate::post_office::{Office, Protection, Script};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often batches are killed, and of how many letters they are; a long run says more.
fn kills() -> (usize, usize) {
    std::env::var("APPEAL_TEST_KILLS").ok().and_then(|n| n.parse().ok()).map_or((12, 12), |n| (n, 200))
}

#[cfg(unix)]
#[test]
fn killed_at_any_point_and_run_again_every_letter_is_accepted_once_or_in_doubt() {
    let (kills, letters) = kills();
    let (mut sum, mut in_doubt) = (0, 0);
    for pipelining in [false, true] {
        let mut killed = 0;
        while killed < kills {
            let office = Office::open(Script { pipelining, pause: Duration::from_millis(4), ..Script::default() });
            let room = Room::new().cases(letters).server(&office.server());
            let mut here = 0;
            // The points are spread over the run, from its first step to its last; it is run again until it ends by itself.
            for point in 0..letters.min(20) / 3 {
                let mut run = room.workspace.start(&["send", "-x", "--yes", "--date", crate::test_workspace::TODAY]);
                let spread = 120 + letters as u64 * 10;
                std::thread::sleep(Duration::from_millis(60 + (killed as u64 * 37 + point as u64 * 53) % spread));
                if run.try_wait().expect("it can be asked").is_some() {
                    break;
                }
                run.kill().expect("it can be killed");
                let _ = run.wait();
                (killed, here) = (killed + 1, here + 1);
            }
            // A batch that ends before its first point was no kill; the next one has another point.
            killed += usize::from(here == 0);
            let last = room.workspace.run("send -x --yes --json").outcome();
            let mut copies: BTreeMap<String, usize> = BTreeMap::new();
            for message in office.accepted() {
                *copies.entry(header(&message, "Message-ID")).or_default() += 1;
            }
            assert!(copies.values().all(|n| *n == 1), "a letter went twice: {copies:?}");
            let doubts = last.stdout.lines().filter(|l| l.contains("\"state\":\"in-doubt\"")).count();
            assert!(doubts <= here, "{doubts} letters in doubt after {here} kills\n{}", last.stdout);
            assert!(copies.len() + doubts >= letters, "{} accepted, {doubts} in doubt, of {letters}\n{}{}", copies.len(), last.stdout, last.stderr);
            assert_eq!(last.code, if doubts > 0 { 5 } else { 0 }, "{}{}", last.stdout, last.stderr);
            (sum, in_doubt) = (sum + here, in_doubt + doubts);
        }
    }
    // For whoever runs the long form, with `--nocapture`.
    #[expect(clippy::print_stdout, reason = "a test stands at the edge")]
    {
        println!("{sum} kills, batches of {letters} letters, {in_doubt} letters in doubt, none twice, none lost");
    }
}

#[test]
fn two_runs_at_once_send_no_letter_twice() {
    let office = Office::open(Script { pause: Duration::from_millis(150), ..Script::default() });
    let room = Room::new().cases(8).server(&office.server().replace("300ms", "5s"));
    let mut first = room.workspace.start(&["send", "-x", "--yes", "--date", crate::test_workspace::TODAY]);
    while office.accepted().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    room.workspace.run("send -x --yes").code(1).stderr_has("another run is sending from this workspace").outcome();
    assert!(first.wait().expect("it ends").success());
    assert_eq!(office.accepted().len(), 8);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_after_the_letters_in_flight_and_leaves_a_complete_ledger() {
    let office = Office::open(Script { pause: Duration::from_millis(150), ..Script::default() });
    let room = Room::new().cases(20).server(&office.server().replace("300ms", "5s"));
    let mut run = room.workspace.start(&["send", "-x", "--yes", "--date", crate::test_workspace::TODAY]);
    while office.accepted().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let interrupt = std::process::Command::new("sh").args(["-c", &format!("kill -INT {}", run.id())]).status();
    assert!(interrupt.expect("sh runs").success());
    assert_eq!(run.wait().expect("it ends").code(), Some(130));
    let sent = office.accepted().len();
    assert!((1..20).contains(&sent), "{sent}");
    let status = room.workspace.run("status").code(0).into_stdout();
    assert_eq!(status.lines().filter(|l| l.contains("accepted")).count(), sent, "{status}");
    room.workspace.run("send -x --yes").code(0).stdout_has("20 letters: 20 accepted").outcome();
    assert_eq!(office.accepted().len(), 20);
}

#[test]
fn a_ledger_that_is_gone_or_restored_lets_nothing_go_twice_that_its_user_began() {
    let office = Office::open(Script::default());
    let room = Room::new().cases(2).server(&office.server());
    room.workspace.run("send -x --yes c1").code(0).stdout_has("1 accepted").outcome();
    let old = std::fs::read(room.workspace.path().join("ledger.db")).expect("the ledger can be read");
    room.workspace.run("send -x --yes c2").code(0).stdout_has("1 accepted").outcome();

    // A backup knows of the first letter only; a new ledger of none.
    let room = room.with(|workspace| workspace.file("ledger.db", &old));
    let held = "c2  human-rights-defenders  es  held: ledger.db does not know of it";
    room.workspace.run("send -x --yes").code(3).stdout_has(held).stdout_has("1 accepted, 1 held").stderr_has("--adopt-ledger").outcome();
    std::fs::remove_file(room.workspace.path().join("ledger.db")).expect("it can be removed");
    room.workspace.run("send -x --yes").code(3).stdout_has("2 letters: 2 held").outcome();
    assert_eq!(office.accepted().len(), 2);
    room.workspace.run("send -x --yes c2 --adopt-ledger").code(0).stdout_has("1 accepted").outcome();
    room.workspace.run("send -x --yes").code(3).stdout_has("1 accepted, 1 held").outcome();
    assert_eq!(office.accepted().len(), 3);

    // Nobody learns from the file to whom letters went.
    let letters = std::fs::read_to_string(room.home().join(".local/state/appeal/letters")).expect("it is there");
    assert!(letters.lines().filter(|line| !line.is_empty()).count() == 3 && letters.bytes().all(|b| b.is_ascii_hexdigit() || b == b'\n'), "{letters}");
}

#[test]
fn a_folder_that_colleagues_share_or_move_needs_no_word_at_every_turn() {
    let office = Office::open(Script::default());
    let room = Room::new().cases(3).server(&office.server());
    room.workspace.run("send -x --yes c1").code(0).stdout_has("1 accepted").outcome();
    let ledger = |room: &Room| std::fs::read(room.workspace.path().join("ledger.db")).expect("the ledger can be read");
    // A colleague with a state folder of their own, then the first again, each with all that the other sent.
    let colleague = Room::new().cases(3).server(&office.server()).with(|workspace| workspace.file("ledger.db", ledger(&room)));
    colleague.workspace.run("send -x --yes c1 c2").code(0).stdout_has("2 accepted").outcome();
    let room = room.with(|workspace| workspace.file("ledger.db", ledger(&colleague)));
    room.workspace.run("send -x --yes").code(0).stdout_has("3 letters: 3 accepted").outcome();
    assert_eq!(office.accepted().len(), 3);
}

#[test]
fn the_same_letter_under_another_id_is_held() {
    let office = Office::open(Script::default());
    let room = Room::new().with(|workspace| workspace.case_with(&[]).case("c2", crate::test_workspace::CASE)).server(&office.server());
    room.workspace.run("send -x --yes").code(3).stdout_has("held: the same letter went out as c1").stderr_has("remove one of the two cases").outcome();
    assert_eq!(office.accepted().len(), 1);
}

#[test]
fn a_server_is_chosen_by_the_user_alone() {
    let room = Room::new().cases(1);
    room.workspace.run("send -x --yes").code(1).stderr_has("no server is configured").stderr_has("server = \"smtps://mail.example.org\"").files(&[]);
    let room = room.with(|workspace| workspace.file("config.toml", "[mail]\nserver = \"maildir:box\"\n"));
    room.workspace.run("send -x --yes --config config.toml").code(1).stderr_has("lies in the workspace, which may come from others").files(&[]);
    room.workspace.run("send -x --yes").code(1).stderr_has("no server is configured").files(&[]);
}

#[test]
fn a_mistake_in_the_configuration_is_placed_and_nothing_is_sent() {
    for (lines, what) in [
        ("server = \"http://x\"", "config.toml:2:"),
        ("server = \"smtp+insecure://mail.example.org\"", "only on this computer"),
        ("server = \"smtps://localhost\"\npasword-command = [\"x\"]", "password-command"),
        ("server = \"smtps://localhost\"\npassword-file = \"x\"", "there is a secret, and no `username`"),
        ("server = \"smtp+insecure://127.0.0.1:1\"\nusername = \"u\"", "nobody signs in over a line that is not protected"),
        ("server = \"smtps://localhost\"\nusername = \"u\"\ntoken-command = [\"x\"]\npassword-file = \"x\"", "several ways to the secret"),
    ] {
        Room::new().cases(1).server(lines).workspace.run("send -x --yes").code(1).stderr_has(what).files(&[]);
    }
}

#[test]
fn a_server_that_cannot_be_reached_defers_everything() {
    let room = Room::new().cases(2).server("server = \"smtp+insecure://127.0.0.1:1\"");
    room.workspace
        .run("send -x --yes --retry-for 0s")
        .code(4)
        .stdout_has("2 deferred")
        .stderr_has("127.0.0.1:1 cannot be reached: nothing answers there")
        .outcome();
}

/// A server that wants this login.
fn locked(protection: Protection, ways: &'static str, wanted: &str) -> Office {
    Office::open(Script { protection, login: Some((ways, wanted.to_owned())), pipelining: true, ..Script::default() })
}

/// A room that signs in there as `ana`, with these lines about the secret.
fn signed(office: &Office, scheme: &str, secret: &str) -> Room {
    let room = Room::new().cases(1);
    let lines = office.protected(scheme, &room.home().join("ca.pem"));
    room.server(&format!("{lines}\nusername = \"ana\"\n{secret}"))
}

#[test]
fn a_login_works_over_tls_and_starttls_by_every_mechanism() {
    let password = "password-command = [\"printf\", \"geheim\\\\n\"]";
    let token = "token-command = [\"printf\", \"geheim\"]";
    for (protection, scheme) in [(Protection::Tls, "smtps"), (Protection::StartTls, "smtp")] {
        for (ways, wanted, secret) in
            [("PLAIN LOGIN", "\0ana\0geheim", password), ("LOGIN", "ana geheim", password), ("XOAUTH2", "user=ana\u{1}auth=Bearer geheim\u{1}\u{1}", token)]
        {
            let office = locked(protection, ways, wanted);
            let room = signed(&office, scheme, secret).with(|workspace| workspace.env("PATH", "/usr/bin:/bin"));
            room.workspace.run("send -x --yes").code(0).stdout("1 letter: 1 accepted\n").files(&["ledger.db", "ledger.lock"]);
            assert_eq!(office.accepted().len(), 1, "{ways}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_password_comes_from_a_file_that_nobody_else_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let office = locked(Protection::Tls, "PLAIN", "\0ana\0geheim");
    let room = signed(&office, "smtps", "password-file = \"secret\"");
    room.own(".config/appeal/secret", "geheim\n");
    let file = room.home().join(".config/appeal/secret");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("a mode can be set");
    room.workspace.run("send -x --yes").code(1).stderr_has("may be read by others").nowhere("geheim").outcome();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a mode can be set");
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
}

#[test]
fn a_wrong_password_and_a_missing_one_stop_everything_before_a_letter_is_begun() {
    let office = locked(Protection::Tls, "PLAIN", "\0ana\0geheim");
    let room = signed(&office, "smtps", "password-command = [\"printf\", \"falsch\"]").with(|workspace| workspace.env("PATH", "/usr/bin:/bin"));
    room.workspace
        .run("send -x --yes -v")
        .code(4)
        .stdout_has("not begun")
        .stderr_has("does not accept username and password: 535 no")
        .nowhere("falsch")
        .outcome();
    room.workspace.run("status").code(0).files(&[]);
    signed(&office, "smtps", "").workspace.run("send -x --yes --no-input").code(1).stderr_has("nobody is there to type the password of ana").outcome();
    assert!(office.accepted().is_empty() && !office.heard().iter().any(|c| c.starts_with("MAIL")));
}

#[test]
fn a_certificate_that_nobody_vouches_for_stops_everything() {
    for (protection, scheme) in [(Protection::Tls, "smtps"), (Protection::StartTls, "smtp")] {
        let office = Office::open(Script { protection, ..Script::default() });
        let room = Room::new().cases(1);
        let lines = office.protected(scheme, &room.home().join("ca.pem"));
        // The certificate of another server.
        let other = Office::open(Script::default());
        let _ = other.protected(scheme, &room.home().join("ca.pem"));
        let room = room.server(&lines);
        room.workspace.run("send -x --yes --retry-for 0s").code(4).stdout_has("1 deferred").stderr_has("certificate").outcome();
        assert!(office.accepted().is_empty());
    }
}

#[test]
fn without_starttls_nothing_is_said_in_the_open() {
    let office = Office::open(Script::default());
    let room = Room::new().cases(1);
    let lines = office.protected("smtp", &room.home().join("ca.pem"));
    room.server(&lines).workspace.run("send -x --yes").code(4).stdout_has("1 deferred").stderr_has("does not offer STARTTLS").outcome();
    assert!(!office.heard().iter().any(|c| c.starts_with("MAIL") || c.starts_with("AUTH")));
}

#[test]
fn a_trial_goes_to_a_test_address_with_codes_for_names_and_counts_as_nothing() {
    let organisation = format!("{}\n[mail]\nbody = \"letter\"\ntest-addresses = [\"prueba@example.org\"]\n", crate::test_workspace::ORGANISATION);
    let office = Office::open(Script::default());
    let room = Room::new().cases(1).server(&office.server()).with(|workspace| workspace.file("organisation.toml", organisation));
    room.workspace.run("send -x --yes --test-to other@example.org").code(2).stderr_has("is not among the test addresses").files(&[]);
    room.workspace.run("send -x --yes --test-to prueba@example.org").code(0).stdout("1 letter: 1 rehearsed\n").outcome();
    let message = office.accepted()[0].clone();
    assert_eq!(header(&message, "To"), "prueba@example.org");
    assert!(!message.contains("Mar=C3=ADa") && message.contains("Defensora A"), "{message}");
    room.workspace.run("send").code(0).stdout_has("will send to defenders@un.org").files(&[]);
}

#[cfg(unix)]
#[test]
fn the_mail_system_of_this_computer_can_send() {
    let script = |code: i32| format!("#!/bin/sh\ncat > \"$(dirname \"$0\")/message\"\necho \"$@\" > \"$(dirname \"$0\")/arguments\"\nexit {code}\n");
    for (code, exit, state) in [(0, 0, "accepted"), (75, 4, "deferred"), (67, 4, "refused")] {
        let room = Room::new().cases(1).with(|workspace| workspace.env("PATH", "/usr/bin:/bin"));
        room.own("sendmail", &script(code));
        let program = room.home().join("sendmail");
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode can be set");
        let room = room.server(&format!("server = \"sendmail:{}\"", program.display()));
        room.workspace.run("send -x --yes --retry-for 0s").code(exit).stdout_has(&format!("1 {state}")).outcome();
        let arguments = std::fs::read_to_string(room.home().join("arguments")).expect("it was run");
        assert_eq!(arguments, "-i -f red@ejemplo.example.org -- defenders@un.org\n");
    }
}

#[test]
fn an_update_continues_the_thread_of_the_letter_it_updates() {
    let office = Office::open(Script::default());
    let update = "updates = \"c1\"\ntitle.es = \"Novedades\"\naction = \"update\"\ncountry = \"MX\"\ndate = 2021-05-10\nlanguage = \"es\"\n\
        [[incidents]]\nid = \"i2\"\ndate = \"2021-05-01\"\nvictims = [\"v1\"]\naccount.es = \"Los agentes volvieron a buscar a {v1}.\"\n\
        [[requests]]\ntext.es = \"Reiterar lo solicitado.\"\n";
    let room = Room::new().with(|workspace| workspace.case_with(&[])).server(&office.server());
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    let room = room.with(|workspace| workspace.case("c2", update));
    let run = room.workspace.run_words(&["send", "-x", "--yes", "c2", "--date", "2021-05-10"]).outcome();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let sent = office.accepted();
    assert_eq!(header(&sent[1], "In-Reply-To"), header(&sent[0], "Message-ID"));
}
