//! The behaviour of the program, through the binary: what is typed, what comes out, what lies in the workspace afterwards.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests write plain files, and a failure is a panic")]
#![allow(clippy::print_stderr, reason = "a test that cannot run here says so")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the program writes the endings itself, in small letters")]

mod bad_input;
mod bad_output;
mod baseline;
mod basics;
mod batch;
mod batch_books;
mod batch_cases;
mod batch_faults;
mod batch_field;
mod batch_mapping;
mod books;
mod clearance_copies;
mod clearance_names;
mod clearance_rules;
mod consent_initials;
mod consent_readers;
mod consent_rows;
mod contract;
mod docx;
mod docx_schema;
mod fitness;
mod forget;
mod form;
mod golden;
mod hostile;
mod hostile_documents;
mod hostile_letters;
mod hostile_shapes;
mod house;
mod import;
mod jsonl;
mod languages;
mod mail_room;
mod manual;
mod messages;
mod mistakes;
mod mistakes_of_meaning;
mod mistakes_of_writing;
#[cfg(not(feature = "pdf"))]
mod no_pdf;
mod output;
#[cfg(feature = "pdf")]
mod pdf;
mod post_office;
mod references;
mod requests;
mod run;
mod select;
mod send_faults;
mod send_field;
mod send_foreign;
mod send_matrix;
mod send_model;
mod send_plan;
mod send_promises;
mod send_safety;
mod send_trouble;
mod speech;
mod status;
mod strict_server;
mod tables_from_the_field;
mod templates_mistakes;
mod templates_use;
mod test_workspace;
mod told;
mod traces;
mod walk;
mod weak;
mod words_address;
mod words_dates;
mod words_joints;
mod workbook;
