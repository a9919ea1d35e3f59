//! Sending, from the shell's point of view, over a line that is 50 ms long and over none.
//!
//! In: how many letters go where there is no line (the first number among the arguments, or 4,000). Out: a table with letters a second
//! and round trips a letter, for a plain server and one with PIPELINING, one connection and eight, the ledger on a disk and
//! in memory, so that what its sync costs can be told. The server is the benchmark's own, in this process and not in the
//! program's. Each letter is written down and synced before and after. See `README.md` beside this file.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "a temporary workspace needs no care")]

#[path = "send/sink.rs"]
mod sink;

use sink::Sink;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CASE: &str = include_str!("fixture/cases/c000001.toml");
const ORGANISATION: &str = include_str!("fixture/organisation.toml");
const RECIPIENTS: &str = include_str!("fixture/recipients.toml");
/// A house's own style, so that a message weighs about as much as its letter.
const STYLE: &str = "body { font-family: serif; max-width: 40em }\n";
/// As many accounts of the fixture's five make a message of about 8 kB.
const ACCOUNTS: usize = 1;
const MEMORY: &str = "/dev/shm";

/// One run.
struct Row {
    way: Duration,
    pipelining: bool,
    connections: usize,
    letters: usize,
    /// Where the workspace lies, and the ledger in it.
    is_in_memory: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Under `cargo test`, which runs benches too, it is enough that everything still runs.
    let measured = arguments.iter().any(|a| a == "--bench");
    let near = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(if measured { 4000 } else { 4 });
    let far = if measured { 240 } else { 4 };
    println!("{:<52} {:>8} {:>11} {:>15} {:>8}", "", "letters", "letters/s", "trips a letter", "kB");
    for (way, letters) in [(50, far), (0, near)] {
        for connections in [1, 8] {
            for pipelining in [false, true] {
                for is_in_memory in [false, true] {
                    // Eight lines are done with a few letters before they have begun.
                    let letters = if way > 0 && connections > 1 && measured { letters * 5 } else { letters };
                    let row = Row { way: Duration::from_millis(way), pipelining, connections, letters, is_in_memory };
                    if !is_in_memory || Path::new(MEMORY).is_dir() {
                        row.run();
                    }
                }
            }
        }
    }
}

impl Row {
    /// A run of its own, with a workspace and a ledger of its own.
    fn run(&self) {
        let Self { way, pipelining, connections, letters, is_in_memory } = *self;
        let what = format!(
            "{}, {}, {connections} connection{}, ledger {}",
            if way.is_zero() { "no line".to_owned() } else { format!("{} ms", way.as_millis()) },
            if pipelining { "PIPELINING" } else { "plain" },
            if connections == 1 { "" } else { "s" },
            if is_in_memory { "in memory" } else { "on disk" },
        );
        let folder = if is_in_memory { Path::new(MEMORY) } else { Path::new(env!("CARGO_TARGET_TMPDIR")) };
        let workspace = tempfile::tempdir_in(folder).expect("a temporary folder");
        let sink = Sink::open(pipelining, way);
        lay_out(workspace.path(), letters, &format!("server = \"smtp+insecure://127.0.0.1:{}\"\nconnections = {connections}\n", sink.port));
        let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
        command.args(["send", "-x", "--yes", "--quiet"]).current_dir(workspace.path().join("workspace")).env_clear().env("HOME", workspace.path());
        let start = Instant::now();
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("the program can be started");
        let took = start.elapsed().as_secs_f64();
        assert!(status.success() && sink.messages() == letters, "{what}: {status}, {} of {letters}", sink.messages());
        let count = |n: usize| f64::from(u32::try_from(n).expect("a benchmark is small"));
        let (rate, trips, weight) = (count(letters) / took, count(sink.turns()) / count(letters), count(sink.bytes() / letters) / 1e3);
        println!("{what:<52} {letters:>8} {rate:>11.1} {trips:>15.2} {weight:>8.1}");
    }
}

fn lay_out(home: &Path, letters: usize, server: &str) {
    let write = |path: &str, text: &str| {
        let at = home.join(path);
        fs::create_dir_all(at.parent().expect("a file lies in a folder")).expect("a folder can be made");
        fs::write(at, text).expect("a file can be written");
    };
    write(".config/appeal/config.toml", &format!("[mail]\n{server}"));
    // The letter stands in the message: nothing is attached.
    write("workspace/organisation.toml", &format!("{ORGANISATION}\n[mail]\nbody = \"letter\"\n"));
    write("workspace/recipients.toml", RECIPIENTS);
    write("workspace/letter-templates/page.css", STYLE);
    for number in 1..=letters {
        write(&format!("workspace/cases/c{number:06}.toml"), &case(number));
    }
}

/// The fixture's case under another reference, with fewer accounts, perpetrators and sources.
fn case(number: usize) -> String {
    let mut parts = CASE.split("\n[[").filter(|part| {
        let id = part.lines().find_map(|line| line.strip_prefix("id = \"")).unwrap_or_default();
        id.trim_end_matches('"').get(1..).and_then(|n| n.parse::<usize>().ok()).is_none_or(|n| n <= ACCOUNTS)
    });
    let head = parts.next().expect("a text has a beginning").replace("CH/2021/000001", &format!("CH/2021/{number:06}"));
    parts.fold(head, |text, part| format!("{text}\n[[{part}"))
}
