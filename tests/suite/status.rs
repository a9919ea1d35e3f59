//! `status` and `record`: what was sent, what happened outside, what is due, and a proof of submission.

use crate::mail_room::Room;
use crate::test_workspace::CASE;

const SUBMIT: &str = "record c1 --event submitted --via form --date 2021-04-28";

#[test]
fn where_nothing_was_sent_status_says_so() {
    Room::new().cases(1).workspace.run("status").code(0).stderr("nothing was sent from here yet\n").files(&[]);
}

#[test]
fn a_letter_that_was_submitted_another_way_counts_as_sent() {
    let room = Room::new().cases(1);
    room.workspace.run(SUBMIT).code(0).stdout("c1  human-rights-defenders  submitted by form on 2021-04-28, recorded\n").files(&["ledger.db", "ledger.lock"]);
    room.workspace.run("status").code(0).stdout("c1  human-rights-defenders  es mandate  submitted  2021-04-28  by form\n").files(&[]);
    room.workspace.run("send").code(0).stdout_has("already accepted on 2021-04-28").files(&[]);
    room.workspace.run(SUBMIT).code(1).stderr_has("stands as sent already").files(&[]);
    #[cfg(unix)]
    assert_eq!(room.workspace.mode("ledger.db"), "600");
}

#[test]
fn a_case_that_changed_after_it_was_sent_is_held() {
    let room = Room::new().cases(1);
    room.workspace.run(SUBMIT).outcome();
    let room = room.with(|workspace| workspace.case("c1", &CASE.replace("volverían", "volverían hoy").replace("RE/2021/07", "RE/2021/1")));
    room.workspace.run("send").code(3).stdout_has("held: changed since it was sent on 2021-04-28").stderr_has("--action update").files(&[]);
    let room = room.cases(1).with(|workspace| workspace.file("cases/c1.toml", format!("# a remark\n{}", CASE.replace("RE/2021/07", "RE/2021/1"))));
    room.workspace.run("send").code(0).stdout_has("already accepted").files(&[]);
}

#[test]
fn an_undated_case_is_compared_under_the_date_it_went_out_with() {
    let room = Room::new().with(|workspace| workspace.case("c1", &CASE.replace("date = 2021-04-28\n", "")));
    room.workspace.run(SUBMIT).code(0).stdout_has("recorded").files(&["ledger.db", "ledger.lock"]);
    room.workspace.run("send --date 2021-05-20").code(0).stdout_has("already accepted on 2021-04-28").files(&[]);
}

#[test]
fn the_ledger_keeps_no_name() {
    let room = Room::new().cases(1);
    let run = room.workspace.run_words(&["record", "c1", "--event", "other", "--note", "llamó María Ejemplo"]);
    run.code(1).stderr_has("contains a protected name").nowhere("María").files(&[]);
    room.workspace.run(SUBMIT).outcome();
    let ledger = std::fs::read(room.workspace.path().join("ledger.db")).expect("the ledger can be read");
    let text = String::from_utf8_lossy(&ledger);
    assert!(!text.contains("Ejemplo") && !text.contains("Exhortar"), "{text}");
}

#[test]
fn a_receipt_has_what_a_file_needs_as_proof() {
    let room = Room::new().cases(1);
    room.workspace.run("record c1 --event submitted --via post --date 2021-04-28 --by Ana").outcome();
    room.workspace
        .run_words(&["record", "c1", "--event", "communication", "--reference", "AL MEX 6/2021", "--date", "2021-05-10"])
        .code(0)
        .stdout_has("recorded")
        .files(&["ledger.db"]);
    let run = room.workspace.run("status c1 --receipt").code(0).stdout_has("submitted       by post, 2021-04-28").stdout_has("case SHA-256    ");
    run.stdout_has("sent by         Ana").stdout_has("recorded        communication on 2021-05-10, AL MEX 6/2021").nowhere("María").files(&[]);
    room.workspace.run("status c9 --receipt").code(1).stderr_has("there is nothing to prove").files(&[]);
}

#[test]
fn what_is_due_is_listed_by_its_day() {
    let case = CASE.replace("[urgency]", "[urgency]\nact-by = 2021-05-05");
    let room = Room::new().with(|workspace| workspace.case("c1", &case));
    room.workspace.run(SUBMIT).outcome();
    let lines =
        "2021-05-05  c1  human-rights-defenders  overdue: the day to act by\n2021-05-26  c1  human-rights-defenders  no answer yet: an update may be due\n";
    room.workspace.run("status --due --date 2021-05-10").code(0).stdout(lines).files(&[]);
    room.workspace.run("record c1 --event reply --to human-rights-defenders --date 2021-05-11").outcome();
    room.workspace.run("status --due --date 2021-05-12").code(0).files(&[]);
}

#[test]
fn a_government_has_sixty_days_to_answer_an_allegation_letter() {
    let case = CASE.replace("action = \"urgent-appeal\"", "action = \"allegation-letter\"");
    let room = Room::new().with(|workspace| workspace.case("c1", &case));
    room.workspace.run(SUBMIT).outcome();
    room.workspace.run("record c1 --event communication --date 2021-05-10").outcome();
    room.workspace.run("status --due --date 2021-05-12").code(0).stdout("2021-07-09  c1  human-rights-defenders  the Government's 60 days end\n").files(&[]);
    room.workspace.run("record c1 --event government-reply --date 2021-06-10").outcome();
    room.workspace.run("status --due --date 2021-06-12").code(0).files(&[]);
}

#[test]
fn whoever_was_told_of_somebody_who_withdrew_is_listed() {
    let room = Room::new().cases(1);
    room.workspace.run(SUBMIT).outcome();
    let withdrawn = CASE.replace("how = \"formulario firmado\"", "how = \"formulario firmado\"\nwithdrawn = 2021-05-01");
    let room = room.with(|workspace| workspace.case("c1", &withdrawn));
    let run = room.workspace.run("status").code(0).stdout_has("submitted");
    run.stderr_has("`v1` of `c1` withdrew the consent on 2021-05-01, and `human-rights-defenders` was told of them").files(&[]);
}

#[test]
fn status_filters_by_case_state_and_day() {
    let room = Room::new().cases(2);
    room.workspace.run(SUBMIT).outcome();
    room.workspace.run("record c2 --event submitted --via hand --date 2021-05-02").outcome();
    for (filter, case) in [("c1", "c1"), ("--since 2021-05-01", "c2"), ("--until 2021-05-01", "c1")] {
        let listed = room.workspace.run(&format!("status {filter}")).code(0).into_stdout();
        assert!(listed.lines().count() == 1 && listed.starts_with(case), "{filter}: {listed}");
    }
    room.workspace.run("status --state refused").code(0).files(&[]);
    room.workspace.run("status --state lost-in-space").code(2).stderr_has("in-doubt").files(&[]);
    let json = room.workspace.run("status c1 --json").code(0).into_stdout();
    let line: serde_json::Value = serde_json::from_str(json.lines().next().expect("a line")).expect("a line of JSON");
    assert_eq!((&line["state"], &line["via"], &line["letter-date"]), (&"submitted".into(), &"form".into(), &"2021-04-28".into()));
}

#[test]
fn a_record_needs_sense() {
    let room = Room::new().cases(1);
    room.workspace.run("record c1 --event submitted").code(2).stderr_has("--via form").files(&[]);
    room.workspace.run("record c1 --event reply --via form").code(2).stderr_has("--via says how a letter was submitted").files(&[]);
    room.workspace.run("record c1 --event eaten").code(2).stderr_has("an event is submitted, reply").files(&[]);
    room.workspace.run("record c1 --event reply --date 2999-01-01").code(2).stderr_has("in the future").files(&[]);
    room.workspace.run("record c9 --event submitted --via form").code(2).stderr_has("there is no case c9").files(&[]);
    room.workspace.run("record c1 --event arrived").code(1).stderr_has("no letter of c1 is in doubt").outcome();
}

#[test]
fn a_ledger_that_was_not_finished_is_an_empty_one() {
    // The run that made it was killed at once.
    let room = Room::new().cases(1).with(|workspace| workspace.file("ledger.db", ""));
    room.workspace.run("status").code(0).stderr_has("nothing was sent from here yet").files(&[]);
    room.workspace.run("send").code(0).stdout_has("will send to defenders@un.org").files(&[]);
    room.workspace.run(SUBMIT).outcome();
    room.workspace.run("status").code(0).stdout_has("submitted").files(&[]);
}

#[test]
fn a_ledger_that_cannot_be_trusted_is_not_used() {
    let room = || Room::new().cases(1);
    room()
        .with(|workspace| workspace.file("ledger.db", "no database at all, but long enough to be read as one"))
        .workspace
        .run("status")
        .code(1)
        .stderr_has("ledger.db is damaged")
        .files(&[]);
    #[cfg(unix)]
    {
        let room = room();
        let elsewhere = room.home().join("elsewhere.db");
        std::fs::write(&elsewhere, "").expect("a file can be written");
        let room = room.with(|workspace| workspace.link("ledger.db", &elsewhere));
        room.workspace.run("status").code(1).stderr_has("ledger.db is not a file").files(&[]);
        room.workspace.run(SUBMIT).code(1).stderr_has("ledger.db is not a file").outcome();
        assert_eq!(std::fs::read(&elsewhere).expect("it is still there"), b"");
    }
}
