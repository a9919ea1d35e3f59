//! `forget`: a case goes with everything that tells of it, and nothing else goes.

use crate::mail_room::Room;
use crate::test_workspace::CASE;
use std::path::Path;

const SUBMIT: &str = "record c1 --event submitted --via form --date 2021-04-28";
/// A name that no other file has.
const CANARY: &str = "Zuleyka Canariópolis";

fn case(reference: &str, name: &str) -> String {
    CASE.replace("RE/2021/07", reference).replace("María Ejemplo", name)
}

fn canary() -> Room {
    let other = case("RE/2", "Berta Otra");
    let annexes = "[[annexes]]\nid = \"a\"\nfile = \"annexes/own.txt\"\ntitle.es = \"Queja\"\n[[annexes]]\nid = \"b\"\nfile = \"annexes/shared.txt\"\ntitle.es = \"Acta\"\n";
    let shared = "[[annexes]]\nid = \"b\"\nfile = \"annexes/shared.txt\"\ntitle.es = \"Acta\"\n";
    Room::new().rehearsal().with(|workspace| {
        workspace
            .file("annexes/own.txt", format!("de {CANARY}"))
            .file("annexes/shared.txt", "sin nombres")
            .case("c1", &format!("{}{annexes}", case("RE/1", CANARY)))
            .case("c2", &format!("{other}{shared}"))
    })
}

/// Every file below a folder that has these bytes in it.
fn having(folder: &Path, word: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            having(&entry.path(), word, found);
        } else if String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).contains(word) {
            found.push(entry.path().display().to_string());
        }
    }
}

/// Runs a command that does what it is asked for; what it said.
#[track_caller]
fn done(room: &Room, words: &str) -> String {
    let outcome = room.workspace.run(words).outcome();
    assert_eq!(outcome.code, 0, "{words}: {}", outcome.stderr);
    format!("{}{}", outcome.stdout, outcome.stderr)
}

/// Runs a command that refuses, with this sentence, and changes nothing.
#[track_caller]
fn refused(room: &Room, words: &str, sentence: &str) {
    let outcome = room.workspace.run(words).outcome();
    assert_eq!(outcome.code, 1, "{words}");
    assert!(outcome.stderr.contains(sentence), "{words}: {}", outcome.stderr);
    assert!(outcome.written.is_empty(), "{words}: {:?}", outcome.written);
}

#[test]
fn a_forgotten_case_leaves_no_name_in_any_file_and_the_others_are_untouched() {
    let room = canary();
    room.workspace.run("render -f text,html,docx,eml,form,jsonl").outcome();
    room.workspace.run("send --plan plan-1").outcome();
    done(&room, "send -x --yes");
    assert_eq!(room.rehearsed().len(), 2);
    done(&room, "record c1 --event submitted --via form --date 2021-04-28");
    room.workspace.run_words(&["record", "c1", "--event", "reply", "--reference", "CANARY-7", "--note", "palabras del caso"]).outcome();
    let room = room.with(|workspace| {
        let rows = format!("\u{feff}#problems,id,victims.name\nx,c1,{CANARY}\n,c9,\"otra\nlínea\"\n");
        let lines = format!("{{\"id\":\"c1\",\"x\":\"{CANARY}\"}}\n{{\"id\":\"c9\"}}\n");
        workspace
            .file("letters/.appeal-x1", format!("resto de {CANARY}"))
            .file("letters/t.failed.csv", rows)
            .file("letters/n.failed.ndjson", lines)
            .file("letters/o.failed.ndjson", "{\"id\":\"C1\"}\n")
    });
    let before = room.workspace.files();
    let said = done(&room, "forget c1 --annexes --yes --no-input");
    assert!(said.contains("cases/c1.toml") && said.contains("c1 is forgotten here") && !said.contains("Zuleyka"), "{said}");
    for word in ["Zuleyka", "Canari", "CANARY-7", "palabras del caso"] {
        let mut found = Vec::new();
        having(room.workspace.path(), word, &mut found);
        having(room.home(), word, &mut found);
        assert_eq!(found, Vec::<String>::new(), "{word}");
    }
    let after = room.workspace.files();
    let others = before.iter().filter(|(path, _)| path.contains("c2") || path.contains("shared") || path.as_str() == "recipients.toml");
    let mut count = 0;
    for (path, bytes) in others {
        assert_eq!(after.get(path), Some(bytes), "{path}");
        count += 1;
    }
    assert!(count >= 6, "{count}");
    assert!(!after.keys().any(|path| path.contains("c1")), "{:?}", after.keys());
    assert_eq!(room.workspace.read("letters/n.failed.ndjson"), "{\"id\":\"c9\"}\n");
    assert_eq!(room.workspace.read("letters/t.failed.csv"), "\u{feff}#problems,id,victims.name\n,c9,\"otra\nlínea\"\n");
    assert!(!after.contains_key("letters/o.failed.ndjson"));
    assert!(!room.workspace.read("plan-1/plan.jsonl").contains("\"c1\""));
    assert_eq!(room.rehearsed().len(), 1);
}

#[test]
fn a_forgotten_case_cannot_be_sent_again() {
    let room = Room::new().cases(1);
    done(&room, SUBMIT);
    done(&room, "record c1 --event reply");
    done(&room, "forget c1 --yes -q");
    assert_eq!(done(&room, "status --due"), "");
    let room = room.cases(1);
    assert!(done(&room, "send").contains("already accepted on 2021-04-28"));
    let room = room.with(|workspace| workspace.case("c1", &case("RE/3", "Berta Otra")));
    let changed = room.workspace.run("send").outcome();
    assert_eq!(changed.code, 3);
    assert!(changed.stdout.contains("held: changed since it was sent on 2021-04-28"), "{}", changed.stdout);
}

#[test]
fn what_would_go_is_shown_and_nothing_goes_without_a_yes() {
    let room = canary();
    room.workspace.run("render c1").outcome();
    for typed in ["c1", "C1"] {
        let run = room.workspace.run(&format!("forget {typed} --no-input"));
        run.code(2)
            .stdout(
                "stays  annexes/own.txt     an annex; it goes with --annexes\nstays  annexes/shared.txt  an annex that another file names, too\ngoes   cases/c1.toml       the case\n",
            )
            .stderr_has("nobody is there to say yes")
            .files(&[]);
    }
    refused(&room, "forget c9 --yes", "nothing is known of a case c9");
}

#[test]
fn a_case_is_not_forgotten_too_early() {
    let room = Room::new().rehearsal().cases(1);
    done(&room, SUBMIT);
    refused(&room, "forget c1 --yes", "the letter of `c1` to human-rights-defenders has no answer yet");
    let gone = "reliability = \"direct\"\n[[incidents.disappearance]]\nvictims = [\"v1\"]\ndate = \"2021-03-22\"\n";
    let room = Room::new().rehearsal().with(|workspace| workspace.case("c1", &CASE.replace("reliability = \"direct\"\n", gone)));
    refused(&room, "forget c1 --yes", "`c1` tells of a disappearance that is open");
    done(&room, "forget c1 --yes --even-so");
    assert!(!room.workspace.files().contains_key("cases/c1.toml"));
    let room = Room::new().rehearsal().cases(1);
    done(&room, SUBMIT);
    done(&room, "record c1 --event reply");
    let withdrawn = CASE.replace("on = 2021-04-27", "on = 2021-04-27\nwithdrawn = 2021-05-20");
    let room = room.with(|workspace| workspace.case("c1", &withdrawn));
    refused(&room, "forget c1 --yes", "`v1` of `c1` withdrew the consent, and no withdrawal was sent");
}

#[test]
fn an_archive_has_what_goes_and_lies_elsewhere() {
    let room = Room::new().rehearsal().cases(1);
    let case = room.workspace.read("cases/c1.toml");
    refused(&room, "forget c1 --yes --archive inside", "lies in the workspace");
    let folder = room.home().join("safe");
    done(&room, &format!("forget c1 --yes --archive {}", folder.display()));
    assert_eq!(std::fs::read_to_string(folder.join("cases/c1.toml")).unwrap(), case);
    assert!(!room.workspace.files().contains_key("cases/c1.toml"));
}
