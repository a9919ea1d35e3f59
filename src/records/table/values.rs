//! Cells as values.
//!
//! In: a cell, and what is asked of its column. Out: a [`Value`], or a problem at the cell. A cell of ours says what it says; one of
//! a foreign table is read as its mapping tells. Nothing is guessed.

use super::super::mapping::{CellRule, truth};
use super::super::{Node, Value};
use super::cell::Cell;
use super::columns::Expected;
use super::rows::Filled;
use crate::diagnostic::{Diagnostic, Diagnostics, Message, Place};

/// What a cell says, as the type that is asked of its column.
pub(super) fn value(filled: &Filled<'_>, problems: &mut Diagnostics) -> Value {
    let mut refuse = |message, hint| {
        let at = filled.columns.location(filled.place.line, filled.leaf.column);
        problems.push(Diagnostic::error(message).at(at).about(filled.leaf.path.join(".")).hint(hint));
        Value::Spoilt
    };
    let kind = filled.leaf.kind;
    if let Some(reading) = filled.leaf.reading.as_deref().filter(|_| !matches!(filled.cell, Cell::Error | Cell::Empty)) {
        return foreign(reading, &filled.cell, filled.place, kind).unwrap_or_else(|(message, hint)| refuse(message, hint));
    }
    match &filled.cell {
        Cell::Error => refuse(
            say!("the cell has an error instead of a value"),
            say!("look at its formula; one that was never counted gets its value when a spreadsheet program saves the table"),
        ),
        Cell::Empty => Value::Spoilt,
        Cell::Bool(value) => Value::Bool(*value),
        Cell::Date(text) => Value::Date(text.clone()),
        Cell::Number(number) if kind == Expected::Date && is_serial(*number) => {
            refuse(say!("the cell has a number where a date belongs"), say!("give the cell the format of a date, or write 2021-04-28 as text"))
        }
        Cell::Number(number) => number_as(*number, kind),
        Cell::Text(text) if kind == Expected::Date && text.parse().is_ok_and(is_serial) => refuse(
            say!("the cell has a number where a date belongs: the day as a spreadsheet counts it"),
            say!("give the column the format of a date and save the table again, or write 2021-04-28"),
        ),
        Cell::Text(text) => text_as(text, filled, kind),
    }
}

/// What a foreign cell says.
fn foreign(reading: &CellRule, cell: &Cell<'_>, place: Place, kind: Expected) -> Result<Value, (Message, Message)> {
    let words = cell.words();
    if kind == Expected::List {
        let words = reading.split(&words).into_iter().map(|part| reading.word(part).map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Value::List(words.into_iter().map(|word| Node { place, value: Value::Text(word) }).collect()));
    }
    let word = reading.word(&words)?;
    match kind {
        Expected::Bool => truth(word)
            .map(Value::Bool)
            .ok_or_else(|| (say!("the cell is neither yes nor no"), say!("write yes or no, or say in the mapping what its word means"))),
        Expected::Date if word.parse().is_ok_and(is_serial) => Err((
            say!("the cell has a number where a date belongs: the day as a spreadsheet counts it"),
            say!("give the column the format of a date and save the table again, or write 2021-04-28"),
        )),
        Expected::Date => Ok(Value::Date(reading.date(word))),
        Expected::Integer => Ok(word.parse().map_or_else(|_| Value::Text(word.to_owned()), Value::Integer)),
        Expected::Text | Expected::List => Ok(Value::Text(word.to_owned())),
    }
}

/// Numbers by which spreadsheets count the days of 1920 to 2090.
fn is_serial(number: f64) -> bool {
    (7_000.0..70_000.0).contains(&number)
}

#[expect(clippy::cast_possible_truncation, reason = "it was looked at that the number is whole and small")]
fn number_as(number: f64, kind: Expected) -> Value {
    let whole = number.fract() == 0.0 && number.abs() < 1e15;
    match kind {
        Expected::Integer if whole => Value::Integer(number as i64),
        Expected::Integer | Expected::Bool => Value::Float(number),
        Expected::Text | Expected::Date | Expected::List => Value::Text(number.to_string()),
    }
}

fn text_as(text: &str, filled: &Filled<'_>, kind: Expected) -> Value {
    match kind {
        // As Excel writes its own true and false in English, Spanish and French; yes and no are a matter of a mapping.
        Expected::Bool => match text.to_lowercase().as_str() {
            "true" | "verdadero" | "vrai" => Value::Bool(true),
            "false" | "falso" | "faux" => Value::Bool(false),
            _ => Value::Text(text.to_owned()),
        },
        Expected::Integer => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Integer),
        Expected::List => {
            let place = filled.place;
            let items = text.split([';', '\n', '\r']).map(str::trim).filter(|t| !t.is_empty());
            Value::List(items.map(|t| Node { place, value: Value::Text(t.to_owned()) }).collect())
        }
        Expected::Text | Expected::Date => Value::Text(text.to_owned()),
    }
}
