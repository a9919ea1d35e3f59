//! A workspace that was received from somebody else: it runs no command, reads and changes no file outside itself, and sends
//! nothing to a server of its own choosing. Each door by which it could is tried here, and stays shut.
#![cfg(unix)]

use crate::mail_room::Room;
use crate::post_office::{Office, Script};
use crate::test_workspace::{CASE, ORGANISATION};
use std::fs;
use std::path::Path;

/// What lies outside, and may be found nowhere.
const SECRET: &str = "geheimnis-das-niemand-sieht";

/// A room in whose home a secret lies, and a server of the user's own.
fn room(office: &Office) -> Room {
    let room = Room::new().cases(1).server(&office.server());
    room.own("secret", SECRET);
    room
}

/// Whatever is tried, the secret is neither said nor written nor sent, and stays as it is.
#[track_caller]
fn shut(room: &Room, office: &Office, words: &str) -> i32 {
    let run = room.workspace.run(words).outcome();
    assert!(!run.everything().contains(SECRET), "{words}: {}", run.everything());
    assert!(office.accepted().iter().all(|message| !message.contains(SECRET)), "{words}: it was sent");
    assert_eq!(fs::read_to_string(room.home().join("secret")).expect("it is there"), SECRET, "{words}");
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run.code
}

#[test]
fn the_workspace_s_own_settings_of_mail_choose_no_server_and_run_no_command() {
    let sign = |home: &Path| format!("[\"touch\", \"{}\"]", home.join("ran").display());
    for key in [
        "server = \"maildir:box\"",
        "password-command = COMMAND",
        "token-command = COMMAND",
        "password-file = \"/etc/passwd\"",
        "username = \"x\"",
        "ca-file = \"x\"",
    ] {
        let office = Office::open(Script::default());
        let room = room(&office);
        let line = key.replace("COMMAND", &sign(room.home()));
        let room = room.with(|workspace| workspace.file("organisation.toml", format!("{ORGANISATION}[mail]\n{line}\n")).env("PATH", "/usr/bin:/bin"));
        room.workspace.run("send -x --yes").code(1).stderr_has("there is no key").outcome();
        assert!(!room.home().join("ran").exists() && office.accepted().is_empty() && office.heard().is_empty(), "{key}");
    }
}

#[test]
fn a_configuration_is_never_taken_from_the_workspace_by_any_way() {
    let (office, theirs) = (Office::open(Script::default()), Office::open(Script::default()));
    let config = format!("[mail]\n{}\n", theirs.server());
    for path in ["config.toml", ".config/appeal/config.toml", "appeal.toml", ".appeal/config.toml"] {
        let room = room(&office).with(|workspace| workspace.file(path, &config));
        room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
        // Named, or reached by a link, it is refused.
        room.workspace.run(&format!("send -x --yes --config {path} --resend c1")).code(1).stderr_has("lies in the workspace").outcome();
        fs::create_dir_all(room.home().join("links")).expect("a folder can be made");
        let link = room.home().join("links/config.toml");
        std::os::unix::fs::symlink(room.workspace.path().join(path), &link).expect("a link can be made");
        room.workspace.run(&format!("send -x --yes --config {} --resend c1", link.display())).code(1).stderr_has("lies in the workspace").outcome();
    }
    assert_eq!((office.accepted().len(), theirs.heard().len()), (4, 0));
}

#[test]
fn a_link_out_of_the_workspace_is_not_followed_wherever_it_stands() {
    let case = "cases/c2.toml";
    for path in [
        case,
        "common.toml",
        "recipients.toml",
        "requirements.toml",
        "letter-templates/es/urgent-appeal.hbs",
        "letter-templates/es/words.toml",
        "letter-templates/page.css",
        "letter-templates/reference.docx",
        "annexes/a.txt",
        "logo.svg",
    ] {
        let office = Office::open(Script::default());
        let room = room(&office);
        let secret = room.home().join("secret");
        let room = room.with(|workspace| {
            let workspace = match path {
                "annexes/a.txt" => {
                    workspace.case_with(&[("[[requests]]", "[[annexes]]\nid = \"a\"\nfile = \"annexes/a.txt\"\ntitle.es = \"Nota\"\n[[requests]]")])
                }
                "logo.svg" => workspace.file("organisation.toml", format!("logo = \"logo.svg\"\n{ORGANISATION}")),
                _ => workspace,
            };
            let _ = fs::remove_file(workspace.path().join(path));
            workspace.link(path, &secret)
        });
        for words in ["check", "render -f html,text", "send -x --yes"] {
            let run = room.workspace.run(words).stderr_has("lies outside the workspace").outcome();
            assert!(matches!(run.code, 1 | 3), "{path}, {words}: {}", run.code);
            assert_ne!(shut(&room, &office, words), 0, "{path}, {words}");
        }
        // One bad case stops no other.
        assert_eq!(office.accepted().len(), usize::from(path == case), "{path}");
    }
}

#[test]
fn a_folder_of_the_workspace_that_is_a_link_leads_nowhere_either() {
    for folder in ["cases", "letter-templates", "letters", "sent"] {
        let office = Office::open(Script::default());
        let room = room(&office);
        room.own("elsewhere/es/words.toml", SECRET);
        room.own("elsewhere/c9.toml", CASE);
        let elsewhere = room.home().join("elsewhere");
        let room = room.with(|workspace| {
            let _ = fs::remove_dir_all(workspace.path().join(folder));
            workspace.link(folder, &elsewhere)
        });
        room.workspace.run("render -f html").stderr_has("lies outside the workspace").code(1).files(&[]);
        assert_eq!(shut(&room, &office, "send -x --yes"), 1);
        assert!(office.accepted().is_empty() && fs::read_dir(&elsewhere).expect("it is there").count() == 2, "{folder}");
    }
}

#[test]
fn records_that_a_person_names_elsewhere_are_that_person_s_own() {
    let office = Office::open(Script::default());
    let room = room(&office);
    room.own("cases/c7.toml", &CASE.replace("RE/2021/07", "RE/2021/77"));
    let path = room.home().join("cases/c7.toml");
    room.workspace.run(&format!("send -x --yes {}", path.display())).code(0).stdout_has("1 accepted").outcome();
}

#[test]
fn a_ledger_and_a_lock_that_are_something_else_are_left_alone() {
    for (path, what) in
        [("ledger.db", "ledger.db is not a file"), ("ledger.db-journal", "ledger.db is not a file"), ("ledger.lock", "is not a file of its own")]
    {
        for pipe in [false, true] {
            let office = Office::open(Script::default());
            let room = room(&office);
            let secret = room.home().join("secret");
            let room = room.with(|workspace| {
                if pipe {
                    let made = std::process::Command::new("mkfifo").arg(workspace.path().join(path)).status().expect("mkfifo can be run");
                    assert!(made.success());
                    workspace
                } else {
                    workspace.link(path, &secret)
                }
            });
            room.workspace.run("send -x --yes").code(1).stderr_has(what).outcome();
            shut(&room, &office, "send -x --yes");
            assert!(office.accepted().is_empty(), "{path}");
        }
    }
    // A link to nothing makes no file where it points.
    let office = Office::open(Script::default());
    let room = room(&office);
    let nothing = room.home().join("made");
    let room = room.with(|workspace| workspace.link("ledger.lock", &nothing));
    room.workspace.run("send -x --yes").code(1).stderr_has("is not a file of its own").outcome();
    assert!(!nothing.exists());
}

/// A ledger of another's making, by the SQL that makes it out of a sound one.
fn forged(room: &Room, sql: &str) {
    let db = rusqlite::Connection::open(room.workspace.path().join("ledger.db")).expect("it can be opened");
    db.execute_batch(sql).expect("it can be changed");
}

#[test]
fn a_ledger_of_another_s_making_leads_to_no_file_and_runs_nothing() {
    for (sql, what) in [
        ("DROP INDEX never_twice", "ledger.db is damaged"),
        ("DROP INDEX never_under_another_id; CREATE UNIQUE INDEX never_under_another_id ON attempts (id)", "ledger.db is damaged"),
        ("PRAGMA journal_mode = WAL", "ledger.db is damaged"),
        ("CREATE TRIGGER t BEFORE INSERT ON attempts BEGIN SELECT RAISE(IGNORE); END", "ledger.db is damaged"),
        ("CREATE VIEW v AS SELECT * FROM attempts", "ledger.db is damaged"),
    ] {
        let office = Office::open(Script::default());
        let room = room(&office);
        room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
        forged(&room, sql);
        room.workspace.run("send -x --yes --resend c1").code(1).stderr_has(what).outcome();
        shut(&room, &office, "send -x --yes --resend c1");
        assert_eq!(office.accepted().len(), 1, "{sql}");
    }
}

#[test]
fn a_journal_that_names_another_one_is_not_rolled_back() {
    let office = Office::open(Script::default());
    let room = room(&office);
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    // SQLite deletes the file that such a journal names at its end: name, length, sum of its bytes, mark.
    let name = room.home().join("secret").display().to_string();
    let sum = name.bytes().map(u32::from).sum::<u32>();
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    journal.resize(512, 0);
    journal.extend(name.as_bytes());
    journal.extend(u32::try_from(name.len()).expect("a path is short").to_be_bytes());
    journal.extend(sum.to_be_bytes());
    journal.extend([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    let room = room.with(|workspace| workspace.file("ledger.db-journal", &journal));
    room.workspace.run("send -x --yes --resend c1").code(1).stderr_has("ledger.db is damaged").outcome();
    room.workspace.run("status").code(1).stderr_has("ledger.db is damaged").outcome();
    shut(&room, &office, "send -x --yes --resend c1");
}

#[test]
fn a_plan_of_another_s_making_sends_nothing_that_is_not_composed_here() {
    let office = Office::open(Script::default());
    let room = room(&office);
    room.own("other/c8.toml", CASE);
    room.workspace.run("send --plan plan-1").code(0).stdout_has("1 planned").outcome();
    let plan = room.workspace.read("plan-1/plan.jsonl");
    let path = room.home().join("other").display().to_string();
    let forged = plan.replace("\"cases\":[]", &format!("\"cases\":[\"{path}/\"]")).replace("\"case\":\"c1\"", "\"case\":\"c8\"");
    assert_ne!(plan, forged);
    let forged = forged.lines().map(|l| l.replace("\"digest\":\"", "\"digest\":\"0")).collect::<Vec<_>>().join("\n");
    let room = room.with(|workspace| workspace.file("plan-1/plan.jsonl", forged));
    room.workspace.run_words(&["send", "-x", "--plan", "plan-1"]).code(3).stdout_has("held: it differs from the plan").outcome();
    assert!(office.accepted().is_empty());
}

#[test]
fn a_mapping_and_its_tables_lead_nowhere_else() {
    let office = Office::open(Script::default());
    let room = room(&office);
    let secret = room.home().join("secret");
    let head = "id;title;action;country;mandates;date;victims.id;victims.kind;incidents.date;incidents.account;requests.text\n";
    let room = room.with(|workspace| {
        let workspace = workspace.file("sheet.csv", head).file("map.toml", "joins = [\"No. = Case\"]\n[columns]\n\"id\" = \"id\"\n");
        workspace.link("sheet-victims.csv", &secret).link("linked.csv", &secret)
    });
    for words in ["check linked.csv", "check sheet.csv --map map.toml", "render linked.csv", "import linked.csv", "send -x --yes linked.csv"] {
        assert_ne!(shut(&room, &office, words), 0, "{words}");
    }
}
