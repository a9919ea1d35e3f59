//! The style of a page: what a workspace's own may be, and what of a letter is written into it.
//!
//! In: a style, or the words of a head line. Out: whether it may stand, or the words as CSS strings that cannot end.

use std::fmt::Write as _;

/// The mark of a draft, over every page. It stands in the first layer of all styles, in which `!important` wins over all that
/// comes after it: no style of a house can take it away. It is so light that it hides no word, and is printed by browsers that
/// leave backgrounds out.
pub(super) const DRAFT_MARK: &str = "@layer draft {\n\
.draft::before { all: initial !important; content: attr(data-mark) !important; position: fixed !important; inset: 0 !important; display: flex !important; \
align-items: center !important; justify-content: center !important; font: bold 90pt/1 Georgia, Gelasio, \"Times New Roman\", \"Liberation Serif\", \"Noto Serif\", \
\"Noto Naskh Arabic\", Amiri, serif !important; letter-spacing: 0.1em !important; white-space: nowrap !important; color: rgb(0 0 0 / 9%) !important; \
transform: rotate(-35deg) !important; z-index: 2147483647 !important; pointer-events: none !important; user-select: none !important; \
-webkit-print-color-adjust: exact !important; print-color-adjust: exact !important; }\n\
.draft:dir(rtl)::before { letter-spacing: normal !important; }\n}\n";

/// Whether a style may stand in a letter: it cannot end its element, and loads nothing.
///
/// # Errors
/// What it contains that it may not, for a message.
pub fn check_style(style: &str) -> Result<(), &'static str> {
    let lower = style.to_ascii_lowercase();
    if lower.contains("</") {
        return Err("</");
    }
    if lower.contains("@import") {
        return Err("@import");
    }
    if lower.contains('\\') {
        return Err("\\");
    }
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("url(") {
        rest = &rest[at + 4..];
        if !rest.trim_start().trim_start_matches(['"', '\'']).starts_with("data:") {
            return Err("url(…) of something other than data:");
        }
    }
    // These load what is given as a mere string.
    if ["image-set(", "image(", "src("].iter().any(|word| lower.contains(word)) || (lower.contains("@font-face") && !lower.contains("data:")) {
        return Err("something that would be loaded");
    }
    Ok(())
}

/// A CSS string in which everything but letters, digits and spaces is escaped (CSS Syntax 3, §4.3.7).
pub(super) fn css_string(words: &str) -> String {
    let mut out = String::from("\"");
    for c in words.chars() {
        if c.is_alphanumeric() || c == ' ' {
            out.push(c);
        } else {
            // The space ends the escape and is no part of the string.
            let _ = write!(out, "\\{:x} ", u32::from(c));
        }
    }
    out.push('"');
    out
}

/// `Page {page} of {pages}` as CSS content.
pub(super) fn page_count(label: &str) -> String {
    let mut out = String::new();
    let mut rest = label;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        let Some(end) = after.find('}') else { break };
        if !before.is_empty() {
            let _ = write!(out, "{} ", css_string(before));
        }
        match &after[1..end] {
            "page" => out.push_str("counter(page) "),
            "pages" => out.push_str("counter(pages) "),
            _ => {}
        }
        rest = &after[end + 1..];
    }
    if !rest.is_empty() {
        out.push_str(&css_string(rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{check_style, css_string, page_count};

    #[test]
    fn a_style_can_neither_end_its_element_nor_load_anything() {
        assert_eq!(check_style("p { color: black; background: url(data:image/png;base64,AA) }"), Ok(()));
        for bad in ["</style>", "@import 'x'", "p{background:url(https://a.org/x.png)}", "p{background:URL( 'x.png')}", "\\75 rl(x)"] {
            assert!(check_style(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_into_the_style_cannot_end_its_string() {
        assert_eq!(css_string("a\"; } </style>"), "\"a\\22 \\3b  \\7d  \\3c \\2f style\\3e \"");
        assert_eq!(page_count("Page {page} of {pages}"), "\"Page \" counter(page) \" of \" counter(pages) ");
    }
}
