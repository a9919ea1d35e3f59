//! A first mapping for a foreign table.
//!
//! In: the beginning of a table. Out: a mapping's file, to be looked through by a person. A header is recognised by its words, the
//! export of a known program by the columns that it adds; of the cells only their form is looked at, and none is repeated. No
//! consent is guessed, no order of days and months that no row proves, and no day of the facts from when a form was filled in.

use super::super::Shape;
use super::super::table::{Preview, path_problem};
use super::Mapping;
use super::words::plain_words;

/// Shipped mappings, and the columns that their programs add to the answers: so many of them make a table theirs.
const EXPORTS: &[(&str, usize, &[&str])] = &[
    ("kobotoolbox", 2, &["_id", "_uuid", "_submission_time", "_validation_status", "_submitted_by", "__version__", "_index"]),
    ("odk-central", 2, &["KEY", "SubmissionDate", "meta-instanceID", "SubmitterID", "SubmitterName", "ReviewState", "FormVersion"]),
    (
        "uwazi",
        3,
        &[
            "Date added",
            "Template",
            "Geolocation",
            "Documents",
            "Attachments",
            "Published",
            "Fecha en que se añadió",
            "Plantilla",
            "Geolocalización",
            "Documentos",
            "Adjuntos",
            "Publicado",
            "Date d'ajout",
            "Modèle",
            "Géolocalisation",
            "Pièces jointes",
            "Publié",
        ],
    ),
];
/// Columns by which programs tell submissions apart, the shortest first: no answer is as sure.
const IDS: &[&str] = &["_id", "_uuid", "KEY", "meta-instanceID", "meta/instanceID", "instanceID"];
/// Words of headers in English, Spanish and French, without accents, and what they stand for. The first that fits wins.
const WORDS: &[(&str, &[&str])] = &[
    ("title", &["title", "titulo", "titre", "matter", "asunto", "subject", "objet"]),
    ("incidents.account", &["what happened", "que paso", "que ocurrio"]),
    ("victims.born", &["birth", "born", "nacimiento", "naissance"]),
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

/// Words of headers under which a form, a program or an office says when it was itself at work, and not when something happened.
const AT_WORK: &[&str] = &[
    "submission",
    "submitted",
    "submit",
    "submitdate",
    "upload",
    "uploaded",
    "sent",
    "received",
    "envio",
    "enviado",
    "recepcion",
    "recibido",
    "envoi",
    "soumission",
    "reception",
    "recu",
    "start",
    "started",
    "end",
    "ended",
    "completion",
    "completed",
    "inicio",
    "fin",
    "finalizacion",
    "debut",
    "today",
    "hoy",
    "added",
    "anadio",
    "ajout",
    "created",
    "creation",
    "creado",
    "creacion",
    "cree",
    "modified",
    "updated",
    "edited",
    "modificacion",
    "actualizacion",
    "modification",
    "registered",
    "registration",
    "registro",
    "enregistrement",
    "entry",
    "captura",
    "llenado",
    "saisie",
    "interview",
    "entrevista",
    "entretien",
    "report",
    "reported",
    "reporte",
    "complaint",
    "denuncia",
    "queja",
    "plainte",
    "signalement",
    "timestamp",
    "marca temporal",
    "horodateur",
    "published",
    "publicado",
    "publicacion",
    "publication",
];

/// The mapping's file.
#[must_use]
pub fn suggest(preview: &Preview, shape: &Shape) -> String {
    let has_header = |name: &str| preview.headers.iter().any(|header| header == name);
    let export = EXPORTS.iter().find(|(_, least, columns)| columns.iter().filter(|column| has_header(column)).count() >= *least);
    // Uwazi has no columns of its own where the keys of a case are its properties.
    let is_uwazi = |mapping: &Mapping| preview.headers.iter().any(|header| header.contains("__") && mapping.column(header, None, shape).is_some());
    let name = export.map(|(name, ..)| *name).or_else(|| Mapping::shipped_as("uwazi", shape).is_some_and(|m| is_uwazi(&m)).then_some("uwazi"));
    let shipped = name.and_then(|name| Mapping::shipped_as(name, shape)).unwrap_or_default();
    let mut columns =
        Columns { shape, shipped: &shipped, taken: Vec::new(), known: String::new(), found: String::new(), asked: String::new(), left: String::new() };
    let mut id = IDS.iter().find(|name| has_header(name)).map(|name| (*name).to_owned());
    let mut dates = Vec::new();
    let named = || preview.headers.iter().enumerate().filter(|(at, h)| !h.is_empty() && !h.starts_with('#') && !preview.headers[..*at].contains(h));
    // What needs no guess comes first: nothing else is to stand for the same key.
    let (sure, unsure): (Vec<_>, Vec<_>) = named().map(|(at, header)| (at, header, columns.of_itself(header))).partition(|(.., path)| path.is_some());
    for (at, header, path) in sure.into_iter().chain(unsure) {
        // Of two columns of one name nobody can tell which is meant.
        let is_twice = preview.headers[at + 1..].contains(header);
        match path.filter(|_| !is_twice).or_else(|| columns.guess(header).filter(|_| !is_twice)) {
            Some(path) => {
                if path.rsplit('.').next().is_some_and(|key| matches!(key, "date" | "born" | "on")) {
                    dates.extend(preview.column(at));
                }
                columns.put(header, path);
            }
            None if id.is_none() && !is_twice && has(&plain_words(header), NUMBERS) && tells_apart(preview, at) => id = Some(header.clone()),
            None => columns.leave(header),
        }
    }
    let mut out = name.map_or_else(String::new, |name| format!("extends = \"{name}\"\n"));
    out.push_str(
        "# A first mapping, guessed from the header and the form of the first rows. Look through every line.\n\
         # What no line names is never copied.\n",
    );
    out.push_str(&order(&dates));
    out.push_str("\n[id]\n");
    match id {
        Some(column) => out.push_str(&format!("column = {}\n", quoted(&column))),
        None => out.push_str("# column = \"\"                      # of numbers, no names; left out: the rows are numbered\n"),
    }
    out.push_str(&format!("prefix = \"{}\"\n", if name.is_some() { &shipped.id.prefix } else { "case-" }));
    if name.is_none() {
        out.push_str("\n[number]\nvictims = \"v\"\nincidents = \"i\"\n");
    }
    out.push_str("\n[constants]                          # what no column says and all cases share\n");
    for (path, example) in [("action", "allegation-letter"), ("country", "MX"), ("mandates", "human-rights-defenders"), ("victims.kind", "person")] {
        if !columns.is_taken(path) {
            out.push_str(&format!("# \"{path}\" = \"{example}\"\n"));
        }
    }
    out.push_str(&format!("\n[columns]\n{}", columns.found));
    for (lead, lines) in [
        ("Read without a line, because their names are keys of a case; `drop = [\"…\"]` in the second line of this file leaves one out.", columns.known),
        ("What did each person agree to? Read the question of the form before you say that this is the answer.", columns.asked),
        ("Not recognised. Name the key of a case that it stands for, or leave it out.", columns.left),
    ] {
        if !lines.is_empty() {
            out.push_str(&format!("\n# {lead}\n{lines}"));
        }
    }
    out
}

/// The columns of a table, as far as they were looked at.
struct Columns<'s> {
    shape: &'s Shape,
    shipped: &'s Mapping,
    /// The paths that have a column.
    taken: Vec<String>,
    /// Lines of the mapping: for what the shipped one reads by itself, what was guessed, consents, and all others.
    known: String,
    found: String,
    asked: String,
    left: String,
}

impl Columns<'_> {
    /// The path that a header names itself, as the shipped mapping or a table of ours writes it.
    fn of_itself(&self, header: &str) -> Option<String> {
        self.shipped_path(header).or_else(|| (path_problem(header, self.shape).is_none() && header != "id").then(|| header.to_owned()))
    }

    /// The path that the shipped mapping reads this column as.
    fn shipped_path(&self, header: &str) -> Option<String> {
        let path = |header| self.shipped.column(header, None, self.shape).map(|(path, _)| path);
        path(header).or_else(|| self.shipped.choice(header).and_then(|(question, _)| path(question)))
    }

    /// The path that the words of a header are likely to mean.
    fn guess(&self, header: &str) -> Option<String> {
        let words = plain_words(header);
        if self.shipped.drop.iter().any(|name| name == header) || has(&words, CONSENTS) {
            return None;
        }
        // Groups of a form stand before the name of the question.
        let question = self.shipped.paths.as_deref().and_then(|mark| header.rsplit_once(mark)).map_or(header, |(_, question)| question);
        let (path, _) = WORDS.iter().find(|(_, known)| has(&plain_words(question), known))?;
        let is_at_work = matches!(*path, "incidents.date" | "incidents.time") && has(&words, AT_WORK);
        // Of an age and a day of birth a case has one.
        let other = if *path == "victims.age" { "victims.born" } else { "victims.age" };
        let is_told = self.is_taken(path) || (matches!(*path, "victims.age" | "victims.born") && self.is_taken(other));
        (!is_at_work && !is_told).then(|| (*path).to_owned())
    }

    /// Whether there is a column of this path already, or of one of its languages.
    fn is_taken(&self, path: &str) -> bool {
        self.taken.iter().any(|taken| taken.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    fn put(&mut self, header: &str, path: String) {
        let is_known = self.shipped_path(header).is_some();
        if is_known {
            self.known.push_str(&format!("# {} = \"{path}\"\n", quoted(header)));
        } else if self.is_taken(&path) {
            return self.leave(header);
        } else {
            self.found.push_str(&format!("{} = \"{path}\"\n", quoted(header)));
        }
        self.taken.push(path);
    }

    fn leave(&mut self, header: &str) {
        if has(&plain_words(header), CONSENTS) {
            self.asked.push_str(&format!("# {} = \"victims.consent.submit\"\n", quoted(header)));
        } else if !self.shipped.drop.iter().any(|name| name == header) {
            self.left.push_str(&format!("# {} = \"\"\n", quoted(header)));
        }
    }
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
