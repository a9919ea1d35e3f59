//! What a file may contain, learned from the code that reads it.
//!
//! In: the keys that a reading function asks for. Out: a [`Shape`], for JSON Schema and for telling in which other table
//! an unknown key would be at home. There is no second list to keep in step.

use serde_json::{Map, Value as Json, json};

/// The keys of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// In the order in which they are read.
    pub fields: Vec<Field>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub key: &'static str,
    /// What it means, in a sentence without a full stop.
    pub doc: &'static str,
    /// Whether a file without it is refused.
    pub required: bool,
    /// What may stand there.
    pub kind: Kind,
}

/// What may stand under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text; the words in brackets describe its form.
    Text(&'static str),
    /// A text, or a table of texts by language.
    Localized,
    /// A text, or a table by language of texts or of the forms of an office, a woman and a man.
    Gendered,
    /// One of these words.
    Choice(Vec<&'static str>),
    /// true or false.
    Bool,
    /// A whole number.
    Integer,
    /// A full day.
    Day,
    /// Several of the same.
    List(Box<Kind>),
    /// One of these.
    Either(Vec<Kind>),
    /// A table.
    Table(Shape),
    /// Several tables.
    Tables(Shape),
    /// A table whose keys the user names.
    Map(Box<Kind>),
}

impl Shape {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The tables in which a key of this name may stand, as they are written: `[[victims]]`, `[victims.consent]`.
    #[must_use]
    pub fn homes(&self, key: &str) -> Vec<String> {
        let mut homes = Vec::new();
        self.search(key, "", &mut homes);
        homes
    }

    fn search(&self, key: &str, path: &str, homes: &mut Vec<String>) {
        for field in &self.fields {
            let (inner, brackets) = match &field.kind {
                Kind::Table(shape) => (shape, ("[", "]")),
                Kind::Tables(shape) => (shape, ("[[", "]]")),
                _ => continue,
            };
            let path = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
            if inner.field(key).is_some() {
                homes.push(format!("{}{path}{}", brackets.0, brackets.1));
            }
            inner.search(key, &path, homes);
        }
    }

    /// The JSON Schema (draft 2020-12) of a file of this shape.
    #[must_use]
    pub fn json_schema(&self, title: &str) -> Json {
        let mut schema = self.schema();
        let text = json!({ "type": "string" });
        let code = json!({ "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" });
        let forms = json!({ "type": "object", "additionalProperties": false, "properties": { "office": text, "f": text, "m": text } });
        schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".into(), json!(title));
        schema.insert(
            "$defs".into(),
            json!({
                "localized": {
                    "description": "a text, or a table of texts by language code",
                    "anyOf": [text, { "type": "object", "propertyNames": code, "additionalProperties": text }]
                },
                "gendered": {
                    "description": "a text, or a table by language code of texts, or of forms for the office, a woman and a man",
                    "anyOf": [text, { "type": "object", "propertyNames": code, "additionalProperties": { "anyOf": [text, forms] } }]
                }
            }),
        );
        Json::Object(schema)
    }

    fn schema(&self) -> Map<String, Json> {
        let properties: Map<String, Json> = self
            .fields
            .iter()
            .map(|f| {
                let mut schema = f.kind.schema();
                if let Some(object) = schema.as_object_mut() {
                    object.insert("description".into(), json!(f.doc));
                }
                (f.key.to_owned(), schema)
            })
            .collect();
        let required: Vec<&str> = self.fields.iter().filter(|f| f.required).map(|f| f.key).collect();
        let mut schema = Map::new();
        schema.insert("type".into(), json!("object"));
        schema.insert("additionalProperties".into(), json!(false));
        schema.insert("properties".into(), Json::Object(properties));
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
        schema
    }
}

impl Kind {
    fn schema(&self) -> Json {
        match self {
            Self::Text("") => json!({ "type": "string" }),
            Self::Text(form) => json!({ "type": "string", "$comment": form }),
            Self::Localized => json!({ "$ref": "#/$defs/localized" }),
            Self::Gendered => json!({ "$ref": "#/$defs/gendered" }),
            Self::Choice(words) => json!({ "enum": words }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::Integer => json!({ "type": "integer" }),
            Self::Day => json!({ "type": "string", "format": "date" }),
            Self::List(kind) => match kind.schema() {
                // One text stands for a list of one.
                item if matches!(**kind, Self::Text(_) | Self::Choice(_)) => json!({ "anyOf": [item, { "type": "array", "items": item }] }),
                item => json!({ "type": "array", "items": item }),
            },
            Self::Either(kinds) => json!({ "anyOf": kinds.iter().map(Self::schema).collect::<Vec<_>>() }),
            Self::Table(shape) => Json::Object(shape.schema()),
            Self::Tables(shape) => json!({ "type": "array", "items": shape.schema() }),
            Self::Map(kind) => json!({ "type": "object", "additionalProperties": kind.schema() }),
        }
    }

    /// What to write there, for a message.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Text("") => "text in quotes".into(),
            Self::Text(form) => (*form).to_owned(),
            Self::Localized | Self::Gendered => "text in quotes, or a text for each language (key.es = \"…\")".into(),
            Self::Choice(words) => words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", "),
            Self::Bool => "true or false".into(),
            Self::Integer => "a whole number".into(),
            Self::Day => "a day as 2021-04-28".into(),
            Self::List(kind) => format!("a list in brackets: [ … ], of {}", kind.words()),
            Self::Either(kinds) => kinds.iter().map(Self::words).collect::<Vec<_>>().join(", or "),
            Self::Table(_) | Self::Map(_) => "a table".into(),
            Self::Tables(_) => "tables, each under its own [[header]]".into(),
        }
    }
}
