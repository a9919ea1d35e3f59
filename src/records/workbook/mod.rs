//! A workbook to fill in: the columns of our own tables, for people who never write TOML.
//!
//! In: the [`Shape`] of a case, lists of words, and the language of the explanations. Out: an XLSX with a sheet for the cases
//! and one for each of their tables. Nothing in it is filled in, a consent least of all; what is filled in is read by
//! [`Sheets`](super::Sheets). The columns are those that the reader knows: there is no second list to keep in step.

mod sheet;

use super::{Field, Kind, Shape};
use crate::diagnostic::{Catalogue, Message};
use crate::ooxml::{DECLARATION, OFFICE, PACKAGE, Package, escaped};
use sheet::{Cell, Column, Look, Picks, Sheet, letters};
use std::fmt::Write as _;

/// The row that names the columns; above it stands what they mean.
const HEADER: usize = 4;
/// The last row that has drop-downs. Further rows are read like any other.
const LAST: usize = 2_000;
/// Words of one list that a spreadsheet keeps beside the cell: its limit is 255 characters.
const MOST_INLINE: usize = 250;
/// What a letter cannot do without, beside what the shape itself requires: it depends on the kind of letter.
const NEEDED: [&str; 5] = ["title", "country", "mandates", "incidents.account", "requests.text"];

/// Words that a column may have, and what each means.
pub struct Words {
    /// What they are.
    pub name: String,
    /// The columns whose cells hold one of them, or several.
    pub columns: &'static [&'static str],
    /// Each word and its meaning.
    pub rows: Vec<(String, String)>,
}

/// Writes the workbook.
#[must_use]
pub fn write(shape: &Shape, words: &[Words], catalogue: &Catalogue) -> Vec<u8> {
    let writing = Writing { words, catalogue };
    let mut sheets = vec![writing.readme()];
    sheets.extend(writing.cases(shape));
    sheets.push(writing.lists());
    let mut package = Package::new();
    package.part("[Content_Types].xml", &content_types(sheets.len()));
    package.part(
        "_rels/.rels",
        &format!(
            "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    package.part("xl/workbook.xml", &book(&sheets));
    package.part("xl/_rels/workbook.xml.rels", &relationships(sheets.len()));
    package.part("xl/styles.xml", &format!("{DECLARATION}{}", include_str!("styles.xml")));
    for (number, sheet) in sheets.iter().enumerate() {
        package.part(&format!("xl/worksheets/sheet{}.xml", number + 1), &sheet.xml());
    }
    package.finish()
}

struct Writing<'a> {
    words: &'a [Words],
    catalogue: &'a Catalogue,
}

impl Writing<'_> {
    fn tell(&self, message: &Message) -> String {
        self.catalogue.tell(message)
    }

    /// A sheet that is a remark, as its name says.
    fn remark(&self, name: &Message) -> String {
        format!("# {}", self.tell(name))
    }

    /// What a person reads first.
    fn readme(&self) -> Sheet {
        let lines = [
            say!("A row of the sheet cases is a letter. The other sheets say more of the same case: whom it happened to, what happened, what is asked."),
            say!("The column id of every sheet says which case a row belongs to: a neutral word, such as norte-2026-01, never a name."),
            say!(
                "Fill in what you know and leave the rest empty. Nothing is filled in for you, least of all what a person has agreed to: ask, and write the answers into the columns victims.consent."
            ),
            say!("Without the columns on dark ground there is no letter. `appeal check` says what else is missing, cell by cell, as often as you like."),
            say!("In texts write {v1} for the person with the id v1, never the name: each reader is shown the name or the code, as the person agreed."),
            say!("Several values stand in one cell, divided by ; as in v1; v2. Days are written 2026-03-22, or 2026-03 where the day is not known."),
            say!("Columns may be moved, or deleted with their explanations. Sheets and columns whose name begins with # are remarks, like this sheet."),
            say!("This file will hold names. Keep it in its workspace, on an encrypted disk, and out of shared folders."),
        ];
        let rows = lines.iter().map(|line| vec![Cell { text: self.tell(line), look: Look::Prose }]);
        Sheet { name: self.remark(&say!("read me")), rows: rows.collect(), columns: vec![Column { width: 100, ..Column::default() }], header: 0, last: 0 }
    }

    /// The sheet of the cases, and those of their tables.
    fn cases(&self, shape: &Shape) -> Vec<Sheet> {
        let id = |about| Leaf { path: "id".into(), about: self.tell(&about), is_needed: true, ..Leaf::default() };
        let mut cases = vec![id(say!("the case: a neutral word, the same on every sheet; never a name"))];
        self.leaves(shape, "", "", &mut cases);
        let lead = say!("One row for each case.");
        let mut sheets = vec![self.sheet("cases", &lead, cases)];
        for field in &shape.fields {
            let Kind::Tables(inner) = &field.kind else { continue };
            let of_case = || Leaf { picks: Picks::Cells("cases".into(), 0), ..id(say!("the id of the case, as on the sheet cases")) };
            let mut part = vec![of_case()];
            self.leaves(inner, field.key, "", &mut part);
            let own = part.iter().position(|l| l.path == format!("{}.id", field.key));
            let lead = say!("One row for each: {what}.", what = self.catalogue.sentence(field.doc));
            sheets.push(self.sheet(field.key, &lead, part));
            for below in &inner.fields {
                let (Kind::Tables(facts), Some(own)) = (&below.kind, own) else { continue };
                let path = format!("{}.id", field.key);
                let about = self.tell(&say!("the id of the row of the sheet {sheet} that this belongs to", sheet = field.key));
                let mut fact = vec![of_case(), Leaf { path, about, picks: Picks::Cells(field.key.into(), own), is_needed: true, ..Leaf::default() }];
                self.leaves(facts, &format!("{}.{}", field.key, below.key), "", &mut fact);
                let lead = say!("One row for each: {what}.", what = self.catalogue.sentence(below.doc));
                sheets.push(self.sheet(below.key, &lead, fact));
            }
        }
        sheets
    }

    /// The columns of a table and of the single tables in it.
    fn leaves(&self, shape: &Shape, path: &str, group: &str, out: &mut Vec<Leaf>) {
        for field in &shape.fields {
            let path = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
            match &field.kind {
                Kind::Tables(_) | Kind::Map(_) => {}
                Kind::Table(inner) => self.leaves(inner, &path, self.catalogue.sentence(field.doc), out),
                kind => out.push(Leaf {
                    about: self.about(field),
                    group: group.to_owned(),
                    picks: self.picks(kind, &path),
                    is_needed: field.required || NEEDED.contains(&path.as_str()),
                    is_long: matches!(kind, Kind::Localized),
                    path,
                }),
            }
        }
    }

    /// What a column means, and what its cells may be.
    fn about(&self, field: &Field) -> String {
        let doc = self.catalogue.sentence(field.doc);
        match form(&field.kind) {
            Form::Words(words) if words.iter().all(|w| doc.contains(w)) => doc.to_owned(),
            Form::Words(words) => format!("{doc}: {}", words.join(", ")),
            Form::Said("") => doc.to_owned(),
            // Quotes are TOML's.
            Form::Said(form) => format!("{doc} ({})", self.catalogue.sentence(form).replace('"', "")),
        }
    }

    /// What a drop-down offers. Where several values may stand in a cell it only proposes.
    fn picks(&self, kind: &Kind, path: &str) -> Picks {
        let is_strict = !matches!(kind, Kind::List(_));
        if let Some((number, list)) = self.words.iter().enumerate().find(|(_, w)| w.columns.contains(&path)) {
            let column = letters(number * 2);
            let last = list.rows.len() + HEADER;
            let cells = format!("'{}'!${column}${}:${column}${last}", self.remark(&say!("words")).replace('\'', "''"), HEADER + 1);
            return Picks::Words(cells, is_strict);
        }
        match form(kind) {
            Form::Words(words) if words.join(",").len() <= MOST_INLINE => Picks::Words(format!("\"{}\"", words.join(",")), is_strict),
            _ => Picks::None,
        }
    }

    fn sheet(&self, name: &str, lead: &Message, leaves: Vec<Leaf>) -> Sheet {
        let cell = |text: &str, look| Cell { text: text.to_owned(), look };
        let mut group = "";
        let mut groups = Vec::with_capacity(leaves.len());
        for leaf in &leaves {
            // What is said of several columns is said over the first of them.
            groups.push(cell(if leaf.group == group { "" } else { &leaf.group }, Look::Group));
            group = &leaf.group;
        }
        let rows = vec![
            vec![cell(&self.tell(lead), Look::Lead)],
            groups,
            leaves.iter().map(|l| cell(&l.about, Look::About)).collect(),
            leaves.iter().map(|l| cell(&l.path, if l.is_needed { Look::Needed } else { Look::Header })).collect(),
        ];
        let columns = leaves.into_iter().map(|l| Column { width: (l.path.len() + 4).max(if l.is_long { 46 } else { 20 }), picks: l.picks });
        Sheet { name: name.to_owned(), rows, columns: columns.collect(), header: HEADER, last: LAST }
    }

    /// The words that a cell may have where there are many, each with what it means.
    fn lists(&self) -> Sheet {
        let cell = |text: &str, look| Cell { text: text.to_owned(), look };
        let longest = self.words.iter().map(|w| w.rows.len()).max().unwrap_or_default();
        let mut rows: Vec<Vec<Cell>> = (0..HEADER + longest).map(|_| Vec::new()).collect();
        rows[0].push(cell(&self.tell(&say!("Words that the drop-downs offer, and what they mean.")), Look::Lead));
        let mut columns = Vec::new();
        for list in self.words {
            rows[HEADER - 1].extend([cell(&list.name, Look::Header), cell("", Look::Header)]);
            for (number, row) in rows[HEADER..].iter_mut().enumerate() {
                let (word, meaning) = list.rows.get(number).map_or(("", ""), |(word, meaning)| (word.as_str(), meaning.as_str()));
                row.extend([cell(word, Look::Entry), cell(meaning, Look::Entry)]);
            }
            columns.extend([Column { width: 30, ..Column::default() }, Column { width: 60, ..Column::default() }]);
        }
        Sheet { name: self.remark(&say!("words")), rows, columns, header: 0, last: 0 }
    }
}

/// A column on its way.
#[derive(Default)]
struct Leaf {
    path: String,
    about: String,
    /// What is said of it and its neighbours together.
    group: String,
    picks: Picks,
    is_needed: bool,
    is_long: bool,
}

/// What may stand in a cell.
enum Form {
    /// One of these words, or several.
    Words(Vec<&'static str>),
    /// What these words describe.
    Said(&'static str),
}

fn form(kind: &Kind) -> Form {
    match kind {
        Kind::Choice(words) => Form::Words(words.clone()),
        Kind::Bool => Form::Words(vec!["true", "false"]),
        Kind::List(kind) => form(kind),
        Kind::Text(form) => Form::Said(form),
        Kind::Day => Form::Said("a day as 2021-04-28"),
        Kind::Either(kinds) => kinds.iter().map(form).find(|f| !matches!(f, Form::Said(""))).unwrap_or(Form::Said("")),
        Kind::Localized | Kind::Gendered | Kind::Integer | Kind::Table(_) | Kind::Tables(_) | Kind::Map(_) => Form::Said(""),
    }
}

fn content_types(sheets: usize) -> String {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut out = format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>"
    );
    for number in 1..=sheets {
        let _ = write!(out, "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{KIND}.worksheet+xml\"/>");
    }
    out + "</Types>"
}

fn book(sheets: &[Sheet]) -> String {
    let mut out = format!("{DECLARATION}<workbook xmlns=\"{}\" xmlns:r=\"{OFFICE}\"><sheets>", sheet::MAIN);
    for (number, sheet) in sheets.iter().enumerate() {
        let _ = write!(out, "<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", escaped(&sheet.name), n = number + 1);
    }
    out + "</sheets></workbook>"
}

fn relationships(sheets: usize) -> String {
    let mut out = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for n in 1..=sheets {
        let _ = write!(out, "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>");
    }
    let _ = write!(out, "<Relationship Id=\"rId{}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>", sheets + 1);
    out
}
