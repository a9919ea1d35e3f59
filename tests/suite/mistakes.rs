//! Many mistakes in one file: all at once, each once, each at its line, and no name in any of them.

use crate::test_workspace::{CASE, TestWorkspace};
use crate::told::errors;
use serde_json::Value as Json;

/// Each line that ends in `#!` has one mistake. Nobody of this name exists.
const THIRTY: &str = r#"
title = “Zenobia Canary”                                  #!
action = "urgent-appeal"
country = "Mexico"                                        #!
mandates = ["human-rights-defender", "migrants"]          #!
reference: Zenobia Canary/2021                            #!
date = 28/04/2021                                         #!
language = "Spanish"                                      #!
sumary = "Zenobia Canary"                                 #!
[urgency]
raison = "Zenobia Canary teme por su vida."               #!
act-by = 2021-05-05T18:00:00                              #!
[context]
link = "Zenobia Canary: {v3}"                             #!
hours = "de 9 a 18"                                       #!
[[victims]]
id = "v1"
name = "Zenobia Canary"
kind = "persn"                                            #!
age = 17                                                  #!
born = "2004-01-01"
occupation = ""                                           #!
aliases = ["Canary Zenobia"]
[victims.consent]
submit = "true"                                           #!
government = "unnamed"
public = "name"                                           #!
by = "self"                                               #!
on = 2021-05-01                                           #!
[[victims]]
id = "v1"                                                 #!
kind = "person"
name = Zenobia Canary                                     #!
[[people]]                                                #!
id = "w1"
name = "Zenobia Canary"
[[incidents]]
date = "22/03/2021"                                       #!
victims = ["v3"]                                          #!
account = "C:\Zenobia Canary\queja"                       #!
reliability = "direct                                     #!
[[incidents]]
date = "XXXX"                                             #!
account = 2021-04-28                                      #!
[requests]                                                #!
text = "Exhortar al Estado a proteger a Zenobia Canary"
state-as = "México"                                       #!
[[annexes]]
id = "queja"
file = "../queja.pdf"                                     #!
title = "Queja"
"#;

fn marked() -> Vec<usize> {
    (1..).zip(THIRTY.lines()).filter(|(_, line)| line.ends_with("#!")).map(|(number, _)| number).collect()
}

#[test]
fn thirty_mistakes_are_thirty_messages_each_at_its_line() {
    let said = TestWorkspace::new().case("c1", THIRTY).run("check").code(1).nowhere("Zenobia").nowhere("Canary").into_stderr();
    let errors = errors(&said, "cases/");
    let lines: Vec<usize> = errors.iter().map(|e| e.split(':').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)).collect();
    assert_eq!(lines, marked(), "{said}");
    assert_eq!(marked().len(), 30, "the test has thirty mistakes");
    assert!(errors.iter().all(|e| e.starts_with("cases/c1.toml:") && e.contains("\n  hint: ")), "{said}");
    assert!(said.ends_with("\n30 errors\n"), "{said}");
}

#[test]
fn thirty_mistakes_are_thirty_problems_for_a_script() {
    let out = TestWorkspace::new().case("c1", THIRTY).run("check --json").code(1).stderr("").nowhere("Zenobia").nowhere("Canary").into_stdout();
    let lines: Vec<Json> = out.lines().map(|l| serde_json::from_str(l).expect("each line is JSON")).collect();
    let [case, summary] = lines.as_slice() else { panic!("a line of the case and a summary: {out}") };
    assert_eq!(case["state"], "error");
    let problems = case["problems"].as_array().expect("problems are a list");
    let places: Vec<u64> = problems.iter().filter_map(|p| p["line"].as_u64()).collect();
    assert_eq!(places, marked().into_iter().map(|n| n as u64).collect::<Vec<_>>());
    for problem in problems {
        assert_eq!((problem["severity"].as_str(), problem["file"].as_str()), (Some("error"), Some("cases/c1.toml")));
        assert!(problem["column"].is_u64() && problem["message"].is_string() && problem["hint"].is_string(), "{problem}");
        assert!(problem["cell"].is_null() && problem.get("path").is_some(), "{problem}");
    }
    assert_eq!(summary["summary"]["error"], 1);
}

/// What a slip of the pen makes of a line, if it can happen there.
type Slip = (&'static str, fn(&str) -> Option<String>);

/// `key = "text"`, taken apart.
fn text_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(" = \"")?;
    let text = value.strip_suffix('"')?;
    (!text.contains('"')).then_some((key, text))
}

const SLIPS: [Slip; 13] = [
    ("the closing quote is missing", |l| text_of(l).map(|(k, t)| format!("{k} = \"{t}"))),
    ("a colon stands for the equals sign", |l| text_of(l).map(|(k, t)| format!("{k}: \"{t}\""))),
    ("the quotes are curly", |l| text_of(l).map(|(k, t)| format!("{k} = “{t}”"))),
    ("the quotes are missing", |l| text_of(l).filter(|(_, t)| !t.starts_with("2021")).map(|(k, t)| format!("{k} = {t}"))),
    ("the value is missing", |l| text_of(l).map(|(k, _)| format!("{k} ="))),
    ("the value is empty", |l| text_of(l).map(|(k, _)| format!("{k} = \"\""))),
    ("a quote stands inside", |l| text_of(l).map(|(k, t)| format!("{k} = \"x \"y\" {t}\""))),
    ("a semicolon follows", |l| text_of(l).map(|(k, t)| format!("{k} = \"{t}\";"))),
    ("the path has backslashes", |l| text_of(l).map(|(k, t)| format!("{k} = \"a\\queja\\{t}\""))),
    ("it is a number", |l| text_of(l).map(|(k, _)| format!("{k} = 7"))),
    ("a bracket is missing at the end", |l| l.starts_with('[').then(|| l[..l.len() - 1].to_owned())),
    ("a bracket is missing at the beginning", |l| l.starts_with("[[").then(|| l[1..].to_owned())),
    ("the brackets are single", |l| l.starts_with("[[").then(|| l[1..l.len() - 1].to_owned())),
];

#[test]
fn one_slip_of_the_pen_is_one_mistake_wherever_it_happens() {
    let mut workspace = TestWorkspace::new();
    let mut made = Vec::new();
    for (what, slip) in SLIPS {
        for (number, line) in (1..).zip(CASE.lines()) {
            let Some(wrong) = slip(line) else { continue };
            let id = format!("c{:04}", made.len());
            let text: Vec<&str> = (1..).zip(CASE.lines()).map(|(n, l)| if n == number { wrong.as_str() } else { l }).collect();
            workspace = workspace.case(&id, &text.join("\n"));
            made.push((id, what, number, line));
        }
    }
    assert!(made.len() > 200, "the slips happen");
    let said = workspace.run("check").code(1).into_stderr();
    for (id, what, number, line) in &made {
        let found = errors(&said, &format!("cases/{id}.toml:"));
        let as_it_should = found.len() == 1 && found[0].starts_with(&format!("cases/{id}.toml:{number}:")) && found[0].contains("\n  hint: ");
        assert!(as_it_should, "{what} in line {number}, {line}:\n{}", found.join("\n"));
    }
}

#[test]
fn a_name_written_where_a_word_belongs_is_not_repeated() {
    let places = [
        ("victims = [\"v1\"]", "victims = [\"zenobia\"]"),
        ("perpetrators = [\"inm\"]", "perpetrators = [\"canary\"]"),
        ("llevar a {v1}", "llevar a {zenobia-canary}"),
        ("\"human-rights-defenders\"", "\"zenobia-canary\""),
        ("reference =", "cc = [\"zenobia\"]\nreference ="),
        ("reference =", "signed-by = [\"zenobia\"]\nreference ="),
        ("reference =", "Zenobia ="),
        ("reference =", "zenobia-canary:"),
        ("title.fr", "title.Canary"),
        ("language = \"es\"", "updates = \"zenobia\""),
        ("submit = true", "submit = true\nonly = [\"canary\"]"),
        ("submit = true", "submit = true\nzenobia = true"),
        ("[[perpetrators]]", "[zenobia]\nx = 1\n[[perpetrators]]"),
        ("[[perpetrators]]", "[[Canary]\n[[perpetrators]]"),
        ("id = \"i1\"", "id = \"zenobia\"\nid = \"canary\""),
        ("[[requests]]", "[[law]]\ninstrument = \"zenobia\"\n[[requests]]"),
        ("[[requests]]", "[[sources]]\nid = \"zenobia\"\ntitle = \"x\"\n[[sources]]\nid = \"zenobia\"\ntitle = \"x\"\n[[requests]]"),
    ];
    let mut workspace = TestWorkspace::new();
    for (number, (from, to)) in places.iter().enumerate() {
        let named = CASE.replace("María Ejemplo", "Zenobia Canary");
        assert!(named.contains(from), "the case has no {from:?}");
        workspace = workspace.case(&format!("c{number:02}"), &named.replacen(from, to, 1));
    }
    let said = workspace.run("check").code(1).nowhere("Zenobia").nowhere("zenobia").nowhere("Canary").nowhere("canary").into_stderr();
    for (number, place) in places.iter().enumerate() {
        assert!(!errors(&said, &format!("cases/c{number:02}.toml")).is_empty(), "{place:?} is no mistake");
    }
    workspace.run("check --json").code(1).stderr("").nowhere("enobia").nowhere("anary").stdout_has("\"error\":17");
}
