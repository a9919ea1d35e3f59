//! Letters under the eyes of programs that nobody here wrote: a browser prints them, the Nu HTML checker and axe judge
//! them, `LibreOffice` prints their DOCX and python-docx reads it, qpdf and pikepdf look into their PDF, the poppler tools read them from the paper;
//! Postfix and Dovecot carry one to a mailbox, and Python's mail library reads it there; tables that
//! Calc and openpyxl saved give the same letters, and both show the drop-downs of our own workbook; workbooks that other readers are
//! tested with are read as openpyxl and odfpy read them, and a thousand made at random as openpyxl reads them.
//!
//! A test whose program is missing says so in one line and looks at nothing; with `APPEAL_REAL=required` it fails.
//! `tests/real/setup.sh` installs all of them. The letters lie in `target/tmp/real`.

mod letters;
mod paper;
mod programs;
mod words;

mod checking;
mod looking;
mod manual;
mod office;
mod others;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(unix)]
mod posting;
mod printing;
mod random_workbooks;
mod sentences;
mod tables;
mod workbooks;
