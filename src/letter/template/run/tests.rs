//! That a script says what the engine itself says of the same template and the same data.

use super::super::body::Body;
use super::super::lower::Library;
use super::super::name_table::PLACEHOLDER;
use super::super::names::{Field, Shape};
use super::super::skeleton::{Span, line};
use super::super::value::{Table, Value};
use super::run;
use crate::letter::TemplateStore;
use crate::text::Language;
use handlebars::Handlebars;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The names that the data may have; some of them it has not.
const NAMES: &[Field] = &[
    ("title", Shape::Text, ""),
    ("empty", Shape::Text, ""),
    ("missing", Shape::Text, ""),
    ("flag", Shape::Flag, ""),
    ("none", Shape::List(&[]), ""),
    ("gone", Shape::List(&[]), ""),
    ("lines", Shape::Texts, ""),
    (
        "table",
        Shape::Table(&[("a", Shape::Text, ""), ("b", Shape::Table(&[("c", Shape::Text, "")]), ""), ("x", Shape::Table(&[("y", Shape::Text, "")]), "")]),
        "",
    ),
    ("bare", Shape::Table(&[]), ""),
    ("void", Shape::Table(&[]), ""),
    ("list", Shape::List(&[("name", Shape::Text, ""), ("title", Shape::Text, ""), ("flag", Shape::Flag, ""), ("inner", Shape::Texts, "")]), ""),
];

fn data() -> Json {
    json!({
        "title": "T", "empty": "", "flag": true, "none": [], "lines": ["x", "y"],
        "table": { "a": "A", "b": { "c": "C" } }, "bare": {},
        "list": [{ "name": "N1", "inner": ["i", "j"] }, { "name": "N2", "title": "own", "inner": [] }, { "flag": true }],
    })
}

/// The same data as a view gives it. The names live as long as the program: there are a dozen of them.
fn value(json: &Json) -> Value<'static> {
    match json {
        Json::String(text) => Value::Text(text.clone().into()),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(fields) => {
            let mut table = Table::default();
            fields.iter().for_each(|(name, json)| table.insert(Box::leak(name.clone().into_boxed_str()), value(json)));
            Value::Table(table)
        }
        _ => Value::Flag,
    }
}

/// What a template says, with each value in its place.
fn said(template: &str, parts: &[(&str, &str)], data: &Json) -> String {
    let body = |text: &str| Body { text: text.to_owned(), file: "t.hbs".into(), line: 0, column: 0, is_verbatim: true };
    let bodies: BTreeMap<String, Body> = parts.iter().copied().chain([("letter", template)]).map(|(name, text)| (name.to_owned(), body(text))).collect();
    let pack = TemplateStore::shipped().pack(&Language::parse("en").expect("a language")).unwrap_or_else(|p| panic!("{p:?}"));
    let [_, script] = Library::new(&bodies, NAMES).lower("letter").unwrap_or_else(|p| panic!("{template}: {p:?}"));
    let root = value(data);
    let said = run(&script, &root, &[], &pack.words);
    // A line is cut at its marks like any Markdown; the white space around it is put back.
    let inner = line(&said.markdown).into_iter().map(|span| match span {
        Span::Words(text) => text,
        Span::Placeholder(n) => said.values[n].to_string(),
        _ => String::new(),
    });
    let trimmed = said.markdown.trim();
    let (before, after) = said.markdown.split_once(trimmed).unwrap_or_default();
    assert_eq!(said.markdown.matches(PLACEHOLDER).count(), said.values.len());
    format!("{before}{}{after}", inner.collect::<String>())
}

/// What the engine says.
fn engine_said(template: &str, parts: &[(&str, &str)], data: &Json) -> String {
    let mut engine = Handlebars::new();
    engine.register_escape_fn(handlebars::no_escape);
    for (name, text) in parts {
        engine.register_partial(name, text).expect("a part of the test");
    }
    engine.render_template(template, data).expect("a template of the test")
}

#[test]
fn a_script_says_what_the_engine_says() {
    let parts = [("one", "[{{name}} {{../title}} {{@index}}]\n"), ("two", "{{#each inner}}<{{this}}>{{/each}}")];
    for template in [
        "plain words",
        "{{title}} {{missing}} {{empty}}.",
        "{{table.a}} {{table.b.c}} {{table.x.y}}",
        "{{#if title}}yes{{/if}}{{#if empty}}no{{else}}none{{/if}}{{#if missing}}no{{/if}}{{#if none}}no{{/if}}{{#if bare}}no{{else}}bare{{/if}}{{#if flag}}flag{{/if}}",
        "{{#unless title}}no{{else}}yes{{/unless}}{{#unless missing}}none{{/unless}}",
        "{{#if missing}}a{{else if empty}}b{{else if table}}c{{else}}d{{/if}}",
        "{{#each list}}{{@index}}{{name}}{{#unless @last}}, {{/unless}}{{/each}}",
        "{{#each list}}{{#if @first}}first {{/if}}{{../title}}/{{title}}/{{#each inner}}{{this}}{{../name}}{{../../title}}{{/each}};{{/each}}",
        "{{#each none}}no{{else}}nobody{{/each}}{{#each gone}}no{{else}}nothing{{/each}}",
        "{{#each lines}}{{this}}{{/each}}",
        "{{#each list as |person n|}}{{n}}{{person.name}}{{name}}{{#each person.inner as |one|}}{{one}}{{person.name}}{{/each}}{{/each}}",
        "{{#with table}}{{a}} {{b.c}} {{../title}}{{/with}}{{#with bare}}no{{else}}bare{{/with}}{{#with void}}no{{else}}none{{/with}}",
        "{{#with table as |t|}}{{t.a}}{{a}}{{#each ../list}}{{t.b.c}}{{/each}}{{/with}}",
        "{{#if (or missing empty title)}}or{{/if}}{{#if (and title missing)}}no{{/if}}{{#if (not missing)}}not{{/if}}",
        "{{#if (gt (len list) 2)}}many{{/if}}{{#if (lt (len list) 3)}}no{{/if}}{{#if (eq title \"T\")}}T{{/if}}{{#if (ne title 'T')}}no{{/if}}{{#if (gte 2 2)}}g{{/if}}{{#if (lte (len none) 0)}}l{{/if}}",
        "{{len list}} {{len lines}} {{len none}}",
        "  {{~title~}}  x  {{~#if flag~}}  y  {{~/if~}}  z",
        "a\n{{#if flag}}\nb\n{{/if}}\nc\n{{#each lines}}\n- {{this}}\n{{/each}}\n\nd\n",
        "{{!-- a remark --}}x{{! another }}y\n{{! alone }}\nz",
        "\\{{title}} {{title}}",
        "{{@root.title}}{{#each list}}{{@root.table.a}}{{/each}}",
        "{{#each list}}{{> two}}{{/each}}",
        "{{#with table}}{{@root.title}}{{#if a}}{{../title}}{{a}}{{/if}}{{/with}}",
    ] {
        assert_eq!(said(template, &parts, &data()), engine_said(template, &parts, &data()), "{template}");
    }
}

#[test]
fn a_name_in_a_part_means_what_it_means_where_the_part_stands() {
    let parts = [("one", "{{@index}} {{name}} of {{../title}}\n{{> none}}\n"), ("none", "-\n")];
    let template = "A\n{{#each list}}\n{{> one}}\n{{else}}\n{{> none}}\n{{/each}}\nZ\n";
    assert_eq!(said(template, &parts, &json!({ "title": "T", "list": [{ "name": "P" }, { "name": "Q" }] })), "A\n0 P of T\n-\n1 Q of T\n-\nZ\n");
    assert_eq!(said(template, &parts, &json!({ "list": [] })), "A\n-\nZ\n");
}
