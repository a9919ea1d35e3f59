//! What a workbook says of itself: its sheets, how its dates are counted, and which styles are dates.
//!
//! In: the small parts of a package. Out: names and numbers. Elements are known by their names in whatever namespace: there is
//! one of the standard and one of its strict form (ECMA-376 part 1, §18.2, §18.8).

use super::super::package::Refusal;
use super::super::xml::{local_attribute, walk};
use quick_xml::events::Event;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::ops::ControlFlow;

/// A sheet that a person sees.
pub(super) struct Listed {
    pub(super) name: String,
    /// By what the relations of the workbook know it.
    pub(super) relation: String,
}

/// The sheets of a workbook, in order, and whether its days count from 1904.
pub(super) fn sheets(part: impl Read) -> Result<(Vec<Listed>, bool), Refusal> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    each(part, |event| {
        if let Event::Start(element) | Event::Empty(element) = event {
            let attribute = |name| local_attribute(element, name);
            match element.local_name().as_ref() {
                "sheet" if attribute("state").is_none_or(|state| state == "visible") => {
                    sheets.push(Listed { name: attribute("name").unwrap_or_default(), relation: attribute("id").unwrap_or_default() });
                }
                "workbookPr" => is_1904 |= attribute("date1904").is_some_and(|value| matches!(value.as_str(), "1" | "true")),
                _ => {}
            }
        }
    })?;
    Ok((sheets, is_1904))
}

/// A part that another one names.
pub(super) struct Related {
    /// The last word of its kind: `worksheet`, `styles`.
    pub(super) kind: String,
    /// Its path in the package.
    pub(super) path: String,
}

/// What is related to the workbook, by the name of the relation.
pub(super) fn related(part: impl Read) -> Result<BTreeMap<String, Related>, Refusal> {
    let mut related = BTreeMap::new();
    each(part, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && element.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(kind), Some(target)) = (local_attribute(element, "Id"), local_attribute(element, "Type"), local_attribute(element, "Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            related.insert(id, Related { kind, path });
        }
    })?;
    Ok(related)
}

/// Which of the formats of cells are dates, in their order.
pub(super) fn dates(part: impl Read) -> Result<Vec<bool>, Refusal> {
    let (mut own, mut dates, mut inside) = (HashMap::new(), Vec::new(), String::new());
    each(part, |event| match event {
        Event::Start(element) if matches!(element.local_name().as_ref(), "numFmts" | "cellXfs") => element.local_name().as_ref().clone_into(&mut inside),
        Event::End(element) if element.local_name().as_ref() == inside => inside.clear(),
        Event::Start(element) | Event::Empty(element) => {
            let number = || local_attribute(element, "numFmtId").and_then(|id| id.trim().parse::<u32>().ok()).unwrap_or(0);
            match (inside.as_str(), element.local_name().as_ref()) {
                ("numFmts", "numFmt") => {
                    own.insert(number(), is_date(&local_attribute(element, "formatCode").unwrap_or_default()));
                }
                ("cellXfs", "xf") => {
                    let number = number();
                    dates.push(own.get(&number).copied().unwrap_or_else(|| is_shipped_date(number)));
                }
                _ => {}
            }
        }
        _ => {}
    })?;
    Ok(dates)
}

/// Whether a format that every program knows by its number is one of dates or of hours (ECMA-376 part 1, §18.8.30).
fn is_shipped_date(number: u32) -> bool {
    matches!(number, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a format has a day, a month, a year, an hour, a minute or a second, outside what it shows as it stands: `"day" 0`,
/// `\d0`, `[Red]0`. `[h]` counts hours on and on (ECMA-376 part 1, §18.8.31).
fn is_date(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.by_ref().find(|c| *c == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                let Some(first) = inside.chars().next().map(|c| c.to_ascii_lowercase()) else { continue };
                if matches!(first, 'h' | 'm' | 's') && inside.chars().all(|c| c.eq_ignore_ascii_case(&first)) {
                    return true;
                }
            }
            // The first form is that of positive numbers, and of dates.
            ';' => return false,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return true,
            _ => {}
        }
    }
    false
}

fn each(part: impl Read, mut take: impl FnMut(&Event<'_>)) -> Result<(), Refusal> {
    walk(part, |event| {
        take(event);
        ControlFlow::Continue(())
    })
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn a_format_is_one_of_dates_by_what_it_counts_and_not_by_what_it_shows() {
        for code in ["dd/mm/yyyy", "DD\\-MM\\-YY", "[$-40A]d \"de\" mmmm", "[h]:mm", "[SS]", "h:mm AM/PM", "yyyy;@"] {
            assert!(is_date(code), "{code}");
        }
        for code in ["General", "0.00", "\"day\" 0", "\\d0", "[Red]0", "#,##0_d", "0;dd", "@", "[$€-C0A]0", ""] {
            assert!(!is_date(code), "{code}");
        }
    }
}
