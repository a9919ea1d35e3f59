//! A server that does anything a server may do, and a model that knows what it took: in no conversation does a letter go twice by any command that
//! the program advises, none is called accepted that was not taken, and none refused or deferred that was.
//!
//! `APPEAL_CONVERSATIONS=20000 cargo test --test suite send_model` has so many conversations; `APPEAL_SEED=N` has the one of that seed and shows it.

use crate::mail_room::{Room, header};
use crate::strict_server::{Act, At, StrictServer};
use crate::test_workspace::{CASE, ORGANISATION};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// `SplitMix64`: small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or_default()
    }

    fn of<'a>(&mut self, some: &[&'a str]) -> &'a str {
        some[self.below(some.len())]
    }

    fn hits(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const YES: &[&str] = &[
    "250 Ok\r\n",
    "250\r\n",
    "250-a\r\n250 b\r\n",
    "250 Ok\n",
    "200 x\r\n",
    "550-not so\r\n250 2.0.0 so\r\n",
    "250 2.0.0 Aceptado, a\u{f1}o\r\n",
    "250 ok\r\n250 ok\r\n",
];
const NO: &[&str] = &[
    "450 4.2.0 Greylisted\r\n",
    "451 later\r\n",
    "452 4.3.1 Insufficient system storage\r\n",
    "421 4.3.2 closing\r\n",
    "421\r\n",
    "550 5.1.1 no such user\r\n",
    "550\r\n",
    "552 5.3.4 too big\r\n",
    "552 5.2.2 mailbox full\r\n",
    "554 5.7.1 no\r\n",
    "503 5.5.1 bad sequence\r\n",
    "530 5.7.0 Authentication required\r\n",
    "550 5.4.5 Daily sending limit exceeded\r\n",
    "451 4.3.2 system not accepting\r\n",
    "250-x\r\n550 5.1.1 no\r\n",
    "555 syntax\r\n",
    "500 what\r\n",
    "502 no\r\n",
];
const GARBAGE: &[&str] = &["what?\r\n", "\r\n", "999 x\r\n", "HTTP/1.1 400 Bad Request\r\n", "25", "250-", "354 go\r\n", "220 hello\r\n"];

/// What the server does at a step where it does not do the ordinary.
fn act(chance: &mut Chance, at: &At<'_>) -> Act {
    let is_content = at.verb == ".";
    match chance.below(if at.verb == "DATA" { 9 } else { 7 }) {
        0 => Act::HangUp,
        1 if is_content => Act::TakeAndHangUp,
        7 => Act::InTheMiddle(chance.below(20_000), chance.of(NO).trim_end().to_owned()),
        8 => Act::InTheMiddle(chance.below(20_000), String::new()),
        kind => {
            let (text, takes) = match kind {
                // Only content may be answered with more than one yes: at other steps that is another server's fault, and comes below.
                1 | 2 if at.verb == "DATA" || at.verb == "BANNER" => (if at.verb == "DATA" { "354 go\n" } else { "220-a\r\n220 b\n" }, false),
                1 | 2 => (chance.of(YES), true),
                3 | 4 => (chance.of(NO), false),
                _ => {
                    let garbage = chance.of(GARBAGE);
                    // What it did with a letter that it answers so, nobody can know, unless it is a yes after all.
                    (garbage, garbage.starts_with("220") || chance.hits(50))
                }
            };
            // Some speak no UTF-8.
            let mut said: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
            let mut hangs_up = text.starts_with("421") || !text.ends_with('\n');
            if chance.hits(15) {
                said.truncate(chance.below(said.len()));
                hangs_up = true;
            }
            let first = chance.below(said.len() + 1);
            Act::Bytes { said, first, pause: Duration::from_millis(chance.below(30) as u64), hangs_up, takes }
        }
    }
}

/// A server of this seed.
fn server(seed: u64) -> StrictServer {
    let mut chance = Chance(seed);
    let mut offers = vec!["SIZE 30000000"];
    offers.extend(chance.hits(60).then_some("PIPELINING"));
    offers.extend(chance.hits(30).then_some("DSN"));
    let trouble = [0, 3, 10, 30][chance.below(4)];
    let most = if chance.hits(30) { 1 + chance.below(3) } else { usize::MAX };
    let open = Mutex::new(std::collections::BTreeSet::new());
    let chance = Mutex::new(chance);
    StrictServer::open(&offers, move |at| {
        let mut open = open.lock().expect("no thread failed");
        if at.verb == "BANNER" && open.len() >= most {
            return Some(Act::Last("421 4.7.0 too many connections".to_owned()));
        }
        if at.verb == "QUIT" {
            open.remove(&at.connection);
        } else {
            open.insert(at.connection);
        }
        let mut chance = chance.lock().expect("no thread failed");
        let act = chance.hits(trouble).then(|| act(&mut chance, at));
        let ends = matches!(act, Some(Act::HangUp | Act::TakeAndHangUp | Act::InTheMiddle(..) | Act::Bytes { hangs_up: true, .. }));
        if ends {
            open.remove(&at.connection);
        }
        act
    })
}

/// How each letter stands in the ledger: by Message-ID, as it ended last.
fn ledger(room: &Room) -> BTreeMap<String, String> {
    let Ok(db) = rusqlite::Connection::open_with_flags(room.workspace.path().join("ledger.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE) else {
        return BTreeMap::new();
    };
    let mut rows = db.prepare("SELECT message_id, coalesce(outcome, 'none') FROM attempts ORDER BY id").expect("it has attempts");
    let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("they can be read");
    found.map(|row| row.expect("two texts")).collect()
}

/// One conversation: what is wrong with it.
fn conversation(seed: u64, shows: bool) -> Vec<String> {
    let mut chance = Chance(seed ^ 0x5eed);
    let (cases, keys) = (1 + chance.below(6), 1 + chance.below(3));
    let shared = chance.hits(20);
    let recipients = "[human-rights-defenders]\nemail = \"defenders@un.org\"\n[migrants]\nemail = \"ADDRESS\"\n[torture]\nemail = \"torture@un.org\"\n";
    let recipients = recipients.replace("ADDRESS", if shared { "defenders@un.org" } else { "migrants@un.org" });
    let named = ["\"human-rights-defenders\"", "\"migrants\"", "\"torture\""][..keys].join(", ");
    let room = (1..=cases).fold(
        Room::new()
            .with(|workspace| workspace.file("recipients.toml", recipients).file("organisation.toml", format!("{ORGANISATION}[mail]\nbody = \"letter\"\n"))),
        |room, n| {
            let case = CASE.replace("RE/2021/07", &format!("RE/2021/{n}")).replace("mandates = [\"human-rights-defenders\"]", &format!("mandates = [{named}]"));
            room.with(|workspace| workspace.case(&format!("c{n}"), &case))
        },
    );
    let connections = 1 + chance.below(8);
    let servers = [server(seed.wrapping_mul(3)), server(seed.wrapping_mul(3) + 1), StrictServer::open(&["PIPELINING"], |_| None)];
    let (mut room, mut wrong, mut advised) = (room, Vec::new(), Vec::<String>::new());
    for server in &servers {
        room = room.server(&format!("{}\nconnections = {connections}", server.server().replace("\"1s\"", "\"250ms\"")));
        // What the program advised, and the same command again.
        let retry = chance.of(&["0s", "0s", "1s"]);
        let mut words = vec![format!("send -x --yes -v --retry-for {retry}")];
        words.extend(advised.drain(..).map(|again| format!("send -x --yes -v --retry-for 0s --resend {again}")));
        for words in words {
            let run = room.workspace.run(&words).outcome();
            if shows {
                eprintln!("{words}: {}\n{}{}", run.code, run.stdout, run.stderr);
            }
            if run.stderr.contains("panicked") || !matches!(run.code, 0 | 1 | 4 | 5) {
                wrong.push(format!("{words}: {} {}", run.code, run.stderr));
            }
            let hints = run.stderr.lines().filter_map(|line| line.split_once("--resend ").map(|(_, rest)| rest.trim().to_owned()));
            advised.extend(hints);
        }
        advised.sort();
        advised.dedup();
    }
    servers.iter().for_each(StrictServer::settle);
    let mut taken = BTreeMap::<String, usize>::new();
    let mut to = BTreeMap::<(String, String), usize>::new();
    for (address, message) in servers.iter().flat_map(StrictServer::taken) {
        *taken.entry(header(&message, "Message-ID")).or_default() += 1;
        // What is not in the Message-ID: the same content to the same address.
        let body = message.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_owned();
        *to.entry((address, body)).or_default() += 1;
    }
    let ledger = ledger(&room);
    wrong.extend(taken.iter().filter(|(_, n)| **n > 1).map(|(id, n)| format!("{id} was taken {n} times")));
    wrong.extend(to.iter().filter(|(_, n)| **n > 1).map(|((address, _), n)| format!("a letter to {address} was taken {n} times")));
    wrong.extend(taken.keys().filter(|id| !ledger.contains_key(*id)).map(|id| format!("{id} was taken and is not in the ledger")));
    for (id, outcome) in &ledger {
        let is_right = match outcome.as_str() {
            "accepted" => taken.contains_key(id),
            "deferred" | "refused" => !taken.contains_key(id),
            "in-doubt" => true,
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{id} is called {outcome}, and was taken {} times", taken.get(id).copied().unwrap_or_default()));
        }
    }
    if shows {
        servers.iter().for_each(|server| eprintln!("{:#?}", server.heard()));
    }
    wrong.into_iter().map(|what| format!("seed {seed}: {what}")).collect()
}

#[test]
fn no_server_makes_a_letter_go_twice_or_be_called_what_it_is_not() {
    if let Ok(seed) = std::env::var("APPEAL_SEED") {
        let wrong = conversation(seed.parse().expect("a number"), true);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        return;
    }
    let count: u64 = std::env::var("APPEAL_CONVERSATIONS").map_or(60, |count| count.parse().expect("a number"));
    let (next, wrong) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        break;
                    }
                    let found = conversation(seed, false);
                    wrong.lock().expect("no thread failed").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread failed");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
