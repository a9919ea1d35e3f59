//! Files that are not what they should be: each a clear error at its place, and nothing written for the case concerned.

use crate::test_workspace::{CASE, ORGANISATION, TestWorkspace};
use crate::told::errors;

/// A case whose file is this is an error of these words, and writes nothing.
#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, said: &str) {
    TestWorkspace::new().file("cases/c1.toml", bytes).run("render -f html").code(1).stdout("").stderr(said);
}

#[test]
fn a_case_that_is_not_utf_8_is_refused_at_the_line_where_it_ceases_to_be() {
    let mut latin = "title = \"Márgenes\"\naction = \"urgent-appeal\"\n".as_bytes().to_vec();
    latin.extend(b"reference = \"Mar\xeda\"\n");
    refused(latin, "cases/c1.toml:3:17: the file is not in UTF-8 from here on\n  hint: save it again with the encoding UTF-8\n1 error\n");
}

#[test]
fn a_case_in_utf_16_is_refused_by_its_name() {
    for big in [false, true] {
        let units = "\u{feff}title = \"María\"\n".encode_utf16();
        let bytes: Vec<u8> = units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
        refused(bytes, "cases/c1.toml:1:1: the file is in UTF-16, not in UTF-8\n  hint: save it again with the encoding UTF-8\n1 error\n");
    }
}

#[test]
fn an_empty_case_is_refused() {
    for nothing in ["", "\n \n", "# only a remark\n"] {
        refused(nothing, "cases/c1.toml: the file is empty\n  hint: write it, or remove the file\n1 error\n");
    }
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_whatever_it_is() {
    let large = |path: &'static str| move |folder: &std::path::Path| std::fs::File::create(folder.join(path)).unwrap().set_len(50 << 20).unwrap();
    for path in ["cases/c1.toml", "common.toml", "recipients.toml", "organisation.toml", "letter-templates/es/urgent-appeal.hbs"] {
        let workspace = TestWorkspace::new().case("c1", CASE).file("letter-templates/es/remark", "").with(large(path));
        let hint = if path.ends_with(".hbs") { "" } else { "\n  hint: " };
        let said = format!("{path}: the file has 50 MB, which is more than a file of text can have here (4 MB){hint}");
        workspace.run("render -f html").code(1).stdout("").stderr_has(&said);
    }
}

#[test]
fn a_folder_where_a_file_should_be_is_refused() {
    let inside = |path: &str| TestWorkspace::new().case("c1", CASE).file(&format!("{path}/x"), "");
    let is_folder = |path: &str| format!("{path}: this is a folder, not a file\n  hint: name a file\n1 error\n");
    TestWorkspace::new().file("cases/c2.toml/x", "").run("render -f html").code(1).stdout("").stderr(&is_folder("cases/c2.toml"));
    inside("common.toml").run("render -f html").code(1).stdout("").stderr(&is_folder("common.toml"));
    inside("recipients.toml").run("render -f html").code(1).stdout("").stderr(&is_folder("recipients.toml"));
    TestWorkspace::bare().file("organisation.toml/x", "").case("c1", CASE).run("render -f html").code(1).stdout("").stderr(&is_folder("organisation.toml"));
    TestWorkspace::new().case_with(&[]).run("render cases/c1.toml/").code(1).stdout("").stderr_has("cases/c1.toml/: ");
}

/// [`CASE`] with an annex whose path is this.
fn with_annex(path: &str) -> TestWorkspace {
    let annex = format!("[[annexes]]\nid = \"queja\"\nfile = \"{path}\"\ntitle.es = \"Queja\"\n[[requests]]");
    TestWorkspace::new().case_with(&[("[[requests]]", &annex)])
}

#[test]
fn an_annex_that_cannot_be_attached_is_an_error_at_its_path() {
    let said = |what: &str, hint: &str| format!("cases/c1.toml:45:8: {what}\n  hint: {hint}\n1 error\n");
    let missing =
        said("the annex `queja`: there is no such file", "look at the path; it is meant from the current folder, or, inside a file, from the workspace");
    with_annex("annexes/queja.pdf").run("render -f html").code(1).stdout("").stderr(&missing);
    let folder = said("the annex `queja`: this is a folder, not a file", "name a file");
    with_annex("annexes/queja.pdf").file("annexes/queja.pdf/x", "").run("render -f html").code(1).stdout("").stderr(&folder);
    let leaves = said("the path of an annex leaves the workspace", "put the file into the workspace, and write its path from there: annexes/file.pdf");
    for outside in ["../queja.pdf", "annexes/../../queja.pdf", "/etc/hostname", "C:/queja.pdf"] {
        with_annex(outside).run("render -f html").code(1).stdout("").stderr(&leaves);
    }
}

#[cfg(unix)]
#[test]
fn an_annex_that_is_a_link_out_of_the_workspace_is_an_error_and_one_inside_is_not() {
    let outside = "cases/c1.toml:45:8: the annex `queja`: the file lies outside the workspace\n  \
                   hint: put a copy into the workspace, and write its path from there\n1 error\n";
    with_annex("annexes/queja.pdf").link("annexes/queja.pdf", "/etc/hostname").run("render -f html").code(1).stdout("").stderr(outside);
    with_annex("annexes/queja.pdf")
        .link("annexes", "/etc")
        .file("x", "")
        .run("render -f html")
        .code(1)
        .stdout("")
        .stderr_has("cases/c1.toml:45:8: the annex `queja`: ");
    with_annex("annexes/queja.pdf")
        .file("scans/1.pdf", "%PDF")
        .link("annexes/queja.pdf", "../scans/1.pdf")
        .run("check")
        .code(0)
        .stdout_has("1 cleared")
        .stderr("");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back_to_itself_is_an_error_wherever_it_stands() {
    const LOOP: &str = "the file is a link that leads back to itself\n  hint: replace the link by the file\n1 error\n";
    TestWorkspace::new().link("cases/c1.toml", "c1.toml").run("render -f html").code(1).stdout("").stderr(&format!("cases/c1.toml: {LOOP}"));
    let annex = format!("cases/c1.toml:45:8: the annex `queja`: {LOOP}");
    with_annex("annexes/queja.pdf").link("annexes/queja.pdf", "queja.pdf").run("render -f html").code(1).stdout("").stderr(&annex);
    let store = |path: &str, to: &str| TestWorkspace::new().case_with(&[]).link(path, to).run("render -f html").code(1).stdout("").into_stderr();
    assert_eq!(
        store("letter-templates", "letter-templates"),
        "letter-templates: the folder cannot be read\n  hint: look at its permissions, and where its links lead\n1 error\n"
    );
    assert_eq!(store("letter-templates/es", "es"), format!("letter-templates/es: {LOOP}"));
    assert_eq!(store("letter-templates/es/words.toml", "words.toml"), format!("letter-templates/es/words.toml: {LOOP}"));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let pipe = |path: &str| {
        let at = path.to_owned();
        TestWorkspace::new().file("cases/x", "").with(move |folder| {
            let made = std::process::Command::new("mkfifo").arg(folder.join(at)).status().expect("mkfifo is there");
            assert!(made.success());
        })
    };
    let said = "this is not a regular file\n  hint: name a file\n1 error\n";
    pipe("cases/c1.toml").run("render -f html").code(1).stdout("").stderr(&format!("cases/c1.toml: {said}"));
    pipe("common.toml").case_with(&[]).run("render -f html").code(1).stdout("").stderr(&format!("common.toml: {said}"));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let locked = |path: &'static str| move |folder: &std::path::Path| std::fs::set_permissions(folder.join(path), PermissionsExt::from_mode(0o0)).unwrap();
    let workspace = TestWorkspace::new().case_with(&[]).with(locked("cases/c1.toml"));
    let Some(program) = TestWorkspace::unprivileged(|| std::fs::read(workspace.path().join("cases/c1.toml")).is_ok()) else {
        eprintln!("skipped: this user may read every file");
        return;
    };
    let command = format!("{program} render -f html --date 2021-04-28");
    workspace.shell(&command).code(1).stdout("").stderr("cases/c1.toml: the file may not be read\n  hint: look at its permissions\n1 error\n");
    with_annex("annexes/queja.pdf")
        .file("annexes/queja.pdf", "x")
        .with(locked("annexes/queja.pdf"))
        .shell(&command)
        .code(1)
        .stdout("")
        .stderr("cases/c1.toml:45:8: the annex `queja`: the file may not be read\n  hint: look at its permissions\n1 error\n");
}

#[test]
fn two_cases_with_one_id_are_told_apart_by_nothing() {
    TestWorkspace::new()
        .case("c1", CASE)
        .case("C1", CASE)
        .run("render -f html")
        .code(1)
        .stdout_has("cleared\n")
        .stderr_has("cases/c1.toml: two files have the case id `c1`: this one and cases/C1.toml\n  hint: an id is the file's name without .toml, and large and small letters do not tell two apart; rename one\n")
        .files(&["letters/C1.human-rights-defenders.es.html"]);
    TestWorkspace::new()
        .case("c1", CASE)
        .file("other/c1.toml", CASE)
        .run("check c1 other/c1.toml")
        .code(1)
        .stdout_has("1 cleared, 1 not written")
        .stderr_has("other/c1.toml: two files have the case id `c1`: this one and cases/c1.toml\n");
    // One file that is named twice is one case.
    TestWorkspace::new()
        .case("c1", CASE)
        .run("check c1 cases/c1.toml ./cases/c1.toml cases")
        .code(0)
        .stdout_has("\n1 case, 1 letter: 1 cleared\n")
        .nowhere("2 letters");
}

#[test]
fn an_update_of_itself_is_an_error_that_says_so() {
    let update = |of: &str| format!("action = \"update\"\nupdates = \"{of}\"\n[context]\nnews.es = \"Sigue.\"\n");
    TestWorkspace::new()
        .case("c1", &update("c1"))
        .run("check")
        .code(1)
        .stdout_has("1 not written")
        .stderr("cases/c1.toml:2:11: `updates` leads back to this case\n  hint: name the case of the earlier letter\n1 error\n");
    let said = TestWorkspace::new().case("c1", &update("c2")).case("c2", &update("c3")).case("c3", &update("c1")).run("check").code(1).into_stderr();
    assert_eq!(errors(&said, "cases/").len(), 3, "{said}");
    assert!(errors(&said, "cases/").iter().all(|e| e.contains("`updates` leads back to this case")), "{said}");
    let said = TestWorkspace::new().case("c1", &update("c2")).case("c2", &update("c2")).run("check").code(1).into_stderr();
    assert!(said.contains("cases/c1.toml:2:11: the case that this one updates has errors\n  hint: correct cases/c2.toml first\n"), "{said}");
}

#[test]
fn an_update_names_a_case_and_no_path() {
    TestWorkspace::new()
        .file("elsewhere.toml", CASE)
        .case("c1", "action = \"update\"\nupdates = \"../elsewhere\"\n")
        .run("check")
        .code(1)
        .stdout_has("1 not written")
        .stderr("cases/c1.toml:2:11: `updates` is not a case id\n  hint: write the name of the case's file, without .toml\n1 error\n");
}

#[test]
fn mistakes_of_the_workspace_s_files_stop_every_case_and_say_where_they_are() {
    let line = ORGANISATION.lines().count() + 2;
    TestWorkspace::bare()
        .file("organisation.toml", format!("{ORGANISATION}[[members]]\nnam = \"x\"\n"))
        .case_with(&[])
        .run("render -f html")
        .code(1)
        .stdout("")
        .stderr(&format!("organisation.toml:{line}:1: there is no key `nam` in [[members]]\n  hint: did you mean `name`?\n1 error\n"));
    TestWorkspace::bare().file("organisation.toml", "name = \"x\"\nlanguages = []\nemail = \"x@y\"\n").case_with(&[]).run("check").code(1).stdout("").stderr(
        "organisation.toml:1:1: the key `signatories` is missing\n  hint: add [[signatories]] (who signs)\n\
         organisation.toml:2:13: `languages` is empty\n  hint: write at least one: the languages of the letters; the first is the default\n\
         organisation.toml:3:9: `email` cannot be understood: it has to be an e-mail address\n  hint: write an e-mail address\n3 errors\n",
    );
    TestWorkspace::new().file("recipients.toml", "[oficina]\nkind = \"ofice\"\nholders = 3\n").case_with(&[]).run("check").code(1).stdout("").stderr(
        "recipients.toml:1:1: the key `title` is missing in [oficina]\n  hint: add title = … (its title, by language)\n\
         recipients.toml:2:8: `kind` has a word that is not among its words\n  hint: did you mean \"office\"?\n\
         recipients.toml:3:11: `holders` cannot be understood: it has to be tables, each under its own [[header]]\n  hint: write tables, each under its own [[header]]\n3 errors\n",
    );
    TestWorkspace::new()
        .file("recipients.toml", "email = \"x@un.org\"\n")
        .case_with(&[])
        .run("recipients migrants")
        .code(1)
        .stdout("")
        .stderr("recipients.toml:1:1: `email` stands outside every table\n  hint: write it below the [header] of the entry it belongs to\n1 error\n");
    TestWorkspace::new()
        .file("common.toml", "[context]\nlink = “x”\n")
        .case_with(&[])
        .run("check")
        .code(1)
        .stdout("")
        .stderr("common.toml:2:8: the text of `link` stands in curly quotes\n  hint: write straight quotes: link = \"…\"\n1 error\n");
}

#[test]
fn a_mistake_in_common_toml_is_told_at_its_own_file_and_line() {
    let common = "\n[context]\nlinc.es = \"x\"\n[[annexes]]\nid = \"a\"\nfile = \"a.pdf\"\ntitle = \"A\"\n";
    TestWorkspace::new()
        .file("common.toml", common)
        .case_with(&[])
        .run("check")
        .code(1)
        .stdout_has("1 not written")
        .stderr("common.toml:3:1: there is no key `linc` in [context]\n  hint: did you mean `link`?\n1 error\n");
    TestWorkspace::new().file("common.toml", common.replace("linc", "link")).case_with(&[]).run("check").code(1).stdout_has("1 not written").stderr(
        "common.toml:6:8: the annex `a`: there is no such file\n  hint: look at the path; it is meant from the current folder, or, inside a file, from the workspace\n1 error\n",
    );
}

#[test]
fn one_bad_case_does_not_keep_the_others() {
    TestWorkspace::new()
        .case("a", "title = \"")
        .case("b", CASE)
        .case("c", "x = 1\n")
        .run("render -f html")
        .code(1)
        .stdout("letters/b.human-rights-defenders.es.html  cleared\n")
        .stderr_has("3 cases, 3 letters: 1 cleared, 2 not written because of errors\n")
        .files(&["letters/b.human-rights-defenders.es.html"]);
}

#[test]
fn marks_and_line_ends_of_other_machines_change_no_letter() {
    let plain = TestWorkspace::new().case("c1", CASE).run("render").code(0).into_stdout();
    let long =
        CASE.replace("Agentes del {inm} intentaron", "\"\"\nAgentes del {inm}\nintentaron").replace("Guatemala.\"\naccount.en", "Guatemala.\"\"\"\naccount.en");
    for text in [
        format!("\u{feff}{CASE}"),
        CASE.replace('\n', "\r\n"),
        CASE.replace('\n', "\r"),
        format!("\u{feff}{}", CASE.replace('\n', "\r\n")),
        long.replace('\n', "\r\n"),
        CASE.replace("Agentes del {inm} intentaron", "Agentes del {inm}\u{2028}intentaron"),
    ] {
        let letter = TestWorkspace::new().case("c1", &text).run("render").code(0).stderr("").into_stdout();
        assert_eq!(letter, plain, "{text:?}");
    }
}

#[test]
fn marks_and_line_ends_of_other_machines_change_no_file_of_the_workspace() {
    const FILES: [(&str, &str); 4] = [
        ("organisation.toml", ORGANISATION),
        ("recipients.toml", "[oficina]\nkind = \"office\"\ntitle = \"Oficina\"\n"),
        ("common.toml", "cc = [\"oficina\"]\n[context]\nsituation = \"\"\"\nUno\ndos.\n\nTres.\n\"\"\"\n"),
        ("letter-templates/es/salutation.hbs", "Uno\ndos.\n\nTres.\n"),
    ];
    let letter = |change: fn(&str) -> String| {
        let workspace = FILES.iter().fold(TestWorkspace::bare().case("c1", CASE), |workspace, (path, text)| workspace.file(path, change(text)));
        workspace.run("render").code(0).stderr("").into_stdout()
    };
    let plain = letter(str::to_owned);
    assert!(plain.contains("\nUno dos.\n\nTres.\n") && plain.contains("\n- Oficina\n"), "{plain}");
    assert_eq!(letter(|text| format!("\u{feff}{text}")), plain);
    assert_eq!(letter(|text| text.replace('\n', "\r\n")), plain);
    assert_eq!(letter(|text| format!("\u{feff}{}", text.replace('\n', "\r\n"))), plain);
}

#[test]
fn a_template_that_includes_itself_is_an_error_and_no_letter_is_written() {
    let own = "+++\nschema = 1\nsubject = \"Asunto\"\n+++\nUno\n\n{{> urgent-appeal}}\n";
    for command in ["render -f html", "check"] {
        let run = TestWorkspace::new().case_with(&[]).file("letter-templates/es/urgent-appeal.hbs", own).run(command).code(1).files(&[]);
        let said = run.outcome();
        assert!(said.stderr.starts_with("letter-templates/es/urgent-appeal.hbs:7:1: "), "{}", said.stderr);
        assert!(said.stderr.contains(" includes itself\n  hint: "), "{}", said.stderr);
    }
}

#[test]
fn an_unknown_mandate_is_an_error_where_it_stands_and_no_letter_is_written() {
    TestWorkspace::new()
        .case_with(&[("\"human-rights-defenders\"", "\"human-rights-defender\"")])
        .run("render -f html")
        .code(1)
        .stdout("")
        .stderr("cases/c1.toml:6:13: `human-rights-defender` is not in the directory\n  hint: did you mean `human-rights-defenders`?\n1 error\n");
}

#[test]
fn a_date_that_does_not_exist_is_an_error_where_it_stands_and_no_letter_is_written() {
    TestWorkspace::new()
        .case_with(&[("date = 2021-04-28", "date = 2021-02-30")])
        .run("render -f html")
        .code(1)
        .stdout("")
        .stderr("cases/c1.toml:8:8: `date` is a day that does not exist\n  hint: look at the calendar again\n1 error\n");
}

#[test]
fn characters_that_cannot_be_seen_are_removed_with_a_warning() {
    let plain = TestWorkspace::new().case("c1", CASE).run("render").code(0).into_stdout();
    for (stranger, warning) in [
        ("\u{0}", "cases/c1.toml:39:23: warning: control characters were removed from the file, the first of them here"),
        ("\u{85}\u{9b}", "cases/c1.toml:39:14: warning: control characters were removed from `account`"),
        ("\u{202e}", "cases/c1.toml:39:14: warning: characters that reverse the direction of writing were removed from `account`"),
        ("\u{e000}", "cases/c1.toml:39:14: warning: private-use characters were removed from `account`"),
    ] {
        let text = CASE.replace("Agentes del", &format!("Agentes {}del", stranger.trim_start_matches('\u{85}')));
        let run = TestWorkspace::new().case("c1", &text).run("render").code(0).stderr_has(warning).stderr_has("\n1 warning\n");
        assert_eq!(run.into_stdout(), plain);
    }
}
