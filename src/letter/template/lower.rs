//! From what the engine parsed to steps that can be run: to check a template is to lower it.
//!
//! In: the text of all templates of a language. Out: a [`Script`] with the parts it includes in their places, or everything
//! that is wrong with it: each unknown name (also inside conditions and loops), missing or cyclic part, raw value, piece of HTML
//! or picture, with line and column. The engine itself would print nothing for most of these, and a letter would go out with a
//! hole in it. It would also copy what it is told at each block, which took more of a batch's time than anything else; a letter
//! needs conditions, loops and a dozen helpers, and they are run in [`run`](super::run).

use super::body::{self, Body, DEEPEST};
use super::markdown;
use super::names::{Field, Shape};
use super::scope::Scope;
use super::terms::{NamePath, Tag, Term, TermType, raw};
use crate::diagnostic::{Diagnostics, did_you_mean};
use handlebars::Template;
use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;

/// Steps, one after another. Only the walk below makes one, so what was not checked cannot be run.
pub(super) struct Script(Vec<Step>);

/// A piece of a template.
pub(super) enum Step {
    /// Words of the template.
    Words(String),
    /// A value.
    Value(Term),
    /// One of two, by a condition.
    If { term: Term, then: Script, otherwise: Script },
    /// Once for each item of a list.
    Each { list: NamePath, names: Vec<String>, body: Script, otherwise: Script },
    /// Inside a table, if it is there.
    With { table: NamePath, names: Vec<String>, body: Script, otherwise: Script },
    /// A part at a level of its own, in which no loop variable is known.
    Apart { table: Option<NamePath>, body: Script },
}

impl Script {
    /// The steps in their order.
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Every line of a part that stands indented is indented.
    fn indent(&mut self, indent: &str) {
        for step in &mut self.0 {
            match step {
                Step::Words(text) => *text = text.replace('\n', &format!("\n{indent}")),
                Step::Value(_) => {}
                Step::If { then: body, otherwise, .. } | Step::Each { body, otherwise, .. } | Step::With { body, otherwise, .. } => {
                    body.indent(indent);
                    otherwise.indent(indent);
                }
                Step::Apart { body, .. } => body.indent(indent),
            }
        }
    }
}

/// How many parts a letter may include, each counted as often as it is: parts that include others twice could be without end.
const MOST_PARTS: usize = 2_000;

/// The bodies of a language, parsed when they are first walked through.
pub(super) struct Library<'b> {
    bodies: BTreeMap<&'b str, (&'b Body, OnceCell<Option<Template>>)>,
    roots: &'static [Field],
    problems: RefCell<Diagnostics>,
    included: Cell<usize>,
}

impl<'b> Library<'b> {
    /// `roots`: the names that templates may use.
    pub(super) fn new(bodies: &'b BTreeMap<String, Body>, roots: &'static [Field]) -> Self {
        let bodies = bodies.iter().map(|(name, body)| (name.as_str(), (body, OnceCell::new()))).collect();
        Self { bodies, roots, problems: RefCell::default(), included: Cell::new(0) }
    }

    /// What is wrong with the bodies, each by itself, and with what these letters say with their parts.
    ///
    /// # Errors
    /// Every mistake, and no script.
    pub(super) fn lower_all<'n>(self, letters: impl Iterator<Item = &'n str>) -> Result<BTreeMap<&'n str, [Script; 2]>, Diagnostics> {
        for (name, (body, _)) in &self.bodies {
            self.parsed(name);
            self.problems.borrow_mut().extend(markdown::check(body));
        }
        let scripts = letters.map(|letter| (letter, self.letter(letter))).collect();
        self.finished(scripts)
    }

    /// The scripts of a letter's subject and body.
    ///
    /// # Errors
    /// Every mistake in them.
    pub(super) fn lower(self, letter: &str) -> Result<[Script; 2], Diagnostics> {
        let scripts = self.letter(letter);
        self.finished(scripts)
    }

    fn finished<T>(self, made: T) -> Result<T, Diagnostics> {
        let problems = self.problems.into_inner();
        if problems.is_empty() { Ok(made) } else { Err(problems) }
    }

    fn letter(&self, name: &str) -> [Script; 2] {
        [format!("{name} subject").as_str(), name].map(|name| {
            self.included.set(0);
            let Some((name, (body, _))) = self.bodies.get_key_value(name) else { return Script(Vec::new()) };
            self.body(&Scope::root(self.roots, name, body))
        })
    }

    /// A body as it was parsed; none if it cannot be, which is reported once.
    fn parsed(&self, name: &str) -> Option<&Template> {
        let (body, parsed) = self.bodies.get(name)?;
        parsed.get_or_init(|| body::parse(body).map_err(|problem| self.problems.borrow_mut().push(*problem)).ok()).as_ref()
    }

    /// The whole body into which this scope has come.
    fn body(&self, scope: &Scope<'b>) -> Script {
        let template = scope.way.last().and_then(|name| self.parsed(name));
        template.map_or_else(|| Script(Vec::new()), |template| self.steps(template, (1, 1), scope))
    }

    /// `around`: the place of the block it stands in, for the branches of an `{{else if}}`, of which the engine tells none.
    fn steps(&self, template: &Template, around: (usize, usize), scope: &Scope<'b>) -> Script {
        let mut steps = Vec::with_capacity(template.elements.len());
        for (index, element) in template.elements.iter().enumerate() {
            let at = template.mapping.get(index).map_or(around, |mapping| (mapping.0, mapping.1));
            let tag = Tag { scope, at, problems: &self.problems };
            match element {
                TemplateElement::Comment(_) => {}
                TemplateElement::RawString(text) if text.is_empty() => {}
                TemplateElement::RawString(text) => steps.push(Step::Words(text.clone())),
                TemplateElement::Expression(call) => steps.push(Step::Value(tag.printed(call))),
                TemplateElement::HelperBlock(block) => steps.extend(self.block(block, &tag, scope)),
                TemplateElement::PartialExpression(part) => self.part(part, &tag, scope, &mut steps),
                TemplateElement::HtmlExpression(_) => {
                    tag.report(say!("a value stands in three braces"), say!("write two: a value can never be markup"));
                }
                _ => tag.report(say!("this kind of tag is not for letters"), say!("write {tag} to include a part", tag = "{{> part}}")),
            }
        }
        Script(steps)
    }

    fn block(&self, block: &HelperTemplate, tag: &Tag<'_>, scope: &Scope<'b>) -> Option<Step> {
        let name = raw(&block.name);
        if !["if", "unless", "each", "with"].contains(&name.as_str()) {
            tag.report(say!("there is no block `{name}`", name = name), say!("the blocks are if, unless, each and with"));
            return None;
        }
        if scope.depth >= DEEPEST {
            tag.report_depth();
            return None;
        }
        let (term, term_type) = block.params.first().map_or((Term::Nothing, TermType::Unknown), |given| tag.parameter(given));
        if block.params.is_empty() {
            tag.report(say!("`{name}` does not say what", name = name), say!("write {tag}", tag = format!("{{{{#{name} x}}}}")));
        }
        let within = |template: &Option<Template>, scope: &Scope<'b>| match template {
            Some(template) => self.steps(template, tag.at, scope),
            None => Script(Vec::new()),
        };
        let names: Vec<String> = variables(block).map(str::to_owned).collect();
        let is_loop = name == "each";
        let item = match (name.as_str(), term_type) {
            ("if" | "unless", _) => {
                let inner = scope.deeper();
                let (then, otherwise) = (within(&block.template, &inner), within(&block.inverse, &inner));
                return Some(if name == "if" { Step::If { term, then, otherwise } } else { Step::If { term, then: otherwise, otherwise: then } });
            }
            (_, TermType::Unknown) => return None,
            ("each", TermType::Shape(Shape::List(fields))) => Shape::Table(fields),
            ("each", TermType::Shape(Shape::Texts)) => Shape::Text,
            ("with", TermType::Shape(shape @ (Shape::Table(_) | Shape::Contexts))) => shape,
            ("each", _) => {
                tag.report(say!("`each` goes through a list"), say!("`appeal templates` shows which names are lists"));
                return None;
            }
            _ => {
                tag.report(say!("`with` goes into a table"), say!("`appeal templates` shows which names are tables"));
                return None;
            }
        };
        let mut inner = scope.inside(item, is_loop);
        inner.named.extend(names.iter().cloned().zip([item, Shape::Text]));
        let (body, otherwise) = (within(&block.template, &inner), within(&block.inverse, &scope.deeper()));
        // What has the shape of a list or a table is a name.
        let Term::Of(place) = term else { return None };
        Some(if is_loop { Step::Each { list: place, names, body, otherwise } } else { Step::With { table: place, names, body, otherwise } })
    }

    /// A part is put in the place of its tag; one that is given a table, or is indented, begins at a level of its own.
    fn part(&self, part: &DecoratorTemplate, tag: &Tag<'_>, scope: &Scope<'b>, steps: &mut Vec<Step>) {
        let name = raw(&part.name);
        // A subject, which has a space in its name, is no part.
        let Some((key, (body, _))) = self.bodies.get_key_value(name.as_str()).filter(|(key, _)| !key.contains(' ')) else {
            let hint = match did_you_mean(&name, self.bodies.keys().copied().filter(|k| !k.contains(' '))) {
                Some(near) => say!("did you mean `{near}`?", near = near),
                None => say!("a part is a file of the same folder: {name}.hbs", name = name),
            };
            return tag.report(say!("there is no part `{name}`", name = name), hint);
        };
        if scope.way.contains(key) {
            let way = scope.way.iter().chain([key]).copied().collect::<Vec<_>>().join(" > ");
            return tag.report(say!("the part `{name}` includes itself", name = name), say!("the way round is {way}", way = way));
        }
        self.included.set(self.included.get() + 1);
        if scope.depth >= DEEPEST {
            return tag.report_depth();
        }
        if self.included.get() > MOST_PARTS {
            return tag.report(
                say!("the letter includes more than {most} parts", most = MOST_PARTS),
                say!("include each part where it is printed, and not in others"),
            );
        }
        let given = part.params.first().map(|given| tag.parameter(given));
        let inner = scope.part(key, body);
        let (inner, table) = match given {
            None if part.indent.is_none() && !scope.is_apart => {
                steps.extend(self.body(&inner).0);
                (None, None)
            }
            None => (Some(inner.apart(None)), None),
            Some((Term::Of(table), TermType::Shape(shape @ (Shape::Table(_) | Shape::Contexts)))) => (Some(inner.apart(Some(shape))), Some(table)),
            Some((_, TermType::Unknown)) => return,
            Some(_) => {
                let hint = say!("go through a list with {tag}", tag = "{{#each list}}");
                return tag.report(say!("the part `{name}` is given something that is no table", name = name), hint);
            }
        };
        if !part.hash.is_empty() {
            tag.report(say!("a part takes no values of its own"), say!("write {tag}", tag = format!("{{{{> {name}}}}}")));
        }
        let Some(inner) = inner else { return };
        let mut body = self.body(&inner);
        if let Some(indent) = &part.indent {
            body.indent(indent);
            body.0.insert(0, Step::Words(indent.clone()));
        }
        steps.push(Step::Apart { table, body });
    }
}

/// What a block calls an item and its number: `as |item n|`.
fn variables(block: &HelperTemplate) -> impl Iterator<Item = &str> {
    let (one, two) = match &block.block_param {
        Some(BlockParam::Single(one)) => (Some(one), None),
        Some(BlockParam::Pair((one, two))) => (Some(one), Some(two)),
        _ => (None, None),
    };
    one.into_iter().chain(two).filter_map(|name| if let Parameter::Name(name) = name { Some(name.as_str()) } else { None })
}
