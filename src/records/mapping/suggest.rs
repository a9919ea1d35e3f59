//! A first mapping for a foreign table.
//!
//! In: the beginning of a table. Out: a mapping's file, to be looked through by a person. A header is recognised by its words; of
//! the cells only their form is looked at, and none is repeated. No consent is guessed, and no order of days and months that
//! no row proves.

use super::super::Shape;
use super::super::table::{Preview, path_problem};
use super::words::plain_words;

/// Words of headers in English, Spanish and French, without accents, and what they stand for. The first that fits wins.
const WORDS: &[(&str, &[&str])] = &[
    ("title", &["title", "titulo", "titre", "matter", "asunto", "subject", "objet"]),
    ("incidents.account", &["what happened", "que paso", "que ocurrio"]),
    ("incidents.date", &["date", "fecha", "day", "dia", "jour"]),
    ("incidents.account", &["account", "relato", "hechos", "narrative", "description", "descripcion", "recit", "faits"]),
    ("incidents.place", &["place", "lugar", "lieu", "location", "municipio", "commune"]),
    ("incidents.time", &["hour", "hora", "heure", "time"]),
    ("victims.age", &["age", "edad"]),
    ("victims.gender", &["gender", "sex", "sexo", "genero", "genre"]),
    ("victims.nationality", &["nationality", "nacionalidad", "nationalite"]),
    ("victims.occupation", &["occupation", "ocupacion", "profession", "profesion"]),
    ("victims.name", &["who", "name", "nombre", "nom", "victim", "victima", "victime", "a quien"]),
    ("country", &["country", "pais", "pays"]),
];
/// Words of headers under which people agree to something.
const CONSENTS: &[&str] =
    &["consent", "consents", "consented", "consentimiento", "consentement", "agrees", "agreed", "acepta", "acepto", "autoriza", "autorizo", "accord"];
/// Headers of a case's number.
const NUMBERS: &[&str] = &["id", "no", "nr", "num", "number", "numero", "folio", "case", "caso", "cas", "file", "expediente", "dossier"];

/// The mapping's file.
#[must_use]
pub fn suggest(preview: &Preview, shape: &Shape) -> String {
    let mut taken: Vec<String> = Vec::new();
    let (mut found, mut asked, mut left) = (String::new(), String::new(), String::new());
    let (mut id, mut dates) = (None, Vec::new());
    let mut seen: Vec<&str> = Vec::new();
    for (at, header) in preview.headers.iter().enumerate().filter(|(_, h)| !h.is_empty() && !h.starts_with('#')) {
        if seen.contains(&header.as_str()) {
            continue;
        }
        seen.push(header);
        let name = quoted(header);
        let own = (path_problem(header, shape).is_none() && header != "id").then(|| header.clone());
        let words = plain_words(header);
        if own.is_none() && has(&words, CONSENTS) {
            asked.push_str(&format!("# {name} = \"victims.consent.submit\"\n"));
            continue;
        }
        let guess = || WORDS.iter().find(|(_, known)| has(&words, known)).map(|(path, _)| (*path).to_owned());
        match own.or_else(guess).filter(|path| !taken.contains(path)) {
            Some(path) => {
                if path.rsplit('.').next().is_some_and(|key| matches!(key, "date" | "born" | "on")) {
                    dates.extend(preview.column(at));
                }
                found.push_str(&format!("{name} = \"{path}\"\n"));
                taken.push(path);
            }
            None if id.is_none() && has(&words, NUMBERS) && tells_apart(preview, at) => id = Some(name),
            None => left.push_str(&format!("# {name} = \"\"\n")),
        }
    }
    let mut out = String::from(
        "# A first mapping, guessed from the header and the form of the first rows. Look through every line.\n\
         # What no line names is never copied.\n",
    );
    out.push_str(&order(&dates));
    out.push_str("\n[id]\n");
    match id {
        Some(column) => out.push_str(&format!("column = {column}\n")),
        None => out.push_str("# column = \"\"                      # of numbers, no names; left out: the rows are numbered\n"),
    }
    out.push_str("prefix = \"case-\"\n\n[number]\nvictims = \"v\"\nincidents = \"i\"\n\n[constants]                          # what no column says and all cases share\n");
    for (path, example) in [("action", "allegation-letter"), ("country", "MX"), ("mandates", "human-rights-defenders"), ("victims.kind", "person")] {
        if !taken.iter().any(|t| t == path) {
            out.push_str(&format!("# \"{path}\" = \"{example}\"\n"));
        }
    }
    out.push_str("\n[columns]\n");
    out.push_str(&found);
    if !asked.is_empty() {
        out.push_str("\n# What did each person agree to? Read the question of the form before you say that this is the answer.\n");
        out.push_str(&asked);
    }
    if !left.is_empty() {
        out.push_str("\n# Not recognised. Name the key of a case that it stands for, or leave it out.\n");
        out.push_str(&left);
    }
    out
}

/// Whether one of the known ones stands among the words, in whole words.
fn has(words: &[String], known: &[&str]) -> bool {
    let text = format!(" {} ", words.join(" "));
    known.iter().any(|one| text.contains(&format!(" {one} ")))
}

/// Whether each row has a number of its own, and none that could be a name.
fn tells_apart(preview: &Preview, at: usize) -> bool {
    let mut seen = std::collections::HashSet::new();
    let is_number = |text: &str| text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    preview.column(at).filter(|c| !c.is_empty()).all(|c| is_number(c) && seen.insert(c)) && !seen.is_empty()
}

/// The order of dates, if a row proves it.
fn order(dates: &[&str]) -> String {
    let parts = dates.iter().map(|d| d.split(['/', '.', '-']).map(|n| n.trim().parse::<u32>().unwrap_or(0)).collect::<Vec<_>>());
    let foreign: Vec<Vec<u32>> =
        parts.filter(|p| matches!(p.as_slice(), [first, second, year] if *first > 0 && *first < 32 && *second > 0 && *year > 999)).collect();
    let (first, second) = (foreign.iter().any(|p| p[0] > 12), foreign.iter().any(|p| p[1] > 12));
    match (first, second) {
        (true, false) => "dates = \"day-month-year\"\n".to_owned(),
        (false, true) => "dates = \"month-day-year\"\n".to_owned(),
        _ if foreign.is_empty() => String::new(),
        _ => "# dates = \"day-month-year\"            # or month-day-year: no row of the sample proves which\n".to_owned(),
    }
}

/// A header as a key of TOML.
fn quoted(header: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", header.chars().map(escape).collect::<String>())
}
