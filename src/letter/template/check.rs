//! What is wrong with a template, found before any data is merged.
//!
//! In: the text of all templates of a language. Out: every unknown name (also inside conditions and loops), missing or
//! cyclic part, raw value, piece of HTML or picture, with line and column. The engine itself would print nothing for most
//! of these, and a letter would go out with a hole in it.

use super::names::{Field, HELPERS, ROOTS, Shape};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Message, did_you_mean};
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, Subexpression, TemplateElement, TemplateMapping};
use handlebars::{Path, Template};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A template's text: a body, a part, or a subject.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) file: Arc<str>,
    /// How many lines of the file stand before it.
    pub(super) line: usize,
    pub(super) is_subject: bool,
}

impl Body {
    fn at(&self, line: usize, column: usize) -> Location {
        let number = |n: usize| u32::try_from(n).unwrap_or(0);
        if self.is_subject {
            return Location { file: Arc::clone(&self.file), sheet: None, line: 3, column: 1 };
        }
        Location { file: Arc::clone(&self.file), sheet: None, line: number(line + self.line), column: number(column) }
    }
}

/// Compiles a text, or says why it cannot be.
pub(super) fn parse(body: &Body) -> Result<Template, Box<Diagnostic>> {
    Template::compile(&body.text).map_err(|error| {
        let (line, column) = error.pos().unwrap_or((1, 1));
        let reason = error.reason().to_string();
        let (message, hint) = explain(&reason);
        Box::new(Diagnostic::error(message).at(body.at(line, column)).hint(hint))
    })
}

fn explain(reason: &str) -> (Message, Message) {
    if reason.contains("closing") || reason.contains("was opened") {
        return (
            say!("a block is closed by another name than it was opened with"),
            say!("close the blocks in turn: {{#if x}} … {{/if}}, {{#each x}} … {{/each}}"),
        );
    }
    (say!("a tag cannot be read here, or a block is never closed"), say!("look for {{ without }}, {{#if x}} without {{/if}}, a quote that is not closed"))
}

/// Checks all bodies. `letters` are the ones that make letters; the others are parts.
pub(super) fn check(bodies: &BTreeMap<String, Body>, letters: &[&str]) -> Diagnostics {
    let mut problems = Diagnostics::default();
    let mut parsed = BTreeMap::new();
    for (name, body) in bodies {
        match parse(body) {
            Ok(template) => {
                parsed.insert(name.as_str(), template);
            }
            Err(problem) => problems.push(*problem),
        }
        problems.extend(check_markdown(body));
    }
    let checker = Checker { bodies, parsed: &parsed, problems: std::cell::RefCell::new(problems) };
    for letter in letters {
        for name in [(*letter).to_owned(), format!("{letter} subject")] {
            if let Some((name, template)) = parsed.get_key_value(name.as_str()) {
                checker.template(template, &Scope::root(), &mut vec![name]);
            }
        }
    }
    // A part that no letter includes is still looked at, as far as its names can be known.
    checker.problems.into_inner()
}

struct Checker<'a> {
    bodies: &'a BTreeMap<String, Body>,
    parsed: &'a BTreeMap<&'a str, Template>,
    problems: std::cell::RefCell<Diagnostics>,
}

/// Which names are known at a point of a template: the innermost table, the ones around it, and named loop variables.
#[derive(Clone)]
struct Scope {
    tables: Vec<Vec<Field>>,
    /// The shape of `this`, where it is no table.
    this: Option<Shape>,
    named: Vec<(String, Shape)>,
    in_loop: bool,
}

impl Scope {
    fn root() -> Self {
        Self { tables: vec![ROOTS.to_vec()], this: None, named: Vec::new(), in_loop: false }
    }

    fn inside(&self, shape: Shape, in_loop: bool) -> Self {
        let mut scope = self.clone();
        scope.tables.push(shape.fields());
        scope.this = Some(shape);
        scope.in_loop = in_loop || self.in_loop;
        scope
    }
}

/// What a parameter turned out to be.
#[derive(Clone, Copy)]
enum Found {
    Shape(Shape),
    /// A text of the template, a number, the answer of a helper.
    Other,
    /// Reported already.
    Unknown,
}

impl<'a> Checker<'a> {
    fn report(&self, body: &Body, place: (usize, usize), message: Message, hint: Message) {
        self.problems.borrow_mut().push(Diagnostic::error(message).at(body.at(place.0, place.1)).hint(hint));
    }

    fn template(&self, template: &Template, scope: &Scope, stack: &mut Vec<&'a str>) {
        let name = stack.last().expect("a template is being checked");
        let body = &self.bodies[*name];
        for (index, element) in template.elements.iter().enumerate() {
            let place = template.mapping.get(index).map_or((1, 1), |TemplateMapping { 0: line, 1: column, .. }| (*line, *column));
            self.element(element, body, place, scope, stack);
        }
    }

    fn element(&self, element: &TemplateElement, body: &Body, place: (usize, usize), scope: &Scope, stack: &mut Vec<&'a str>) {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(helper) => self.expression(helper, body, place, scope),
            TemplateElement::HelperBlock(helper) => self.block(helper, body, place, scope, stack),
            TemplateElement::PartialExpression(partial) => self.part(partial, body, place, scope, stack),
            TemplateElement::HtmlExpression(_) => {
                self.report(body, place, say!("a value stands in three braces"), say!("write two: a value can never be markup"));
            }
            _ => self.report(body, place, say!("this kind of tag is not for letters"), say!("write {tag} to include a part", tag = "{{> part}}")),
        }
    }

    fn expression(&self, helper: &HelperTemplate, body: &Body, place: (usize, usize), scope: &Scope) {
        let found = if helper.params.is_empty() && helper.hash.is_empty() {
            self.parameter(&helper.name, body, place, scope)
        } else {
            self.call(helper, body, place, scope)
        };
        if let Found::Shape(shape @ (Shape::Table(_) | Shape::List(_) | Shape::Contexts | Shape::Texts)) = found {
            let name = raw(&helper.name);
            let what = shape.word();
            self.report(
                body,
                place,
                say!("`{name}` is a {what}, not a text", name = name, what = what),
                match shape {
                    Shape::Texts => say!("write {tag}", tag = format!("{{{{list {name}}}}}")),
                    _ => say!("name what is below it, as `appeal templates` lists it"),
                },
            );
        }
    }

    fn call(&self, helper: &HelperTemplate, body: &Body, place: (usize, usize), scope: &Scope) -> Found {
        let name = raw(&helper.name);
        let known = HELPERS.iter().any(|(h, _)| *h == name) && !matches!(name.as_str(), "if" | "unless" | "each" | "with");
        if !known {
            let hint = match did_you_mean(&name, HELPERS.iter().map(|(h, _)| *h)) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("the helpers are {known}", known = HELPERS.iter().map(|(h, _)| *h).collect::<Vec<_>>().join(", ")),
            };
            self.report(body, place, say!("there is no helper `{name}`", name = name), hint);
        }
        let shapes: Vec<Found> = helper.params.iter().map(|p| self.parameter(p, body, place, scope)).collect();
        for parameter in helper.hash.values() {
            self.parameter(parameter, body, place, scope);
        }
        if name == "list" {
            self.list(helper, &shapes, body, place);
        }
        let least = if matches!(name.as_str(), "elide" | "eq" | "ne" | "gt" | "gte" | "lt" | "lte") { 2 } else { 1 };
        if known && helper.params.len() < least {
            self.report(body, place, say!("`{name}` wants more than it is given", name = name), say!("`appeal templates` shows how it is written"));
        }
        Found::Other
    }

    /// `{{list victims "name"}}`: the field must be one of the list's.
    fn list(&self, helper: &HelperTemplate, shapes: &[Found], body: &Body, place: (usize, usize)) {
        let field = helper.params.get(1).and_then(|p| if let Parameter::Literal(v) = p { v.as_str().map(str::to_owned) } else { None });
        match (shapes.first(), field) {
            (Some(Found::Shape(Shape::List(fields))), Some(field)) if !fields.iter().any(|(n, _, _)| *n == field) => {
                self.report(body, place, say!("`{list}` has no `{field}`", list = raw(&helper.params[0]), field = field), near(&field, fields));
            }
            (Some(Found::Shape(Shape::List(_))), None) => {
                let list = raw(&helper.params[0]);
                self.report(
                    body,
                    place,
                    say!("`list` does not say what of `{list}`", list = list),
                    say!("write {tag}", tag = format!("{{{{list {list} \"name\"}}}}")),
                );
            }
            _ => {}
        }
    }

    fn block(&self, helper: &HelperTemplate, body: &Body, place: (usize, usize), scope: &Scope, stack: &mut Vec<&'a str>) {
        let name = raw(&helper.name);
        let found = helper.params.first().map_or(Found::Unknown, |p| self.parameter(p, body, place, scope));
        let inner = match (name.as_str(), found) {
            ("if" | "unless", _) => scope.clone(),
            ("each", Found::Shape(shape @ (Shape::List(_) | Shape::Texts))) => {
                Self::loop_scope(helper, scope, if matches!(shape, Shape::Texts) { Shape::Text } else { shape }, true)
            }
            ("with", Found::Shape(shape @ (Shape::Table(_) | Shape::Contexts))) => Self::loop_scope(helper, scope, shape, false),
            (_, Found::Unknown) if matches!(name.as_str(), "each" | "with") => return,
            ("each", _) => return self.report(body, place, say!("`each` goes through a list"), say!("`appeal templates` shows which names are lists")),
            ("with", _) => return self.report(body, place, say!("`with` goes into a table"), say!("`appeal templates` shows which names are tables")),
            _ => return self.report(body, place, say!("there is no block `{name}`", name = name), say!("the blocks are if, unless, each and with")),
        };
        if helper.params.is_empty() {
            self.report(body, place, say!("`{name}` does not say what", name = name), say!("write {tag}", tag = format!("{{{{#{name} x}}}}")));
        }
        if let Some(template) = &helper.template {
            self.template(template, &inner, stack);
        }
        if let Some(template) = &helper.inverse {
            self.template(template, scope, stack);
        }
    }

    fn loop_scope(helper: &HelperTemplate, scope: &Scope, shape: Shape, is_loop: bool) -> Scope {
        let mut inner = scope.inside(shape, is_loop);
        if let Some(BlockParam::Single(Parameter::Name(name)) | BlockParam::Pair((Parameter::Name(name), _))) = &helper.block_param {
            inner.named.push((name.clone(), shape));
        }
        inner
    }

    fn part(&self, partial: &DecoratorTemplate, body: &Body, place: (usize, usize), scope: &Scope, stack: &mut Vec<&'a str>) {
        let name = raw(&partial.name);
        let Some((key, template)) = self.parsed.get_key_value(name.as_str()).filter(|(key, _)| !key.contains(' ')) else {
            if self.bodies.contains_key(&name) {
                return; // It has its own mistake, reported already.
            }
            let hint = match did_you_mean(&name, self.bodies.keys().map(String::as_str).filter(|k| !k.contains(' '))) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("a part is a file of the same folder: {name}.hbs", name = name),
            };
            return self.report(body, place, say!("there is no part `{name}`", name = name), hint);
        };
        if stack.contains(key) {
            return self.report(
                body,
                place,
                say!("the part `{name}` includes itself", name = name),
                say!("the way round is {way}", way = stack.iter().chain([key]).copied().collect::<Vec<_>>().join(" > ")),
            );
        }
        let inner = match partial.params.first().map(|p| self.parameter(p, body, place, scope)) {
            Some(Found::Shape(shape @ (Shape::Table(_) | Shape::Contexts))) => scope.inside(shape, false),
            _ => scope.clone(),
        };
        if !partial.hash.is_empty() {
            self.report(body, place, say!("a part takes no values of its own"), say!("write {tag}", tag = format!("{{{{> {name}}}}}")));
        }
        stack.push(key);
        self.template(template, &inner, stack);
        stack.pop();
    }

    fn parameter(&self, parameter: &Parameter, body: &Body, place: (usize, usize), scope: &Scope) -> Found {
        match parameter {
            Parameter::Literal(_) => Found::Other,
            Parameter::Subexpression(Subexpression { element, .. }) => match element.as_ref() {
                TemplateElement::Expression(helper) if helper.params.is_empty() && helper.hash.is_empty() => self.parameter(&helper.name, body, place, scope),
                TemplateElement::Expression(helper) => self.call(helper, body, place, scope),
                _ => Found::Other,
            },
            _ => self.path(&raw(parameter), body, place, scope),
        }
    }

    fn path(&self, path: &str, body: &Body, place: (usize, usize), scope: &Scope) -> Found {
        if let Some(local) = path.strip_prefix('@').filter(|l| !l.starts_with("root")) {
            let known = ["index", "first", "last", "key"];
            if !known.contains(&local) || !scope.in_loop {
                self.report(body, place, say!("`@{local}` is not known here", local = local), say!("inside a loop there are @index, @first and @last"));
            }
            return Found::Other;
        }
        let (mut rest, mut depth) = (path, scope.tables.len() - 1);
        if let Some(below) = rest.strip_prefix("@root") {
            (rest, depth) = (below.trim_start_matches(['.', '/']), 0);
        }
        while let Some(above) = rest.strip_prefix("../") {
            if depth == 0 {
                self.report(body, place, say!("`{path}` leads above the outermost table", path = path), say!("leave out a ../"));
                return Found::Unknown;
            }
            (rest, depth) = (above, depth - 1);
        }
        rest = rest.strip_prefix("this").map_or(rest, |r| r.trim_start_matches(['.', '/']));
        rest = rest.strip_prefix("./").unwrap_or(rest);
        if rest.is_empty() || rest == "." {
            return scope.this.map_or(Found::Other, |s| Found::Shape(if let Shape::List(fields) = s { Shape::Table(fields) } else { s }));
        }
        let mut steps = rest.split(['.', '/']);
        let first = steps.next().unwrap_or_default();
        let mut fields = scope.tables[depth].clone();
        let mut shape = match scope.named.iter().find(|(n, _)| n == first) {
            Some((_, shape)) => *shape,
            None => match fields.iter().find(|(n, _, _)| *n == first) {
                Some((_, shape, _)) => *shape,
                None => return self.unknown(path, first, &fields, body, place),
            },
        };
        for step in steps {
            fields = shape.fields();
            let is_list = matches!(shape, Shape::List(_)) && !scope.named.iter().any(|(n, _)| n == first);
            match fields.iter().find(|(n, _, _)| *n == step) {
                Some((_, below, _)) if !is_list => shape = *below,
                Some(_) => {
                    let list = path.rsplit_once(['.', '/']).map_or(path, |(l, _)| l);
                    self.report(
                        body,
                        place,
                        say!("`{list}` is a list", list = list),
                        say!("go through it with {tag}, or join it with `list`", tag = format!("{{{{#each {list}}}}}")),
                    );
                    return Found::Unknown;
                }
                None => return self.unknown(path, step, &fields, body, place),
            }
        }
        Found::Shape(shape)
    }

    fn unknown(&self, path: &str, step: &str, fields: &[Field], body: &Body, place: (usize, usize)) -> Found {
        self.report(body, place, say!("there is no name `{path}` here", path = path), near(step, fields));
        Found::Unknown
    }
}

fn near(typed: &str, fields: &[Field]) -> Message {
    match did_you_mean(typed, fields.iter().map(|(n, _, _)| *n)) {
        Some(word) => say!("did you mean `{word}`?", word = word),
        None if fields.is_empty() => say!("it has nothing below it"),
        None => say!("the names here are {names}", names = fields.iter().map(|(n, _, _)| *n).collect::<Vec<_>>().join(", ")),
    }
}

fn raw(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Name(name) => name.clone(),
        Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => raw.clone(),
        Parameter::Subexpression(_) => "( … )".into(),
        Parameter::Literal(value) => value.to_string(),
        _ => String::new(),
    }
}

/// HTML, pictures, code and tables are no part of a letter. Tags are blanked out, so that places stay right.
fn check_markdown(body: &Body) -> Diagnostics {
    let text = without_tags(&body.text);
    let arena = Arena::new();
    let root = parse_document(&arena, &text, &Options::default());
    let mut problems = Diagnostics::default();
    for node in root.descendants() {
        let Some((message, hint)) = unwanted(node) else { continue };
        let start = node.data().sourcepos.start;
        problems.push(Diagnostic::error(message).at(body.at(start.line, start.column)).hint(hint));
    }
    problems
}

fn unwanted<'a>(node: &'a AstNode<'a>) -> Option<(Message, Message)> {
    match &node.data().value {
        NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => {
            Some((say!("HTML is not for letters"), say!("write Markdown: ## heading, **strong**, - item, 1. item")))
        }
        NodeValue::Image(_) => Some((say!("a picture cannot stand in a template"), say!("the logo is named in organisation.toml"))),
        NodeValue::CodeBlock(_) => Some((say!("an indented or fenced block is not for letters"), say!("begin the line at the margin"))),
        NodeValue::Link(link) if !link.url.contains('\u{e000}') && !crate::letter::Inline::is_allowed_target(&link.url) => {
            Some((say!("this link is not for letters"), say!("links begin with https://, http://, mailto: or tel:")))
        }
        _ => None,
    }
}

/// The text with each tag replaced by as many characters that mean nothing: values by marks, the rest by spaces.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let comment = tag.starts_with("{{!--");
        let end = if comment { tag.find("--}}").map(|e| e + 4) } else { tag.find("}}").map(|e| if tag[e..].starts_with("}}}") { e + 3 } else { e + 2 }) };
        let end = end.unwrap_or(tag.len());
        let value = !matches!(tag.as_bytes().get(2), Some(b'#' | b'/' | b'!' | b'>' | b'~'));
        out.extend(tag[..end].chars().map(|c| match c {
            '\n' => '\n',
            _ if value => '\u{e000}',
            _ => ' ',
        }));
        rest = &tag[end..];
    }
    out.push_str(rest);
    out
}
