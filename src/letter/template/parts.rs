//! Parts, put in the place of the tags that include them.
//!
//! In: checked templates. Out: the same, without `{{> part}}`. For each part that it meets the engine copies all of its
//! data, which is most of the time that a letter takes. A part that is given a table of its own, or is indented, stays
//! the engine's.

use super::check::raw;
use handlebars::Template;
use handlebars::template::{DecoratorTemplate, TemplateElement};
use std::collections::BTreeMap;

/// Whether a part is put in the place of this tag, in a template that is not itself the engine's part.
pub(super) fn is_put_in(part: &DecoratorTemplate) -> bool {
    part.params.is_empty() && part.indent.is_none()
}

/// The names of the parts that a template includes, wherever in it.
pub(super) fn named(template: &Template) -> Vec<String> {
    let inside = |template: &Option<Template>| template.as_ref().map(named).unwrap_or_default();
    template
        .elements
        .iter()
        .flat_map(|element| match element {
            TemplateElement::PartialExpression(part) => vec![raw(&part.name)],
            TemplateElement::HelperBlock(block) => [inside(&block.template), inside(&block.inverse)].concat(),
            _ => Vec::new(),
        })
        .collect()
}

pub(super) fn put_in(template: Template, all: &BTreeMap<String, Template>) -> Template {
    let mut whole = Template::new();
    for element in template.elements {
        match element {
            TemplateElement::PartialExpression(part) if is_put_in(&part) => {
                let part = all.get(&raw(&part.name)).expect("a checked template names only parts that there are");
                whole.elements.extend(put_in(part.clone(), all).elements);
            }
            TemplateElement::HelperBlock(mut block) => {
                block.template = block.template.map(|inside| put_in(inside, all));
                block.inverse = block.inverse.map(|inside| put_in(inside, all));
                whole.elements.push(TemplateElement::HelperBlock(block));
            }
            other => whole.elements.push(other),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::put_in;
    use handlebars::{Handlebars, Template};
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn a_name_in_a_part_means_what_it_means_where_the_part_stands() {
        let body = |text: &str| Template::compile(text).expect("a template");
        let all = BTreeMap::from([
            ("letter".to_owned(), body("A\n{{#each incidents}}\n{{> one}}\n{{else}}\n{{> none}}\n{{/each}}\nZ\n")),
            ("one".to_owned(), body("{{@index}} {{place}} of {{../title}}\n{{> none}}\n")),
            ("none".to_owned(), body("-\n")),
        ]);
        let mut engine = Handlebars::new();
        engine.register_template("letter", put_in(all["letter"].clone(), &all));
        let read = |data| engine.render("letter", &data).expect("a letter");
        assert_eq!(read(json!({ "title": "T", "incidents": [{ "place": "P" }, { "place": "Q" }] })), "A\n0 P of T\n-\n1 Q of T\n-\nZ\n");
        assert_eq!(read(json!({ "incidents": [] })), "A\n-\nZ\n");
    }
}
