//! Tables become case files that a person goes on editing, and say the same.

use crate::batch::{expected, letters};
use crate::batch_cases::{cases, csv, lines, named};
use crate::test_workspace::TestWorkspace;

/// What was written by an import, by file.
fn imported(workspace: &TestWorkspace, words: &str) -> Vec<(String, String)> {
    workspace.run(&format!("import {words}")).outcome();
    workspace.files().into_iter().filter(|(path, _)| path.starts_with("cases/")).map(|(p, b)| (p, String::from_utf8(b).unwrap())).collect()
}

#[test]
fn imported_cases_give_the_letters_of_their_table() {
    let expected = expected();
    for (name, bytes) in [("t.csv", csv(&named(&cases()), ';')), ("t.ndjson", lines(&cases()))] {
        let workspace = TestWorkspace::new().file(name, bytes);
        assert_eq!(imported(&workspace, name).len(), 5, "{name}");
        let found = letters(&workspace, "");
        for (path, bytes) in &expected {
            assert_eq!(String::from_utf8_lossy(&found[path]), String::from_utf8_lossy(bytes), "{name}: {path}");
        }
    }
}

const HEADER: &str = "Título;Fecha;Qué pasó;A quién;Aceptó;Teléfono\n";
const MAP: &str = r#"dates = "day-month-year"
[id]
prefix = "DF-2026-"
[number]
victims = "v"
[constants]
"action" = "allegation-letter"
"country" = "MX"
"victims.kind" = "person"
[columns]
"Título" = "title"
"Fecha" = "incidents.date"
"Qué pasó" = "incidents.account"
"A quién" = "victims.name"
"Aceptó" = "victims.consent.submit"
"#;

#[test]
fn a_file_has_the_order_and_the_explanations_of_a_new_one_and_what_is_left_to_do() {
    let table = format!("{HEADER}Amenazas \"graves\";03/04/2021;Hubo amenazas contra {{v1}}.;María Ejemplo;;555-0199\n");
    let workspace = TestWorkspace::new().file("t.csv", table).file("m.toml", MAP);
    workspace.run("import t.csv --map m.toml").code(0).stdout("cases/DF-2026-001.toml  to be completed\n").stderr("1 written, 0 not\n").outcome();
    let file = workspace.read("cases/DF-2026-001.toml");
    let at = |words: &str| file.find(words).unwrap_or_else(|| panic!("no {words} in\n{file}"));
    assert!(at("\ntitle = \"Amenazas \\\"graves\\\"\"") < at("\nmandates = [\"TODO\"]"), "{file}");
    assert!(at("\n[[victims]]\nid = \"v1\"") < at("\nname = \"María Ejemplo\"") && at("name = \"María") < at("\n[victims.consent]\n"), "{file}");
    at("\naccount = \"\"\"\nHubo amenazas contra {v1}.\n\"\"\"\n");
    at("\ndate = 2021-04-03\n");
    at("\ncountry = \"MX\"\n");
    at("\n[[requests]]\ntext = \"\"\"\nTODO\n\"\"\"\n");
    // Nobody was asked: the question stands there, and no answer.
    at("\n# submit = \"?\"");
    assert!(!file.contains("\nsubmit") && !file.contains("555-0199"), "{file}");
    // Completed, and still without a consent, it is held.
    let complete = file.replace("mandates = [\"TODO\"]", "mandates = [\"migrants\"]").replace("TODO", "Pedir información.");
    let workspace = TestWorkspace::new().case("DF-2026-001", &complete);
    workspace.run("check -q").code(3).stdout("").stderr_has("`v1` has not agreed").files(&[]);
}

#[test]
fn what_is_not_understood_is_said_at_its_cell_and_stops_no_other_row() {
    let row = |date: &str, agreed: &str| format!("Amenazas;{date};Hubo amenazas contra {{v1}}.;María Ejemplo;{agreed};555\n");
    let table = format!("{HEADER}{}{}{}", row("03/04/2021", "Sí"), row("04.03", "Sí"), row("05/04/2021", "quizá"));
    let workspace = TestWorkspace::new().file("t.csv", table).file("m.toml", MAP);
    let outcome = workspace.run("import t.csv --map m.toml").code(1).outcome();
    assert_eq!(outcome.stdout, "cases/DF-2026-001.toml  to be completed\n");
    assert!(
        outcome.stderr.contains("t.csv: B3: ") && outcome.stderr.contains("t.csv: E4: ") && outcome.stderr.contains("1 written, 2 not"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("María"), "{}", outcome.stderr);
}

#[test]
fn an_import_overwrites_nothing() {
    let workspace = TestWorkspace::new().file("t.ndjson", lines(&cases())).case("C2", "# mine\n");
    let outcome = workspace.run("import t.ndjson").code(1).outcome();
    assert_eq!(outcome.stdout.lines().count(), 4, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("t.ndjson:2:1: cases/c2.toml is there already, and stays as it is"), "{}", outcome.stderr);
    assert_eq!(workspace.read("cases/C2.toml"), "# mine\n");
    let before = workspace.files();
    assert_eq!(workspace.run("import t.ndjson").code(1).outcome().stdout, "");
    assert_eq!(workspace.files(), before);
}

#[test]
fn a_first_mapping_is_guessed_from_the_header_and_repeats_no_cell() {
    let table = "Folio,Asunto,Fecha de los hechos,Lugar,¿Qué pasó?,Nombre,Edad,¿Autoriza?,Teléfono\n\
                 17,Amenazas,23/04/2021,Tapachula,Hubo amenazas contra {v1}.,María Ejemplo,34,Sí,555-0199\n";
    let workspace = TestWorkspace::new().file("t.csv", table);
    let map = workspace.run("import t.csv --suggest-map").code(0).stderr("").into_stdout();
    for line in [
        "dates = \"day-month-year\"",
        "column = \"Folio\"",
        "\"Asunto\" = \"title\"",
        "\"Fecha de los hechos\" = \"incidents.date\"",
        "\"Lugar\" = \"incidents.place\"",
        "\"¿Qué pasó?\" = \"incidents.account\"",
        "\"Nombre\" = \"victims.name\"",
        "\"Edad\" = \"victims.age\"",
        "# \"¿Autoriza?\" = \"victims.consent.submit\"",
        "# \"Teléfono\" = \"\"",
    ] {
        assert!(map.lines().any(|l| l == line), "{line} in\n{map}");
    }
    assert!(!["María", "Tapachula", "34", "17", "555"].iter().any(|cell| map.contains(cell)), "{map}");
    let workspace =
        TestWorkspace::new().file("t.csv", table).file("m.toml", map.replace("# \"action\"", "\"action\"").replace("# \"victims.kind\"", "\"victims.kind\""));
    workspace.run("import t.csv --map m.toml").code(0).stdout("cases/case-17.toml  to be completed\n").stderr("1 written, 0 not\n").outcome();
    assert!(!workspace.read("cases/case-17.toml").contains("\nsubmit"));
}

/// The mapping that is suggested for a table, and whether it can be used as it stands.
fn suggested(table: impl AsRef<[u8]>) -> (String, TestWorkspace) {
    let workspace = TestWorkspace::new().file("t.csv", table);
    let map = workspace.run("import t.csv --suggest-map").code(0).stderr("").into_stdout();
    let workspace = workspace.file("m.toml", &map);
    (map, workspace)
}

/// The lines that a suggestion has, remarks aside.
fn said_lines(map: &str) -> Vec<&str> {
    map.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect()
}

#[test]
fn an_export_of_kobotoolbox_is_known_and_its_suggestion_gives_letters_as_it_stands() {
    let table = std::fs::read(format!("{}/tests/fixtures/tables/suggest-map-kobo.csv", env!("CARGO_MANIFEST_DIR"))).expect("a fixture can be read");
    let (map, workspace) = suggested(table);
    assert_eq!(
        said_lines(&map),
        [
            "extends = \"kobotoolbox\"",
            "[id]",
            "column = \"_id\"",
            "prefix = \"kobo-\"",
            "[constants]                          # what no column says and all cases share",
            "[columns]"
        ]
    );
    assert!(map.starts_with("extends = ") && map.contains("\n# \"incidents/date\" = \"incidents.date\"\n"), "{map}");
    assert!(!map.contains("_submission_time") && !map.contains("\"start\""), "{map}");
    workspace.run("render t.csv --map m.toml --date 2026-03-20 -o out").code(0).stdout_has("kobo-501.").outcome();
}

#[test]
fn no_answer_of_a_form_is_an_id_and_no_time_of_filling_it_in_a_day_of_the_facts() {
    let table = "start,end,today,hechos/fecha,hechos/hora_reporte,hechos/lugar,hechos/relato,persona/nombre,folio,_uuid,_submission_time,_index\n\
                 2026-03-05T10:00:00.000-06:00,2026-03-05T10:20:00.000-06:00,2026-03-05,02/03/2026,10:00,Tapachula,Amenazaron a {v1}.,Rosa Ejemplo,17,u-1,2026-03-05T16:20:00,1\n\
                 2026-03-06T10:00:00.000-06:00,2026-03-06T10:20:00.000-06:00,2026-03-06,23/02/2026,11:00,Huixtla,Amenazaron a {v1}.,Juan Modelo,18,u-2,2026-03-06T16:20:00,2\n";
    let (map, workspace) = suggested(table);
    assert_eq!(
        said_lines(&map),
        [
            "extends = \"kobotoolbox\"",
            "dates = \"day-month-year\"",
            "[id]",
            "column = \"_uuid\"",
            "prefix = \"kobo-\"",
            "[constants]                          # what no column says and all cases share",
            "[columns]",
            "\"hechos/fecha\" = \"incidents.date\"",
            "\"hechos/lugar\" = \"incidents.place\"",
            "\"hechos/relato\" = \"incidents.account\"",
            "\"persona/nombre\" = \"victims.name\"",
        ]
    );
    workspace.run("import t.csv --map m.toml").code(0).stdout_has("cases/kobo-u-1.toml").stderr("2 written, 0 not\n").outcome();
    assert!(workspace.read("cases/kobo-u-2.toml").contains("date = 2026-02-23"));
}

#[test]
fn an_export_of_odk_central_is_known_by_its_columns() {
    let table = "SubmissionDate,title,incidents-date,datos-fecha_entrevista,datos-narrative,datos-who,datos-case_number,victims-consent-submit,victims-consent-government,victims-consent-public,meta-instanceID,KEY,SubmitterName\n\
                 2026-03-03T05:30:00.000Z,Threats,2026-03-02,2026-03-03,Two men threatened {v1}.,Rosa Ejemplo,17,yes,name,unnamed,uuid:a1,uuid:a1,Ana\n";
    let (map, workspace) = suggested(table);
    assert_eq!(
        said_lines(&map),
        [
            "extends = \"odk-central\"",
            "[id]",
            "column = \"KEY\"",
            "prefix = \"odk-\"",
            "[constants]                          # what no column says and all cases share",
            "[columns]",
            "\"datos-narrative\" = \"incidents.account\"",
            "\"datos-who\" = \"victims.name\"",
        ]
    );
    // A question whose name is a key of a case needs no guess: its form has asked for just that.
    assert!(map.contains("\n# \"victims-consent-submit\" = \"victims.consent.submit\"\n"), "{map}");
    let constants = "[constants]\n\"action\" = \"allegation-letter\"\n\"country\" = \"MX\"\n\"mandates\" = \"migrants\"\n\"victims.kind\" = \"person\"\n\"requests.text\" = \"Ask to protect {v1}.\"\n";
    let workspace = workspace.file("m.toml", map.replace("[constants] ", &format!("{constants}#")));
    workspace.run("check t.csv --map m.toml --date 2026-03-20").code(0).stdout_has("1 cleared").outcome();

    let (without_key, _) = suggested("SubmissionDate,fecha,meta-instanceID\n2026-03-03T05:30:00.000Z,2026-03-02,uuid:a1\n");
    assert!(without_key.contains("\ncolumn = \"meta-instanceID\"\n"), "{without_key}");
}

#[test]
fn an_export_of_uwazi_is_known_in_three_languages_and_its_rows_are_numbered() {
    for (table, expected) in [
        (
            "Título,Fecha en que se añadió,Plantilla,Fecha de los hechos,Relato,Documentos,Adjuntos,Publicado\nUno,2026-03-05,Caso,2026-03-02,Hubo amenazas.,,,Published\n",
            vec!["\"Título\" = \"title\"", "\"Fecha de los hechos\" = \"incidents.date\"", "\"Relato\" = \"incidents.account\""],
        ),
        (
            "Title,Date added,Template,Date,Narrative,Geolocation,Documents,Attachments,Published\nOne,2026-03-05,Case,2026-03-02,Threats.,,,,Published\n",
            vec!["\"Title\" = \"title\"", "\"Date\" = \"incidents.date\"", "\"Narrative\" = \"incidents.account\""],
        ),
        (
            "Titre,Date d'ajout,Modèle,Date des faits,Lieu,Documents,Pièces jointes,Publié\nUn,2026-03-05,Cas,2026-03-02,Dakar,,,Published\n",
            vec!["\"Titre\" = \"title\"", "\"Date des faits\" = \"incidents.date\"", "\"Lieu\" = \"incidents.place\""],
        ),
        ("title__es,incidents__date,victims__name,Date added\nUno,2026-03-02,Rosa Ejemplo,2026-03-05\n", vec![]),
    ] {
        let (map, workspace) = suggested(table);
        let said = said_lines(&map);
        assert_eq!((said[0], said[2], &said[5..]), ("extends = \"uwazi\"", "prefix = \"uwazi-\"", expected.as_slice()), "{map}");
        workspace.run("import t.csv --map m.toml").code(0).stdout_has("cases/uwazi-001.toml").stderr("1 written, 0 not\n").outcome();
    }
}

#[test]
fn times_of_other_programs_and_offices_are_no_times_of_the_facts() {
    for header in [
        "Marca temporal",
        "Start time",
        "Completion time",
        "Hora de finalización",
        "Date submitted",
        "Fecha de registro",
        "Date de l'entretien",
        "Fecha de la denuncia",
        "Created date",
        "Fecha de entrevista",
    ] {
        let (map, _) = suggested(format!("{header},What happened\n2026-03-05,Threats.\n"));
        assert!(map.contains(&format!("\n# \"{header}\" = \"\"\n")), "{map}");
    }
    let (map, _) = suggested("Edad,Fecha de nacimiento,Fecha,Fecha,Lugar\n34,1992-01-01,2026-03-02,2026-03-05,Tapachula\n");
    assert_eq!(said_lines(&map)[7..], ["\"Edad\" = \"victims.age\"", "\"Lugar\" = \"incidents.place\""], "one key of a case, one column: {map}");
}

#[test]
fn no_order_of_days_and_months_is_guessed() {
    let map = |date: &str| TestWorkspace::new().file("t.csv", format!("Day,What happened\n{date},x\n")).run("import t.csv --suggest-map").into_stdout();
    assert!(map("03/04/2021").contains("\n# dates = "));
    assert!(map("04/23/2021").contains("\ndates = \"month-day-year\""));
    assert!(!map("2021-04-03").contains("dates = "));
}

#[test]
fn with_json_each_case_is_a_line_and_the_last_one_is_the_sum() {
    let line = |id: &str, rest: &str| format!("{{\"id\": \"{id}\", \"title\": \"Threats\", \"action\": \"allegation-letter\"{rest}}}\n");
    let workspace = TestWorkspace::new().file("t.ndjson", line("c1", "") + &line("c2", ", \"date\": \"03/04/2021\""));
    let said = workspace
        .run("import t.ndjson --json")
        .code(1)
        .stderr_has("letters/t.failed.ndjson")
        .files(&["cases/c1.toml", "letters/t.failed.ndjson"])
        .into_stdout();
    let lines: Vec<serde_json::Value> = said.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert_eq!((&lines[0]["case"], &lines[0]["state"], &lines[0]["file"]), (&"c1".into(), &"incomplete".into(), &"cases/c1.toml".into()));
    assert!(lines[0]["problems"].as_array().is_some_and(|p| p.iter().any(|p| p["path"] == "victims")), "{said}");
    assert_eq!((&lines[1]["state"], &lines[1]["file"], &lines[1]["problems"][0]["path"]), (&"error".into(), &serde_json::Value::Null, &"date".into()));
    assert_eq!(lines[2]["summary"], serde_json::json!({ "cases": 2, "written": 1, "error": 1 }));
}
