//! Cells as values.
//!
//! In: a cell, and what is asked of its column. Out: a [`Value`], or a problem at the cell. A cell of ours says what it says; one of
//! a foreign table is read as its mapping tells. Nothing is guessed.

use super::super::mapping::{CellRule, clock, truth, without_midnight};
use super::super::{Node, Value};
use super::cell::Cell;
use super::columns::{Columns, Expected, Leaf};
use crate::diagnostic::{Diagnostic, Diagnostics, Message, Place};

/// A value with the place of its cell.
pub(super) struct Filled<'a> {
    pub(super) columns: &'a Columns,
    pub(super) leaf: &'a Leaf,
    pub(super) place: Place,
    pub(super) cell: Cell<'a>,
}

/// What a cell says, as the type that is asked of its column.
pub(super) fn value(filled: &Filled<'_>, problems: &mut Diagnostics) -> Value {
    let mut refuse = |message, hint| {
        let at = filled.columns.location(filled.place.line, filled.leaf.column);
        problems.push(Diagnostic::error(message).at(at).about(filled.leaf.path.join(".")).hint(hint));
        Value::Spoilt
    };
    let kind = filled.leaf.kind;
    if filled.leaf.is_name {
        let words = filled.cell.words();
        if several(&words, filled.leaf.reading.as_deref().and_then(CellRule::sign)) {
            return refuse(
                say!("the cell has a sign or a line end that divides several people"),
                say!("give each person a row, or columns with a number: victims.1.name, victims.2.name"),
            );
        }
        if may_be_two(&words) {
            let at = filled.columns.location(filled.place.line, filled.leaf.column);
            let remark = Diagnostic::warning(say!("the cell may name two people, and is read as one name")).at(at).about(filled.leaf.path.join("."));
            problems.push(remark.hint(say!("give each person a row, or columns with a number: victims.1.name, victims.2.name")));
        }
    }
    let mut refuse = |message, hint| {
        let at = filled.columns.location(filled.place.line, filled.leaf.column);
        problems.push(Diagnostic::error(message).at(at).about(filled.leaf.path.join(".")).hint(hint));
        Value::Spoilt
    };
    if let Some(reading) = filled.leaf.reading.as_deref().filter(|_| !matches!(filled.cell, Cell::Error | Cell::Empty)) {
        return foreign(reading, &filled.cell, filled.place, kind).unwrap_or_else(|(message, hint)| refuse(message, hint));
    }
    match &filled.cell {
        Cell::Error => refuse(
            say!("the cell has an error instead of a value"),
            say!("look at its formula; one that was never counted gets its value when a spreadsheet program saves the table"),
        ),
        Cell::Empty => Value::Spoilt,
        Cell::Bool(value) if kind == Expected::Answer => Value::Text(answer(*value)),
        Cell::Bool(value) => Value::Bool(*value),
        Cell::Date(_) | Cell::Text(_) if kind == Expected::Time => {
            let words = filled.cell.words();
            match clock(&words, None) {
                Ok(time) => Value::Text(time.unwrap_or(words)),
                Err((message, hint)) => refuse(message, hint),
            }
        }
        Cell::Date(text) if kind == Expected::Date => Value::Date(without_midnight(text).to_owned()),
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
        Expected::Date => Ok(Value::Date(reading.date(word)?)),
        Expected::Time => Ok(Value::Text(reading.time(word)?)),
        Expected::Answer => Ok(Value::Text(truth(word).map_or_else(|| word.to_owned(), answer))),
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
        Expected::Bool => truth(&number.to_string()).map_or(Value::Float(number), Value::Bool),
        Expected::Integer => Value::Float(number),
        Expected::Answer => Value::Text(truth(&number.to_string()).map_or_else(|| number.to_string(), answer)),
        Expected::Text | Expected::Date | Expected::Time | Expected::List => Value::Text(number.to_string()),
    }
}

fn text_as(text: &str, filled: &Filled<'_>, kind: Expected) -> Value {
    match kind {
        Expected::Bool => truth(text).map_or_else(|| Value::Text(text.to_owned()), Value::Bool),
        Expected::Answer => Value::Text(truth(text).map_or_else(|| text.to_owned(), answer)),
        Expected::Integer => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Integer),
        Expected::List => {
            let place = filled.place;
            let items = text.split([';', '\n', '\r']).map(str::trim).filter(|t| !t.is_empty());
            Value::List(items.map(|t| Node { place, value: Value::Text(t.to_owned()) }).collect())
        }
        Expected::Date => Value::Text(without_midnight(text).to_owned()),
        Expected::Text | Expected::Time => Value::Text(text.to_owned()),
    }
}

/// Yes and no, as the facts of an incident say it.
fn answer(is_yes: bool) -> String {
    if is_yes { "yes" } else { "no" }.to_owned()
}

/// Whether the cell of a name is a list. `sign` is what the mapping says stands between several values.
fn several(words: &str, sign: Option<&str>) -> bool {
    let parts = |mut parts: std::str::Split<'_, &[char]>| parts.by_ref().filter(|part| !part.trim().is_empty()).count() > 1;
    parts(words.split([';', '|', '\n', '\r', '\u{2028}', '\u{2029}'].as_slice()))
        || sign.is_some_and(|sign| words.split(sign).filter(|part| !part.trim().is_empty()).count() > 1)
}

/// Whether a name may be those of two people: "Rosa Ejemplo y Juan Modelo", not "Ramón y Cajal".
fn may_be_two(words: &str) -> bool {
    let is_whole = |part: &str| part.split_whitespace().count() > 1;
    [" y ", " e ", " and ", " et ", " & ", " / ", ", "].iter().any(|joint| words.split_once(joint).is_some_and(|(one, other)| is_whole(one) && is_whole(other)))
}
