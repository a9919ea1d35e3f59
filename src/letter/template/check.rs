//! What is wrong with a template, found before any data is merged.
//!
//! In: the text of all templates of a language. Out: every unknown name (also inside conditions and loops), missing or
//! cyclic part, raw value, piece of HTML or picture, with line and column. The engine itself would print nothing for most
//! of these, and a letter would go out with a hole in it.

use super::body::{Body, parse};
use super::markdown;
use super::names::{Field, HELPERS, ROOTS, Shape};
use super::scope::Scope;
use super::script::{From, Place, is_put_in, raw};
use crate::diagnostic::{Diagnostic, Diagnostics, Message, did_you_mean};
use handlebars::Template;
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, Subexpression, TemplateElement, TemplateMapping};
use std::collections::BTreeMap;

/// Compiles and checks all bodies. `letters` are the ones that make letters; the others are parts.
pub(super) fn check(bodies: &BTreeMap<String, Body>, letters: &[&str]) -> (BTreeMap<String, Template>, Diagnostics) {
    let mut problems = Diagnostics::default();
    let mut parsed = BTreeMap::new();
    for (name, body) in bodies {
        match parse(body) {
            Ok(template) => {
                parsed.insert(name.clone(), template);
            }
            Err(problem) => problems.push(*problem),
        }
        problems.extend(markdown::check(body));
    }
    let checker = Checker { bodies, parsed: &parsed, problems: std::cell::RefCell::new(problems) };
    for letter in letters {
        for name in [(*letter).to_owned(), format!("{letter} subject")] {
            if let Some((name, template)) = parsed.get_key_value(name.as_str()) {
                checker.template(template, (1, 1), &Scope::root(), &mut vec![name]);
            }
        }
    }
    let problems = checker.problems.into_inner();
    (parsed, problems)
}

struct Checker<'a> {
    bodies: &'a BTreeMap<String, Body>,
    parsed: &'a BTreeMap<String, Template>,
    problems: std::cell::RefCell<Diagnostics>,
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

/// What each helper wants, in order; more it does not take.
fn wants(helper: &str) -> &'static [Want] {
    match helper {
        "capital" => &[Want::Text],
        "plural" => &[Want::Number],
        "elide" => &[Want::Text, Want::Text],
        "len" => &[Want::Items],
        "list" => &[Want::Items, Want::Anything],
        "not" => &[Want::Anything],
        _ => &[Want::Anything, Want::Anything],
    }
}

/// What a parameter turned out to be.
#[derive(Clone, Copy)]
enum Found {
    Shape(Shape),
    /// How many.
    Number,
    /// A text of the template, or the answer of a helper.
    Other,
    /// Reported already.
    Unknown,
}

impl<'a> Checker<'a> {
    fn report(&self, body: &Body, place: (usize, usize), message: Message, hint: Message) {
        self.problems.borrow_mut().push(Diagnostic::error(message).at(body.at(place.0, place.1)).hint(hint));
    }

    /// `around`: the place of the block it stands in, for the branches of an `{{else if}}`, of which the engine tells none.
    fn template(&self, template: &Template, around: (usize, usize), scope: &Scope, stack: &mut Vec<&'a str>) {
        let name = stack.last().expect("a template is being checked");
        let body = &self.bodies[*name];
        for (index, element) in template.elements.iter().enumerate() {
            let place = template.mapping.get(index).map_or(around, |TemplateMapping { 0: line, 1: column, .. }| (*line, *column));
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
        self.printed(found, &raw(&helper.name), body, place);
    }

    /// Only a text can be printed.
    fn printed(&self, found: Found, name: &str, body: &Body, place: (usize, usize)) {
        let Found::Shape(shape) = found else { return };
        let hint = match shape {
            Shape::Text | Shape::Prose | Shape::Name | Shape::Blocks => return,
            Shape::Texts => say!("write {tag}", tag = format!("{{{{list {name}}}}}")),
            Shape::Flag => say!("ask for it with {tag}", tag = format!("{{{{#if {name}}}}}")),
            Shape::Table(_) | Shape::List(_) | Shape::Contexts => say!("name what is below it, as `appeal templates` lists it"),
        };
        self.report(body, place, say!("`{name}` is a {what}, not a text", name = name, what = shape.word()), hint);
    }

    fn call(&self, helper: &HelperTemplate, body: &Body, place: (usize, usize), scope: &Scope) -> Found {
        let name = raw(&helper.name);
        let known = HELPERS.iter().any(|(h, _)| *h == name) && !matches!(name.as_str(), "if" | "unless" | "each" | "with");
        let found: Vec<Found> = helper.params.iter().map(|p| self.parameter(p, body, place, scope)).collect();
        for parameter in helper.hash.values() {
            self.parameter(parameter, body, place, scope);
        }
        if !known {
            let hint = match did_you_mean(&name, HELPERS.iter().map(|(h, _)| *h)) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("the helpers are {known}", known = HELPERS.iter().map(|(h, _)| *h).collect::<Vec<_>>().join(", ")),
            };
            self.report(body, place, say!("there is no helper `{name}`", name = name), hint);
            return Found::Unknown;
        }
        let wants = wants(&name);
        let least = if name == "list" { 1 } else { wants.len() };
        let most = if matches!(name.as_str(), "and" | "or") { usize::MAX } else { wants.len() };
        if found.len() < least || found.len() > most {
            let how = if found.len() < least { "more" } else { "less" };
            let hint = say!("it is written {form}", form = HELPERS.iter().find(|(h, _)| *h == name).map_or("", |(_, form)| *form));
            self.report(body, place, say!("`{name}` wants {how} than it is given", name = name, how = how), hint);
        }
        for (n, (found, want)) in found.iter().zip(wants).enumerate() {
            self.fits(&name, *found, *want, &raw(&helper.params[n]), body, place);
        }
        if name == "list" {
            self.list(helper, &found, body, place);
        }
        match name.as_str() {
            "len" => Found::Number,
            "list" | "capital" | "plural" | "elide" => Found::Other,
            _ => Found::Shape(Shape::Flag),
        }
    }

    fn fits(&self, helper: &str, found: Found, want: Want, given: &str, body: &Body, place: (usize, usize)) {
        let (wanted, hint) = match (want, found) {
            (_, Found::Unknown)
            | (Want::Anything, _)
            | (Want::Number, Found::Number)
            | (Want::Items, Found::Shape(Shape::List(_) | Shape::Texts))
            | (Want::Text, Found::Shape(Shape::Text | Shape::Prose | Shape::Name) | Found::Number | Found::Other) => return,
            (Want::Text, _) => ("a text", say!("name what is below it, as `appeal templates` lists it")),
            (Want::Items, _) => ("a list", say!("`appeal templates` shows which names are lists")),
            (Want::Number, _) => ("a number", say!("write (len list)")),
        };
        self.report(body, place, say!("`{helper}` wants {wanted}, and `{given}` is none", helper = helper, wanted = wanted, given = given), hint);
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
            self.template(template, place, &inner, stack);
        }
        if let Some(template) = &helper.inverse {
            self.template(template, place, scope, stack);
        }
    }

    fn loop_scope(helper: &HelperTemplate, scope: &Scope, shape: Shape, is_loop: bool) -> Scope {
        let mut inner = scope.inside(shape, is_loop);
        let item = if let Shape::List(fields) = shape { Shape::Table(fields) } else { shape };
        if let Some(BlockParam::Single(Parameter::Name(name)) | BlockParam::Pair((Parameter::Name(name), _))) = &helper.block_param {
            inner.named.push((name.clone(), item));
        }
        if let Some(BlockParam::Pair((_, Parameter::Name(index)))) = &helper.block_param {
            inner.named.push((index.clone(), Shape::Text));
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
        let key = key.as_str();
        if stack.contains(&key) {
            return self.report(
                body,
                place,
                say!("the part `{name}` includes itself", name = name),
                say!("the way round is {way}", way = stack.iter().copied().chain([key]).collect::<Vec<_>>().join(" > ")),
            );
        }
        let inner = match partial.params.first().map(|p| self.parameter(p, body, place, scope)) {
            Some(Found::Shape(shape @ (Shape::Table(_) | Shape::Contexts))) => scope.apart(Some(shape)),
            None if scope.is_apart || !is_put_in(partial) => scope.apart(None),
            None => scope.clone(),
            Some(Found::Unknown) => return,
            Some(_) => {
                let hint = say!("go through a list with {tag}", tag = "{{#each list}}");
                return self.report(body, place, say!("the part `{name}` is given something that is no table", name = name), hint);
            }
        };
        if !partial.hash.is_empty() {
            self.report(body, place, say!("a part takes no values of its own"), say!("write {tag}", tag = format!("{{{{> {name}}}}}")));
        }
        stack.push(key);
        self.template(template, (1, 1), &inner, stack);
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
        let Place { from, path: steps } = Place::parse(path);
        if from == From::Loop {
            let known = ["index", "first", "last", "key"];
            if !known.iter().any(|k| steps.iter().eq([k])) || !scope.in_loop {
                self.report(body, place, say!("`{path}` is not known here", path = path), say!("inside a loop there are @index, @first and @last"));
            }
            return Found::Other;
        }
        let innermost = scope.tables.len() - 1;
        let depth = match from {
            From::Up(levels) => innermost.checked_sub(levels),
            From::Root | From::Loop => Some(0),
        };
        let Some(depth) = depth else {
            self.report(body, place, say!("`{path}` leads above the outermost table", path = path), say!("leave out a ../"));
            return Found::Unknown;
        };
        let mut steps = steps.iter().map(String::as_str);
        let Some(first) = steps.next() else {
            let this = if depth == innermost { scope.this } else { None };
            return Found::Shape(match this {
                Some(Shape::List(fields)) => Shape::Table(fields),
                Some(shape) => shape,
                None => Shape::Table(ROOTS),
            });
        };
        let mut fields = scope.tables[depth].clone();
        let mut shape = match scope.named.iter().find(|(n, _)| n == first) {
            // A loop's variable is one item of its list.
            Some((_, Shape::List(fields))) => Shape::Table(fields),
            Some((_, shape)) => *shape,
            None => match fields.iter().find(|(n, _, _)| *n == first) {
                Some((_, shape, _)) => *shape,
                None => return self.unknown(path, first, &fields, body, place),
            },
        };
        for step in steps {
            fields = shape.fields();
            let is_list = matches!(shape, Shape::List(_));
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
        if let Some((helper, form)) = HELPERS.iter().find(|(h, _)| *h == path) {
            self.report(
                body,
                place,
                say!("`{helper}` is a helper and wants to be given something", helper = helper),
                say!("it is written {form}", form = form),
            );
            return Found::Unknown;
        }
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
