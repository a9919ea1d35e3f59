//! The words of a letter, read from its HTML without a browser.

use unicode_normalization::UnicodeNormalization as _;

/// Words in the order in which they stand on paper, with the numbers and dashes of lists, as one string without spaces
/// and capitals: how lines are broken and marks are set makes no difference to it.
pub(crate) fn on_paper(html: &str) -> String {
    let body = &html[html.find("<main>").expect("a letter has a body")..html.find("</body>").expect("a letter has an end")];
    squeezed(&text(body, Marks::Written))
}

/// The same without the marks of lists.
pub(crate) fn in_order(html: &str) -> String {
    let body = &html[html.find("<main>").expect("a letter has a body")..html.find("</body>").expect("a letter has an end")];
    squeezed(&text(body, Marks::LeftOut))
}

/// The words in the order in which they are written, with spaces between them as a reader sees them.
pub(crate) fn words_of(html: &str, marks: Marks) -> String {
    text(&html[html.find("<main>").expect("a letter has a body")..html.find("</main>").expect("a body ends")], marks)
}

/// The text of every element with this tag, which may be told apart by its class: `p class="date"`.
pub(crate) fn of_elements(html: &str, tag: &str) -> Vec<String> {
    let (open, close) = (format!("<{tag}"), format!("</{}>", tag.split(' ').next().expect("a tag has a name")));
    let pieces = html.split(&open).skip(1).filter(|piece| piece.starts_with(['>', ' ']));
    pieces.map(|piece| text(&format!("<{tag}{}", &piece[..piece.find(&close).expect("elements are closed")]), Marks::LeftOut)).collect()
}

/// The head line of later pages, as the style has it.
pub(crate) fn head_line(html: &str) -> String {
    let content = ["@top-left { content: \"", "@top-right { content: \""].iter().find_map(|start| html.split_once(start)).expect("the style has a head line").1;
    let mut rest = &content[..content.find('"').expect("the string is closed")];
    let mut line = String::new();
    while let Some(at) = rest.find('\\') {
        line.push_str(&rest[..at]);
        let (code, after) = rest[at + 1..].split_once(' ').expect("a space ends an escape");
        line.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("an escape is a character"));
        rest = after;
    }
    line.push_str(rest);
    line
}

/// Without spaces, capitals, and the marks that only set a direction.
pub(crate) fn squeezed(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.nfkc().filter(kept).flat_map(char::to_lowercase).collect()
}

/// Whether the numbers and dashes of lists are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marks {
    Written,
    Numbers,
    LeftOut,
}

/// What stands within a word or beside it, without a space.
const INLINE: [&str; 5] = ["a", "bdi", "em", "span", "strong"];

fn text(html: &str, marks: Marks) -> String {
    let mut out = String::new();
    let mut lists: Vec<Option<usize>> = Vec::new();
    let mut is_plain = false;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(&unescaped(before));
        let (tag, after) = after.split_once('>').expect("tags are closed");
        let name = tag.split(' ').next().expect("a tag has a name");
        match name {
            "section" => is_plain = true,
            "/section" => is_plain = false,
            "ul" => lists.push(None),
            "ol" => lists.push(Some(1)),
            "/ul" | "/ol" => {
                lists.pop();
            }
            "li" if marks != Marks::LeftOut && !is_plain => match lists.last_mut() {
                Some(Some(n)) => {
                    out.push_str(&format!("{n}. "));
                    *n += 1;
                }
                _ if marks == Marks::Written => out.push('–'),
                _ => {}
            },
            // On paper the mark stands behind the text instead.
            "p" if marks == Marks::Written && tag.contains("draft-mark") => {
                rest = after.split_once("</p>").expect("it is closed").1;
                continue;
            }
            _ => {}
        }
        if !INLINE.contains(&name.trim_start_matches('/')) {
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(&unescaped(rest));
    out
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
