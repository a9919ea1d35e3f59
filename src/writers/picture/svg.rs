//! A picture drawn in lines: that it runs and loads nothing, and what a drawing program wrote into it.
//!
//! In: the text of an SVG. Out: what it may not hold; or the same drawing without comments, descriptions and the words of
//! drawing programs, which tell of people and of folders on their computers.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

/// What an SVG may not hold, because it would run or load something.
///
/// # Errors
/// What it holds, for a message.
pub fn check_svg(text: &str) -> Result<(), &'static str> {
    let lower = text.to_ascii_lowercase();
    for (sign, what) in [
        ("<script", "a script"),
        (":script", "a script"),
        ("<!entity", "an entity"),
        ("<foreignobject", "foreign content"),
        ("javascript:", "a script"),
        ("@import", "an outside style"),
    ] {
        if lower.contains(sign) {
            return Err(what);
        }
    }
    // Any link or url(…) must stay inside the picture: `#part`, or bytes of its own.
    for opening in ["href", "src", "url("] {
        for (at, _) in lower.match_indices(opening) {
            let rest = lower[at + opening.len()..].trim_start_matches([' ', '\t', '\n', '\r', '=']).trim_start_matches(['"', '\'']).trim_start();
            let is_link = opening == "url(" || lower[at + opening.len()..].trim_start().starts_with('=');
            if is_link && !rest.starts_with('#') && !rest.starts_with("data:image/") {
                return Err("a link to something outside it");
            }
        }
    }
    let is_handler = |w: &str| w.starts_with("on") && w.find('=').is_some_and(|at| at > 2 && w[2..at].trim_end().bytes().all(|b| b.is_ascii_lowercase()));
    if lower.split(|c: char| c.is_whitespace() || c == '/' || c == '"' || c == '\'').any(is_handler) {
        return Err("a script");
    }
    Ok(())
}

/// The same drawing, as SVG knows it: no comments, no descriptions, no elements or attributes of other makers. None if it
/// is not well formed.
#[must_use]
pub fn bare_svg(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut writer = Writer::new(Vec::with_capacity(text.len()));
    let (mut depth, mut dropped_from, mut is_svg) = (0_u32, None, false);
    loop {
        let event = reader.read_event().ok()?;
        match &event {
            Event::Start(start) => {
                depth += 1;
                if dropped_from.is_none() && !is_drawn(start.name().as_ref()) {
                    dropped_from = Some(depth);
                }
                if dropped_from.is_none() {
                    is_svg |= depth == 1 && is_root(start);
                    writer.write_event(Event::Start(drawn(start)?)).ok()?;
                }
            }
            Event::Empty(start) if dropped_from.is_none() && is_drawn(start.name().as_ref()) => {
                is_svg |= depth == 0 && is_root(start);
                writer.write_event(Event::Empty(drawn(start)?)).ok()?;
            }
            Event::End(_) => {
                if dropped_from.is_none() {
                    writer.write_event(event).ok()?;
                } else if dropped_from == Some(depth) {
                    dropped_from = None;
                }
                depth = depth.checked_sub(1)?;
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if dropped_from.is_none() && depth > 0 => writer.write_event(event).ok()?,
            Event::DocType(_) if depth > 0 => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    (is_svg && depth == 0).then_some(())?;
    String::from_utf8(writer.into_inner()).ok()
}

fn is_root(start: &BytesStart<'_>) -> bool {
    matches!(start.name().as_ref(), "svg" | "svg:svg")
}

/// Whether an element belongs to the drawing. What describes it is for those who draw: a letter has its own words for it.
fn is_drawn(name: &str) -> bool {
    let local = name.strip_prefix("svg:").unwrap_or(name);
    !local.contains(':') && !matches!(local, "metadata" | "title" | "desc")
}

/// An element with the attributes that SVG knows.
fn drawn(start: &BytesStart<'_>) -> Option<BytesStart<'static>> {
    let mut bare = BytesStart::new(start.name().as_ref().to_owned());
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref().to_owned();
        let is_known = match key.split_once(':') {
            Some(("xmlns", to)) => matches!(to, "svg" | "xlink"),
            Some((prefix, _)) => matches!(prefix, "xml" | "xlink"),
            None => !key.starts_with("data-"),
        };
        if is_known {
            bare.push_attribute(attribute);
        }
    }
    Some(bare)
}

#[cfg(test)]
mod tests {
    use super::{bare_svg, check_svg};

    #[test]
    fn an_svg_neither_runs_nor_loads_anything() {
        assert_eq!(check_svg("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/><use href=\"#a\"/></svg>"), Ok(()));
        for bad in [
            "<svg><script>x</script></svg>",
            "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"><s:script>x</s:script></s:svg>",
            "<svg onload=\"x()\"/>",
            "<svg><image href=\"https://a.org/x.png\"/></svg>",
            "<svg><image xlink:href = 'file:///etc/passwd'/></svg>",
            "<svg style=\"fill:url( https://a.org/#x)\"/>",
            "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>",
        ] {
            assert!(check_svg(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_svg_loses_what_a_drawing_program_wrote_into_it() {
        let full = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- by Canary -->\n<!DOCTYPE svg PUBLIC \"a\" \"b\">\
            <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:inkscape=\"http://i\" \
            inkscape:export-filename=\"/home/canary/logo.png\" sodipodi:docname=\"canary.svg\" data-name=\"Canary\" width=\"4\">\
            <title>Canary</title><metadata><rdf:RDF><dc:creator>Canary</dc:creator></rdf:RDF></metadata><sodipodi:namedview id=\"x\"/>\
            <style><![CDATA[ .a > b { fill: red } ]]></style><g id=\"a\" inkscape:label=\"Canary\"><text>R &amp; S</text><use xlink:href=\"#a\"/></g></svg>";
        let bare = bare_svg(full).expect("it is well formed");
        assert_eq!(
            bare,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"4\">\
             <style><![CDATA[ .a > b { fill: red } ]]></style><g id=\"a\"><text>R &amp; S</text><use xlink:href=\"#a\"/></g></svg>"
        );
        assert_eq!(bare_svg(&bare).as_deref(), Some(bare.as_str()));
    }

    #[test]
    fn what_is_not_well_formed_is_no_drawing() {
        for bad in ["<svg", "<svg><g></svg>", "<svg><g>", "<html><svg/></html>", "", "<svg a=\"1\" a=\"2\"/>", "<svg/><![CDATA[", "<svg><!DOCTYPE x></svg>"] {
            assert_eq!(bare_svg(bad), None, "{bad}");
        }
        assert!(bare_svg("<svg/>").is_some());
    }
}
