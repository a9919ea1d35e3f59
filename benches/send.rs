//! Sending, from the shell's point of view, over a line that is 50 ms long and over none.
//!
//! In: nothing. Out: a table with letters a second and round trips a letter, for a plain server and one with PIPELINING, one
//! connection and eight. The server is the tests' own: it counts how often it waits, and is that far away. Each letter is
//! written down and synced before and after. See `README.md` beside this file.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "a temporary workspace needs no care")]

#[expect(dead_code, reason = "a benchmark needs less of the server than the tests")]
#[path = "../tests/suite/post_office.rs"]
mod post_office;

use post_office::{Office, Script};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CASE: &str = include_str!("fixture/cases/c000001.toml");
const ORGANISATION: &str = include_str!("fixture/organisation.toml");
const RECIPIENTS: &str = include_str!("fixture/recipients.toml");

fn main() {
    // Under `cargo test`, which runs benches too, it is enough that everything still runs.
    let measured = std::env::args().any(|a| a == "--bench");
    let (far, near) = if measured { (240, 2000) } else { (4, 4) };
    println!("{:<44} {:>8} {:>12} {:>14} {:>8}", "", "letters", "letters/s", "trips a letter", "kB");
    for (line, way, letters) in [("50 ms", Duration::from_millis(50), far), ("loopback", Duration::ZERO, near)] {
        for connections in [1, 8] {
            for pipelining in [false, true] {
                let server = if pipelining { "PIPELINING" } else { "plain" };
                row(&format!("{line}, {server}, connections = {connections}"), way, pipelining, connections, letters);
            }
        }
    }
}

/// A run of its own, with a workspace and a ledger of its own.
fn row(what: &str, way: Duration, pipelining: bool, connections: usize, letters: usize) {
    let desk = tempfile::tempdir().expect("a temporary folder");
    let office = Office::open(Script { pipelining, way, ..Script::default() });
    lay_out(desk.path(), letters, &format!("{}\nconnections = {connections}\n", office.server().replace("300ms", "30s")));
    let mut command = Command::new(env!("CARGO_BIN_EXE_appeal"));
    command.args(["send", "-x", "--yes", "--quiet"]).current_dir(desk.path().join("desk")).env_clear().env("HOME", desk.path());
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("the program can be started");
    let took = start.elapsed().as_secs_f64();
    let sent = office.accepted();
    assert!(status.success() && sent.len() == letters, "{what}: {status}, {} of {letters}", sent.len());
    let count = |n: usize| f64::from(u32::try_from(n).expect("a benchmark is small"));
    let weight = sent.iter().map(String::len).sum::<usize>() / sent.len();
    println!("{what:<44} {letters:>8} {:>12.1} {:>14.2} {:>8.1}", count(letters) / took, count(office.turns()) / count(letters), count(weight) / 1e3);
}

fn lay_out(home: &Path, letters: usize, server: &str) {
    let write = |path: &str, text: &str| {
        let at = home.join(path);
        fs::create_dir_all(at.parent().expect("a file lies in a folder")).expect("a folder can be made");
        fs::write(at, text).expect("a file can be written");
    };
    write(".config/appeal/config.toml", &format!("[mail]\n{server}"));
    // The letter stands in the message: nothing is attached.
    write("desk/organisation.toml", &format!("{ORGANISATION}\n[mail]\nbody = \"letter\"\n"));
    write("desk/recipients.toml", RECIPIENTS);
    for number in 1..=letters {
        let is_reference = |line: &str| line.starts_with("reference = ");
        let lines = CASE.lines().map(|l| if is_reference(l) { format!("reference = \"CH/2021/{number:06}\"") } else { l.to_owned() });
        write(&format!("desk/cases/c{number:06}.toml"), &lines.collect::<Vec<_>>().join("\n"));
    }
}
