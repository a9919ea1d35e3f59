//! Which letters a run makes: for whom, in which language, for which reader, from which files.

use crate::test_workspace::{CASE, TestWorkspace};

/// [`CASE`] to two mandates.
fn joint() -> TestWorkspace {
    TestWorkspace::new().case_with(&[("[\"human-rights-defenders\"]", "[\"human-rights-defenders\", \"migrants\"]")])
}

/// The names of the letters that a run writes.
#[track_caller]
fn written(workspace: &TestWorkspace, words: &str) -> Vec<String> {
    let before = workspace.files();
    let run = workspace.run(&format!("render -q -o out {words}")).code(0).stdout("");
    assert_eq!(run.into_stderr(), "");
    let new = workspace.files().into_keys().filter(|path| !before.contains_key(path));
    new.map(|path| path.strip_prefix("out/").expect("all is written there").to_owned()).collect()
}

#[test]
fn mandates_share_one_letter_or_have_one_each() {
    assert_eq!(written(&joint(), ""), ["c1.joint.es.txt"]);
    assert_eq!(written(&joint(), "--separate"), ["c1.human-rights-defenders.es.txt", "c1.migrants.es.txt"]);
    assert_eq!(written(&joint(), "--to migrants"), ["c1.migrants.es.txt"]);
    assert_eq!(written(&joint(), "--to migrants,torture"), ["c1.joint.es.txt"]);
    assert_eq!(written(&joint(), "--to migrants --to torture --separate"), ["c1.migrants.es.txt", "c1.torture.es.txt"]);
}

#[test]
fn what_is_named_twice_is_meant_once() {
    assert_eq!(written(&joint(), "--to migrants,migrants"), ["c1.migrants.es.txt"]);
    assert_eq!(written(&joint(), "--language es,en --language es"), ["c1.joint.en.txt", "c1.joint.es.txt"]);
    assert_eq!(written(&joint(), "--audience public,public -f text,html,text"), ["c1.joint.es.public.html", "c1.joint.es.public.txt"]);
}

#[test]
fn a_letter_in_several_languages_is_several_letters() {
    assert_eq!(written(&joint(), "--language es,en,fr"), ["c1.joint.en.txt", "c1.joint.es.txt", "c1.joint.fr.txt"]);
    assert_eq!(written(&joint(), "--language=fr"), ["c1.joint.fr.txt"]);
}

#[test]
fn an_audience_narrows_and_its_name_stands_in_the_file_s() {
    assert_eq!(written(&joint(), "--audience mandate,government,public"), ["c1.joint.es.government.txt", "c1.joint.es.public.txt", "c1.joint.es.txt"]);
    // For whom it is the own one, it does not.
    assert_eq!(written(&joint(), "--to national-human-rights-commission"), ["c1.national-human-rights-commission.es.txt"]);
    assert_eq!(written(&joint(), "--to national-human-rights-commission --audience public"), ["c1.national-human-rights-commission.es.public.txt"]);
}

#[test]
fn an_audience_never_widens() {
    joint().run("render --to national-human-rights-commission --audience mandate").code(2).stdout("").stderr(
        "appeal: national-human-rights-commission reads the letter for the audience government; --audience mandate would show it more\n  \
         hint: --audience narrows and never widens\n",
    );
    let press = joint().file("recipients.toml", "[prensa]\nkind = \"press\"\ntitle = \"Prensa\"\n");
    for wider in ["mandate", "government", "public,government"] {
        press.run(&format!("render --to prensa --audience {wider}")).code(2).stdout("").stderr_has("--audience narrows and never widens\n");
    }
    assert_eq!(written(&press, "--to prensa --audience public"), ["c1.prensa.es.txt"]);
}

#[test]
fn a_mandate_that_reads_of_one_person_a_letter_gets_one_of_each() {
    let second = "[[victims]]\nid = \"v2\"\nkind = \"group\"\ncode = \"Familias\"\n[[victims]]\nid = \"v3\"\nname = \"Luz Muestra\"\nkind = \"person\"\n\
                  [victims.consent]\nsubmit = true\ngovernment = \"name\"\npublic = \"name\"\nby = \"self\"\non = 2021-04-27\nhow = \"f\"\n[[perpetrators]]";
    let workspace = TestWorkspace::new().file("recipients.toml", "[human-rights-defenders]\nper = \"person\"\n").case_with(&[
        ("[[perpetrators]]", second),
        ("llevar a {v1}", "llevar a {v1} y a {v3}"),
        ("victims = [\"v1\"]", "victims = [\"v1\", \"v3\"]"),
    ]);
    assert_eq!(written(&workspace, ""), ["c1.v1.human-rights-defenders.es.txt", "c1.v3.human-rights-defenders.es.txt"]);
}

#[test]
fn a_template_can_be_chosen_by_name() {
    let own = "+++\nschema = 1\nsubject = \"Asunto\"\n+++\n{{letter.salutation}}\n\nUna carta corta.\n\n{{letter.closing}}\n";
    let workspace = joint().file("letter-templates/es/corta.hbs", own);
    workspace.run("render --template corta").code(0).stdout_has("\nUna carta corta.\n").stderr_has("warning");
    workspace
        .run("render --template allegation-letter")
        .code(0)
        .stdout_has("Asunto: Solicitud de carta de transmisión de denuncias – México –\n")
        .stderr_has("warning");
    workspace.run("render --template cort").code(1).stdout("").stderr_has("there is no template `cort` in español\n  hint: the templates are ");
}

#[test]
fn the_date_of_the_run_is_the_letter_s_and_today() {
    let workspace = TestWorkspace::new().case("c1", CASE);
    workspace.run("render --date 2021-05-03").code(0).stdout_has("3 de mayo de 2021").stderr("");
    // A consent that was given later than that is none yet.
    workspace.run("render --date 2021-04-26").code(1).stdout("").stderr_has("cases/c1.toml:27:6: the consent is dated after the letter or after today");
    for wrong in ["28/04/2021", "2021-02-30", "2021-04", "hoy"] {
        workspace.run(&format!("render --date {wrong}")).code(2).stdout("").stderr_has("a day is written 2021-04-28");
    }
}

#[test]
fn the_date_of_the_run_does_not_move_the_earlier_letter() {
    let update = "action = \"update\"\nupdates = \"c1\"\n[context]\nnews.es = \"Sigue.\"\n";
    let letter = TestWorkspace::new().case("c1", CASE).case("c2", update).run("render c2 --date 2021-06-01").code(0).stderr("").into_stdout();
    assert!(letter.contains("28 de abril de 2021") && letter.contains("1 de junio de 2021"), "{letter}");
}

#[test]
fn an_update_of_a_letter_without_a_date_is_refused() {
    let update = "action = \"update\"\nupdates = \"c1\"\n[context]\nnews.es = \"Sigue.\"\n";
    TestWorkspace::new().case("c1", &CASE.replace("date = 2021-04-28\n", "")).case("c2", update).run("check c2").code(1).stdout_has("1 not written").stderr(
        "cases/c2.toml:2:11: the letter that this one is about has no date\n  hint: write the day it was sent into its file: date = 2021-04-28\n1 error\n",
    );
}

#[test]
fn a_case_is_named_by_its_id_its_file_or_its_folder() {
    let two = || TestWorkspace::new().case("c1", CASE).case("c2", CASE);
    let of_c1 = ["c1.human-rights-defenders.es.txt"];
    let of_both = ["c1.human-rights-defenders.es.txt", "c2.human-rights-defenders.es.txt"];
    for words in ["c1", "cases/c1.toml", "./cases/c1.toml", "c1 c1", "c1 cases/c1.toml"] {
        assert_eq!(written(&two(), words), of_c1, "{words}");
    }
    for words in ["", "cases", "cases/", "./cases", "c2 c1", "c1 cases"] {
        assert_eq!(written(&two(), words), of_both, "{words}");
    }
    // A case is meant before a folder of the same name, and a folder without a case is none.
    let namesake = || two().file("c1/c3.toml", CASE).file("empty/x", "");
    assert_eq!(written(&namesake(), "c1"), of_c1);
    assert_eq!(written(&namesake(), "c1/"), ["c3.human-rights-defenders.es.txt"]);
    namesake().run("render empty").code(2).stdout("").stderr_has("appeal: there is no case empty\n");
    // A file may lie elsewhere.
    assert_eq!(written(&TestWorkspace::new().file("draft.toml", CASE), "draft.toml"), ["draft.human-rights-defenders.es.txt"]);
}

#[test]
fn a_file_that_is_no_case_is_left_alone_in_a_folder() {
    let workspace = TestWorkspace::new()
        .case("c1", CASE)
        .file("cases/notes.txt", "x")
        .file("cases/.c2.toml", "x")
        .file("cases/old/c3.toml", "x")
        .file("cases/c1.toml~", "x");
    assert_eq!(written(&workspace, ""), ["c1.human-rights-defenders.es.txt"]);
}

#[test]
fn an_unknown_case_is_a_mistake_of_the_command() {
    let workspace = TestWorkspace::new().case("norte-2021", CASE).case("sur-2021", CASE);
    workspace.run("check norte-2012").code(2).stdout("").stderr("appeal: there is no case norte-2012\n  hint: did you mean norte-2021?\n");
    workspace
        .run("render norte-2021 xyz")
        .code(2)
        .stdout("")
        .stderr("appeal: there is no case xyz\n  hint: the cases are norte-2021, sur-2021; a file is named with its path or its .toml\n");
    TestWorkspace::new()
        .run("check c1")
        .code(2)
        .stdout("")
        .stderr("appeal: there is no case c1\n  hint: cases/ is empty; `appeal new ID` makes a first case\n");
    workspace.run("check --to migrant").code(2).stdout("").stderr("appeal: `migrant` is not in the directory\n  hint: did you mean migrants?\n");
    workspace.run("check cases/x.toml").code(1).stdout_has("1 not written").stderr_has("cases/x.toml: there is no such file\n  hint: ");
    workspace.run("check nowhere/").code(1).stdout_has("1 not written").stderr_has("nowhere/: there is no such file");
}

#[test]
fn an_id_that_cannot_be_one_is_an_error_of_the_file() {
    TestWorkspace::new().file("cases/María.toml", CASE).run("check").code(1).stdout_has("1 not written").stderr_has(
        "the file's name cannot be a case id\n  hint: an id has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with a letter or a digit; no names\n",
    );
}

#[test]
fn a_sub_folder_and_c_lead_to_the_same_workspace() {
    let workspace = TestWorkspace::new().case("c1", CASE).file("a/b/x", "").inside("a/b");
    workspace
        .run("render -f html")
        .code(0)
        .stdout("../../letters/c1.human-rights-defenders.es.html  cleared\n")
        .stderr("1 case, 1 letter: 1 cleared\n")
        .files(&["letters/c1.human-rights-defenders.es.html"]);
    workspace.run("check c1").code(0).stdout_has("\n    ../../cases/c1.toml:17: victims.1.gender\n").stdout_has("\n1 case, 1 letter: 1 cleared\n");
    workspace.run("check ../../cases/c1.toml").code(0).stdout_has("\n1 case, 1 letter: 1 cleared\n");
    // Paths in arguments are meant from the current folder.
    workspace.run("render -f html -o out").code(0).stdout_has("out/c1.").stderr_has("1 cleared").files(&["a/b/out/c1.human-rights-defenders.es.html"]);
    let outside = TestWorkspace::bare().file("w/organisation.toml", crate::test_workspace::ORGANISATION).file("w/cases/c1.toml", CASE);
    outside.run("-C w check").code(0).stdout_has("\n1 case, 1 letter: 1 cleared\n");
    outside.run("-C w render -f html").code(0).stdout_has("w/letters/c1.").stderr_has("1 cleared").files(&["w/letters/c1.human-rights-defenders.es.html"]);
    outside.run("-C w render w/cases/c1.toml -o out").code(0).stdout_has("out/c1.").stderr_has("1 cleared").files(&["out/c1.human-rights-defenders.es.txt"]);
    outside.run("-C w/cases check").code(0).stdout_has("\n1 case, 1 letter: 1 cleared\n");
    outside
        .run("check")
        .code(1)
        .stdout("")
        .stderr("appeal: there is no organisation.toml in . or above it\n  hint: make a workspace with `appeal init`, or name one with -C DIR\n");
}
