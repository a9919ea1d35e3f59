//! What sending promises about the letters themselves: what makes one "changed", what no header may say, what no name can do.

use crate::mail_room::{Room, header};
use crate::post_office::{Office, Script};
use std::path::Path;

#[test]
fn only_the_case_makes_a_letter_changed_not_the_calendar_a_template_or_another_version() {
    let office = Office::open(Script::default());
    let undated = crate::test_workspace::CASE.replace("date = 2021-04-28\n", "");
    let room = Room::new().with(|workspace| workspace.case("c1", &undated).file("letter-templates/en/unused.txt", "")).server(&office.server());
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    let again = |room: &Room, words: &str| {
        room.workspace.run(words).code(0).stdout_has("1 letter: 1 accepted").outcome();
        assert_eq!(office.accepted().len(), 1, "{words}");
    };
    // Ten days later, and next year.
    again(&room, "send -x --yes --date 2021-05-08");
    again(&room, "send -x --yes --date 2022-05-08");
    // Another template for the same letter.
    let shipped = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("letter-templates/es/urgent-appeal.hbs")).expect("it ships");
    let other = shipped.replacen("\n\n", "\n\nEn nombre de la organización nos dirigimos a usted.\n\n", 1);
    assert_ne!(shipped, other);
    let room = room.with(|workspace| workspace.file("letter-templates/es/urgent-appeal.hbs", other));
    let letter = room.workspace.run("render").code(0).into_stdout();
    assert!(letter.contains("nos dirigimos a usted"), "{letter}");
    again(&room, "send -x --yes --date 2021-05-08");
    // A newer program composes another letter; the ledger then knows another digest of the letter, and the same of the case.
    let db = rusqlite::Connection::open(room.workspace.path().join("ledger.db")).expect("the ledger can be opened");
    db.execute("UPDATE attempts SET letter_digest = 'of-another-version'", []).expect("it can be changed");
    drop(db);
    again(&room, "send -x --yes --date 2021-05-08");
    // A case that changed is held.
    let room = room.with(|workspace| workspace.case("c1", &undated.replace("RE/2021/07", "RE/2021/08")));
    room.workspace.run("send -x --yes --date 2021-05-08").code(3).stdout_has("held: changed since it was sent").outcome();
    assert_eq!(office.accepted().len(), 1);
}

#[test]
fn nothing_that_goes_over_the_line_names_the_computer_or_the_user() {
    let office = Office::open(Script::default());
    let room = Room::new().cases(1).server(&office.server()).with(|workspace| {
        ["USER", "LOGNAME", "USERNAME", "HOSTNAME", "HOST", "EMAIL", "NAME"].iter().fold(workspace, |workspace, name| workspace.env(name, "rechner-von-ana"))
    });
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    let message = office.accepted()[0].clone();
    let heard = office.heard().join("\n");
    // A name of a few letters stands in any base64.
    let own = std::fs::read_to_string("/etc/hostname").unwrap_or_default().trim().to_owned();
    let own = if own.len() < 6 { String::new() } else { own };
    for name in
        ["rechner-von-ana", "root@", own.as_str(), &room.home().display().to_string(), &room.workspace.path().display().to_string(), "appeal/", "lettre"]
    {
        assert!(name.is_empty() || name == "localhost" || (!message.contains(name) && !heard.contains(name)), "{name}\n{heard}\n{message}");
    }
    assert!(header(&message, "Message-ID").ends_with("@ejemplo.example.org>"), "{message}");
    let known = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"];
    let names: Vec<String> = crate::mail_room::headers(&message).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| known.contains(&name.as_str())), "{names:?}");
}

#[test]
fn a_name_with_line_ends_nul_or_ten_thousand_characters_goes_through_to_the_message_and_injects_nothing() {
    for (written, shown) in [
        ("Ana\\r\\nBcc: x@example.org\\r\\n\\r\\nEjemplo", Some("Ana Bcc: x@example.org  Ejemplo")),
        ("Ana\\u0000Ejemplo", Some("AnaEjemplo")),
        ("Ana\\n.\\nMAIL FROM:<x@example.org>", Some("Ana . MAIL FROM:<x@example.org>")),
        ("=?utf-8?q?Ana?= \\\"Ejemplo\\\" <x@example.org>", Some("=?utf-8?q?Ana?=")),
    ] {
        let office = Office::open(Script { pipelining: true, ..Script::default() });
        let case = crate::test_workspace::CASE.replace("name = \"María Ejemplo\"", &format!("name = \"{written}\""));
        let organisation = crate::test_workspace::ORGANISATION.replace("name = \"Red Ejemplo\"", &format!("name = \"{written}\""));
        let body = format!("{organisation}[mail]\nbody = \"letter\"\n");
        let room = Room::new().with(|workspace| workspace.case("c1", &case).file("organisation.toml", body)).server(&office.server());
        let run = room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        let (message, heard) = (office.accepted()[0].clone(), office.heard());
        assert_eq!(heard.iter().filter(|c| c.starts_with("MAIL") || c.starts_with("RCPT")).count(), 2, "{heard:?}");
        let headers = crate::mail_room::headers(&message);
        assert!(headers.iter().all(|(name, _)| name != "Bcc") && !message.contains('\0'), "{message}");
        let text = message.replace("=\r\n", "").replace("=3D", "=");
        assert!(shown.is_none_or(|shown| text.contains(shown.split('<').next().unwrap_or(shown))), "{shown:?}\n{text}");
    }
    let office = Office::open(Script::default());
    let long = "Ñandú ".repeat(1700);
    let case = crate::test_workspace::CASE.replace("name = \"María Ejemplo\"", &format!("name = \"{long}\""));
    let organisation = format!("{}[mail]\nbody = \"letter\"\n", crate::test_workspace::ORGANISATION.replace("Red Ejemplo", &long));
    let room = Room::new().with(|workspace| workspace.case("c1", &case).file("organisation.toml", organisation)).server(&office.server());
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    let message = office.accepted()[0].clone();
    assert!(message.split("\r\n").all(|line| line.len() <= 998), "a line is too long for mail");
    assert!(message.split("\r\n\r\n").next().is_some_and(|head| head.split("\r\n").all(|line| line.len() <= 78)), "{message:.2000}");
}

#[test]
fn what_is_sent_is_the_message_of_the_draft_file_but_for_its_date() {
    let office = Office::open(Script::default());
    let title = "title.es = \"Aviso Date: Thu, 01 Jan 1970 00:00:00 +0000\"";
    let case = crate::test_workspace::CASE.replace("title.es = \"Hostigamiento a quienes acompañan a migrantes\"", title);
    let room = Room::new().with(|workspace| workspace.case("c1", &case)).server(&office.server());
    let written = room.workspace.run("render -f eml").code(0).stdout_has("cleared").stderr_has("1 letter").outcome().written;
    let draft = String::from_utf8_lossy(written.values().next().expect("a file")).into_owned();
    room.workspace.run("send -x --yes").code(0).stdout_has("1 accepted").outcome();
    let sent = office.accepted()[0].clone();
    let rest = |message: &str| message.lines().filter(|l| !l.starts_with("Date: ") && !l.starts_with("X-Unsent: ")).collect::<Vec<_>>().join("\n");
    assert_eq!(rest(&draft), rest(&sent));
    assert!(header(&draft, "Date").contains("28 Apr 2021 12:00:00 +0000") && !header(&sent, "Date").contains("1970"), "{sent:.600}");
}

/// A workspace whose ledger an older version wrote, with digests in the second form: `c1` and `undated` went out on 2021-04-28.
fn older(office: &Office) -> Room {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/older-ledger");
    let room = Room::new().with(|workspace| {
        ["organisation.toml", "cases/c1.toml", "cases/undated.toml"]
            .iter()
            .fold(workspace, |workspace, file| workspace.file(file, std::fs::read(fixture.join(file)).expect("a fixture")))
    });
    let db = rusqlite::Connection::open(room.workspace.path().join("ledger.db")).expect("a ledger can be made");
    db.execute_batch(&std::fs::read_to_string(fixture.join("ledger.sql")).expect("a fixture")).expect("it is SQL");
    room.server(&office.server())
}

fn versions(room: &Room) -> (i64, Vec<String>) {
    let db = rusqlite::Connection::open(room.workspace.path().join("ledger.db")).expect("the ledger can be opened");
    let version = db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("it has a version");
    let mut digests = db.prepare("SELECT substr(letter_digest, 1, 3) FROM attempts ORDER BY id").expect("it has attempts");
    (version, digests.query_map([], |row| row.get(0)).expect("they are texts").map(|digest| digest.expect("a text")).collect())
}

#[test]
fn a_letter_that_an_older_version_sent_is_not_sent_again_under_its_id_or_another() {
    let office = Office::open(Script::default());
    let case = |room: &Room, id: &str| std::fs::read_to_string(room.workspace.path().join(format!("cases/{id}.toml"))).expect("a case");
    let room = older(&office);
    // To look changes nothing, and an older version's rows are read.
    room.workspace.run("send").code(0).stdout_has("2 letters: 2 accepted").outcome();
    let digests: Vec<serde_json::Value> =
        room.workspace.run("status --json").code(0).into_stdout().lines().map(|l| serde_json::from_str(l).expect("a line of JSON")).collect();
    assert_eq!(digests[0]["digest"], "08aa5a98a1302cb14f2f8aa3886d59443329b2ed6c287ed2914d23b49d6c0774");
    assert_eq!(versions(&room).0, 1);
    let (c1, undated) = (case(&room, "c1"), case(&room, "undated"));
    let room = room.with(|workspace| {
        let workspace = workspace.case("c1-again", &c1).case("undated-again", &undated);
        // Another reference, and another language: other letters.
        workspace.case("c2", &c1.replace("RE/2021/07", "RE/2021/09")).case("c3", &c1.replace("language = \"es\"", "language = \"en\""))
    });
    let run = room
        .workspace
        .run("send -x --yes --adopt-ledger")
        .code(3)
        .stdout_has("c1-again       human-rights-defenders  es  held: the same letter went out as c1");
    run.stdout_has("undated-again  human-rights-defenders  es  held: the same letter went out as undated")
        .stdout_has("6 letters: 4 accepted, 2 held")
        .outcome();
    assert_eq!(office.accepted().len(), 2, "c2 and c3");
    let (version, forms) = versions(&room);
    assert_eq!((version, &forms[2..]), (2, &["v3:".to_owned(), "v3:".to_owned()][..]));
    // The calendar makes no other letter of an undated case.
    room.workspace.run("send -x --yes undated-again --date 2022-05-09").code(3).stdout_has("held: the same letter went out as undated").outcome();
    // The letters of both forms stand beside each other.
    room.workspace.run("send -x --yes").code(3).stdout_has("6 letters: 4 accepted, 2 held").outcome();
    let room = room.with(|workspace| workspace.case("c2-again", &c1.replace("RE/2021/07", "RE/2021/09")));
    room.workspace.run("send -x --yes c2-again").code(3).stdout_has("held: the same letter went out as c2").outcome();
    assert_eq!(office.accepted().len(), 2);
    // No word lets go again what was accepted.
    room.workspace.run("send -x --yes --resend c1").code(0).stdout_has("1 letter: 1 accepted").outcome();
    assert_eq!(office.accepted().len(), 2);
    room.workspace.run("send -x --yes c1-again").code(3).stdout_has("held: the same letter went out as c1").outcome();
}
