//! The fault matrix: each fault at each step of the conversation, with and without PIPELINING. In every cell the outcome, the exit
//! code and the ledger are the right ones, and after another run with a server that works every letter has arrived once, but
//! for those that were refused or are in doubt.

use crate::mail_room::{Room, header};
use crate::post_office::{Certificate, Fault, Office, Protection, Script, Step};
use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const FAULTS: [(&str, Fault); 6] = [
    ("4xx", Fault::Say("451 later")),
    ("5xx", Fault::Say("550 never")),
    ("421", Fault::Last("421 closing")),
    ("hang-up", Fault::HangUp),
    ("silence", Fault::Silence),
    ("garbage", Fault::Say("what?")),
];

/// The steps that each letter takes, and the goodbye.
const OF_A_LETTER: [Step; 5] = [Step::Mail, Step::Rcpt, Step::Data, Step::Dot, Step::Quit];

/// How the letter stands that met this fault at this step.
fn expected(step: Step, fault: &str) -> &'static str {
    match (step, fault) {
        (Step::Quit, _) => "accepted",
        (Step::Dot, "hang-up" | "silence" | "garbage") => "in-doubt",
        // Before a letter is begun there is nothing that could be refused.
        (Step::Banner | Step::Ehlo | Step::StartTls | Step::Handshake | Step::Auth, _) => "deferred",
        // Who may not send this letter may send no other: that is about the account, and no letter is blamed for it.
        (Step::Mail, _) => "deferred",
        (_, "5xx") => "refused",
        _ => "deferred",
    }
}

fn code<'a>(states: impl IntoIterator<Item = &'a String>) -> i32 {
    let code = |state: &String| match state.as_str() {
        "accepted" => 0,
        "in-doubt" => 5,
        _ => 4,
    };
    states.into_iter().map(code).max().unwrap_or_default()
}

/// A run with this server: the exit code and the state of each case.
fn send(room: &Room) -> (i32, BTreeMap<String, String>) {
    let run = room.workspace.run("send -x --yes --json --retry-for 0s").outcome();
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    (run.code, states(&run.stdout))
}

fn states(json: &str) -> BTreeMap<String, String> {
    let lines = json.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines.filter_map(|line| Some((line["case"].as_str()?.to_owned(), line["state"].as_str()?.to_owned()))).collect()
}

/// How each case stands in the ledger; nothing of a case that was not begun.
fn ledger(room: &Room) -> BTreeMap<String, String> {
    states(&room.workspace.run("status --json").outcome().stdout)
}

/// How often each letter was taken by these servers.
fn copies(offices: &[&Office]) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for message in offices.iter().flat_map(|office| office.accepted()) {
        *copies.entry(header(&message, "Message-ID")).or_default() += 1;
    }
    copies
}

/// Looks into every cell, several at a time since most of the time is silence, and reports all that are wrong.
#[track_caller]
fn each<T: Sync>(cells: &[T], look: impl Fn(&T) -> Vec<String> + Sync) {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = look(cell);
                    wrong.lock().expect("no thread failed").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread failed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn cells(steps: &[Step]) -> Vec<(bool, Step, &'static str, Fault)> {
    let cell = |pipelining, step| FAULTS.iter().map(move |(word, fault)| (pipelining, step, *word, *fault));
    [false, true].into_iter().flat_map(|pipelining| steps.iter().flat_map(move |step| cell(pipelining, *step))).collect()
}

#[test]
fn a_letter_alone_meets_every_fault_at_every_step() {
    let steps = [&[Step::Banner, Step::Ehlo], OF_A_LETTER.as_slice()].concat();
    each(&cells(&steps), |(pipelining, step, word, fault)| {
        let at = format!("{step:?} {word}, pipelining {pipelining}");
        let office = Office::failing(*pipelining, *step, *fault);
        let sound = Office::open(Script { pipelining: *pipelining, ..Script::default() });
        let room = Room::new().cases(1).server(&office.server());
        let wanted = expected(*step, word);
        let (mut wrong, written) = after(&room, &at, &[wanted]);
        // What stands in the ledger was begun; what was not begun leaves nothing there.
        let begun = !matches!(step, Step::Banner | Step::Ehlo);
        if written != usize::from(begun) {
            wrong.push(format!("{at}: the ledger has {written} letters"));
        }
        let room = room.server(&sound.server());
        let wanted = if wanted == "deferred" { "accepted" } else { wanted };
        wrong.extend(after(&room, &format!("{at}, then again"), &[wanted]).0);
        // What is in doubt lies at the first server, as it happens.
        let taken = copies(&[&office, &sound]);
        if taken.len() != usize::from(wanted != "refused") || taken.values().any(|n| *n != 1) || (wanted == "in-doubt" && !sound.accepted().is_empty()) {
            wrong.push(format!("{at}: {taken:?}"));
        }
        wrong
    });
}

/// Sends, and says what is wrong with the states of `c1` and following, with the exit code, or with the ledger; and how many
/// letters the ledger knows of.
fn after(room: &Room, at: &str, wanted: &[&str]) -> (Vec<String>, usize) {
    let (ended, states) = send(room);
    let mut wrong = Vec::new();
    let found: Vec<&str> = states.values().map(String::as_str).collect();
    if found != wanted || ended != code(states.values()) {
        wrong.push(format!("{at}: {found:?}, exit {ended}; not {wanted:?}"));
    }
    let ledger = ledger(room);
    for (case, state) in &ledger {
        if states.get(case) != Some(state) {
            wrong.push(format!("{at}: the ledger says of {case}: {state}"));
        }
    }
    (wrong, ledger.len())
}

#[test]
fn a_fault_in_the_middle_of_a_batch_is_that_letter_s_alone() {
    const LETTERS: usize = 5;
    each(&cells(&OF_A_LETTER[..4]), |(pipelining, step, word, fault)| {
        let at = format!("{step:?} {word}, pipelining {pipelining}");
        let office = Office::open(Script { pipelining: *pipelining, well: 2, fault: Some((*step, *fault, 1)), ..Script::default() });
        let room = Room::new().cases(LETTERS).server(&office.server());
        let (ended, states) = send(&room);
        let mut wrong = Vec::new();
        if states.get("c3").map(String::as_str) != Some(expected(*step, word)) || states.len() != LETTERS || ended != code(states.values()) {
            wrong.push(format!("{at}: {states:?}, exit {ended}; c3 not {}", expected(*step, word)));
        }
        // Whatever was on its way with the letter that failed goes with the next run, and it is one letter at most.
        let others: Vec<(&String, &String)> = states.iter().filter(|(case, state)| *case != "c3" && *state != "accepted").collect();
        let stops = (*step, *word) == (Step::Mail, "5xx");
        let mut written = ledger(&room);
        if stops {
            // What is about the account ends the run; what was not begun stands in no ledger.
            if others.iter().any(|(case, state)| !matches!(case.as_str(), "c4" | "c5") || *state != "deferred") || others.len() != 2 {
                wrong.push(format!("{at}: {others:?}"));
            }
            written.extend(others.iter().map(|(case, state)| ((*case).clone(), (*state).clone())));
        } else if others.iter().any(|(case, state)| *case != "c4" || *state != "deferred") || (!pipelining && !others.is_empty()) {
            wrong.push(format!("{at}: {others:?}"));
        }
        if written != states {
            wrong.push(format!("{at}: the ledger says {written:?}, the run said {states:?}"));
        }
        let sound = Office::open(Script { pipelining: *pipelining, ..Script::default() });
        let room = room.server(&sound.server());
        let (ended, states) = send(&room);
        let last = if expected(*step, word) == "deferred" { "accepted" } else { expected(*step, word) };
        if states.iter().any(|(case, state)| state != if case == "c3" { last } else { "accepted" }) || ended != code(states.values()) {
            wrong.push(format!("{at}, then again: {states:?}, exit {ended}"));
        }
        let taken = copies(&[&office, &sound]);
        if taken.len() != LETTERS - usize::from(last == "refused") || taken.values().any(|n| *n != 1) {
            wrong.push(format!("{at}: {taken:?}"));
        }
        wrong
    });
}

/// What goes wrong before anybody may send.
struct Door {
    at: String,
    script: Script,
    /// Whether the file of `ca-file` vouches for another server.
    is_unknown: bool,
}

fn doors() -> Vec<Door> {
    let mut doors = Vec::new();
    for pipelining in [false, true] {
        for protection in [Protection::StartTls, Protection::Tls] {
            let sound = Script { pipelining, protection, login: Some(("PLAIN", "\0ana\0geheim".to_owned())), ..Script::default() };
            let by_tls = if protection == Protection::Tls { "TLS" } else { "STARTTLS" };
            let mut add = |what: String, script: Script, is_unknown| {
                doors.push(Door { at: format!("{what} over {by_tls}, pipelining {pipelining}"), script, is_unknown });
            };
            // Before STARTTLS and after it the server is asked what it can do; each time it may fail.
            let mut steps = vec![(Step::Auth, 0), (Step::Ehlo, 0)];
            if protection == Protection::StartTls {
                steps.extend([(Step::StartTls, 0), (Step::Ehlo, 1)]);
            } else {
                steps.push((Step::Banner, 0));
            }
            for (step, well) in steps {
                // A server that answers EHLO once only can be sent to.
                for (word, fault) in FAULTS.into_iter().filter(|(word, _)| (step, well) != (Step::Ehlo, 1) || !matches!(*word, "4xx" | "5xx")) {
                    add(format!("{step:?} {word} after {well}"), Script { well, fault: Some((step, fault, usize::MAX)), ..sound.clone() }, false);
                }
            }
            for (word, fault) in FAULTS.into_iter().filter(|(word, _)| matches!(*word, "hang-up" | "silence" | "garbage")) {
                add(format!("handshake {word}"), Script { fault: Some((Step::Handshake, fault, usize::MAX)), ..sound.clone() }, false);
            }
            for certificate in [Certificate::Expired, Certificate::OfAnother] {
                add(format!("certificate {certificate:?}"), Script { certificate, ..sound.clone() }, false);
            }
            add("certificate that nobody vouches for".to_owned(), sound.clone(), true);
        }
    }
    doors
}

#[test]
fn every_fault_before_anybody_may_send_defers_everything_and_begins_nothing() {
    each(&doors(), |Door { at, script, is_unknown }| {
        let scheme = if script.protection == Protection::Tls { "smtps" } else { "smtp" };
        let sound = Script { fault: None, certificate: Certificate::Sound, ..script.clone() };
        let (office, again) = (Office::open(script.clone()), Office::open(sound));
        let mut room = Room::new().cases(1).with(|workspace| workspace.env("PATH", "/usr/bin:/bin"));
        let login = "username = \"ana\"\npassword-command = [\"printf\", \"geheim\"]";
        let authority = room.home().join("ca.pem");
        let lines = office.protected(scheme, &authority).replace("\"2s\"", "\"700ms\"");
        if *is_unknown {
            let _ = again.protected(scheme, &authority);
        }
        room = room.server(&format!("{lines}\n{login}"));
        let (mut wrong, written) = after(&room, at, &["deferred"]);
        if written > 0 || office.heard().iter().any(|c| c.starts_with("MAIL")) {
            wrong.push(format!("{at}: heard {:?}, the ledger has {written} letters", office.heard()));
        }
        // Neither name nor password goes to a server whose certificate is not believed.
        if (*is_unknown || script.certificate != Certificate::Sound) && office.heard().iter().any(|c| c.starts_with("AUTH")) {
            wrong.push(format!("{at}: {:?}", office.heard()));
        }
        let lines = again.protected(scheme, &authority).replace("\"2s\"", "\"9s\"");
        room = room.server(&format!("{lines}\n{login}"));
        wrong.extend(after(&room, &format!("{at}, then again"), &["accepted"]).0);
        if again.accepted().len() != 1 {
            wrong.push(format!("{at}: {} copies", again.accepted().len()));
        }
        wrong
    });
}

/// A port where every connection ends at once, with a reset where it can.
fn closing(how: fn(&TcpStream)) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| how(&stream)));
    port
}

fn reset(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO));
}

/// A port whose queue of connections is full, and who keeps it so.
fn full() -> (u16, Vec<socket2::Socket>) {
    use socket2::{Domain, SockAddr, Socket, Type};
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket can be made");
    let listener = socket();
    listener.bind(&SockAddr::from(std::net::SocketAddr::from(([127, 0, 0, 1], 0)))).expect("a port is free");
    listener.listen(0).expect("it can listen");
    let address = listener.local_addr().expect("it has an address");
    let port = address.as_socket().expect("it is an address of the internet").port();
    let mut kept = vec![listener];
    for _ in 0..8 {
        let knocking = socket();
        knocking.set_nonblocking(true).expect("it can be told not to wait");
        let _ = knocking.connect(&address);
        kept.push(knocking);
    }
    std::thread::sleep(std::time::Duration::from_millis(50));
    (port, kept)
}

#[test]
fn a_server_that_cannot_be_reached_defers_everything_whatever_the_reason() {
    // It is held and nobody listens there: a port that is only free may be another test's by then.
    let held = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket can be made");
    held.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).expect("a port is free");
    let free = held.local_addr().ok().and_then(|a| a.as_socket()).expect("it is an address of the internet").port();
    let (silent, _kept) = full();
    // A name that no resolver may look up: a part of it is longer than 63 characters.
    let nowhere = format!("smtp://{}.invalid:587", "a".repeat(64));
    let here = |port: u16| format!("smtp+insecure://127.0.0.1:{port}");
    let wanted = [
        ("refused", here(free), "nothing answers there"),
        ("closed", here(closing(|_| {})), "the server closed the connection"),
        ("reset", here(closing(reset)), "the server closed the connection"),
        ("reset under TLS", here(closing(reset)).replace("smtp+insecure", "smtps"), "the server closed the connection"),
        ("silent", here(silent), "the server was silent for too long"),
        ("unknown", nowhere, "cannot be reached"),
    ];
    each(&wanted, |(at, server, why)| {
        let room = Room::new().cases(2).server(&format!("server = \"{server}\"\ntimeout = \"400ms\""));
        let (mut wrong, written) = after(&room, at, &["deferred", "deferred"]);
        let said = room.workspace.run("send -x --yes -v --retry-for 0s").outcome();
        if !said.stderr.contains(why) || !said.stdout.contains("not begun: ") || said.stderr.contains("panicked") {
            wrong.push(format!("{at}: {}{}", said.stdout, said.stderr));
        }
        if written > 0 {
            wrong.push(format!("{at}: the ledger has {written} letters"));
        }
        let sound = Office::open(Script::default());
        let room = room.server(&sound.server());
        wrong.extend(after(&room, &format!("{at}, then again"), &["accepted", "accepted"]).0);
        if sound.accepted().len() != 2 {
            wrong.push(format!("{at}: {} copies", sound.accepted().len()));
        }
        wrong
    });
}
