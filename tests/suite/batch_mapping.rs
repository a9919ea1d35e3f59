//! Foreign tables: exports of forms and databases, read through a mapping, say the same as files of our own.

use crate::batch::{expected, letters};
use crate::batch_cases::{Rows, cases, csv, named};
use crate::books::{Epoch, Sheet, cells, ods, xlsx};
use crate::test_workspace::TestWorkspace;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What no letter and no message may hold: the device and the person behind a form.
const CANARY: &str = "canary-555-0199";

/// A path of ours as a foreign header, its languages after two underlines.
fn header(path: &str, separator: &str) -> String {
    let (rest, code) = match path.rsplit_once('.') {
        Some((rest, code)) if code == "es" => (rest, Some(code)),
        _ => (path, None),
    };
    rest.replace('.', separator) + &code.map(|c| format!("__{c}")).unwrap_or_default()
}

/// A cell as a form has it: codes divided by `list`, yes for true.
fn answer(path: &str, text: &str, list: &str) -> String {
    let is_list = ["mandates", "country", "articles", "victims", "perpetrators", "sources"].contains(&path.rsplit('.').next().unwrap_or(path));
    match text {
        "true" => "yes".to_owned(),
        text if is_list => text.replace("; ", list),
        text => text.to_owned(),
    }
}

/// The main table of a form's export, and the tables of its repeats.
fn export(separator: &str, list: &str, key: &str, parent: &str, is_relative: bool) -> (Rows, BTreeMap<String, Rows>) {
    let (mut main, mut repeats) = (Rows::new(), BTreeMap::<String, Rows>::new());
    for (number, (_, case)) in cases().iter().enumerate() {
        let own = case.as_object().expect("a case is an object");
        let mut row = BTreeMap::from([(key.to_owned(), format!("c{}", number + 1)), ("phonenumber".to_owned(), CANARY.to_owned())]);
        row.insert("deviceid".into(), CANARY.into());
        row.insert("_geolocation".into(), CANARY.into());
        row.insert("vecina que avisó".into(), CANARY.into());
        for (field, value) in own {
            let Some(items) = value.as_array().filter(|a| a.iter().any(Json::is_object)) else {
                let alone = serde_json::json!({ field: value });
                row.extend(flat(&alone).into_iter().map(|(path, text)| (header(&path, separator), answer(&path, &text, list))));
                continue;
            };
            for item in items {
                let mut inner = BTreeMap::from([(parent.to_owned(), format!("c{}", number + 1))]);
                inner.insert("_index".into(), "77".into());
                for (path, text) in flat(item) {
                    // A repeat inside a repeat is a group here.
                    let path = path.replace("arrest.1.", "arrest.");
                    let name = if is_relative { path.clone() } else { format!("{field}.{path}") };
                    inner.insert(header(&name, separator), answer(&path, &text, list));
                }
                repeats.entry(field.clone()).or_default().push(inner);
            }
        }
        main.push(row);
    }
    (main, repeats)
}

fn flat(value: &Json) -> BTreeMap<String, String> {
    let mut row = named(&[("x", value.clone())]).remove(0);
    // The row has an id of its own; that of an element is its own.
    match value.get("id").and_then(Json::as_str) {
        Some(id) => row.insert("id".into(), id.to_owned()),
        None => row.remove("id"),
    };
    row
}

fn grid(rows: &Rows) -> Vec<Vec<String>> {
    let mut names: Vec<String> = rows.iter().flat_map(|r| r.keys().cloned()).collect();
    names.sort();
    names.dedup();
    let mut grid = vec![names.clone()];
    grid.extend(rows.iter().map(|row| names.iter().map(|n| row.get(n).cloned().unwrap_or_default()).collect()));
    grid
}

fn plain(rows: &Rows, delimiter: char) -> String {
    // The helper of our own tables puts a column `id` first; a form's has none.
    let text = csv(&rows.iter().map(|row| row.iter().map(|(k, v)| (format!("~{k}"), v.clone())).collect()).collect(), delimiter);
    text.lines().map(|l| l.to_owned() + "\n").collect::<String>().replacen("id", "#none", 1).replace('~', "")
}

#[track_caller]
fn assert_same(workspace: TestWorkspace, words: &str) {
    let found = letters(&workspace, words);
    for (path, bytes) in &expected() {
        let found = found.get(path).unwrap_or_else(|| panic!("{words}: no {path} among {:?}", found.keys()));
        assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(bytes), "{words}: {path}");
    }
    assert!(!found.values().any(|bytes| String::from_utf8_lossy(bytes).contains(CANARY)), "{words}");
}

#[test]
fn an_export_of_kobotoolbox_gives_the_same_letters() {
    let map = "extends = \"kobotoolbox\"\n[id]\ncolumn = \"_id\"\n[columns]\n\"cc\" = { to = \"cc\", separator = \"|\" }\n";
    for (key, parent) in [("_index", "_parent_index"), ("_uuid", "_submission__uuid")] {
        let (mut main, repeats) = export("/", " ", key, parent, false);
        for (number, row) in main.iter_mut().enumerate() {
            row.insert("_id".into(), format!("c{}", number + 1));
        }
        let mut repeats = repeats;
        if key != "_index" {
            repeats.values_mut().flatten().for_each(|row| drop(row.remove("_index")));
        }
        let grids: Vec<(String, Vec<Vec<String>>)> = repeats.iter().map(|(name, rows)| (name.clone(), grid(rows))).collect();
        for typed in [false, true] {
            let mut sheets: Vec<Sheet<'_>> = vec![("Registro 2021", cells(&grid(&main), typed))];
            sheets.extend(grids.iter().map(|(name, rows)| (name.as_str(), cells(rows, typed))));
            assert_same(TestWorkspace::new().file("m.toml", map).file("k.xlsx", xlsx(&sheets, Epoch::Y1900)), "k.xlsx --map m.toml");
            assert_same(TestWorkspace::new().file("m.toml", map).file("k.ods", ods(&sheets)), "k.ods --map m.toml");
        }
        let workspace = TestWorkspace::new().file("m.toml", map).file("k.csv", plain(&main, ';'));
        let workspace = repeats.iter().fold(workspace, |workspace, (name, rows)| workspace.file(&format!("k_{name}.csv"), plain(rows, ';')));
        assert_same(workspace, "k.csv --map m.toml");
    }
}

#[test]
fn an_export_of_odk_central_gives_the_same_letters() {
    let (main, repeats) = export("-", " ", "KEY", "PARENT_KEY", true);
    let uuid = |rows: &Rows, column: &str| -> Rows {
        let mut rows = rows.clone();
        rows.iter_mut().for_each(|row| drop(row.entry(column.to_owned()).and_modify(|key| *key = format!("uuid:{key}"))));
        rows
    };
    let map = "extends = \"odk-central\"\n[id]\ncolumn = \"KEY\"\n[columns]\n\"cc\" = { to = \"cc\", separator = \"|\" }\n";
    let workspace = TestWorkspace::new().file("m.toml", map).file("odk/form.csv", plain(&uuid(&main, "KEY"), ','));
    let workspace =
        repeats.iter().fold(workspace, |workspace, (name, rows)| workspace.file(&format!("odk/form-{name}.csv"), plain(&uuid(rows, "PARENT_KEY"), ',')));
    assert_same(workspace, "odk/form.csv --map m.toml");
}

#[test]
fn an_export_of_uwazi_gives_the_same_letters() {
    let rows: Rows = named(&cases())
        .into_iter()
        .map(|row| {
            let is_ours = |path: &String| path != "id";
            let mut row: BTreeMap<String, String> =
                row.into_iter().filter(|(path, _)| is_ours(path)).map(|(path, text)| (header(&path, "__"), answer(&path, &text, "|"))).collect();
            row.insert("geolocation".into(), "14.6|-92.1".into());
            row
        })
        .collect();
    let map = "extends = \"uwazi\"\n[id]\nprefix = \"c\"\n";
    let numbered = |workspace: TestWorkspace| {
        // The rows are numbered with three digits.
        let found = letters(&workspace, "u.csv --map m.toml");
        let expected: Vec<Vec<u8>> = expected().into_values().collect();
        assert_eq!(found.into_values().collect::<Vec<_>>(), expected);
    };
    numbered(TestWorkspace::new().file("m.toml", map).file("u.csv", plain(&rows, ',')));
}

/// A small foreign table, and what is said of it under a mapping.
fn said(table: &str, map: &str) -> String {
    TestWorkspace::new().file("t.csv", table).file("m.toml", map).run("render t.csv --map m.toml -o out").into_stderr()
}

const HEADER: &str = "Número,Título,Fecha,Qué pasó,A quién,Aceptó,Gobierno,Público,Teléfono\n";
const ROW: &str = "7,Amenazas,03/04/2021,Hubo amenazas contra {v1}.,María Ejemplo,Sí,nombre,sin nombre,555\n";
const MAP: &str = r#"dates = "day-month-year"
[id]
column = "Número"
prefix = "DF-2021-"
[number]
victims = "v"
[constants]
"action" = "allegation-letter"
"country" = "MX"
"mandates" = "migrants"
"date" = "2021-04-28"
"language" = "es"
"victims.kind" = "person"
"victims.consent-none" = "x"
"requests.text" = "Pedir información."
[columns]
"Título" = "title"
"Fecha" = "incidents.date"
"Qué pasó" = "incidents.account"
"A quién" = "victims.name"
"Aceptó" = "victims.consent.submit"
"Gobierno" = { to = "victims.consent.government", values = { nombre = "name", "sin nombre" = "unnamed" } }
"Público" = { to = "victims.consent.public", values = { nombre = "name", "sin nombre" = "unnamed" } }
"#;

fn map() -> String {
    MAP.replace("\"victims.consent-none\" = \"x\"\n", "")
}

#[test]
fn a_mapping_reads_a_sheet_of_ones_own_and_copies_nothing_else() {
    let workspace = TestWorkspace::new().file("t.csv", format!("{HEADER}{ROW}")).file("m.toml", map());
    let said = workspace.run("render t.csv --map m.toml -o out").into_stderr();
    assert!(said.contains("1 cleared"), "{said}");
    let letter = workspace.read("out/DF-2021-7.migrants.es.txt");
    assert!(letter.contains("3 de abril de 2021") && letter.contains("María Ejemplo") && !letter.contains("555"), "{letter}");
}

#[test]
fn nothing_is_guessed_of_a_date_an_answer_or_a_consent() {
    let unordered = map().replace("dates = \"day-month-year\"\n", "");
    let told = said(&format!("{HEADER}{ROW}"), &unordered);
    assert!(told.contains("t.csv: C2: `date` cannot be understood"), "{told}");
    let told = said(&format!("{HEADER}{}", ROW.replace("nombre,sin", "tal vez,sin")), &map());
    assert!(told.contains("t.csv: G2: the mapping does not know this answer"), "{told}");
    let told = said(&format!("{HEADER}{}", ROW.replace("Sí", "quizá")), &map());
    assert!(told.contains("t.csv: F2: the cell is neither yes nor no"), "{told}");
    // An empty cell is no answer: the letter is held.
    let workspace = TestWorkspace::new().file("t.csv", format!("{HEADER}{}", ROW.replace("Sí", ""))).file("m.toml", map());
    workspace.run("check t.csv --map m.toml -q").code(3).stdout("").stderr_has("`v1` has not agreed").files(&[]);
}

#[test]
fn no_constant_feeds_a_consent_and_no_id_comes_from_a_name() {
    let good = format!("{HEADER}{ROW}");
    for (from, to, words) in [
        ("\"country\" = \"MX\"", "\"country\" = \"MX\"\n\"victims.consent.submit\" = \"true\"", "m.toml:10:28: a constant can say nothing about a consent"),
        ("\"country\" = \"MX\"", "\"country\" = \"MX\"\n\"victims.1.consent.public\" = \"name\"", "a constant can say nothing about a consent"),
        ("\"country\" = \"MX\"", "\"country\" = \"MX\"\n\"victims.show-unnamed\" = \"age\"", "a constant can say nothing about a consent"),
        ("\"country\" = \"MX\"", "\"country\" = \"MX\"\n\"victims.name\" = \"Ana\"", "a constant can be no name and no id"),
        ("column = \"Número\"", "column = \"A quién\"", "an id cannot come from a name"),
        ("nombre = \"name\"", "\"\" = \"name\"", "a value of a mapping is empty"),
        ("\"Título\" = \"title\"", "\"Título\" = \"titel\"", "there is no key `titel`"),
        ("\"Título\" = \"title\"", "\"Título\" = \"incidents.date\"", "two columns stand for `incidents.date`"),
        ("[number]", "[numbers]", "did you mean `number`?"),
        ("dates = ", "extends = \"kobo\"\ndates = ", "there is no shipped mapping of this name"),
    ] {
        let map = map();
        assert!(map.contains(from), "{from}");
        let told = said(&good, &map.replacen(from, to, 1));
        assert!(told.contains(words), "{to}: {told}");
        assert!(!told.contains("cleared"), "{to}: {told}");
    }
}

#[test]
fn a_column_that_a_mapping_names_and_a_table_lacks_is_told() {
    let told = said(&format!("{}{ROW}", HEADER.replace("Fecha", "fecha del hecho")), &map());
    assert!(told.contains("the mapping names a column `Fecha`, which is not there"), "{told}");
    let told = said(&format!("{}{ROW}", HEADER.replace("Número", "No.")), &map());
    assert!(told.contains("there is no column `Número`, from which the mapping takes the ids"), "{told}");
    let told = said("a,b\n1,2\n", "extends = \"uwazi\"\n");
    assert!(told.contains("no column of the table is in the mapping"), "{told}");
}

#[test]
fn an_export_that_a_shipped_mapping_reads_alone_needs_no_file() {
    let header = "_id,title__es,action,country,mandates,date,language,incidents/date,incidents/account__es,requests/text__es,victims/kind,deviceid\n";
    let row = "104,Amenazas,allegation-letter,MX,migrants,2021-04-28,es,2021-03-22,Hubo amenazas contra {v1}.,Pedir información.,community,x\n";
    let workspace = TestWorkspace::new().file("t.csv", format!("{header}{row}"));
    let said = workspace.run("render t.csv --map kobotoolbox -o out").into_stderr();
    assert!(said.contains("1 cleared"), "{said}");
    assert!(workspace.files().contains_key("out/kobo-104.migrants.es.txt"), "{:?}", workspace.files().keys());
}

#[test]
fn a_row_of_a_repeat_without_its_case_is_told() {
    let header = "KEY,title__es,action,country,mandates,date,language,incidents-date,incidents-account__es,requests-text__es\n";
    let row = "uuid:1,Amenazas,allegation-letter,MX,migrants,2021-04-28,es,2021-03-22,Hubo amenazas.,Pedir información.\n";
    let workspace = TestWorkspace::new().file("f.csv", format!("{header}{row}")).file("f-victims.csv", "PARENT_KEY,kind\nuuid:1,community\nuuid:2,community\n");
    let said = workspace.run("check f.csv --map odk-central").into_stderr();
    assert!(said.contains("f-victims.csv: A3: no case has the id of this row"), "{said}");
}

/// A form's export with these columns of its main table in the place of `mandates`, and these further sheets.
fn form(columns: &[(&str, &str)], more: &[(&str, &[&[&str]])]) -> TestWorkspace {
    let mut main = vec![
        ("title__es", "Amenazas"),
        ("action", "allegation-letter"),
        ("country", "MX"),
        ("date", "2021-04-28"),
        ("language", "es"),
        ("requests/text__es", "Pedir información."),
        ("_id", "7"),
        ("_index", "1"),
    ];
    main.extend(columns);
    let (headers, row): (Vec<&str>, Vec<&str>) = main.into_iter().unzip();
    let grid = |rows: &[&[&str]]| -> Vec<Vec<String>> { rows.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect() };
    let mut sheets: Vec<Sheet<'_>> = vec![("Registro 2021", cells(&grid(&[&headers, &row]), true))];
    sheets.extend(more.iter().map(|(name, rows)| (*name, cells(&grid(rows), true))));
    TestWorkspace::new().file("k.xlsx", xlsx(&sheets, Epoch::Y1900))
}

const PARENT: [&str; 2] = ["_parent_table_name", "_parent_index"];
const INCIDENTS: (&str, &[&[&str]]) = (
    "incidents",
    &[
        &["incidents/date", "incidents/account__es", "_index", PARENT[0], PARENT[1]],
        &["2021-03-22", "Hubo amenazas contra {v1}.", "1", "Registro 2021", "1"],
        &["2021-03-24", "Se detuvo a {v1}.", "2", "Registro 2021", "1"],
    ],
);
const VICTIMS: (&str, &[&[&str]]) = ("victims", &[&["victims/kind", "_index", PARENT[0], PARENT[1]], &["community", "1", "Registro 2021", "1"]]);

#[test]
fn answers_in_columns_of_one_and_nought_are_a_list() {
    let all = [("mandates", "migrants torture"), ("mandates/migrants", "1"), ("mandates/torture", "1"), ("mandates/privacy", "0")];
    let expected = form(&all[..1], &[INCIDENTS, VICTIMS]).run("render k.xlsx --map kobotoolbox -o -").code(0).into_stdout();
    assert!(expected.contains("tortura"), "{expected}");
    for columns in [&all[1..], &all[..]] {
        assert_eq!(form(columns, &[INCIDENTS, VICTIMS]).run("render k.xlsx --map kobotoolbox -o -").code(0).into_stdout(), expected);
    }
    let unclear = [("mandates/migrants", "1"), ("mandates/torture", "tal vez")];
    form(&unclear, &[INCIDENTS, VICTIMS])
        .run("check k.xlsx --map kobotoolbox -q")
        .code(1)
        .stderr_has("k.xlsx: Registro 2021!J2: the cell is neither yes nor no");
    let named = "extends = \"kobotoolbox\"\n[columns]\n\"a quién\" = { to = \"mandates\", values = { m = \"migrants\", t = \"torture\" } }\n";
    let workspace = form(&[("a quién/m", "1"), ("a quién/t", "1")], &[INCIDENTS, VICTIMS]).file("m.toml", named);
    let run = workspace.run("render k.xlsx --map m.toml -o -").code(0).nowhere("which is not there");
    assert_eq!(run.into_stdout(), expected);
}

#[test]
fn a_repeat_inside_a_repeat_belongs_to_its_row_and_no_other() {
    let arrests: (&str, &[&[&str]]) = (
        "arrest",
        &[
            &["incidents/arrest/victims", "incidents/arrest/warrant", "_index", PARENT[0], PARENT[1]],
            &["v1", "no", "1", "incidents", "1"],
            &["v1", "yes", "2", "incidents", "2"],
        ],
    );
    let letter = form(&[("mandates", "migrants")], &[INCIDENTS, VICTIMS, arrests]).run("render k.xlsx --map kobotoolbox -o -").code(0).into_stdout();
    let (first, second) = letter.split_once("24 de marzo de 2021").expect("the second incident");
    assert!(first.contains("orden de detención exhibida: no.") && second.contains("orden de detención exhibida: sí."), "{letter}");
    // The same numbers in the table of the parent and in the main one are not the same rows.
    let lost: (&str, &[&[&str]]) = ("arrest", &[arrests.1[0], &["v1", "no", "1", "incidents", "9"]]);
    form(&[("mandates", "migrants")], &[INCIDENTS, VICTIMS, lost])
        .run("check k.xlsx --map kobotoolbox -q")
        .code(1)
        .stderr_has("k.xlsx: arrest!E2: no case has the id of this row");
}

#[test]
fn a_repeat_inside_a_repeat_of_odk_central_belongs_to_its_row() {
    let header = "KEY,title__es,action,country,mandates/migrants,mandates/torture,date,language,requests-text__es\n";
    let row = "uuid:1,Amenazas,allegation-letter,MX,1,0,2021-04-28,es,Pedir información.\n";
    let incidents = "date,account__es,KEY,PARENT_KEY\n2021-03-22,Hubo amenazas.,uuid:1/i[1],uuid:1\n2021-03-24,Se detuvo a {v1}.,uuid:1/i[2],uuid:1\n";
    let workspace = TestWorkspace::new()
        .file("f.csv", format!("{header}{row}"))
        .file("f-victims.csv", "kind,KEY,PARENT_KEY\ncommunity,uuid:1/v[1],uuid:1\n")
        .file("f-incidents.csv", incidents)
        .file("f-incidents-arrest.csv", "victims,warrant,KEY,PARENT_KEY\nv1,no,uuid:1/i[1]/a[1],uuid:1/i[1]\nv1,yes,uuid:1/i[2]/a[1],uuid:1/i[2]\n");
    let letter = workspace.run("render f.csv --map odk-central -o -").code(0).into_stdout();
    let (first, second) = letter.split_once("24 de marzo de 2021").expect("the second incident");
    assert!(first.contains("orden de detención exhibida: no.") && second.contains("orden de detención exhibida: sí."), "{letter}");
}
