//! Pages of text, line by line.

use super::{WIDTH, write};
use crate::consent::Audience;
use crate::letter::{Block, Direction, Inline, Letter, ListKind, Paper, Part, Signature, Status};
use crate::text::Language;
use unicode_width::UnicodeWidthStr as _;

fn text(words: &str) -> Inline {
    Inline::Text(words.into())
}

fn value(words: &str) -> Inline {
    Inline::Value(words.into())
}

/// The letter's text, without the two marks of a draft.
fn written(direction: Direction, parts: Vec<Part>) -> String {
    let letter = Letter {
        case: "case".into(),
        to: "to".into(),
        language: Language::parse("en").expect("a language"),
        direction,
        audience: Audience::Mandate,
        paper: Paper::A4,
        date: chrono::NaiveDate::MIN,
        status: Status::draft(),
        title: String::new(),
        running_head: String::new(),
        page_label: String::new(),
        cover: Vec::new(),
        draft_label: "DRAFT".into(),
        parts,
    };
    let all = write(&letter);
    all.trim_start_matches("*** DRAFT ***\n\n").trim_end_matches("*** DRAFT ***\n").trim_end().to_owned()
}

#[test]
fn a_heading_stands_in_capitals_below_two_blank_lines() {
    let body = vec![
        Block::Paragraph(vec![text("Dear all,")]),
        Block::Heading(2, vec![text("Échéance")]),
        Block::Heading(3, vec![text("A meeting")]),
        Block::Paragraph(vec![text("It was broken up.")]),
    ];
    let list = Part::List { kind: ListKind::Copies, heading: "Copies".into(), items: vec![vec![value("The press")]] };
    let signed = Part::Signatures(vec![Signature { name: "Ana".into(), role: None, picture: None }]);
    assert_eq!(
        written(Direction::Ltr, vec![Part::Body(body), signed, list]),
        "Dear all,\n\n\nÉCHÉANCE\n\nA meeting\n\nIt was broken up.\n\n\nAna\n\n\nCOPIES\n\n- The press"
    );
}

#[test]
fn lines_are_of_72_columns_and_an_address_of_the_web_is_whole() {
    let url = format!("https://a.example.org/{}", "x".repeat(80));
    let wide = "漢字".repeat(30);
    let body = vec![
        Block::Paragraph(vec![text(&"word ".repeat(40)), value("Jean-Pierre")]),
        Block::Paragraph(vec![value(&wide)]),
        Block::Paragraph(vec![text("See "), Inline::Link { to: url.clone(), text: vec![value(&url)] }, text(".")]),
        Block::Paragraph(vec![Inline::Link { to: "https://b.example.org/".into(), text: vec![text("the page")] }]),
    ];
    let all = written(Direction::Ltr, vec![Part::Body(body)]);
    let long: Vec<&str> = all.lines().filter(|line| line.width() > WIDTH).collect();
    assert_eq!(long, [format!("{url}.")]);
    assert!(all.ends_with("\nthe page <https://b.example.org/>"), "{all}");
}

#[test]
fn contacts_stand_on_lines_of_their_own() {
    let link = |to: &str, words: &str| Inline::Link { to: to.into(), text: vec![value(words)] };
    let contacts = vec![text("Tel.: "), link("tel:+123", "+1 23"), text(" · "), text("E-mail: "), link("mailto:a@b.org", "a@b.org")];
    let head = Part::Letterhead { name: "Casa".into(), lines: vec![vec![value("Street 1")], contacts], logo: None };
    assert_eq!(written(Direction::Ltr, vec![head]), "Casa\nStreet 1\nTel.: +1 23\nE-mail: a@b.org");
}

#[test]
fn a_foreign_name_is_set_apart_and_each_line_stands_for_itself() {
    let arabic = vec![Block::Paragraph(vec![text("About "), value("ليلى الخيال"), text(" and others.")])];
    assert_eq!(written(Direction::Ltr, vec![Part::Body(arabic)]), "About \u{2068}ليلى الخيال\u{2069} and others.");

    let name = "Asociación de Amigas y Amigos del Río Grande y de sus Afluentes en la Sierra";
    let latin = vec![
        Block::Paragraph(vec![text("عن "), value(name), text(".")]),
        Block::Paragraph(vec![text("هاتف +216 71 555 012 غدًا")]),
        Block::List { start: Some(1), items: vec![vec![Block::Paragraph(vec![value("2026.")])]] },
    ];
    assert_eq!(
        written(Direction::Rtl, vec![Part::Body(latin)]),
        "عن \u{2068}Asociación de Amigas y Amigos del Río Grande y de sus Afluentes en la\u{2069}\n\
         \u{200f}\u{2068}Sierra\u{2069}.\n\n\
         هاتف \u{2068}+216 71 555 012\u{2069} غدًا\n\n\
         \u{200f}1. \u{2068}2026.\u{2069}"
    );
}
