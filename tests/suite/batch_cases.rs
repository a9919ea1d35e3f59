//! Five cases that differ in everything a table can hold, and the same cases as each kind of file.

use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Several victims, incidents, facts, lists, dates of every kind, quotes and line ends: what a cell can hold.
pub(crate) fn cases() -> Vec<(&'static str, Json)> {
    ["c1", "c2", "c3", "c4", "c5"].into_iter().enumerate().map(|(n, id)| (id, case(id, n))).collect()
}

fn case(id: &str, n: usize) -> Json {
    let consent = json!({ "submit": true, "government": if n == 1 { "unnamed" } else { "name" }, "public": "unnamed", "by": "self", "on": "2021-04-27", "how": "formulario firmado" });
    let mut case = json!({
        "title": { "es": format!("Hostigamiento a quienes acompañan, n.º {n}") },
        "action": if n == 2 { "allegation-letter" } else { "urgent-appeal" },
        "country": if n == 3 { json!(["MX", "GT"]) } else { json!("MX") },
        "mandates": ["human-rights-defenders", "migrants"],
        "reference": format!("RE/{id}"),
        "date": "2021-04-28",
        "language": "es",
        "victims": [{ "id": "v1", "name": "María Ejemplo", "kind": "person", "code": "Defensora A", "gender": "f", "age": 34 + n, "consent": consent }],
        "perpetrators": [{ "id": "inm", "name": "Instituto Nacional de Migración", "kind": "state" }],
        "incidents": [{
            "id": "i1", "date": "2021-03-22", "time": "13:00", "place": "Suchiate; Chiapas", "victims": ["v1"], "perpetrators": ["inm"],
            "account": { "es": "Agentes del {inm} dijeron a {v1}: \"no, señora\"; se fueron.\n\nVolvieron, según se informa, al día siguiente." },
            "reliability": "direct"
        }],
        "steps": [{ "authority": "Comisión Nacional de los Derechos Humanos", "date": "2021-03", "outcome": { "es": "queja recibida" } }],
        "requests": [{ "text": { "es": "Exhortar al Estado a garantizar condiciones de seguridad." } }, { "text": { "es": "Pedir información, sin demora." } }],
        "law": [{ "instrument": "iccpr", "articles": ["9", "12"] }, { "instrument": "udhr", "articles": ["13"] }],
        "sources": [{ "id": "s1", "title": "Un artículo – “titular”", "date": "2021-03-23", "url": "https://www.example.org/a?b=1,2" }]
    });
    if n != 2 {
        case["urgency"] = json!({ "reason": { "es": "Los agentes anunciaron que volverían." }, "act-by": "2021-05-05" });
    }
    if n >= 3 {
        let victims = case["victims"].as_array_mut().expect("victims");
        let mut second = victims[0].clone();
        second["id"] = json!("v2");
        second["name"] = json!("José Ñandú");
        second["code"] = json!("Defensor B");
        second["gender"] = json!("m");
        victims.push(second);
        let incidents = case["incidents"].as_array_mut().expect("incidents");
        incidents.push(json!({
            "id": "i2", "date": "2021-03-23/2021-03-24", "place": "Tapachula", "victims": ["v1", "v2"], "perpetrators": ["inm"],
            "account": { "es": "Se detuvo a {v2}.\nSalió, según se informa, a las dos horas." }, "reliability": "witness", "sources": ["s1"],
            "arrest": [{ "victims": ["v2"], "date": "2021-03-23", "warrant": "no", "by": "agentes migratorios" }]
        }));
    }
    if n == 4 {
        case["context"] = json!({ "link": { "es": "Se les hostiga por acompañar a migrantes." }, "risk": { "es": "Se teme que se repita." } });
        case["cc"] = json!(["Archivo de la Red Ejemplo"]);
    }
    case
}

/// A case as a file of TOML.
pub(crate) fn toml(case: &Json) -> String {
    ::toml::to_string(case).expect("a case can be written as TOML")
}

/// The cases as NDJSON, the id first.
pub(crate) fn lines(cases: &[(&str, Json)]) -> String {
    let line = |(id, case): &(&str, Json)| {
        let rest = case.to_string();
        format!("{{\"id\":\"{id}\",{}\n", &rest[1..])
    };
    cases.iter().map(line).collect()
}

/// Rows of named cells.
pub(crate) type Rows = Vec<BTreeMap<String, String>>;

/// A row a case, the elements of its tables numbered.
pub(crate) fn named(cases: &[(&str, Json)]) -> Rows {
    cases
        .iter()
        .map(|(id, case)| {
            let mut row = BTreeMap::from([("id".to_owned(), (*id).to_owned())]);
            flatten("", case, &mut row);
            row
        })
        .collect()
}

fn flatten(path: &str, value: &Json, row: &mut BTreeMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Json::Object(fields) => fields.iter().for_each(|(key, value)| flatten(&below(key), value, row)),
        Json::Array(items) if items.iter().any(Json::is_object) => {
            items.iter().enumerate().for_each(|(n, item)| flatten(&below(&(n + 1).to_string()), item, row));
        }
        Json::Array(items) => drop(row.insert(path.to_owned(), items.iter().map(cell).collect::<Vec<_>>().join("; "))),
        value => drop(row.insert(path.to_owned(), cell(value))),
    }
}

fn cell(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// As many rows a case as its longest table has elements; a case's own fields stand in the first alone, an element that
/// has no successor is repeated in every row.
pub(crate) fn spread(cases: &[(&str, Json)]) -> Rows {
    let mut rows = Vec::new();
    for (id, case) in cases {
        let fields = case.as_object().expect("a case is an object");
        let tables: Vec<(&String, &Vec<Json>)> =
            fields.iter().filter_map(|(k, v)| Some((k, v.as_array().filter(|a| a.iter().any(Json::is_object))?))).collect();
        let own: Map<String, Json> = fields.iter().filter(|(k, _)| !tables.iter().any(|(t, _)| t == k)).map(|(k, v)| (k.clone(), v.clone())).collect();
        for n in 0..tables.iter().map(|(_, items)| items.len()).max().unwrap_or(1) {
            let mut row = BTreeMap::from([("id".to_owned(), (*id).to_owned())]);
            if n == 0 {
                flatten("", &Json::Object(own.clone()), &mut row);
            }
            for (key, items) in &tables {
                let item = items.get(n).unwrap_or(&items[items.len() - 1]);
                let inner = Json::Object(
                    item.as_object()
                        .expect("an element is an object")
                        .iter()
                        .map(|(k, v)| {
                            let alone = v.as_array().filter(|a| a.len() == 1 && a[0].is_object()).map(|a| a[0].clone());
                            (k.clone(), alone.unwrap_or_else(|| v.clone()))
                        })
                        .collect(),
                );
                flatten(key, &inner, &mut row);
            }
            rows.push(row);
        }
    }
    rows
}

/// The names of all columns, the id first.
pub(crate) fn columns(rows: &Rows) -> Vec<String> {
    let mut names: Vec<String> = rows.iter().flat_map(|r| r.keys().cloned()).collect();
    names.sort();
    names.dedup();
    names.retain(|n| n != "id");
    names.insert(0, "id".to_owned());
    names
}

/// The rows as plain text, quoted as Excel does.
pub(crate) fn csv(rows: &Rows, delimiter: char) -> String {
    let names = columns(rows);
    let quote = |text: &str| if text.contains([delimiter, '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() };
    let line = |cells: Vec<String>| format!("{}\n", cells.iter().map(|c| quote(c)).collect::<Vec<_>>().join(&delimiter.to_string()));
    let mut out = line(names.clone());
    for row in rows {
        out.push_str(&line(names.iter().map(|n| row.get(n).cloned().unwrap_or_default()).collect()));
    }
    out
}

/// The text in the encoding of an old Excel.
pub(crate) fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            '“' => 0x93,
            '”' => 0x94,
            '–' => 0x96,
            c => u8::try_from(u32::from(c)).expect("the cases keep to Windows-1252"),
        })
        .collect()
}
