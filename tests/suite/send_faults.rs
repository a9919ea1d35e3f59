//! What a server can do to a run: letters are tried again, refused, doubted, counted and copied; one never stops the others.

use crate::mail_room::{Room, header};
use crate::post_office::{Fault, Office, Script, Step};
use std::time::{Duration, Instant};

/// Sends with this server, and gives the exit code and the letter's state.
fn send(room: Room, office: &Office, more: &str) -> (Room, i32, String) {
    let room = room.server(&office.server());
    let run = room.workspace.run(&format!("send -x --yes --json --retry-for 0s {more}")).outcome();
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let line: serde_json::Value =
        run.stdout.lines().next().and_then(|l| serde_json::from_str(l).ok()).unwrap_or_else(|| panic!("{}{}", run.stdout, run.stderr));
    (room, run.code, line["state"].as_str().expect("a state is a word").to_owned())
}

#[test]
fn a_letter_takes_four_round_trips_and_one_with_pipelining() {
    for (pipelining, a_letter) in [(false, 4), (true, 1)] {
        let turns = |letters: usize| {
            let office = Office::open(Script { pipelining, way: Duration::from_millis(50), ..Script::default() });
            let room = Room::new().cases(letters).server(&office.server().replace("300ms", "9s"));
            room.workspace.run("send -x --yes").code(0).stdout_has(&format!("{letters} accepted")).outcome();
            assert_eq!(office.accepted().len(), letters);
            office.turns()
        };
        // What it takes to say hello and goodbye is the same for few and for many.
        assert_eq!(turns(14) - turns(4), 10 * a_letter, "pipelining: {pipelining}");
    }
}

#[test]
fn no_more_letters_a_minute_go_than_are_allowed_over_all_connections() {
    let office = Office::open(Script::default());
    let lines = "per-minute = 200\nconnections = 4";
    let room = Room::new().cases(4).server(&format!("{}\n{lines}", office.server()));
    let start = Instant::now();
    room.workspace.run("send -x --yes").code(0).stdout_has("4 accepted").outcome();
    // Three pauses of 300 ms between four letters.
    assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    assert_eq!(office.accepted().len(), 4);
}

#[test]
fn a_copy_of_what_was_accepted_is_kept_where_it_is_asked_for() {
    let office = Office::open(Script::default());
    let room = Room::new().cases(1).server(&format!("{}\nsave-copy = true", office.server()));
    let written = room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome().written;
    let copy = written.get("sent/c1.human-rights-defenders.es.eml").expect("a copy is kept");
    assert_eq!(String::from_utf8_lossy(copy), office.accepted()[0]);
    #[cfg(unix)]
    assert_eq!(room.workspace.mode("sent/c1.human-rights-defenders.es.eml"), "600");
    // A refused letter leaves none.
    let office = Office::failing(false, Step::Rcpt, Fault::Say("550 never"));
    let room = Room::new().cases(1).server(&format!("{}\nsave-copy = true", office.server()));
    room.workspace.run("send -x --yes").code(4).stdout_has("1 refused").files(&["ledger.db", "ledger.lock"]);
}

#[test]
fn what_is_sent_is_what_was_composed() {
    let office = Office::open(Script::default());
    let (_, code, state) = send(Room::new().cases(1), &office, "");
    assert_eq!((code, state.as_str()), (0, "accepted"));
    let message = &office.accepted()[0];
    assert_eq!(header(message, "To"), "defenders@un.org");
    let heard = office.heard();
    assert!(
        heard.iter().any(|c| c.starts_with("MAIL FROM:<red@ejemplo.example.org>")) && heard.contains(&"RCPT TO:<defenders@un.org>".to_owned()),
        "{heard:?}"
    );
    assert!(heard.iter().filter(|c| c.starts_with("EHLO")).all(|c| c == "EHLO [127.0.0.1]"), "{heard:?}");
}

#[test]
fn a_letter_that_is_deferred_is_tried_again_for_as_long_as_asked() {
    let office = Office::open(Script { fault: Some((Step::Rcpt, Fault::Say("451 later"), 1)), ..Script::default() });
    let room = Room::new().cases(1).server(&office.server());
    room.workspace
        .run("send -x --yes -v --retry-for 10s")
        .code(0)
        .stdout_has("accepted for defenders@un.org: 250 queued as 12345")
        .files(&["ledger.db", "ledger.lock"]);
    assert_eq!(office.accepted().len(), 1);
    let attempts = room.workspace.run("status -v --state accepted,deferred").outcome().stdout;
    assert_eq!(attempts.lines().count(), 2, "{attempts}");
}

#[test]
fn one_refused_letter_never_stops_the_others() {
    for pipelining in [false, true] {
        let office = Office::open(Script { pipelining, fault: Some((Step::Rcpt, Fault::Say("550 unknown"), 1)), ..Script::default() });
        let room = Room::new().cases(5).server(&office.server());
        room.workspace.run("send -x --yes --retry-for 0s").code(4).stdout_has("4 accepted, 1 refused").files(&["ledger.db", "ledger.lock"]);
        assert_eq!(office.accepted().len(), 4);
    }
}

#[test]
fn a_refused_letter_goes_again_only_with_resend() {
    let office = Office::open(Script { fault: Some((Step::Rcpt, Fault::Say("550 unknown"), 1)), ..Script::default() });
    let (room, code, _) = send(Room::new().cases(1), &office, "");
    assert_eq!(code, 4);
    let (room, code, state) = send(room, &office, "");
    assert_eq!((code, state.as_str(), office.accepted().len()), (4, "refused", 0));
    let (_, code, state) = send(room, &office, "--resend c1");
    assert_eq!((code, state.as_str(), office.accepted().len()), (0, "accepted", 1));
}

#[test]
fn a_person_settles_a_doubt_either_way() {
    let doubtful = || {
        let office = Office::failing(false, Step::Dot, Fault::HangUp);
        send(Room::new().cases(1), &office, "").0
    };
    let sound = Office::open(Script::default());
    let room = doubtful();
    room.workspace.run("record c1 --event arrived").code(0).stdout_has("c1  human-rights-defenders  arrived").files(&["ledger.db"]);
    let (_, code, state) = send(room, &sound, "");
    assert_eq!((code, state.as_str(), sound.accepted().len()), (0, "accepted", 0));
    let room = doubtful();
    room.workspace.run("record c1 --event lost").code(0).stdout_has("lost").files(&["ledger.db"]);
    let (_, code, state) = send(room, &sound, "");
    assert_eq!((code, state.as_str(), sound.accepted().len()), (0, "accepted", 1));
}

#[test]
fn many_letters_go_over_several_connections_each_once() {
    for pipelining in [false, true] {
        let office = Office::open(Script { pipelining, ..Script::default() });
        let room = Room::new().cases(30).server(&format!("{}\nconnections = 4", office.server()));
        room.workspace.run("send -x --yes").code(0).stdout("30 letters: 30 accepted\n").files(&["ledger.db", "ledger.lock"]);
        let mut ids: Vec<String> = office.accepted().iter().map(|m| header(m, "Message-ID")).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), office.accepted().len()), (30, 30));
    }
}
