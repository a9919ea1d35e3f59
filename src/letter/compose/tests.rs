//! That the view gives what the table of names lists, and nothing else.

use super::{letter_data, many_sign};
use crate::case::{Case, Setting};
use crate::consent::{Audience, Reader};
use crate::directory::Directory;
use crate::letter::template::Value;
use crate::letter::template::names::{self, Field, ROOTS, Shape};
use crate::letter::view::View;
use crate::letter::words::Addressed;
use crate::letter::{LanguagePack, LetterContext, LetterSpec, TemplateStore};
use crate::organisation::Organisation;
use crate::records::{Record, read_toml};
use crate::text::Language;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ORGANISATION: &str = r#"
name = "Red"
acronym = "R"
languages = ["en"]
email = "r@example.org"
about = "a network"
place = "Tapachula"
phone = "+52 1"
website = "https://r.example.org"
[[signatories]]
id = "a"
name = "A"
role = "head"
[[members]]
name = "M"
country = "MX"
"#;

const DIRECTORY: &str = r#"
[one]
kind = "special-rapporteur"
title = "Special Rapporteur on one"
[[one.holders]]
name = "Mary One"
gender = "f"
from = 2020-01-01
[two]
kind = "working-group"
title = "Working Group on two"
"#;

/// A case in which every key stands that gives something to a template.
const FULL: &str = r#"
title = "T"
action = "urgent-appeal"
country = "MX"
mandates = ["one"]
reference = "R/1"
date = 2021-04-28
no-steps-because = "N"
[urgency]
reason = "R"
act-by = 2021-05-05
event = "E"
[context]
summary = "x"
background = "x"
pattern = "x"
link = "x"
risk = "x"
situation = "x"
reprisals = "x"
news = "x"
corrections = "x"
[contact]
name = "C"
phone = "1"
hours = "H"
languages = ["es"]
channel = "S"
[[victims]]
id = "v1"
name = "Maria"
kind = "person"
gender = "f"
age = 30
nationality = "HN"
occupation = "O"
work = "W"
document = "D"
address = "A"
contact = "C"
status = "S"
situation = "Si"
[victims.consent]
submit = true
government = "name"
public = "name"
[[victims]]
id = "v2"
name = "Jose"
kind = "person"
gender = "m"
born = "1990-02-03"
[victims.consent]
submit = true
government = "name"
public = "name"
[[people]]
id = "w1"
name = "Lucia"
role = "witness"
gender = "m"
age = 40
nationality = "HN"
occupation = "O"
work = "W"
document = "D"
address = "A"
contact = "C"
status = "S"
situation = "Si"
[people.consent]
submit = true
government = "name"
public = "name"
[[people]]
id = "w2"
name = "Juana"
role = "relative"
gender = "f"
born = "1990"
[people.consent]
submit = true
government = "name"
public = "name"
[[perpetrators]]
id = "p1"
name = "P"
kind = "state"
individual = true
rank = "R"
institution = "I"
description = "D"
link-to-state = "L"
[[incidents]]
id = "i1"
date = "XXXX"
date-note = "in the spring"
time = "13:00"
place = "P"
victims = ["v1", "v2"]
perpetrators = ["p1"]
heading = "H"
account = "A {v1}"
reliability = "direct"
sources = ["s1"]
[[incidents.arrest]]
victims = ["v1"]
place = "P"
[[requests]]
text = "R"
[[law]]
text = "L"
[[sources]]
id = "s1"
title = "T"
publisher = "P"
date = 2021-01-01
url = "https://a.example.org"
[[annexes]]
id = "a1"
file = "a.pdf"
title = "A"
[[other-procedures]]
body = "B"
reference = "R"
status = "S"
"#;

fn record(text: &str) -> Record {
    let (record, problems) = read_toml(text.as_bytes(), &Arc::from("test.toml"));
    assert!(!problems.has_errors(), "{problems:?}");
    record.expect("the text of the test is TOML")
}

/// Every path that the view gave somewhere, after each was found in the table with its type.
struct Given(BTreeSet<String>);

impl Given {
    fn tables(&mut self, path: &str, value: &Value<'_>, fields: &[Field]) {
        let Value::Table(table) = value else { panic!("{path} is no table") };
        for (key, value) in table.iter() {
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            let (_, shape, _) =
                fields.iter().find(|(name, ..)| *name == key).unwrap_or_else(|| panic!("the view gives {path}, and the table does not list it"));
            self.0.insert(path.clone());
            self.value(&path, value, *shape);
        }
    }

    fn value(&mut self, path: &str, value: &Value<'_>, shape: Shape) {
        match (shape, value) {
            (Shape::Text | Shape::Prose | Shape::Name | Shape::Blocks, Value::Text(_)) | (Shape::Flag, Value::Flag) => {}
            (Shape::Texts, Value::List(items)) => assert!(items.iter().all(|item| item.text().is_some()), "{path}"),
            (Shape::Table(_) | Shape::Contexts, table) => self.tables(path, table, &shape.fields()),
            (Shape::List(fields), Value::List(items)) => items.iter().for_each(|item| self.tables(path, item, fields)),
            (shape, _) => panic!("{path} is no {}", shape.word()),
        }
    }

    /// What a letter of this case to these mandates is told.
    fn of(&mut self, text: &str, mandates: &[&str], earlier: Option<&Case>) -> Case {
        let day = NaiveDate::from_ymd_opt(2021, 4, 28).expect("a day of the test");
        let language = Language::parse("en").expect("a language of the test");
        let pack: LanguagePack = TemplateStore::shipped().pack(&language).unwrap_or_else(|p| panic!("{p:?}"));
        let (organisation, directory) = (record(ORGANISATION), record(DIRECTORY));
        let organisation = Organisation::parse(&organisation).0.expect("an organisation");
        let directory = Directory::parse(&directory).0;
        let setting = Setting { id: "c1", organisation: &organisation, directory: &directory, earlier, date: None, today: day };
        let (case, problems) = Case::parse(&record(text), &setting);
        let case = case.unwrap_or_else(|| panic!("{problems:?}"));
        let pictures = BTreeMap::new();
        let cx = LetterContext { case: &case, organisation: &organisation, directory: &directory, pack: &pack, pictures: &pictures, today: day };
        let addressees: Vec<String> = mandates.iter().map(|m| (*m).to_owned()).collect();
        let spec = LetterSpec { addressees, copy_for: None, audience: Audience::Mandate, template: "urgent-appeal".into(), person: None };
        let addressed: Vec<Addressed<'_>> = spec.addressees.iter().filter_map(|k| directory.get(k)).map(|m| Addressed::on(m, day)).collect();
        let reader = Reader { audience: Audience::Mandate, recipients: &spec.addressees };
        let mut view = View::new(&cx, &spec, reader);
        let _ = view.name_table();
        let mut data = view.data(&addressed);
        let signers = view.signers();
        data.insert("letter", Value::Table(letter_data(&cx, &spec, &addressed, many_sign(&cx, &signers))));
        assert!(view.problems.is_empty(), "{:?}", view.problems);
        self.tables("", &Value::Table(data), ROOTS);
        case
    }
}

#[test]
fn the_view_gives_every_name_that_is_listed_and_no_other() {
    let mut given = Given(BTreeSet::new());
    let first = given.of(FULL, &["one"], None);
    let stepped = FULL.replace("no-steps-because = \"N\"\n", "") + "[[steps]]\nauthority = \"A\"\ndate = 2021-01-01\nreference = \"R\"\noutcome = \"O\"\n";
    given.of(&stepped, &["one", "two"], None);
    given.of("action = \"update\"\nupdates = \"c0\"\n", &["one"], Some(&first));
    let listed: BTreeSet<String> = names::all().into_iter().map(|(path, ..)| path).collect();
    // A victim has no role in somebody else's case.
    let missing: Vec<&String> = listed.difference(&given.0).filter(|path| *path != "victims.role").collect();
    assert!(missing.is_empty(), "listed and never given: {missing:?}");
}
