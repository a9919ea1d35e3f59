//! Which names are known where, as the walk goes through a template.
//!
//! In: the blocks and parts that are entered. Out: the tables in which a name there is looked up, as they will be when it runs.

use super::body::Body;
use super::names::{Field, Shape};

/// What is known at a point of a template.
#[derive(Clone)]
pub(super) struct Scope<'b> {
    /// What is gone through, each level the shape of its `this`; the innermost is the last.
    pub(super) levels: Vec<Shape>,
    /// Variables of loops, and what stands behind them.
    pub(super) named: Vec<(String, Shape)>,
    pub(super) is_in_loop: bool,
    /// Inside a part at a level of its own.
    pub(super) is_apart: bool,
    /// The text that is walked through.
    pub(super) body: &'b Body,
    /// How many blocks and parts stand around it.
    pub(super) depth: usize,
    /// By which names one came here: a letter, a part that it includes, a part of that part.
    pub(super) way: Vec<&'b str>,
}

impl<'b> Scope<'b> {
    pub(super) fn root(roots: &'static [Field], name: &'b str, body: &'b Body) -> Self {
        Self { levels: vec![Shape::Table(roots)], named: Vec::new(), is_in_loop: false, is_apart: false, body, depth: 0, way: vec![name] }
    }

    /// Inside a block that changes no name.
    pub(super) fn deeper(&self) -> Self {
        Self { depth: self.depth + 1, ..self.clone() }
    }

    /// Inside a table, or inside one item of a list.
    pub(super) fn inside(&self, this: Shape, is_loop: bool) -> Self {
        let mut scope = self.deeper();
        scope.levels.push(this);
        scope.is_in_loop |= is_loop;
        scope
    }

    /// Inside a part that stands in the place of its tag.
    pub(super) fn part(&self, name: &'b str, body: &'b Body) -> Self {
        let mut scope = self.deeper();
        scope.way.push(name);
        scope.body = body;
        scope
    }

    /// Inside a part at a level of its own: above it is where it is included, and it sees no variables of loops.
    pub(super) fn apart(self, given: Option<Shape>) -> Self {
        let this = given.or(self.levels.last().copied());
        Self { levels: self.levels.into_iter().chain(this).collect(), named: Vec::new(), is_apart: true, ..self }
    }
}
