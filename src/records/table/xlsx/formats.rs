//! The formats of cells: which are dates, and which show a number as an id.
//!
//! In: the styles of a workbook. Out: what calamine needs of them, and the formats that put letters or zeros before a number.
//! A style has colours, borders and much more, of which calamine would hold each (ECMA-376 part 1, §18.8).

use super::super::package::Refusal;
use super::super::xml::{each, local_attribute};
use quick_xml::escape::escape;
use quick_xml::events::Event;
use std::collections::HashMap;
use std::io::Read;

/// More formats than any program lets a workbook have.
const MOST: usize = 1 << 16;

/// The formats of the cells of a workbook.
#[derive(Default)]
pub(super) struct Formats {
    /// The numbers by which cells name them, and how each is written.
    own: HashMap<u32, String>,
    /// The number of the format of each style.
    styles: Vec<u32>,
}

impl Formats {
    /// Reads the styles of a workbook.
    pub(super) fn read(part: impl Read) -> Result<Self, Refusal> {
        let (mut formats, mut inside, mut is_too_long) = (Self::default(), String::new(), false);
        each(part, |event| match event {
            Event::Start(element) if matches!(element.local_name().as_ref(), "numFmts" | "cellXfs") => element.local_name().as_ref().clone_into(&mut inside),
            Event::End(element) if element.local_name().as_ref() == inside => inside.clear(),
            Event::Start(element) | Event::Empty(element) => {
                let number = || local_attribute(element, "numFmtId").and_then(|id| id.trim().parse::<u32>().ok()).unwrap_or(0);
                match (inside.as_str(), element.local_name().as_ref()) {
                    ("numFmts", "numFmt") => drop(formats.own.insert(number(), local_attribute(element, "formatCode").unwrap_or_default())),
                    ("cellXfs", "xf") if formats.styles.len() < MOST => formats.styles.push(number()),
                    ("cellXfs", "xf") => is_too_long = true,
                    _ => {}
                }
            }
            _ => {}
        })?;
        if is_too_long || formats.own.len() > MOST { Err(Refusal::Bomb) } else { Ok(formats) }
    }

    /// The same styles, without what says nothing of numbers.
    pub(super) fn plain(&self, namespace: &str) -> String {
        let own = self.own.iter().map(|(number, code)| format!("<numFmt numFmtId=\"{number}\" formatCode=\"{}\"/>", escape(date_or_not(code))));
        let styles = self.styles.iter().map(|number| format!("<xf numFmtId=\"{number}\"/>"));
        let (own, styles): (String, String) = (own.collect(), styles.collect());
        format!("<styleSheet xmlns=\"{namespace}\"><numFmts>{own}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>")
    }

    /// What a cell of this style shows of a whole number, where its format puts letters or zeros before it: `"DF-"000` or
    /// `00000`, by which people write the ids of their cases.
    pub(super) fn shown(&self, style: usize, number: f64) -> Option<String> {
        let code = self.own.get(self.styles.get(style)?)?;
        let (before, zeros) = before_zeros(code)?;
        let is_whole = number.fract() == 0.0 && (0.0..1e15).contains(&number);
        is_whole.then(|| format!("{before}{number:0zeros$}"))
    }
}

/// A format of which it is plain to every reader whether it is one of dates: what stands in quotes or behind a backslash is
/// shown as it is and counts nothing.
fn date_or_not(code: &str) -> &str {
    if before_zeros(code).is_some() { "0" } else { code }
}

/// The letters and the zeros of a format that has nothing else; none of one without letters that has a single zero.
fn before_zeros(code: &str) -> Option<(String, usize)> {
    let (mut before, mut letters) = (String::new(), code.chars().peekable());
    while let Some(letter) = letters.next_if(|c| *c != '0') {
        match letter {
            '"' => before.extend(letters.by_ref().take_while(|c| *c != '"')),
            '\\' => before.push(letters.next()?),
            '-' | '/' | ' ' => before.push(letter),
            _ => return None,
        }
    }
    let zeros: Vec<char> = letters.collect();
    (!zeros.is_empty() && zeros.len() < 16 && zeros.iter().all(|c| *c == '0') && (zeros.len() > 1 || before.chars().any(char::is_alphanumeric)))
        .then_some((before, zeros.len()))
}

#[cfg(test)]
mod tests {
    use super::before_zeros;

    #[test]
    fn a_format_that_writes_an_id_is_told_from_one_that_counts() {
        assert_eq!(before_zeros("\"DF-2026-\"000"), Some(("DF-2026-".into(), 3)));
        assert_eq!(before_zeros("\\D\\F-00"), Some(("DF-".into(), 2)));
        assert_eq!(before_zeros("00000"), Some((String::new(), 5)));
        for code in ["0", "General", "0.00", "#,##0", "yyyy-mm-dd", "0\" kg\"", "-0", "[Red]00", "", "\"x"] {
            assert_eq!(before_zeros(code), None, "{code}");
        }
    }
}
