//! Which letters a case makes: for whom, in which language, for which reader.
//!
//! In: a case and what was selected. Out: [`LetterSpec`]s. `--audience` narrows and never widens.

use super::workspace::Workspace;
use super::{Purpose, RunError, Selection, UsageError};
use crate::case::{Case, Copy, PersonKind};
use crate::consent::Audience;
use crate::directory::Per;
use crate::letter::LetterSpec;

/// Looks at what was selected before anything is read.
///
/// # Errors
/// A recipient that is not in the directory, a wider audience than the recipient's (exit 2).
pub(crate) fn check(workspace: &Workspace, selection: &Selection) -> Result<(), RunError> {
    for key in &selection.to {
        let Some(mandate) = workspace.directory.get(key) else {
            let near = workspace.directory.nearest(key);
            let hint = near.map_or_else(|| say!("`appeal recipients` lists the keys"), |near| say!("did you mean {near}?", near = near));
            return Err(UsageError::new(say!("`{key}` is not in the directory", key = key)).hint(hint).into());
        };
        if let Some(wide) = selection.audience.iter().find(|a| **a > mandate.kind.audience()) {
            let own = mandate.kind.audience().word();
            let wider = say!("{key} reads the letter for the audience {own}; --audience {wide} would show it more", key = key, own = own, wide = wide.word());
            return Err(UsageError::new(wider).hint(say!("--audience narrows and never widens")).into());
        }
    }
    Ok(())
}

/// The letters of a case, in order.
pub(crate) fn of(workspace: &Workspace, case: &Case, selection: &Selection) -> Vec<LetterSpec> {
    let keys = if selection.to.is_empty() { &case.mandates } else { &selection.to };
    let template = selection.template.clone().unwrap_or_else(|| case.action.word().to_owned());
    let kind = |key: &String| workspace.directory.get(key).map(|m| (m.kind.audience(), m.per));
    let (own, others): (Vec<&String>, Vec<&String>) = keys.iter().partition(|k| kind(k).is_some_and(|(a, _)| a == Audience::Mandate));
    let (single, joint): (Vec<&String>, Vec<&String>) = own.into_iter().partition(|k| kind(k).is_some_and(|(_, per)| per == Per::Person));
    let spec = |addressees: Vec<String>, copy_for: Option<String>, audience: Audience, person: Option<usize>| LetterSpec {
        addressees,
        copy_for,
        audience,
        template: template.clone(),
        person,
    };

    let mut orders = Vec::new();
    if selection.separate {
        orders.extend(joint.into_iter().map(|k| spec(vec![k.clone()], None, Audience::Mandate, None)));
    } else if !joint.is_empty() {
        orders.push(spec(joint.into_iter().cloned().collect(), None, Audience::Mandate, None));
    }
    for key in single {
        orders.extend(persons(case).into_iter().map(|n| spec(vec![key.clone()], None, Audience::Mandate, Some(n))));
    }
    for key in others {
        let audience = kind(key).map_or(Audience::Public, |(a, _)| a);
        orders.push(spec(case.mandates.clone(), Some(key.clone()), audience, None));
    }
    if selection.purpose != Purpose::Write && selection.to.is_empty() {
        let sent = case.cc.iter().filter_map(|copy| if let Copy::Recipient { key, send: true } = copy { Some(key) } else { None });
        for key in sent.filter(|key| !case.mandates.contains(key)) {
            let audience = kind(key).map_or(Audience::Public, |(a, _)| a);
            orders.push(spec(case.mandates.clone(), Some(key.clone()), audience, None));
        }
    }
    if selection.audience.is_empty() {
        return orders;
    }
    let narrowed = orders.iter().flat_map(|o| selection.audience.iter().filter(|a| **a <= o.audience).map(|a| LetterSpec { audience: *a, ..o.clone() }));
    narrowed.collect()
}

/// Whom a letter a person is written about: the persons among the victims, or all where there is no person.
fn persons(case: &Case) -> Vec<usize> {
    let persons: Vec<usize> = case.victims.iter().enumerate().filter(|(_, v)| v.kind == PersonKind::Person).map(|(n, _)| n).collect();
    if persons.is_empty() { (0..case.victims.len()).collect() } else { persons }
}

/// The reader that this recipient's letters are made for, if nothing else is said.
pub(crate) fn own_audience(workspace: &Workspace, spec: &LetterSpec) -> Audience {
    spec.copy_for.as_ref().and_then(|k| workspace.directory.get(k)).map_or(Audience::Mandate, |m| m.kind.audience())
}
