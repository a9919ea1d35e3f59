//! A first-time user who knows the facts of the letter of April 2021: from `appeal init`, answering only what `check` asks, to a
//! letter that `check` calls ready.

use crate::test_workspace::TestWorkspace;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What the person knows, by the field or the question that asks for it. Facts: the public record of April 2021.
const KNOWN: &[(&str, &str)] = &[
    ("title", "title = \"Harassment of those who accompany migrants at the southern border\""),
    ("country", "country = \"MX\""),
    ("mandates", "mandates = [\"human-rights-defenders\"]"),
    ("urgency", "urgency.reason = \"The harassment is constant, and the last episode took place two days ago.\""),
    (
        "victims",
        "[[victims]]\nid = \"col\"\nkind = \"organisation\"\nname = \"Collective for the Observation and Monitoring of Human Rights in Southeast Mexico\"\n\
         code = \"Organisation A\"",
    ),
    (
        "incidents",
        "[[incidents]]\ndate = \"2021-03-22\"\nvictims = [\"col\"]\naccount = \"Agents allegedly tried to expel members of {col}, with the families \
         whom they were accompanying, into the territory of Guatemala.\"",
    ),
    ("requests", "[[requests]]\ntext = \"Urge the State to guarantee safety and respect for the work of {col}.\""),
    ("perpetrators", "[[perpetrators]]\nid = \"inm\"\nkind = \"state\"\nname = \"National Migration Institute\""),
    ("place", "[[incidents]]\nplace = \"Rodolfo Robles international bridge, Suchiate, Chiapas\""),
    (
        "consents",
        "[[victims]]\n[victims.consent]\nsubmit = true\ngovernment = \"name\"\npublic = \"name\"\nby = \"representative\"\non = 2021-04-28\nhow = \"it writes itself\"",
    ),
    ("steps", "[[steps]]\nauthority = \"National Human Rights Commission\"\ndate = \"2021-03-22\"\nreference = \"2021/3/22 13:8\""),
    ("step-results", "[[steps]]\noutcome = \"complaint lodged on the day of the events\""),
    ("rights-work", "[[victims]]\nwork = \"accompaniment of migrants and observation of human rights\""),
    ("link", "context.link = \"What is obstructed is precisely the accompaniment of migrants by {col}.\""),
    ("situation", "context.situation = \"Fear and uncertainty are reported among migrants, and people give up the asylum procedure.\""),
    ("pattern", "context.pattern = \"On repeated occasions, agents have allegedly denied the organisations access to the border point.\""),
    ("urgency-fits", "context.risk = \"Members of {col} are feared to suffer further harassment.\""),
];

const SENDER: &str = "name = \"Collective for the Observation and Monitoring of Human Rights in Southeast Mexico\"\nlanguages = [\"en\"]\n\
                      email = \"collective@example.org\"\nsource = \"open\"\n[[signatories]]\nid = \"all\"\nname = \"The member organisations\"\n";

/// Lays what is known over the case; of several tables, the first.
fn lay(over: &mut Table, known: Table) {
    for (key, value) in known {
        match (over.get_mut(&key), value) {
            (Some(Value::Table(table)), Value::Table(more)) => lay(table, more),
            (Some(Value::Array(tables)), Value::Array(more)) => {
                if let (Some(Value::Table(first)), Some(Value::Table(more))) = (tables.first_mut(), more.into_iter().next()) {
                    lay(first, more);
                }
            }
            (_, value) => drop(over.insert(key, value)),
        }
    }
}

/// What check asks: fields that are missing, then questions.
fn asked(case: &Table) -> (Vec<String>, serde_json::Value) {
    let workspace = TestWorkspace::new().file("organisation.toml", SENDER).case("puente-2021", &toml::to_string(case).expect("TOML"));
    let said = workspace.run("check --json").into_stdout();
    let line: serde_json::Value = serde_json::from_str(said.lines().next().expect("a line")).expect("JSON");
    let list = |key: &str| line[key].as_array().cloned().unwrap_or_default();
    let missing = list("problems").into_iter().filter(|p| p["severity"] == "error").map(|p| p["path"].as_str().unwrap_or_default().to_owned());
    let questions = list("findings").into_iter().map(|f| f["key"].as_str().unwrap_or_default().to_owned());
    (missing.chain(questions).collect(), line)
}

#[test]
fn answering_only_what_check_asks_leads_from_nothing_to_a_letter_that_is_ready() {
    let known: BTreeMap<&str, &str> = KNOWN.iter().copied().collect();
    let mut case: Table = toml::from_str("action = \"urgent-appeal\"").expect("TOML");
    for _ in 0..8 {
        let (questions, line) = asked(&case);
        if questions.is_empty() {
            assert_eq!(line["state"], "cleared", "{line:#}");
            assert_eq!(line["fitness"]["human-rights-defenders"], "ready", "{line:#}");
            return;
        }
        for question in questions {
            let answer = known.get(question.as_str()).unwrap_or_else(|| panic!("check asks {question:?}, which nobody who knows the facts can answer"));
            lay(&mut case, toml::from_str(answer).unwrap_or_else(|e| panic!("{question}: {e}")));
        }
    }
    panic!("check never stops asking");
}

#[test]
fn the_example_is_ready_in_every_language() {
    let workspace = TestWorkspace::copy_of("examples/rodolfo-robles-2021");
    let said = workspace.run("check rodolfo-robles-2021 --language es,en,fr").code(0).into_stdout();
    for language in ["es", "en", "fr"] {
        assert!(said.contains(&format!("rodolfo-robles-2021.human-rights-defenders.{language}: ready\n")), "{said}");
    }
}
