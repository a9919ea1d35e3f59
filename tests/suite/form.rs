//! The online form's answers, and what an annex carries.

use crate::test_workspace::{CASE, TODAY, TestWorkspace};

/// The answer below a question, without the heading.
fn answer<'t>(form: &'t str, question: &str) -> &'t str {
    let at = form.find(question).unwrap_or_else(|| panic!("no question {question:?}\n{form}"));
    form[at..].split_once("===\n\n").expect("a heading ends").1.split("\n\n\n===").next().expect("an answer").trim_end()
}

#[test]
fn each_question_has_a_block_with_its_count_and_the_rest_is_listed() {
    let form = TestWorkspace::new().case_with(&[]).run("render -f form -o - --language en").into_stdout();
    let account = answer(&form, "What happened");
    assert_eq!(
        account,
        "22 March 2021 – Puente Rodolfo Robles, Suchiate, Chiapas\n\nOfficers of the Instituto Nacional de Migración tried to take María Ejemplo into the territory of Guatemala."
    );
    assert!(form.contains(&format!("What happened ({} characters)", account.encode_utf16().count())), "{form}");
    assert_eq!(answer(&form, "Consent to this submission"), "María Ejemplo: yes");
    assert!(answer(&form, "Consent to naming the victims in public reports").ends_with("María Ejemplo: yes"));
    let rest = form.split_once("What the form will ask that the case does not answer").expect("the list").1;
    for gap in
        ["- María Ejemplo: gender, age, nationality, occupation and work for human rights\n", "- Other international procedures\n", "- Contact for questions\n"]
    {
        assert!(rest.contains(gap), "{gap}\n{rest}");
    }
}

#[test]
fn no_line_of_an_answer_is_broken() {
    let long = "Los agentes anunciaron que volverían ".repeat(20);
    let workspace = TestWorkspace::new().case_with(&[("Los agentes anunciaron que volverían.", &format!("{long}mañana."))]);
    assert!(workspace.run("render -f form -o -").into_stdout().contains(&long));
}

#[test]
fn a_draft_is_never_written_as_a_form() {
    TestWorkspace::new()
        .case_with(&[("submit = true", "submit = false")])
        .run("render -f form")
        .code(3)
        .stderr_has("has not agreed to this submission")
        .files(&[]);
}

#[test]
fn a_form_for_the_disappeared_is_one_a_person_and_begins_with_the_six_elements() {
    let second = "[[victims]]\nid = \"v2\"\nname = \"Rosa Segunda\"\nkind = \"person\"\ncode = \"Defensora B\"\n[victims.consent]\nsubmit = true\ngovernment = \"name\"\npublic = \"name\"\nby = \"family\"\non = 2021-04-27\nhow = \"x\"\n[[perpetrators]]";
    let fact = "reliability = \"direct\"\n[[incidents.disappearance]]\nvictims = [\"v1\"]\ndate = \"2021\"\nlast-seen.en = \"at the bridge\"\nsearch.en = \"habeas corpus\"\n";
    let text = CASE.replace("[[perpetrators]]", second).replace("reliability = \"direct\"\n", fact);
    let workspace = TestWorkspace::new().case("c1", &text);
    workspace
        .run("render -f form --language en --to enforced-disappearances")
        .code(0)
        .stdout_has("letters/c1.v1.enforced-disappearances.en.form.txt  cleared\n")
        .stderr_has("2 letters: 2 cleared")
        .files(&["letters/c1.v1.enforced-disappearances.en.form.txt", "letters/c1.v2.enforced-disappearances.en.form.txt"]);
    let form = workspace.read("letters/c1.v1.enforced-disappearances.en.form.txt");
    assert!(!form.contains("Rosa"), "the other person has a form of her own");
    assert_eq!(answer(&form, "1. Full name"), "María Ejemplo");
    assert_eq!(answer(&form, "2. Date"), "2021");
    assert_eq!(answer(&form, "3. Place"), "at the bridge");
    assert!(answer(&form, "5. Action taken").starts_with("habeas corpus"));
    assert!(form.ends_with("- Contact for questions\n") && form.contains("- the month and the year of the date\n"), "{form}");
    let other = workspace.read("letters/c1.v2.enforced-disappearances.en.form.txt");
    assert_eq!(answer(&other, "2. Date"), "[the case has no answer]");
}

#[test]
fn the_form_of_a_withdrawal_says_which_letter_and_tells_nothing_again() {
    let withdrawal = "title.en = \"Withdrawal\"\naction = \"withdrawal\"\nupdates = \"c1\"\ndate = 2021-05-01\nlanguage = \"en\"\n";
    let workspace =
        TestWorkspace::new().case_with(&[("code = \"Defensora A\"", "code = \"Defensora A\"\nage = 34\nshow-unnamed = [\"age\"]")]).case("c2", withdrawal);
    let form = workspace.run("render c2 -f form -o - --date 2021-05-01").into_stdout();
    assert_eq!(answer(&form, "Which earlier letter"), "28 April 2021, RE/2021/07");
    assert_eq!(answer(&form, "Alleged victims"), "Defensora A");
    for told in ["34", "Instituto", "María", "What happened", "Alleged perpetrators", "nationality"] {
        assert!(!form.contains(told), "{told}\n{form}");
    }
    assert!(form.ends_with("Every question has an answer.\n"), "{form}");
}

#[test]
fn initials_at_the_end_of_a_sentence_have_one_full_stop() {
    let workspace = TestWorkspace::new().case_with(&[
        ("public = \"name\"", "public = \"initials\"\nmandate = \"initials\""),
        ("government = \"name\"", "government = \"initials\""),
        ("tried to take {v1} into the territory of Guatemala.", "took away {v1}."),
    ]);
    let form = workspace.run("render -f form -o - --language en").into_stdout();
    assert!(answer(&form, "What happened").ends_with("took away M. E."), "{form}");
}

#[test]
fn whoever_gets_a_copy_has_no_form() {
    let directory = "[press]\nkind = \"press\"\ntitle = \"Prensa\"\nsource = \"x\"\nchecked = 2021-04-01\n";
    TestWorkspace::new()
        .case_with(&[])
        .file("recipients.toml", directory)
        .run("render -f form --to press")
        .code(0)
        .stderr_has("there is no online form for `press`")
        .files(&[]);
}

#[test]
fn what_an_annex_carries_is_said_by_kind_and_never_by_value() {
    let photograph = b"\xff\xd8\xff\xfe\0\x10Canary remark.\xff\xda\0\x02data\xff\xd9".as_slice();
    let workspace = || {
        let annex = "[[annexes]]\nid = \"a1\"\nfile = \"annexes/one.jpg\"\ntitle = \"Fotografía\"\n[[requests]]";
        TestWorkspace::new().case_with(&[("[[requests]]", annex)])
    };
    let workspace_with = |bytes: &[u8]| workspace().file("annexes/one.jpg", bytes);
    let with = workspace_with(photograph);
    with.run(&format!("check --annexes --date {TODAY}"))
        .code(0)
        .stdout_has("  annex a1 (annexes/one.jpg): comments\n")
        .stderr_has("warning: the annex `a1` carries comments\n")
        .nowhere("Canary");
    assert_eq!(with.files()["annexes/one.jpg"], photograph, "nothing is altered");
    workspace_with(b"%PDF-1.7 trailer << /Encrypt 5 0 R >>").run("check").code(1).stdout_has("").stderr_has("the annex `a1` is encrypted");
}
