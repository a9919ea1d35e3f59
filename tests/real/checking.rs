//! What the Nu HTML checker says: HTML, ARIA and CSS.

use crate::letters::LETTERS;
use crate::programs::checker;
use serde_json::Value as Json;
use std::process::Command;

#[test]
fn the_nu_html_checker_has_nothing_to_say() {
    let Some((java, jar)) = checker() else { return };
    let output = Command::new(java).arg("-jar").arg(jar).args(["--stdout", "--format", "json"]).args(LETTERS.iter().map(|l| &l.file)).output();
    let report: Json = serde_json::from_slice(&output.expect("java starts").stdout).expect("the checker writes JSON");
    let messages = report["messages"].as_array().expect("the report has messages");
    let told: Vec<String> =
        messages.iter().filter(|m| !is_gap_of_the_checker(m)).map(|m| format!("{}: {}: {}", m["url"], m["lastLine"], m["message"])).collect();
    assert_eq!(told, Vec::<String>::new());
}

/// The checker applies the letter's own content security policy, but does not know the address of an embedded picture as
/// one (its library reads only addresses with a host): it reports `data:` pictures under every policy, `img-src data:` and
/// `img-src *` included. That browsers show them is tested in `looking`.
fn is_gap_of_the_checker(message: &Json) -> bool {
    let text = message["message"].as_str().unwrap_or_default();
    message["type"] == "info"
        && text.starts_with("Resource violates Content Security Policy (meta tag): image “data:image/")
        && text.ends_with("” blocked by “img-src” directive.")
}
