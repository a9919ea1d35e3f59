//! `send` without `-x`: what would be sent, one line a letter; and the plan that somebody signs off.

use crate::mail_room::{RECIPIENTS, Room};
use crate::test_workspace::{CASE, TestWorkspace};

#[test]
fn send_alone_says_what_would_be_sent_and_sends_nothing() {
    let room = Room::new().cases(2);
    let lines =
        "c1  human-rights-defenders  es  will send to defenders@un.org\nc2  human-rights-defenders  es  will send to defenders@un.org\n2 letters: 2 planned\n";
    room.workspace.run("send").code(0).stdout(lines).files(&[]);
}

#[test]
fn a_letter_that_is_not_cleared_is_held_and_says_why() {
    let room = Room::new().cases(1).with(|workspace| workspace.case("c2", &CASE.replace("submit = true", "submit = false")));
    let run = room.workspace.run("send").code(3).stdout_has("c2  human-rights-defenders  es  held: it is not cleared").stdout_has("1 planned, 1 held");
    run.stderr_has("has not agreed to this submission").files(&[]);
}

#[test]
fn the_day_to_act_by_holds_a_letter_from_sending_when_it_is_past() {
    let case = CASE.replace("[urgency]", "[urgency]\nact-by = 2021-05-05");
    let room = Room::new().with(|workspace| workspace.case("c1", &case.replace("date = 2021-04-28\n", "")));
    room.workspace.run("send --date 2021-05-05").code(0).stdout_has("will send").files(&[]);
    room.workspace.run("send --date 2021-05-06").code(3).stdout_has("held: the day to act by is past").stderr_has("2021-05-05, is past").files(&[]);
}

#[test]
fn a_joint_letter_goes_to_all_its_mandates_or_to_none_unless_asked() {
    let both = CASE.replace("[\"human-rights-defenders\"]", "[\"human-rights-defenders\", \"migrants\"]");
    let workspace = TestWorkspace::new().file("recipients.toml", "[human-rights-defenders]\nemail = \"defenders@un.org\"\n").case("c1", &both);
    workspace.run("send").code(3).stdout_has("2 held").stderr_has("goes to all its mandates or to none").files(&[]);
    workspace.run("send --partial").code(3).stdout_has("1 planned, 1 held").stderr_has("there is no address for `migrants`").files(&[]);
    let workspace = TestWorkspace::new().file("recipients.toml", RECIPIENTS).case("c1", &both);
    workspace.run("send").code(0).stdout_has("2 planned").stderr_has("no holder of `migrants`").files(&[]);
}

#[test]
fn json_has_a_line_a_letter_with_its_address_and_digest() {
    let run = Room::new().cases(1).workspace.run("send --json").code(0).into_stdout();
    let lines: Vec<serde_json::Value> = run.lines().map(|l| serde_json::from_str(l).expect("a line of JSON")).collect();
    assert_eq!((&lines[0]["state"], &lines[0]["address"], &lines[0]["to"]), (&"planned".into(), &"defenders@un.org".into(), &"human-rights-defenders".into()));
    assert_eq!(lines[0]["digest"].as_str().map(str::len), Some(64));
    assert_eq!(lines[1]["summary"]["states"]["planned"], 1);
}

#[test]
fn a_plan_is_a_folder_with_the_letters_beside_it_and_is_never_overwritten() {
    let room = Room::new().cases(1);
    let files = ["plan-1/c1.human-rights-defenders.es.mandate.html", "plan-1/plan.jsonl"];
    let run = room.workspace.run("send --plan plan-1").code(0).stdout_has("1 planned").stderr_has("appeal send -x --plan plan-1").files(&files).outcome();
    let plan = String::from_utf8_lossy(&run.written["plan-1/plan.jsonl"]).into_owned();
    let lines: Vec<serde_json::Value> = plan.lines().map(|l| serde_json::from_str(l).expect("a line of JSON")).collect();
    assert_eq!(lines[0]["plan"]["date"], "2021-04-28");
    assert_eq!((&lines[1]["shown"]["v1"], &lines[1]["address"]), (&"name".into(), &"defenders@un.org".into()));
    assert!(!plan.contains("María"), "{plan}");
    #[cfg(unix)]
    assert_eq!(room.workspace.mode("plan-1/plan.jsonl"), "600");
    room.workspace.run("send --plan plan-1").code(1).stderr_has("a plan is never overwritten").files(&[]);
}

#[test]
fn a_plan_that_was_signed_off_is_carried_out_exactly() {
    let room = Room::new().cases(2).rehearsal();
    room.workspace.run("send --plan plan-1 c1").code(0).stdout_has("1 planned").outcome();
    let run = room.workspace.run_words(&["send", "-x", "--plan", "plan-1", "-v"]);
    run.code(0).stdout_has("1 rehearsed").stdout_has("rehearsed: new/").files(&["ledger.db", "ledger.lock"]);
    assert_eq!(room.rehearsed().len(), 1);
}

#[test]
fn a_plan_takes_no_selection() {
    let room = Room::new().cases(1).rehearsal();
    room.workspace.run("send --plan plan-1").outcome();
    room.workspace.run_words(&["send", "-x", "--plan", "plan-1", "c1"]).code(2).stderr_has("takes no selection").files(&[]);
}

#[test]
fn a_letter_that_differs_from_the_plan_by_now_is_held() {
    let room = Room::new().cases(2).rehearsal();
    room.workspace.run("send --plan plan-1").outcome();
    let room = room.with(|workspace| workspace.case("c2", &CASE.replace("RE/2021/07", "RE/2021/99")));
    let run = room.workspace.run_words(&["send", "-x", "--plan", "plan-1"]);
    run.code(3)
        .stdout_has("held: it differs from the plan")
        .stdout_has("1 rehearsed, 1 held")
        .stderr_has("make the plan again")
        .files(&["ledger.db", "ledger.lock"]);
    assert_eq!(room.rehearsed().len(), 1);
}

#[test]
fn an_old_plan_and_one_of_another_version_are_made_again() {
    let room = Room::new().cases(1).rehearsal();
    room.workspace.run("send --plan plan-1").outcome();
    let plan = room.workspace.read("plan-1/plan.jsonl");
    let made = plan.split("\"made\":").nth(1).and_then(|r| r.split(',').next()).expect("a plan says when it was made").to_owned();
    let old: i64 = made.parse::<i64>().expect("a number") - 73 * 3600;
    let room = room.with(|workspace| workspace.file("plan-1/plan.jsonl", plan.replace(&made, &old.to_string())));
    room.workspace.run_words(&["send", "-x", "--plan", "plan-1"]).code(1).stderr_has("older than 72 hours").files(&[]);
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let room = room.with(|workspace| workspace.file("plan-1/plan.jsonl", plan.replace(&version, "\"version\":\"0.0.1\"")));
    room.workspace.run_words(&["send", "-x", "--plan", "plan-1"]).code(1).stderr_has("another version").files(&[]);
    assert!(room.rehearsed().is_empty());
}

#[test]
fn limit_sends_no_more_letters_than_it_says() {
    let room = Room::new().cases(3).rehearsal();
    room.workspace.run("send --limit 2").code(0).stdout_has("2 letters: 2 planned").files(&[]);
    room.workspace.run("send -x --yes --limit 2").code(0).stdout("2 letters: 2 rehearsed\n").files(&["ledger.db", "ledger.lock"]);
    assert_eq!(room.rehearsed().len(), 2);
}

#[test]
fn nobody_is_asked_off_a_terminal() {
    Room::new().cases(1).rehearsal().workspace.run("send -x").code(2).stderr_has("nobody is there to say yes").files(&[]);
}

#[test]
fn a_rehearsal_counts_as_nothing() {
    let room = Room::new().cases(1).rehearsal();
    for letters in 1..=2 {
        room.workspace.run("send -x --yes").code(0).stdout("1 letter: 1 rehearsed\n").outcome();
        assert_eq!(room.rehearsed().len(), letters);
    }
    let message = &room.rehearsed()[0];
    assert!(!message.contains("X-Unsent"), "{message}");
}

#[test]
fn a_plan_made_today_keeps_the_dates_of_letters_that_have_one() {
    let room = Room::new().cases(1).rehearsal();
    room.workspace.run_words(&["send", "--plan", "plan-1"]).code(0).stdout_has("1 planned").outcome();
    room.workspace.run_words(&["send", "-x", "--plan", "plan-1"]).code(0).stdout("1 letter: 1 rehearsed\n").files(&["ledger.db", "ledger.lock"]);
}

/// Cases in the order of their ids, with these days to act by.
fn urgent(days: &[&str]) -> Room {
    days.iter().enumerate().fold(Room::new(), |room, (n, day)| {
        let urgency = if day.is_empty() { "[urgency]\n".to_owned() } else { format!("[urgency]\nact-by = \"{day}\"\nzone = \"-06:00\"\n") };
        let case = CASE.replace("RE/2021/07", &format!("RE/2021/{n}")).replace("[urgency]\n", &urgency);
        room.with(|workspace| workspace.case(&format!("c{}", n + 1), &case))
    })
}

fn first_words(table: &str) -> Vec<&str> {
    table.lines().filter_map(|l| l.split_once("  ")).map(|(case, _)| case).collect()
}

#[test]
fn the_most_urgent_go_first_and_the_others_in_the_order_of_the_input() {
    let room = urgent(&["", "2021-05-10", "2021-05-02", "", "2021-05-02T09:30"]);
    let planned = room.workspace.run("send").code(0).stderr("").files(&[]).into_stdout();
    assert_eq!(first_words(&planned), ["c5", "c3", "c2", "c1", "c4"], "{planned}");
    let room = room.rehearsal();
    let sent = room.workspace.run("send -x --yes -v").code(0).files(&["ledger.db", "ledger.lock"]).into_stdout();
    assert_eq!(first_words(&sent), ["c5", "c3", "c2", "c1", "c4"], "{sent}");
}

#[test]
fn limit_takes_the_most_urgent_and_a_plan_lists_them_first() {
    let room = urgent(&["", "2021-05-10", "2021-05-02"]).rehearsal();
    let sent = room.workspace.run("send -x --yes -v --limit 1").code(0).stdout_has("1 letter: 1 rehearsed").outcome().stdout;
    assert_eq!(first_words(&sent), ["c3"], "{sent}");
    room.workspace.run("send --plan plan-1 --limit 2").code(0).stdout_has("2 letters: 2 planned").outcome();
    let plan = room.workspace.read("plan-1/plan.jsonl");
    let cases: Vec<&str> = plan.lines().skip(1).filter_map(|l| l.split("\"case\":\"").nth(1)?.split('"').next()).collect();
    assert_eq!(cases, ["c3", "c2"], "{plan}");
}

#[test]
fn records_on_standard_input_are_ordered_by_danger_too_and_one_with_a_mistake_stops_no_other() {
    let record = |id: &str, act_by: &str| {
        serde_json::json!({
            "id": id, "title": "Threats against a shelter", "action": "urgent-appeal", "country": "MX", "mandates": "migrants", "date": "2021-04-28", "language": "en",
            "urgency": if act_by.is_empty() { serde_json::json!({ "reason": "They said they would return." }) } else { serde_json::json!({ "reason": "They said they would return.", "act-by": act_by }) },
            "victims": [{ "id": "v1", "kind": "community" }],
            "incidents": [{ "date": "2021-03-02", "victims": ["v1"], "account": format!("Four calls were received on the line {id}.") }],
            "requests": [{ "text": "Urge the State to protect {v1}." }],
        })
    };
    let lines = [record("n1", ""), record("n2", "2021-05-10"), record("n3", "soon"), record("n4", "2021-05-02")].map(|r| format!("{r}\n")).concat();
    let room = Room::new().rehearsal().with(|workspace| workspace.stdin(lines));
    let sent = room.workspace.run("send - -x --yes -v").code(1).stderr_has("act-by").outcome().stdout;
    // What cannot be sent has its line when it is found; what is sent, when the answer is there.
    let letters: Vec<&str> = first_words(&sent).into_iter().filter(|case| *case != "n3").collect();
    assert_eq!(letters, ["n4", "n2", "n1"], "{sent}");
    assert_eq!(room.rehearsed().len(), 3);
}

#[test]
fn a_plan_reads_the_configuration_that_is_named() {
    let room = Room::new().cases(1);
    let at = |name: &str| room.home().join(name).display().to_string();
    room.own("rehearsal.toml", &format!("[mail]\nserver = \"maildir:{}\"\n", room.mailbox().display()));
    room.own("wrong.toml", "[mail]\nserver = \"maildir:m\"\nconnections = \"two\"\n");
    room.workspace.run("record c1 --event submitted --via post --to human-rights-defenders").code(0).outcome();
    room.workspace.run("send").code(0).stdout_has("already accepted on ").outcome();
    // A rehearsal asks no ledger.
    room.workspace.run(&format!("send --config {}", at("rehearsal.toml"))).code(0).stdout_has("will send to defenders@un.org").outcome();
    room.workspace.run(&format!("send --config {}", at("wrong.toml"))).code(1).stderr_has("wrong.toml:3:").outcome();
    room.workspace.run(&format!("send --config {}", at("none.toml"))).code(1).stderr_has("there is no file ").outcome();
}
