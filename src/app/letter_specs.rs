//! Which letters a case makes: for whom, in which language, for which reader.
//!
//! In: a case and what was selected. Out: [`LetterSpec`]s. `--audience` narrows and never widens.

use super::workspace::Workspace;
use super::{Purpose, RunError, Selection};
use crate::case::{Case, Copy, PersonKind};
use crate::consent::Audience;
use crate::directory::Per;
use crate::letter::LetterSpec;
use crate::text::is_email;
use std::collections::BTreeMap;

/// Looks at what was selected before any case is read, and notes the addresses that were given.
///
/// # Errors
/// A recipient that is not in the directory, a wider audience than the recipient's, an address that is none (exit 2).
pub(crate) fn settle(workspace: &mut Workspace, selection: &Selection) -> Result<(), RunError> {
    workspace.addresses = addresses(workspace, &selection.addresses)?;
    if let Some(trial) = selection.trial().filter(|trial| !workspace.organisation.mail.test_addresses.contains(trial)) {
        let what = say!("{address} is not among the test addresses", address = trial);
        return Err(RunError::usage(what, say!("write it into organisation.toml: [mail] test-addresses = [\"{address}\"]", address = trial)));
    }
    for key in &selection.to {
        let Some(mandate) = workspace.directory.get(key) else {
            let near = workspace.directory.nearest(key);
            let hint = near.map_or_else(|| say!("`appeal recipients` lists the keys"), |near| say!("did you mean {near}?", near = near));
            return Err(RunError::usage(say!("`{key}` is not in the directory", key = key), hint));
        };
        if let Some(wide) = selection.audience.iter().find(|a| **a > mandate.kind.audience()) {
            let own = mandate.kind.audience().word();
            let wider = say!("{key} reads the letter for the audience {own}; --audience {wide} would show it more", key = key, own = own, wide = wide.word());
            return Err(RunError::usage(wider, say!("--audience narrows and never widens")));
        }
    }
    Ok(())
}

/// Reads `--address KEY=MAIL`.
///
/// # Errors
/// It has another form, or names a key that is not in the directory (exit 2).
fn addresses(workspace: &Workspace, given: &[String]) -> Result<BTreeMap<String, String>, RunError> {
    let mut addresses = BTreeMap::new();
    for word in given {
        let Some((key, mail)) = word.split_once('=').filter(|(_, mail)| is_email(mail)) else {
            let what = say!("--address {word} cannot be understood", word = word);
            return Err(RunError::usage(what, say!("write --address KEY=ADDRESS, such as migrants=mandate@example.org")));
        };
        if workspace.directory.get(key).is_none() {
            return Err(RunError::usage(say!("`{key}` is not in the directory", key = key), say!("`appeal recipients` lists the keys")));
        }
        addresses.insert(key.to_owned(), mail.to_owned());
    }
    Ok(addresses)
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

    let mut specs = Vec::new();
    if selection.separate {
        specs.extend(joint.into_iter().map(|k| spec(vec![k.clone()], None, Audience::Mandate, None)));
    } else if !joint.is_empty() {
        specs.push(spec(joint.into_iter().cloned().collect(), None, Audience::Mandate, None));
    }
    for key in single {
        specs.extend(persons(case).into_iter().map(|n| spec(vec![key.clone()], None, Audience::Mandate, Some(n))));
    }
    for key in others {
        let audience = kind(key).map_or(Audience::Public, |(a, _)| a);
        specs.push(spec(case.mandates.clone(), Some(key.clone()), audience, None));
    }
    if selection.purpose != Purpose::Write && selection.to.is_empty() {
        let sent = case.cc.iter().filter_map(|copy| if let Copy::Recipient { key, send: true } = copy { Some(key) } else { None });
        for key in sent.filter(|key| !case.mandates.contains(key)) {
            let audience = kind(key).map_or(Audience::Public, |(a, _)| a);
            specs.push(spec(case.mandates.clone(), Some(key.clone()), audience, None));
        }
    }
    if selection.audience.is_empty() {
        return specs;
    }
    let narrowed = specs.iter().flat_map(|o| selection.audience.iter().filter(|a| **a <= o.audience).map(|a| LetterSpec { audience: *a, ..o.clone() }));
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
