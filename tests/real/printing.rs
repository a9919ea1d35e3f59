//! What a letter looks like on paper.

use crate::letters::LETTERS;
use crate::paper::{Picture, pictures, printed, sorted, to_pdf};
use crate::words::{of_elements, on_paper, squeezed};

/// 25 mm, in points; a hair less, because curves are drawn over the edge.
const MARGIN: usize = 69;
/// What is darker is ink; the mark of a draft is lighter.
const INK: std::ops::RangeInclusive<u8> = 0..=200;
/// The grey of a draft's mark.
const MARK: std::ops::RangeInclusive<u8> = 0xe8..=0xe8;

#[test]
fn every_word_of_a_letter_stands_on_paper_in_its_order() {
    let Some(letters) = printed() else { return };
    for printed in letters.iter().filter(|p| p.letter.language() != "ar") {
        assert_eq!(printed.all_content(), on_paper(&printed.letter.html), "{}", printed.letter.name);
    }
}

#[test]
fn every_letter_of_a_letter_from_right_to_left_stands_on_paper() {
    let Some(letters) = printed() else { return };
    for printed in letters.iter().filter(|p| p.letter.language() == "ar") {
        assert_eq!(
            sorted(&printed.all_content()).into_iter().collect::<String>(),
            sorted(&on_paper(&printed.letter.html)).into_iter().collect::<String>(),
            "{}",
            printed.letter.name
        );
    }
}

#[test]
fn numbers_and_latin_names_run_from_left_to_right_in_a_letter_from_right_to_left() {
    let Some(letters) = printed() else { return };
    let printed = letters.iter().find(|p| p.letter.name == "ar/radio.joint.ar").expect("the letter is written");
    let lines: Vec<&String> = printed.pages.iter().flat_map(|page| &page.lines).collect();
    let whole = ["+216 71 555 012", "+216 71 555 099", "DIFAF/2026-03 (B)", "2026/0113-A", "Rue de l'Exemple 7,", "Agua Clara S.A.", "Jean-Pierre Exemple"];
    for words in whole {
        assert!(lines.iter().any(|line| line.contains(words)), "{words} is not in {lines:#?}");
    }
}

#[test]
fn a_letter_from_right_to_left_begins_its_lines_at_the_right() {
    let Some(letters) = printed() else { return };
    let edge = MARGIN + 60;
    for printed in letters {
        let page = &printed.pages[0].picture;
        let (left, right) = (page.count(MARGIN..edge, INK), page.count(page.width - edge..page.width - MARGIN, INK));
        let is_mirrored = printed.letter.language() == "ar";
        assert_eq!(right > left, is_mirrored, "{}: {left} points of ink at the left, {right} at the right", printed.letter.name);
    }
}

#[test]
fn a_letter_comes_to_the_pages_it_should() {
    let Some(letters) = printed() else { return };
    for printed in letters {
        let (least, most) = printed.letter.pages;
        assert!((least..=most).contains(&printed.pages.len()), "{}: {} pages, not {least} to {most}", printed.letter.name, printed.pages.len());
    }
}

#[test]
fn a_letter_is_printed_on_the_paper_of_its_organisation() {
    let Some(letters) = printed() else { return };
    for printed in letters {
        let (width, height) = if printed.letter.is_on_letter_paper() { (612.0, 792.0) } else { (595.0, 842.0) };
        assert!((printed.size.0 - width).abs() < 1.0 && (printed.size.1 - height).abs() < 1.0, "{}: {:?}", printed.letter.name, printed.size);
    }
}

/// A browser makes the whole letter smaller where something in it is wider than the paper.
#[test]
fn no_letter_is_made_smaller_to_fit() {
    let Some(letters) = printed() else { return };
    let sizes: Vec<(f64, &str)> = letters.iter().filter_map(|p| Some((p.type_size?, p.letter.name.as_str()))).collect();
    for (size, name) in &sizes {
        assert!((size - sizes[0].0).abs() < 0.01, "{name}: {size} points, not {}", sizes[0].0);
    }
}

#[test]
fn nothing_stands_in_the_margins() {
    let Some(letters) = printed() else { return };
    for printed in letters {
        for (number, page) in (1..).zip(&printed.pages) {
            let Picture { width, .. } = page.picture;
            let ink = page.picture.count(0..MARGIN, INK) + page.picture.count(width - MARGIN..width, INK);
            assert_eq!(ink, 0, "{}: page {number}", printed.letter.name);
        }
    }
}

#[test]
fn no_page_ends_with_a_heading() {
    let Some(letters) = printed() else { return };
    for printed in letters.iter().filter(|p| p.letter.language() != "ar") {
        let headings: Vec<String> = ["h1", "h2", "h3"].iter().flat_map(|tag| of_elements(&printed.letter.html, tag)).map(|h| squeezed(&h)).collect();
        assert!(!headings.is_empty());
        for number in 1..printed.pages.len() {
            let content: String = printed.content(number).iter().map(|line| squeezed(line)).collect();
            let last = headings.iter().find(|heading| content.ends_with(heading.as_str()));
            assert_eq!(last, None, "{}: page {number}", printed.letter.name);
        }
    }
}

#[test]
fn the_closing_and_the_signatures_stand_together_below_two_lines_of_the_letter() {
    let Some(letters) = printed() else { return };
    for printed in letters.iter().filter(|p| p.letter.language() != "ar") {
        let html = &printed.letter.html;
        let ending = html.split_once("<div class=\"ending\">").expect("a letter ends").1;
        let ending = &ending[..ending.find("<section").or(ending.find("</main>")).expect("a letter ends")];
        let closing = squeezed(&of_elements(ending, "p")[0]);
        let signers: Vec<String> = of_elements(ending, "strong").iter().map(|name| squeezed(name)).collect();
        // French closings are a sentence of two lines.
        let is_closing = |line: &String| line.len() > 8 && closing.starts_with(&squeezed(line));
        let is_page = |number: &usize| printed.content(*number).iter().any(is_closing);
        let number = (1..=printed.pages.len()).rev().find(is_page).unwrap_or_else(|| panic!("{}: no line is {closing:?}", printed.letter.name));
        let content = printed.content(number);
        let at = content.iter().rposition(is_closing).expect("it was found");
        assert!(at >= 2, "{}: {at} lines before the closing on page {number}", printed.letter.name);
        let below: String = content[at..].iter().map(|line| squeezed(line)).collect();
        // Forty signatures need more than a page.
        for signer in signers.iter().take(if signers.len() > 12 { 3 } else { 12 }) {
            assert!(below.contains(signer.as_str()), "{}: {signer} does not sign on page {number}", printed.letter.name);
        }
    }
}

#[test]
fn a_list_stands_below_the_signatures_where_it_fits_although_the_next_does_not() {
    let Some(letters) = printed() else { return };
    for language in ["en", "es"] {
        let name = format!("alliance/eight-pages.human-rights-defenders.{language}");
        let printed = letters.iter().find(|p| p.letter.name == name).expect("the letter is written");
        let stands = |number: usize, words: &str| printed.content(number).iter().any(|line| line.contains(words));
        assert!(stands(7, "Félix Borrador") && stands(7, "Hermanas del Manglar") && !stands(7, "El Diario del Río"), "{name}");
        assert!(stands(8, "El Diario del Río"), "{name}");
    }
}

#[test]
fn a_date_is_not_parted_at_the_end_of_a_line() {
    let Some(letters) = printed() else { return };
    for (language, date) in [("en", "14 March 2026"), ("es", "14 de marzo de 2026"), ("fr", "14 mars 2026")] {
        let name = format!("brief/radio-withdrawn.freedom-of-expression.{language}");
        let printed = letters.iter().find(|p| p.letter.name == name).expect("the letter is written");
        let lines = printed.content(1);
        // In the subject and in the letter.
        assert_eq!(lines.iter().filter(|line| line.contains(date)).count(), 2, "{lines:#?}");
    }
}

#[test]
fn a_last_paragraph_of_many_lines_leaves_two_with_the_closing() {
    let Some(letters) = printed() else { return };
    let printed = letters.iter().find(|p| p.letter.name.starts_with("brief-long-end/")).expect("the letter is written");
    let (before, after) = (printed.content(1), printed.content(2));
    let sentence = "We remain at your disposal for any further information";
    assert!(before[before.len() - 1].contains("disposal") || before[before.len() - 2].contains("disposal"), "{before:#?}");
    assert!(after[..after.len() - 3].iter().any(|line| line.contains(&sentence[..20])), "{after:#?}");
    let at = after.iter().position(|line| line == "Yours sincerely,");
    assert!(matches!(at, Some(2..=5)), "{after:#?}");
}

#[test]
fn no_paragraph_leaves_a_single_line_on_a_page() {
    let Some(letters) = printed() else { return };
    for printed in letters.iter().filter(|p| p.letter.language() != "ar") {
        let paragraphs: Vec<String> = ["p", "li"].iter().flat_map(|tag| of_elements(&printed.letter.html, tag)).map(|p| squeezed(&p)).collect();
        for number in 2..=printed.pages.len() {
            let (before, after) = (printed.content(number - 1), printed.content(number));
            let last = squeezed(before.last().map_or("", |line| line.trim_start_matches(['–', ' '])));
            let first = squeezed(after.first().map_or("", String::as_str));
            for paragraph in &paragraphs {
                let is_left_alone = *paragraph != last && paragraph.starts_with(&last) && paragraph[last.len()..].starts_with(&first);
                assert!(!is_left_alone, "{}: page {} ends with the first line of a paragraph: {last}", printed.letter.name, number - 1);
                let is_alone = *paragraph != first && paragraph.ends_with(&first) && paragraph[..paragraph.len() - first.len()].ends_with(&last);
                assert!(!is_alone, "{}: page {number} begins with the last line of a paragraph: {first}", printed.letter.name);
            }
        }
    }
}

#[test]
fn every_page_of_a_draft_and_none_of_a_cleared_letter_bears_the_mark() {
    let Some(letters) = printed() else { return };
    assert_eq!(LETTERS.iter().filter(|letter| letter.is_draft()).count(), 5);
    for printed in letters {
        for (number, page) in (1..).zip(&printed.pages) {
            let grey = page.picture.count(0..page.picture.width, MARK);
            let is_marked = grey > 2000;
            assert!(is_marked == printed.letter.is_draft() && (is_marked || grey < 1000), "{}: {grey} points of grey on page {number}", printed.letter.name);
        }
    }
}

#[test]
fn the_mark_of_a_draft_hides_nothing() {
    let Some(letters) = printed() else { return };
    let printed = letters.iter().find(|p| p.letter.name.starts_with("alliance/draft.")).expect("the letter is written");
    let unmarked = printed.letter.file.with_extension("unmarked.html");
    put(&unmarked, &printed.letter.html.replace("<body class=\"draft\"", "<body"));
    let pdf = unmarked.with_extension("pdf");
    to_pdf(&unmarked, &pdf, 2);
    let ink = |pictures: &[Picture]| pictures.iter().map(|p| p.count(0..p.width, INK)).collect::<Vec<_>>();
    let (with, without) = (ink(&pictures(&printed.pdf())), ink(&pictures(&pdf)));
    assert_eq!(with.len(), without.len());
    for (with, without) in with.iter().zip(&without) {
        // Grey paper darkens the edges of letters a little.
        assert!(with >= without && *with < without + without / 10 + 50, "{with} points of ink with the mark, {without} without");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn put(file: &std::path::Path, text: &str) {
    std::fs::write(file, text).expect("the file can be written");
}
