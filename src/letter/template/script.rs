//! A checked template as the steps that make a letter of it.
//!
//! In: what the engine parsed. Out: a [`Script`], with the parts it includes in their places. The engine's own way of
//! running a template copies what it is told at each block, and took more of a batch's time than anything else; a letter
//! needs conditions, loops and a dozen helpers, and they are run in [`run`](super::run).

use super::body::{self, Body};
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, Subexpression, TemplateElement};
use handlebars::{Path, Template};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Steps, one after another.
pub(super) type Script = Vec<Step>;

/// A piece of a template.
pub(super) enum Step {
    /// Words of the template.
    Words(String),
    /// A value.
    Value(Term),
    /// One of two, by a condition.
    If { term: Term, then: Script, otherwise: Script },
    /// Once for each item of a list.
    Each { list: Place, names: Vec<String>, body: Script, otherwise: Script },
    /// Inside a table, if it is there.
    With { table: Place, names: Vec<String>, body: Script, otherwise: Script },
    /// A part at a level of its own, in which no loop variable is known.
    Apart { table: Option<Place>, body: Script },
}

/// What can be printed, or asked for.
pub(super) enum Term {
    Text(String),
    Number(f64),
    Flag(bool),
    Nothing,
    Of(Place),
    Call { helper: String, given: Vec<Term>, forms: Vec<(String, Term)> },
}

/// A name, and from where it is looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) from: From,
    pub(super) path: Vec<String>,
}

/// Where a name is looked up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// In the outermost table.
    Root,
    /// In the innermost table, or as many levels above it.
    Up(usize),
    /// Where a loop stands: `@index`, `@first`, `@last`.
    Loop,
}

impl Place {
    /// `../case.title`, `@root.letter.date`, `this`, `@index`.
    pub(super) fn parse(path: &str) -> Self {
        if let Some(local) = path.strip_prefix('@').filter(|l| !l.starts_with("root")) {
            return Self { from: From::Loop, path: vec![local.to_owned()] };
        }
        let (mut rest, mut from) = (path, From::Up(0));
        if let Some(below) = rest.strip_prefix("@root") {
            (rest, from) = (below.trim_start_matches(['.', '/']), From::Root);
        }
        while let (Some(above), From::Up(levels)) = (rest.strip_prefix("../"), from) {
            (rest, from) = (above, From::Up(levels + 1));
        }
        rest = rest.strip_prefix("this").map_or(rest, |r| r.trim_start_matches(['.', '/']));
        rest = rest.strip_prefix("./").unwrap_or(rest);
        let path = if rest.is_empty() || rest == "." { Vec::new() } else { rest.split(['.', '/']).map(str::to_owned).collect() };
        Self { from, path }
    }
}

/// The bodies of a language, and those of them that were parsed to be checked.
pub(super) struct Library<'a> {
    pub(super) bodies: &'a BTreeMap<String, Body>,
    pub(super) parsed: &'a BTreeMap<String, Template>,
}

impl Library<'_> {
    /// The script of a template that was checked.
    pub(super) fn script(&self, name: &str) -> Script {
        self.named(name, false)
    }

    fn named(&self, name: &str, is_apart: bool) -> Script {
        match self.parsed.get(name) {
            Some(template) => self.steps(template, is_apart),
            None => self.bodies.get(name).map_or_else(Vec::new, |body| self.steps(&body::parse(body).expect("a checked template compiles"), is_apart)),
        }
    }

    fn steps(&self, template: &Template, is_apart: bool) -> Script {
        let mut script = Vec::with_capacity(template.elements.len());
        for element in &template.elements {
            match element {
                TemplateElement::RawString(text) if text.is_empty() => {}
                TemplateElement::RawString(text) => script.push(Step::Words(text.clone())),
                TemplateElement::Expression(call) => script.push(Step::Value(expression(call))),
                TemplateElement::HelperBlock(block) => script.extend(self.block(block, is_apart)),
                TemplateElement::PartialExpression(part) => self.part(part, is_apart, &mut script),
                // The check lets nothing else through.
                _ => {}
            }
        }
        script
    }

    fn block(&self, block: &HelperTemplate, is_apart: bool) -> Option<Step> {
        let inside = |template: &Option<Template>| template.as_ref().map_or_else(Vec::new, |t| self.steps(t, is_apart));
        let (body, otherwise) = (inside(&block.template), inside(&block.inverse));
        let given = block.params.first()?;
        Some(match raw(&block.name).as_str() {
            "if" => Step::If { term: term(given), then: body, otherwise },
            "unless" => Step::If { term: term(given), then: otherwise, otherwise: body },
            "each" => Step::Each { list: Place::parse(&raw(given)), names: names(block), body, otherwise },
            "with" => Step::With { table: Place::parse(&raw(given)), names: names(block), body, otherwise },
            _ => return None,
        })
    }

    /// A part is put in the place of its tag; one that is given a table, or is indented, begins at a level of its own.
    fn part(&self, part: &DecoratorTemplate, is_apart: bool, script: &mut Script) {
        let name = raw(&part.name);
        if is_put_in(part) && !is_apart {
            script.extend(self.named(&name, false));
            return;
        }
        let table = part.params.first().map(|given| Place::parse(&raw(given)));
        let mut body = self.named(&name, true);
        if let Some(indent) = &part.indent {
            indented(&mut body, indent);
            body.insert(0, Step::Words(indent.clone()));
        }
        script.push(Step::Apart { table, body });
    }
}

/// Whether a part is put in the place of this tag, in a template that is not itself apart.
pub(super) fn is_put_in(part: &DecoratorTemplate) -> bool {
    part.params.is_empty() && part.indent.is_none()
}

/// Every line of a part that stands indented is indented.
fn indented(script: &mut Script, indent: &str) {
    for step in script {
        match step {
            Step::Words(text) => *text = text.replace('\n', &format!("\n{indent}")),
            Step::Value(_) => {}
            Step::If { then: body, otherwise, .. } | Step::Each { body, otherwise, .. } | Step::With { body, otherwise, .. } => {
                indented(body, indent);
                indented(otherwise, indent);
            }
            Step::Apart { body, .. } => indented(body, indent),
        }
    }
}

fn names(block: &HelperTemplate) -> Vec<String> {
    let name = |p: &Parameter| if let Parameter::Name(name) = p { Some(name.clone()) } else { None };
    match &block.block_param {
        Some(BlockParam::Single(one)) => name(one).into_iter().collect(),
        Some(BlockParam::Pair((one, index))) => name(one).into_iter().chain(name(index)).collect(),
        _ => Vec::new(),
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

fn expression(call: &HelperTemplate) -> Term {
    if call.params.is_empty() && call.hash.is_empty() {
        return term(&call.name);
    }
    let mut forms: Vec<(String, Term)> = call.hash.iter().map(|(name, form)| (name.clone(), term(form))).collect();
    forms.sort_by(|(a, _), (b, _)| a.cmp(b));
    Term::Call { helper: raw(&call.name), given: call.params.iter().map(term).collect(), forms }
}

fn term(parameter: &Parameter) -> Term {
    match parameter {
        Parameter::Literal(Json::String(text)) => Term::Text(text.clone()),
        Parameter::Literal(Json::Number(number)) => number.as_f64().map_or(Term::Nothing, Term::Number),
        Parameter::Literal(Json::Bool(flag)) => Term::Flag(*flag),
        Parameter::Literal(_) => Term::Nothing,
        Parameter::Subexpression(Subexpression { element, .. }) => match element.as_ref() {
            TemplateElement::Expression(call) => expression(call),
            _ => Term::Nothing,
        },
        named => Term::Of(Place::parse(&raw(named))),
    }
}

#[cfg(test)]
mod tests {
    use super::{From, Place};

    #[test]
    fn a_name_is_looked_up_from_where_it_says() {
        let place = |path| {
            let Place { from, path } = Place::parse(path);
            (from, path.join(" "))
        };
        let up = |levels, path: &str| (From::Up(levels), path.to_owned());
        assert_eq!(place("case.title"), up(0, "case title"));
        assert_eq!(place("../../case/title"), up(2, "case title"));
        assert_eq!(place("this.name"), up(0, "name"));
        assert_eq!(place("../this"), up(1, ""));
        assert_eq!(place("./name"), up(0, "name"));
        assert_eq!(place("."), up(0, ""));
        assert_eq!(place("@root.letter.date"), (From::Root, "letter date".to_owned()));
        assert_eq!(place("@index"), (From::Loop, "index".to_owned()));
    }
}
