//! `render -f eml`: a message to each recipient of a cleared letter, that a mail program opens as a draft.

use crate::mail_room::{RECIPIENTS, Room, attachments, header, headers};
use crate::test_workspace::{CASE, ORGANISATION, TestWorkspace};

const FILE: &str = "letters/c1.human-rights-defenders.es.eml";

fn message(room: &Room) -> String {
    let run = room.workspace.run("render -f eml").code(0).stdout_has(FILE).stderr_has("1 letter").outcome();
    String::from_utf8(run.written.get(FILE).expect("the message is there").clone()).expect("a message is ASCII")
}

#[test]
fn a_message_has_the_letter_attached_and_a_few_lines_without_names_as_its_body() {
    let room = Room::new().cases(1);
    let message = message(&room);
    assert!(message.is_ascii() && !message.replace("\r\n", "").contains('\n'), "{message}");
    assert!(message.lines().all(|l| l.len() <= 98), "{message}");
    assert_eq!(header(&message, "To"), "defenders@un.org");
    assert_eq!(header(&message, "X-Unsent"), "1");
    assert_eq!(header(&message, "Date"), "Wed, 28 Apr 2021 12:00:00 +0000");
    assert!(header(&message, "From").contains("<red@ejemplo.example.org>"), "{message}");
    let attached = attachments(&message);
    assert_eq!(attached.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["letter.docx"]);
    assert!(attached[0].1.starts_with(b"PK"));
    let body = message.split("Content-Disposition").next().unwrap_or_default();
    assert!(body.contains("text/plain") && body.contains("text/html") && body.contains("Red Ejemplo"), "{body}");
    assert!(!body.contains("Mar=C3=ADa") && !body.contains("Maria"), "{body}");
}

#[test]
fn no_header_names_the_computer_the_user_or_the_program() {
    let message = message(&Room::new().cases(1));
    let names: Vec<String> = headers(&message).into_iter().map(|(k, _)| k).collect();
    assert_eq!(names, ["From", "To", "Subject", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"]);
    let id = header(&message, "Message-ID");
    assert!(id.ends_with("@ejemplo.example.org>") && id.len() == "<@ejemplo.example.org>".len() + 32, "{id}");
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert_eq!(message(&Room::new().cases(1)), message(&Room::new().cases(1)));
}

#[test]
fn the_letter_can_be_the_body() {
    let room = Room::new().cases(1).with(|workspace| workspace.file("organisation.toml", format!("{ORGANISATION}\n[mail]\nbody = \"letter\"\n")));
    let message = message(&room);
    assert!(attachments(&message).is_empty() && message.contains("Mar=C3=ADa"), "{message}");
    assert!(message.contains("multipart/alternative"), "{message}");
}

#[test]
fn a_joint_letter_is_a_message_to_each_of_its_mandates() {
    let both = CASE.replace("[\"human-rights-defenders\"]", "[\"human-rights-defenders\", \"migrants\"]");
    let workspace = TestWorkspace::new().file("recipients.toml", RECIPIENTS).case("c1", &both);
    let files = ["letters/c1.human-rights-defenders.es.eml", "letters/c1.migrants.es.eml"];
    let run = workspace.run("render -f eml").code(0).stdout_has(files[0]).stderr_has("").files(&files).outcome();
    for (file, to) in files.iter().zip(["defenders@un.org", "migrants@un.org"]) {
        assert_eq!(header(&String::from_utf8_lossy(&run.written[*file]), "To"), to);
    }
}

#[test]
fn a_draft_is_never_a_message() {
    let room = Room::new().with(|workspace| workspace.case("c1", &CASE.replace("submit = true", "submit = false")));
    room.workspace.run("render -f eml").code(3).stderr_has("has not agreed to this submission").files(&[]);
}

#[test]
fn without_an_address_there_is_no_message_and_the_hint_names_every_other_way() {
    let workspace = TestWorkspace::new().case("c1", &CASE.replace("human-rights-defenders", "migrants"));
    let run = workspace
        .run("render -f eml")
        .code(3)
        .stderr_has("there is no address for `migrants`")
        .stderr_has("--event submitted --via form --to migrants")
        .files(&[]);
    run.stderr_has("--address migrants=");
    let run = workspace.run("render -f eml --address migrants=one@un.org").code(0).stdout_has("c1.migrants.es.eml").stderr_has("1 letter");
    run.files(&["letters/c1.migrants.es.eml"]);
    workspace.run("render -f eml --address migrants").code(2).stderr_has("write --address KEY=ADDRESS");
    workspace.run("render -f eml --address migrant=one@un.org").code(2).stderr_has("`migrant` is not in the directory");
}

#[test]
fn an_address_outside_the_united_nations_waits_until_somebody_has_confirmed_it() {
    let own = "[migrants]\nemail = \"migrants@ohchr.example.org\"\n";
    let case = CASE.replace("human-rights-defenders", "migrants");
    let workspace = TestWorkspace::new().file("recipients.toml", own).case("c1", &case);
    workspace.run("render -f eml").code(3).stderr_has("is outside un.org and ohchr.org").files(&[]);
    let workspace = TestWorkspace::new().file("recipients.toml", format!("{own}confirmed = 2021-04-01\n")).case("c1", &case);
    workspace.run("render -f eml").code(0).stdout_has("c1.migrants.es.eml").stderr_has("1 letter").files(&["letters/c1.migrants.es.eml"]);
}

#[test]
fn the_address_of_a_mandate_that_changed_hands_waits_until_somebody_has_confirmed_it_since() {
    let case = CASE.replace("date = 2021-04-28", "date = 2026-11-30").replace("on = 2021-04-27", "on = 2026-11-27");
    let workspace = |own: &str| TestWorkspace::new().file("recipients.toml", own).case("c1", &case);
    let run = |own: &str| workspace(own).run("render -f eml --date 2026-11-30");
    run("[migrants]\nconfirmed = 2026-05-01\n")
        .code(3)
        .stderr_has("`human-rights-defenders` changed hands, and nobody has confirmed its address since")
        .stderr_has("write confirmed = 2026-11-30 below [human-rights-defenders] in recipients.toml")
        .files(&[]);
    run("[human-rights-defenders]\nconfirmed = 2026-04-30\n").code(3).stderr_has("changed hands").files(&[]);
    run("[human-rights-defenders]\nconfirmed = 2026-05-01\n").code(0).stdout_has(FILE).stderr_has("1 letter").files(&[FILE]);
}

#[test]
fn a_merged_mandate_says_into_which_and_no_central_mailbox_is_hinted_at() {
    let workspace = TestWorkspace::new().case("c1", &CASE.replace("human-rights-defenders", "trafficking"));
    workspace.run("recipients trafficking").code(0).stdout_has("slavery-and-trafficking").stderr("");
    workspace
        .run("check")
        .code(0)
        .stdout_has("1 case, 1 letter: 1 cleared")
        .stderr_has("`trafficking` was merged into `slavery-and-trafficking`\n  hint: write to slavery-and-trafficking")
        .files(&[]);
    let run = workspace.run("render -f eml").code(3).stderr_has("there is no address for `trafficking`").outcome();
    assert!(!run.stderr.contains("urgent-action@"), "{}", run.stderr);
}

#[test]
fn a_reader_gets_the_annexes_it_may_have_under_neutral_names() {
    let annexes = "[[annexes]]\nid = \"queja\"\nfile = \"annexes/queja.txt\"\ntitle.es = \"Queja\"\n";
    let room = Room::new().with(|workspace| workspace.case("c1", &format!("{CASE}{annexes}")).file("annexes/queja.txt", "una queja\n.\nfin"));
    let run = room.workspace.run("render -f eml").code(0).stdout_has(FILE).stderr_has("1 letter").outcome();
    let attached = attachments(&String::from_utf8_lossy(&run.written[FILE]));
    assert_eq!(attached.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>(), ["letter.docx", "annex-1.txt"]);
    assert_eq!(attached[1].1, b"una queja\n.\nfin");
}

#[test]
fn a_message_that_is_too_heavy_is_held_and_its_heaviest_part_named() {
    let annexes = "[[annexes]]\nid = \"foto\"\nfile = \"annexes/foto.txt\"\ntitle.es = \"Foto\"\n";
    let room = Room::new().with(|workspace| workspace.case("c1", &format!("{CASE}{annexes}")).file("annexes/foto.txt", vec![b'x'; 16_000_000]));
    room.workspace.run("render -f eml").code(3).stderr_has("the message weighs 21.").stderr_has("the heaviest part is annex-1.txt").files(&[]);
}

#[test]
fn a_sender_with_line_ends_and_ten_thousand_characters_makes_no_header_of_its_own() {
    let name = format!("Red\\u000d\\u000aBcc: x@example.org\\u0000{}", "ñ".repeat(10_000));
    let organisation = format!("{ORGANISATION}\n[mail]\nfrom = \"{name} <red@ejemplo.example.org>\"\n");
    let room = Room::new().cases(1).with(|workspace| workspace.file("organisation.toml", organisation));
    let run = room.workspace.run("render -f eml").outcome();
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    for message in run.written.values() {
        let message = String::from_utf8_lossy(message);
        assert!(headers(&message).iter().all(|(k, _)| k != "Bcc"), "{message}");
        assert!(header(&message, "From").len() < 1_000, "{message}");
    }
}
