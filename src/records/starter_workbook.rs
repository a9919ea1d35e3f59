//! A workbook to fill in: the columns of our own tables, for people who never write TOML.
//!
//! In: the [`Shape`] of a case, lists of words, and the language of the explanations. Out: an XLSX with a sheet for the cases
//! and one for each of their tables. Nothing in it is filled in, a consent least of all; what is filled in is read by
//! [`Sheets`](super::Sheets). The columns are those that the reader knows: there is no second list to keep in step.

use super::{Field, Kind, Shape};
use crate::diagnostic::{Catalogue, Message};
use rust_xlsxwriter::utility::{cell_range_absolute, quote_sheet_name};
use rust_xlsxwriter::{Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError};

/// The row that names the columns, from 0; above it stands what they mean.
const HEADER: u32 = 3;
/// The last row that has drop-downs. Further rows are read like any other.
const LAST: u32 = 1_999;
/// Points from one line of a cell to the next.
const LINE: usize = 13;
/// The highest row that a spreadsheet has, in points.
const HIGHEST: f64 = 409.0;
/// What a letter cannot do without, beside what the shape itself requires: it depends on the kind of letter.
const NEEDED: [&str; 5] = ["title", "country", "mandates", "incidents.account", "requests.text"];

/// Words that a column may have, and what each means.
pub struct Words {
    /// What they are.
    pub name: String,
    /// The columns whose cells hold one of them, or several.
    pub columns: &'static [&'static str],
    /// Each word and its meaning.
    pub rows: Vec<(String, String)>,
}

/// Writes the workbook: the same bytes each time, so it was made on a day of long ago, by nobody.
#[must_use]
pub fn write(shape: &Shape, words: &[Words], catalogue: &Catalogue) -> Vec<u8> {
    let writing = Writing { words, catalogue, looks: Looks::new() };
    writing.book(shape).expect("names, words and explanations are the program's own: they fit a sheet, and its name is there once")
}

struct Writing<'a> {
    words: &'a [Words],
    catalogue: &'a Catalogue,
    looks: Looks,
}

/// How cells look. All to be filled in are text, so that no program makes a day of March out of `2021-03`.
struct Looks {
    /// A cell to be filled in, a word of a list, a paragraph to read.
    entry: Format,
    /// What a sheet is for.
    lead: Format,
    /// What several columns have in common.
    group: Format,
    /// What a column means.
    about: Format,
    /// The name of a column.
    header: Format,
    /// The name of a column that no case can do without.
    needed: Format,
}

impl Looks {
    fn new() -> Self {
        let text = || Format::new().set_num_format("@");
        let grey = || text().set_font_size(10).set_font_color(Color::RGB(0x40_40_40));
        let header = |ground| {
            let bold = text().set_bold().set_font_color(Color::White).set_background_color(Color::RGB(ground));
            bold.set_border_left(FormatBorder::Thin).set_border_left_color(Color::White)
        };
        Self {
            entry: text().set_align(FormatAlign::Top).set_text_wrap(),
            lead: text().set_bold().set_font_size(14),
            group: grey().set_italic(),
            about: grey().set_text_wrap(),
            header: header(0x5b_7c_99),
            needed: header(0x1f_3a_52),
        }
    }
}

impl Writing<'_> {
    fn book(&self, shape: &Shape) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        book.push_worksheet(self.readme()?);
        for sheet in self.cases(shape)? {
            book.push_worksheet(sheet);
        }
        book.push_worksheet(self.lists()?);
        book.save_to_buffer()
    }

    fn tell(&self, message: &Message) -> String {
        self.catalogue.tell(message)
    }

    /// A sheet that is a remark, as its name says.
    fn remark(&self, name: &Message) -> String {
        format!("# {}", self.tell(name))
    }

    /// What a person reads first.
    fn readme(&self) -> Result<Worksheet, XlsxError> {
        let lines = [
            say!("A row of the sheet cases is a letter. The other sheets say more of the same case: whom it happened to, what happened, what is asked."),
            say!("The column id of every sheet says which case a row belongs to: a neutral word, such as norte-2026-01, never a name."),
            say!(
                "Fill in what you know and leave the rest empty. Nothing is filled in for you, least of all what a person has agreed to: ask, and write the answers into the columns victims.consent."
            ),
            say!("Without the columns on dark ground there is no letter. `appeal check` says what else is missing, cell by cell, as often as you like."),
            say!("In texts write {v1} for the person with the id v1, never the name: each reader is shown the name or the code, as the person agreed."),
            say!("Several values stand in one cell, divided by ; as in v1; v2. Days are written 2026-03-22, or 2026-03 where the day is not known."),
            say!("Columns may be moved, or deleted with their explanations. Sheets and columns whose name begins with # are remarks, like this sheet."),
            say!("This file will hold names. Keep it in its workspace, on an encrypted disk, and out of shared folders."),
        ];
        let mut sheet = page(&self.remark(&say!("read me")))?;
        sheet.set_screen_gridlines(false).set_column_width(0, 100)?;
        for (row, line) in (0..).zip(&lines) {
            let text = self.tell(line);
            sheet.set_row_height(row, height(&text, 100))?.write_string_with_format(row, 0, text, &self.looks.entry)?;
        }
        Ok(sheet)
    }

    /// The sheet of the cases, and those of their tables.
    fn cases(&self, shape: &Shape) -> Result<Vec<Worksheet>, XlsxError> {
        let id = |about| Leaf { path: "id".into(), about: self.tell(&about), is_needed: true, ..Leaf::default() };
        let mut cases = vec![id(say!("the case: a neutral word, the same on every sheet; never a name"))];
        self.leaves(shape, "", "", &mut cases);
        let lead = say!("One row for each case.");
        let mut sheets = vec![self.sheet("cases", &lead, &cases)?];
        for field in &shape.fields {
            let Kind::Tables(inner) = &field.kind else { continue };
            let of_case = || Leaf { picks: Some(cells_of("cases", 0)), ..id(say!("the id of the case, as on the sheet cases")) };
            let mut part = vec![of_case()];
            self.leaves(inner, field.key, "", &mut part);
            let own = (0..).zip(&part).find(|(_, l)| l.path == format!("{}.id", field.key)).map(|(column, _)| column);
            let lead = say!("One row for each: {what}.", what = self.catalogue.sentence(field.doc));
            sheets.push(self.sheet(field.key, &lead, &part)?);
            for below in &inner.fields {
                let (Kind::Tables(facts), Some(own)) = (&below.kind, own) else { continue };
                let path = format!("{}.id", field.key);
                let about = self.tell(&say!("the id of the row of the sheet {sheet} that this belongs to", sheet = field.key));
                let mut fact = vec![of_case(), Leaf { path, about, picks: Some(cells_of(field.key, own)), is_needed: true, ..Leaf::default() }];
                self.leaves(facts, &format!("{}.{}", field.key, below.key), "", &mut fact);
                let lead = say!("One row for each: {what}.", what = self.catalogue.sentence(below.doc));
                sheets.push(self.sheet(below.key, &lead, &fact)?);
            }
        }
        Ok(sheets)
    }

    /// The columns of a table and of the single tables in it.
    fn leaves(&self, shape: &Shape, path: &str, group: &str, out: &mut Vec<Leaf>) {
        for field in &shape.fields {
            let path = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
            match &field.kind {
                Kind::Tables(_) | Kind::Map(_) => {}
                Kind::Table(inner) => self.leaves(inner, &path, self.catalogue.sentence(field.doc), out),
                kind => out.push(Leaf {
                    about: self.about(field),
                    group: group.to_owned(),
                    picks: self.picks(kind, &path),
                    is_needed: field.required || NEEDED.contains(&path.as_str()),
                    is_long: matches!(kind, Kind::Localized),
                    path,
                }),
            }
        }
    }

    /// What a column means, and what its cells may be.
    fn about(&self, field: &Field) -> String {
        let doc = self.catalogue.sentence(field.doc);
        match form(&field.kind) {
            Form::Words(words) if words.iter().all(|w| doc.contains(w)) => doc.to_owned(),
            Form::Words(words) => format!("{doc}: {}", words.join(", ")),
            Form::Said("") => doc.to_owned(),
            // Quotes are TOML's.
            Form::Said(form) => format!("{doc} ({})", self.catalogue.sentence(form).replace('"', "")),
        }
    }

    /// What a drop-down offers. Where several values may stand in a cell it only proposes.
    fn picks(&self, kind: &Kind, path: &str) -> Option<DataValidation> {
        let is_strict = !matches!(kind, Kind::List(_));
        let list = (0..).step_by(2).zip(self.words).find(|(_, list)| list.columns.contains(&path));
        let picks = match (list, form(kind)) {
            (Some((column, list)), _) => {
                let cells = cell_range_absolute(HEADER + 1, column, HEADER + rows(list), column);
                DataValidation::new().allow_list_formula(Formula::new(format!("={}!{cells}", quote_sheet_name(&self.remark(&say!("words"))))))
            }
            // A spreadsheet keeps few words beside the cell; without more of them it has no drop-down.
            (None, Form::Words(words)) => DataValidation::new().allow_list_strings(&words).ok()?,
            (None, Form::Said(_)) => return None,
        };
        Some(picks.show_error_message(is_strict))
    }

    fn sheet(&self, name: &str, lead: &Message, leaves: &[Leaf]) -> Result<Worksheet, XlsxError> {
        let mut sheet = page(name)?;
        sheet.set_freeze_panes(HEADER + 1, 1)?.set_selection(HEADER + 1, 1, HEADER + 1, 1)?;
        sheet.write_string_with_format(0, 0, self.tell(lead), &self.looks.lead)?;
        let (mut group, mut highest) = ("", height("", 1));
        for row in [0, 1, HEADER] {
            sheet.set_row_height(row, highest)?;
        }
        for (column, leaf) in (0..).zip(leaves) {
            let width = (leaf.path.len() + 4).max(if leaf.is_long { 46 } else { 20 });
            highest = highest.max(height(&leaf.about, width));
            sheet.set_column_width(column, u32::try_from(width).unwrap_or(u32::MAX))?.set_column_format(column, &self.looks.entry)?;
            // What is said of several columns is said over the first of them.
            if leaf.group != group && !leaf.group.is_empty() {
                sheet.write_string_with_format(1, column, &leaf.group, &self.looks.group)?;
            }
            group = &leaf.group;
            sheet.write_string_with_format(2, column, &leaf.about, &self.looks.about)?;
            let look = if leaf.is_needed { &self.looks.needed } else { &self.looks.header };
            sheet.write_string_with_format(HEADER, column, &leaf.path, look)?;
            if let Some(picks) = &leaf.picks {
                sheet.add_data_validation(HEADER + 1, column, LAST, column, picks)?;
            }
        }
        sheet.set_row_height(2, highest)?;
        Ok(sheet)
    }

    /// The words that a cell may have where there are many, each with what it means.
    fn lists(&self) -> Result<Worksheet, XlsxError> {
        let mut sheet = page(&self.remark(&say!("words")))?;
        sheet.set_screen_gridlines(false);
        sheet.write_string_with_format(0, 0, self.tell(&say!("Words that the drop-downs offer, and what they mean.")), &self.looks.lead)?;
        for (column, list) in (0..).step_by(2).zip(self.words) {
            sheet.set_column_width(column, 30)?.set_column_width(column + 1, 60)?;
            sheet.write_string_with_format(HEADER, column, &list.name, &self.looks.header)?;
            sheet.write_blank(HEADER, column + 1, &self.looks.header)?;
            for (row, (word, meaning)) in (HEADER + 1..).zip(&list.rows) {
                sheet.write_string_with_format(row, column, word, &self.looks.entry)?;
                sheet.write_string_with_format(row, column + 1, meaning, &self.looks.entry)?;
            }
        }
        Ok(sheet)
    }
}

/// An empty sheet, to be printed across a page of A4.
fn page(name: &str) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?.set_paper_size(9).set_landscape().set_margins(0.5, 0.5, 0.5, 0.5, 0.3, 0.3);
    Ok(sheet)
}

/// A drop-down of what stands in the cells of this column of this sheet. Something else may be typed.
fn cells_of(sheet: &str, column: u16) -> DataValidation {
    let cells = cell_range_absolute(HEADER + 1, column, LAST, column);
    DataValidation::new().allow_list_formula(Formula::new(format!("={}!{cells}", quote_sheet_name(sheet)))).show_error_message(false)
}

fn rows(list: &Words) -> u32 {
    u32::try_from(list.rows.len()).unwrap_or(u32::MAX)
}

/// How high a row is with this text: programs do not measure the lines of a cell that nobody has opened yet.
fn height(text: &str, width: usize) -> f64 {
    let lines = (text.chars().count() * 23 / 20).div_ceil(width).max(1);
    u16::try_from(lines * LINE + 6).map_or(HIGHEST, f64::from)
}

/// A column on its way.
#[derive(Default)]
struct Leaf {
    path: String,
    about: String,
    /// What is said of it and its neighbours together.
    group: String,
    picks: Option<DataValidation>,
    is_needed: bool,
    is_long: bool,
}

/// What may stand in a cell.
enum Form {
    /// One of these words, or several.
    Words(Vec<&'static str>),
    /// What these words describe.
    Said(&'static str),
}

fn form(kind: &Kind) -> Form {
    match kind {
        Kind::Choice(words) => Form::Words(words.clone()),
        Kind::Bool => Form::Words(vec!["true", "false"]),
        Kind::List(kind) => form(kind),
        Kind::Text(form) => Form::Said(form),
        Kind::Day => Form::Said("a day as 2021-04-28"),
        Kind::Either(kinds) => kinds.iter().map(form).find(|f| !matches!(f, Form::Said(""))).unwrap_or(Form::Said("")),
        Kind::Localized | Kind::Gendered | Kind::Integer | Kind::Table(_) | Kind::Tables(_) | Kind::Map(_) => Form::Said(""),
    }
}
