//! The helpers that templates may call, besides the engine's own conditions and loops.
//!
//! Each returns its value and never writes to the output itself, so that every value goes through the same door.

use super::RUN;
use super::cast::{begins_with_a_name, capital_mark, first_name};
use crate::letter::words::Words;
use handlebars::{Context, Handlebars, Helper, HelperDef, RenderContext, RenderError, ScopedJson};
use serde_json::Value as Json;
use std::sync::Arc;

type Answer<'rc> = Result<ScopedJson<'rc>, RenderError>;

pub(super) fn register(engine: &mut Handlebars<'static>, words: &Arc<Words>) {
    for unwanted in ["lookup", "raw", "log"] {
        engine.unregister_helper(unwanted);
    }
    engine.register_helper("list", Box::new(List(Arc::clone(words))));
    engine.register_helper("capital", Box::new(Capital));
    engine.register_helper("plural", Box::new(Plural(Arc::clone(words))));
    engine.register_helper("elide", Box::new(Elide(Arc::clone(words))));
}

/// What can be printed, and never a table or a list.
fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => String::new(),
    }
}

/// The text as it will be read, as far as the rules of sound need it.
fn as_read(value: &str) -> String {
    RUN.with_borrow(|run| first_name(value, &run.names))
}

struct List(Arc<Words>);

impl HelperDef for List {
    fn call_inner<'reg: 'rc, 'rc>(&self, h: &Helper<'rc>, _: &'reg Handlebars<'reg>, _: &'rc Context, _: &mut RenderContext<'reg, 'rc>) -> Answer<'rc> {
        let field = h.param(1).and_then(|p| p.value().as_str().map(str::to_owned));
        let items: Vec<String> = match h.param(0).map(handlebars::PathAndJson::value) {
            Some(Json::Array(items)) => items.iter().map(|i| field.as_ref().map_or_else(|| text(i), |f| i.get(f).map(text).unwrap_or_default())).collect(),
            Some(one) => vec![text(one)],
            None => Vec::new(),
        };
        let items: Vec<&String> = items.iter().filter(|i| !i.is_empty()).collect();
        let mut out = String::new();
        for (n, item) in items.iter().enumerate() {
            if n > 0 && n + 1 == items.len() {
                out.push_str(self.0.last_and(&as_read(item)));
            } else if n > 0 {
                out.push_str(self.0.comma());
            }
            out.push_str(item);
        }
        Ok(Json::String(out).into())
    }
}

struct Capital;

impl HelperDef for Capital {
    fn call_inner<'reg: 'rc, 'rc>(&self, h: &Helper<'rc>, _: &'reg Handlebars<'reg>, _: &'rc Context, _: &mut RenderContext<'reg, 'rc>) -> Answer<'rc> {
        let value = h.param(0).map(|p| text(p.value())).unwrap_or_default();
        let out = if begins_with_a_name(&value) { capital_mark(&value) } else { capitalized(&value) };
        Ok(Json::String(out).into())
    }
}

/// The text with a large first letter.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

struct Plural(Arc<Words>);

impl HelperDef for Plural {
    fn call_inner<'reg: 'rc, 'rc>(&self, h: &Helper<'rc>, _: &'reg Handlebars<'reg>, _: &'rc Context, _: &mut RenderContext<'reg, 'rc>) -> Answer<'rc> {
        let number = h.param(0).and_then(|p| p.value().as_u64()).and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        let form = h.hash_get(self.0.plural(number)).or_else(|| h.hash_get("other"));
        Ok(Json::String(form.map(|f| text(f.value())).unwrap_or_default()).into())
    }
}

struct Elide(Arc<Words>);

impl HelperDef for Elide {
    fn call_inner<'reg: 'rc, 'rc>(&self, h: &Helper<'rc>, _: &'reg Handlebars<'reg>, _: &'rc Context, _: &mut RenderContext<'reg, 'rc>) -> Answer<'rc> {
        let word = h.param(0).map(|p| text(p.value())).unwrap_or_default();
        let value = h.param(1).map(|p| text(p.value())).unwrap_or_default();
        Ok(Json::String(format!("{}{value}", self.0.elided(&word, &as_read(&value)))).into())
    }
}
