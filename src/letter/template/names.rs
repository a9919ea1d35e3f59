//! Every name that a template may use, with its type.
//!
//! One table of data serves the check of templates, `appeal templates`, and a test that compares it with what the view
//! really gives. Taking a name away raises the schema of templates.

use crate::case::CONTEXTS;

/// The schema of templates that this program understands.
pub const SCHEMA: i64 = 1;

/// What stands behind a name.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One line.
    Text,
    /// Paragraphs; alone in its paragraph it becomes several.
    Prose,
    /// A name as this reader may see it.
    Name,
    /// true or absent.
    Flag,
    /// Several lines.
    Texts,
    /// Whole blocks; stands alone in its paragraph.
    Blocks,
    /// Named values.
    Table(&'static [Field]),
    /// Several tables.
    List(&'static [Field]),
    /// The texts of `[context]`.
    Contexts,
}

/// A name, its type, its meaning.
pub type Field = (&'static str, Shape, &'static str);

impl Shape {
    /// The word in `appeal templates`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Prose => "prose",
            Self::Name => "name",
            Self::Flag => "flag",
            Self::Texts => "texts",
            Self::Blocks => "blocks",
            Self::Table(_) | Self::Contexts => "table",
            Self::List(_) => "list",
        }
    }

    /// The names below this one.
    #[must_use]
    pub fn fields(self) -> Vec<Field> {
        match self {
            Self::Table(fields) | Self::List(fields) => fields.to_vec(),
            Self::Contexts => CONTEXTS.iter().map(|(key, doc)| (*key, Shape::Prose, *doc)).collect(),
            _ => Vec::new(),
        }
    }
}

const DETAILS: Field = ("details", Shape::Texts, "what may be told of them, each worded: age, nationality, occupation");

const PERSON: &[Field] = &[
    ("id", Shape::Text, "the id"),
    ("name", Shape::Name, "the name, the initials or the code"),
    ("named", Shape::Flag, "whether the name is shown"),
    ("kind", Shape::Text, "person, group, organisation or community, worded"),
    ("role", Shape::Text, "relative, witness, lawyer, source, other, worded; not for victims"),
    ("gender", Shape::Text, "worded"),
    ("f", Shape::Flag, "a woman"),
    ("m", Shape::Flag, "a man"),
    ("age", Shape::Text, "worded"),
    ("born", Shape::Text, "the date of birth, worded"),
    ("nationality", Shape::Text, "the country's name, or words"),
    ("occupation", Shape::Text, "the occupation"),
    ("work", Shape::Text, "the work for human rights"),
    ("status", Shape::Text, "the legal status"),
    ("situation", Shape::Text, "how they are now"),
    ("document", Shape::Text, "an identity document; mandates only"),
    ("address", Shape::Text, "where they live; mandates only"),
    ("contact", Shape::Text, "how they can be reached; mandates only"),
    DETAILS,
];

const STEP: &[Field] = &[
    ("authority", Shape::Text, "which authority"),
    ("date", Shape::Text, "when, worded to stand alone"),
    ("when", Shape::Text, "when, worded for a sentence"),
    ("reference", Shape::Text, "its number there"),
    ("outcome", Shape::Prose, "what came of it"),
];

const SOURCE: &[Field] = &[
    ("title", Shape::Text, "its title"),
    ("publisher", Shape::Text, "who published it"),
    ("date", Shape::Text, "when, worded"),
    ("url", Shape::Text, "where on the web"),
];

/// The roots and all that is below them.
pub const ROOTS: &[Field] = &[
    (
        "letter",
        Shape::Table(&[
            ("action", Shape::Text, "urgent-appeal, allegation-letter, update or withdrawal"),
            ("language", Shape::Text, "its code"),
            ("audience", Shape::Text, "mandate, government or public"),
            ("date", Shape::Text, "the letter's date, worded"),
            ("salutation", Shape::Text, "the form of address"),
            ("closing", Shape::Text, "the closing words"),
            ("statements", Shape::Blocks, "consent and confidentiality; if it is not placed, it stands before the closing"),
            ("single", Shape::Flag, "one signer"),
            ("joint", Shape::Flag, "several mandates are addressed"),
            (
                "previous",
                Shape::Table(&[("date", Shape::Text, "the earlier letter's date, worded"), ("reference", Shape::Text, "its reference")]),
                "the earlier letter, for updates and withdrawals",
            ),
        ]),
        "the letter itself",
    ),
    (
        "case",
        Shape::Table(&[
            ("title", Shape::Text, "the matter in a few words"),
            ("action", Shape::Text, "the same as letter.action"),
            ("country", Shape::Text, "the State or States concerned, worded"),
            ("reference", Shape::Text, "the sender's own reference"),
            (
                "urgency",
                Shape::Table(&[
                    ("reason", Shape::Prose, "why it cannot wait"),
                    ("act-by", Shape::Text, "by when, worded"),
                    ("event", Shape::Text, "what is about to happen"),
                ]),
                "why it cannot wait",
            ),
            ("context", Shape::Contexts, "what surrounds the facts"),
            (
                "contact",
                Shape::Table(&[
                    ("name", Shape::Text, "the name"),
                    ("phone", Shape::Text, "telephone"),
                    ("hours", Shape::Text, "when"),
                    ("languages", Shape::Text, "in which languages"),
                    ("channel", Shape::Text, "by which channel"),
                    ("details", Shape::Texts, "all of it, each worded"),
                ]),
                "whom the mandate can reach; mandates only",
            ),
            ("steps", Shape::List(STEP), "what was done about it"),
            ("no-steps-because", Shape::Text, "why nothing was done"),
            ("requests", Shape::List(&[("text", Shape::Prose, "beginning with an infinitive")]), "what the mandate is asked"),
            ("law", Shape::List(&[("text", Shape::Text, "the citation")]), "the standards that apply"),
            ("sources", Shape::List(SOURCE), "where it can be read"),
            ("annexes", Shape::List(&[("title", Shape::Text, "its title"), ("label", Shape::Text, "Annex 1")]), "what goes with the letter"),
            (
                "other-procedures",
                Shape::List(&[("body", Shape::Text, "which body"), ("reference", Shape::Text, "its number there"), ("status", Shape::Text, "how it stands")]),
                "other procedures that have the matter",
            ),
        ]),
        "the matter",
    ),
    (
        "organisation",
        Shape::Table(&[
            ("name", Shape::Text, "its name"),
            ("acronym", Shape::Text, "its acronym"),
            ("about", Shape::Text, "what it is, as a phrase"),
            ("place", Shape::Text, "where it writes from"),
            ("phone", Shape::Text, "telephone"),
            ("website", Shape::Text, "web site"),
            ("email", Shape::Text, "e-mail address"),
            ("members", Shape::List(&[("name", Shape::Text, "the name"), ("country", Shape::Text, "the country")]), "its members"),
            ("signatories", Shape::List(&[("name", Shape::Text, "the name"), ("role", Shape::Text, "the office held")]), "who signs this letter"),
        ]),
        "the sender",
    ),
    (
        "recipients",
        Shape::List(&[
            ("key", Shape::Text, "the key in the directory"),
            ("name", Shape::Text, "the holder's name, where one is addressed"),
            ("title", Shape::Text, "the title"),
            ("short", Shape::Text, "the short form for a subject"),
            ("kind", Shape::Text, "special-rapporteur and so on"),
        ]),
        "to whom, in the order of the case",
    ),
    ("victims", Shape::List(PERSON), "the alleged victims"),
    ("people", Shape::List(PERSON), "other people"),
    (
        "perpetrators",
        Shape::List(&[
            ("id", Shape::Text, "the id"),
            ("name", Shape::Name, "the name as this reader may see it"),
            ("kind", Shape::Text, "of the State or not, worded"),
            ("institution", Shape::Text, "the institution"),
            ("rank", Shape::Text, "the rank"),
            ("description", Shape::Text, "what is known of them"),
            ("link-to-state", Shape::Text, "the link to the State"),
            ("individual", Shape::Flag, "a person"),
            DETAILS,
        ]),
        "the alleged perpetrators",
    ),
    (
        "incidents",
        Shape::List(&[
            ("id", Shape::Text, "the id"),
            ("date", Shape::Text, "when, worded to stand alone"),
            ("when", Shape::Text, "when, worded for a sentence"),
            ("date-note", Shape::Text, "what is known of an unknown date"),
            ("time", Shape::Text, "the time of day, worded"),
            ("place", Shape::Text, "where"),
            ("heading", Shape::Text, "a heading"),
            ("account", Shape::Prose, "what happened"),
            ("attribution", Shape::Text, "how it is known: at most one line"),
            ("victims", Shape::Text, "to whom, as a list in words"),
            ("perpetrators", Shape::Text, "by whom, as a list in words"),
            ("sources", Shape::List(SOURCE), "where it can be read"),
            (
                "facts",
                Shape::List(&[("title", Shape::Text, "what kind, and whom it concerns"), ("items", Shape::Texts, "label and value, each worded")]),
                "facts that mandates ask for",
            ),
        ]),
        "what happened, in the order of the file",
    ),
];

/// The helpers: their name, what they take, what they give.
pub const HELPERS: &[(&str, &str)] = &[
    ("if", "{{#if x}} … {{else}} … {{/if}}: where x is there"),
    ("unless", "{{#unless x}} … {{/unless}}: where x is not there"),
    ("each", "{{#each list}} … {{/each}}: once for each; {{@index}}, {{@first}}, {{@last}}"),
    ("with", "{{#with table}} … {{/with}}: inside a table"),
    ("list", "{{list items \"field\"}}: joined with commas and the last \"and\""),
    ("capital", "{{capital x}}: with a large first letter"),
    ("plural", "{{plural (len list) one=\"…\" other=\"…\"}}: the form for a number"),
    ("elide", "{{elide \"de\" x}}: the small word as it stands before x"),
    ("len", "(len list): how many"),
    ("eq", "(eq a b)"),
    ("ne", "(ne a b)"),
    ("gt", "(gt a b)"),
    ("gte", "(gte a b)"),
    ("lt", "(lt a b)"),
    ("lte", "(lte a b)"),
    ("and", "(and a b)"),
    ("or", "(or a b)"),
    ("not", "(not a)"),
];

/// All names as paths, with type and meaning: `victims.name`.
#[must_use]
pub fn all() -> Vec<(String, Shape, &'static str)> {
    fn walk(prefix: &str, fields: &[Field], out: &mut Vec<(String, Shape, &'static str)>) {
        for (name, shape, doc) in fields {
            let path = if prefix.is_empty() { (*name).to_owned() } else { format!("{prefix}.{name}") };
            out.push((path.clone(), *shape, doc));
            walk(&path, &shape.fields(), out);
        }
    }
    let mut out = Vec::new();
    walk("", ROOTS, &mut out);
    out
}
