//! Which names are known where, as the check goes through a template.
//!
//! In: the blocks and parts that are entered. Out: the tables in which a name there is looked up, as the engine does.

use super::names::{Field, ROOTS, Shape};

/// Which names are known at a point of a template: the innermost table, the ones around it, and named loop variables.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) tables: Vec<Vec<Field>>,
    /// The shape of `this`, where it is no table.
    pub(super) this: Option<Shape>,
    pub(super) named: Vec<(String, Shape)>,
    pub(super) in_loop: bool,
    /// Inside a part that stays the engine's.
    pub(super) is_apart: bool,
}

impl Scope {
    pub(super) fn root() -> Self {
        Self { tables: vec![ROOTS.to_vec()], this: None, named: Vec::new(), in_loop: false, is_apart: false }
    }

    /// A part that stays the engine's begins at a level of its own: above it is where it is included, and it sees no loop
    /// variables.
    pub(super) fn apart(&self, given: Option<Shape>) -> Self {
        let around = self.tables[self.tables.len() - 1].clone();
        let mut scope = given.map_or_else(|| self.clone(), |shape| self.inside(shape, false));
        if given.is_none() {
            scope.tables.push(around);
        }
        scope.named.clear();
        scope.is_apart = true;
        scope
    }

    pub(super) fn inside(&self, shape: Shape, in_loop: bool) -> Self {
        let mut scope = self.clone();
        scope.tables.push(shape.fields());
        scope.this = Some(shape);
        scope.in_loop = in_loop || self.in_loop;
        scope
    }
}
