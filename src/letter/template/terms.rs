//! What stands in a tag: names, texts, calls of helpers.
//!
//! In: a tag as the engine parsed it, and what is known where it stands. Out: a [`Term`] that can be run, and of what type it
//! is; what is wrong with it is reported at the tag.

use super::body::too_deep;
use super::names::{Field, HELPERS, Shape};
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Diagnostics, Message, did_you_mean};
use handlebars::Path;
use handlebars::template::{HelperTemplate, Parameter, Subexpression, TemplateElement};
use serde_json::Value as Json;
use std::cell::RefCell;

/// What can be printed, or asked for.
pub(super) enum Term {
    Text(String),
    Number(f64),
    Flag(bool),
    Nothing,
    Of(NamePath),
    Call { helper: Helper, given: Vec<Term>, forms: Vec<(String, Term)> },
}

/// What a helper does; [`HELPERS`] says how each is written.
#[derive(Clone, Copy)]
pub(super) enum Helper {
    List,
    Capital,
    Plural,
    Elide,
    Len,
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    And,
    Or,
    Not,
}

/// What a helper wants to be given.
#[derive(Clone, Copy)]
enum Want {
    /// Something that can be printed.
    Text,
    /// A list, or several lines.
    Items,
    /// How many.
    Number,
    Anything,
}

/// What each helper wants, in order. More it does not take, but for `and` and `or`; less only `list`.
const CALLS: &[(&str, Helper, &[Want])] = &[
    ("list", Helper::List, &[Want::Items, Want::Anything]),
    ("capital", Helper::Capital, &[Want::Text]),
    ("plural", Helper::Plural, &[Want::Number]),
    ("elide", Helper::Elide, &[Want::Text, Want::Text]),
    ("len", Helper::Len, &[Want::Items]),
    ("eq", Helper::Eq, &[Want::Anything, Want::Anything]),
    ("ne", Helper::Ne, &[Want::Anything, Want::Anything]),
    ("gt", Helper::Gt, &[Want::Anything, Want::Anything]),
    ("gte", Helper::Gte, &[Want::Anything, Want::Anything]),
    ("lt", Helper::Lt, &[Want::Anything, Want::Anything]),
    ("lte", Helper::Lte, &[Want::Anything, Want::Anything]),
    ("and", Helper::And, &[Want::Anything, Want::Anything]),
    ("or", Helper::Or, &[Want::Anything, Want::Anything]),
    ("not", Helper::Not, &[Want::Anything]),
];

/// A name, and from where it is looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamePath {
    pub(super) base: Base,
    pub(super) steps: Vec<String>,
}

/// Where a name is looked up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// In the outermost table.
    Root,
    /// In the innermost table, or as many levels above it.
    Up(usize),
    /// Where a loop stands: `@index`, `@first`, `@last`.
    Loop,
}

impl NamePath {
    /// `../case.title`, `@root.letter.date`, `this`, `@index`.
    fn parse(path: &str) -> Self {
        if let Some(local) = path.strip_prefix('@').filter(|l| !l.starts_with("root")) {
            return Self { base: Base::Loop, steps: vec![local.to_owned()] };
        }
        let (mut rest, mut base) = (path, Base::Up(0));
        if let Some(below) = rest.strip_prefix("@root") {
            (rest, base) = (below.trim_start_matches(['.', '/']), Base::Root);
        }
        while let (Some(above), Base::Up(levels)) = (rest.strip_prefix("../"), base) {
            (rest, base) = (above, Base::Up(levels + 1));
        }
        rest = rest.strip_prefix("this").map_or(rest, |r| r.trim_start_matches(['.', '/']));
        rest = rest.strip_prefix("./").unwrap_or(rest);
        let steps = if rest.is_empty() || rest == "." { Vec::new() } else { rest.split(['.', '/']).map(str::to_owned).collect() };
        Self { base, steps }
    }
}

/// Of what type a term is.
#[derive(Clone, Copy)]
pub(super) enum TermType {
    Shape(Shape),
    /// How many.
    Number,
    /// A text of the template, or the answer of a helper.
    Other,
    /// Reported already.
    Unknown,
}

/// A tag: where it stands, and what is known there.
pub(super) struct Tag<'t> {
    pub(super) scope: &'t Scope<'t>,
    /// Line and column of its body.
    pub(super) at: (usize, usize),
    pub(super) problems: &'t RefCell<Diagnostics>,
}

impl Tag<'_> {
    pub(super) fn report(&self, message: Message, hint: Message) {
        self.problems.borrow_mut().push(Diagnostic::error(message).at(self.scope.body.at(self.at.0, self.at.1)).hint(hint));
    }

    pub(super) fn report_depth(&self) {
        self.problems.borrow_mut().push(too_deep(self.scope.body, self.at));
    }

    /// A value that is printed: only a text can be.
    pub(super) fn printed(&self, call: &HelperTemplate) -> Term {
        let (term, term_type) = self.expression(call);
        let TermType::Shape(shape) = term_type else { return term };
        let name = raw(&call.name);
        let hint = match shape {
            Shape::Text | Shape::Prose | Shape::Name | Shape::Blocks => return term,
            Shape::Texts => say!("write {tag}", tag = format!("{{{{list {name}}}}}")),
            Shape::Flag => say!("ask for it with {tag}", tag = format!("{{{{#if {name}}}}}")),
            Shape::Table(_) | Shape::List(_) | Shape::Contexts => name_what_is_below(),
        };
        self.report(say!("`{name}` is a {what}, not a text", name = name, what = shape.word()), hint);
        term
    }

    fn expression(&self, call: &HelperTemplate) -> (Term, TermType) {
        if call.params.is_empty() && call.hash.is_empty() { self.parameter(&call.name) } else { self.call(call) }
    }

    pub(super) fn parameter(&self, parameter: &Parameter) -> (Term, TermType) {
        match parameter {
            Parameter::Literal(literal) => {
                let term = match literal {
                    Json::String(text) => Term::Text(text.clone()),
                    Json::Number(number) => number.as_f64().map_or(Term::Nothing, Term::Number),
                    Json::Bool(flag) => Term::Flag(*flag),
                    _ => Term::Nothing,
                };
                (term, TermType::Other)
            }
            Parameter::Subexpression(Subexpression { element, .. }) => match element.as_ref() {
                TemplateElement::Expression(call) => self.expression(call),
                _ => (Term::Nothing, TermType::Other),
            },
            named => {
                let text = raw(named);
                let path = NamePath::parse(&text);
                let term_type = self.type_of(&text, &path);
                (Term::Of(path), term_type)
            }
        }
    }

    fn call(&self, call: &HelperTemplate) -> (Term, TermType) {
        let name = raw(&call.name);
        let (given, types): (Vec<Term>, Vec<TermType>) = call.params.iter().map(|p| self.parameter(p)).unzip();
        let mut forms: Vec<(String, Term)> = call.hash.iter().map(|(name, form)| (name.clone(), self.parameter(form).0)).collect();
        forms.sort_by(|(a, _), (b, _)| a.cmp(b));
        let Some((_, helper, wants)) = CALLS.iter().find(|(known, ..)| *known == name) else {
            let hint = match did_you_mean(&name, HELPERS.iter().map(|(h, _)| *h)) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("the helpers are {known}", known = HELPERS.iter().map(|(h, _)| *h).collect::<Vec<_>>().join(", ")),
            };
            self.report(say!("there is no helper `{name}`", name = name), hint);
            return (Term::Nothing, TermType::Unknown);
        };
        let is_short = types.len() < if matches!(helper, Helper::List) { 1 } else { wants.len() };
        if is_short || (types.len() > wants.len() && !matches!(helper, Helper::And | Helper::Or)) {
            let hint = say!("it is written {form}", form = HELPERS.iter().find(|(h, _)| *h == name).map_or("", |(_, form)| *form));
            self.report(say!("`{name}` wants {how} than it is given", name = name, how = if is_short { "more" } else { "less" }), hint);
        }
        for ((parameter, found), want) in call.params.iter().zip(&types).zip(*wants) {
            self.fits(&name, *found, *want, &raw(parameter));
        }
        let term_type = match helper {
            Helper::List => {
                self.listed(call, types.first());
                TermType::Other
            }
            Helper::Len => TermType::Number,
            Helper::Capital | Helper::Plural | Helper::Elide => TermType::Other,
            _ => TermType::Shape(Shape::Flag),
        };
        (Term::Call { helper: *helper, given, forms }, term_type)
    }

    fn fits(&self, helper: &str, found: TermType, want: Want, given: &str) {
        let (wanted, hint) = match (want, found) {
            (_, TermType::Unknown)
            | (Want::Anything, _)
            | (Want::Number, TermType::Number)
            | (Want::Items, TermType::Shape(Shape::List(_) | Shape::Texts))
            | (Want::Text, TermType::Shape(Shape::Text | Shape::Prose | Shape::Name) | TermType::Number | TermType::Other) => return,
            (Want::Text, _) => ("a text", name_what_is_below()),
            (Want::Items, _) => ("a list", say!("`appeal templates` shows which names are lists")),
            (Want::Number, _) => ("a number", say!("write (len list)")),
        };
        self.report(say!("`{helper}` wants {wanted}, and `{given}` is none", helper = helper, wanted = wanted, given = given), hint);
    }

    /// `{{list victims "name"}}`: the field must be one of the list's.
    fn listed(&self, call: &HelperTemplate, found: Option<&TermType>) {
        let Some(TermType::Shape(Shape::List(fields))) = found else { return };
        let list = raw(&call.params[0]);
        match call.params.get(1) {
            Some(Parameter::Literal(Json::String(field))) if fields.iter().any(|(name, ..)| name == field) => {}
            Some(Parameter::Literal(Json::String(field))) => self.report(say!("`{list}` has no `{field}`", list = list, field = field), near(field, fields)),
            _ => self.report(say!("`list` does not say what of `{list}`", list = list), say!("write {tag}", tag = format!("{{{{list {list} \"name\"}}}}"))),
        }
    }

    fn type_of(&self, text: &str, path: &NamePath) -> TermType {
        let scope = self.scope;
        let innermost = scope.levels.len() - 1;
        let depth = match path.base {
            Base::Root => Some(0),
            Base::Up(levels) => innermost.checked_sub(levels),
            Base::Loop => {
                if !scope.is_in_loop || !["index", "first", "last", "key"].contains(&path.steps[0].as_str()) {
                    self.report(say!("`{path}` is not known here", path = text), say!("inside a loop there are @index, @first and @last"));
                }
                return TermType::Other;
            }
        };
        let Some(depth) = depth else {
            self.report(say!("`{path}` leads above the outermost table", path = text), say!("leave out a ../"));
            return TermType::Unknown;
        };
        let mut shape = scope.levels[depth];
        for (n, step) in path.steps.iter().enumerate() {
            let variable = scope.named.iter().rev().find(|(name, _)| n == 0 && name == step).map(|(_, shape)| *shape);
            let fields = shape.fields();
            let found = variable.or_else(|| fields.iter().find(|(name, ..)| name == step).map(|(_, below, _)| *below));
            let Some(below) = found else { return self.unknown(text, step, &fields) };
            if matches!(shape, Shape::List(_)) {
                let list = text.rsplit_once(['.', '/']).map_or(text, |(l, _)| l);
                let hint = say!("go through it with {tag}, or join it with `list`", tag = format!("{{{{#each {list}}}}}"));
                self.report(say!("`{list}` is a list", list = list), hint);
                return TermType::Unknown;
            }
            shape = below;
        }
        TermType::Shape(shape)
    }

    fn unknown(&self, path: &str, step: &str, fields: &[Field]) -> TermType {
        match HELPERS.iter().find(|(h, _)| *h == path) {
            Some((helper, form)) => {
                self.report(say!("`{helper}` is a helper and wants to be given something", helper = helper), say!("it is written {form}", form = form));
            }
            None => self.report(say!("there is no name `{path}` here", path = path), near(step, fields)),
        }
        TermType::Unknown
    }
}

/// A name as it is written in the template.
pub(super) fn raw(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Name(name) => name.clone(),
        Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => raw.clone(),
        Parameter::Subexpression(_) => "( … )".into(),
        Parameter::Literal(value) => value.to_string(),
        _ => String::new(),
    }
}

fn near(typed: &str, fields: &[Field]) -> Message {
    match did_you_mean(typed, fields.iter().map(|(n, ..)| *n)) {
        Some(word) => say!("did you mean `{word}`?", word = word),
        None if fields.is_empty() => say!("it has nothing below it"),
        None => say!("the names here are {names}", names = fields.iter().map(|(n, ..)| *n).collect::<Vec<_>>().join(", ")),
    }
}

fn name_what_is_below() -> Message {
    say!("name what is below it, as `appeal templates` lists it")
}

#[cfg(test)]
mod tests {
    use super::{Base, NamePath};

    #[test]
    fn a_name_is_looked_up_from_where_it_says() {
        let place = |path| {
            let NamePath { base, steps } = NamePath::parse(path);
            (base, steps.join(" "))
        };
        let up = |levels, path: &str| (Base::Up(levels), path.to_owned());
        assert_eq!(place("case.title"), up(0, "case title"));
        assert_eq!(place("../../case/title"), up(2, "case title"));
        assert_eq!(place("this.name"), up(0, "name"));
        assert_eq!(place("../this"), up(1, ""));
        assert_eq!(place("./name"), up(0, "name"));
        assert_eq!(place("."), up(0, ""));
        assert_eq!(place("@root.letter.date"), (Base::Root, "letter date".to_owned()));
        assert_eq!(place("@index"), (Base::Loop, "index".to_owned()));
    }
}
