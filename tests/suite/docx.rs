//! Letters as DOCX: the same sentences as in every other format, nothing of the machine, nothing that breaks the file.

use crate::test_workspace::{TODAY, TestWorkspace};
use std::io::{Cursor, Read};

/// The parts of a package, by name.
pub(crate) fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("it is a package");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut read = |name: &str| {
        let mut part = Vec::new();
        archive.by_name(name).expect("a part that is listed").read_to_end(&mut part).expect("a whole part");
        part
    };
    names
        .into_iter()
        .map(|name| {
            let part = read(&name);
            (name, part)
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let part = parts(bytes).into_iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no {name}")).1;
    String::from_utf8(part).expect("XML in UTF-8")
}

/// The only DOCX of a workspace.
fn docx(workspace: &TestWorkspace) -> Vec<u8> {
    let files = workspace.files();
    let mut found = files.into_iter().filter(|(path, _)| path.starts_with("letters/") && path.ends_with(".docx"));
    let only = found.next().expect("a DOCX was written").1;
    assert!(found.next().is_none(), "only one");
    only
}

fn rendered(workspace: &TestWorkspace, words: &str) -> Vec<u8> {
    workspace.run(&format!("render -f docx -q {words}")).into_stdout();
    docx(workspace)
}

/// The elements of a DOCX that part words.
pub(crate) const PARAGRAPH: [&str; 3] = ["w:p", "w:br", "w:tab"];

/// The words of the text of a document, in order: of elements and of nothing else.
fn words_of_xml(xml: &str, paragraph: &[&str], inside: &str) -> Vec<String> {
    words(&text_of_xml(xml, paragraph, inside))
}

/// The text of a document: of elements and of nothing else.
pub(crate) fn text_of_xml(xml: &str, paragraph: &[&str], inside: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut text, mut depth) = (String::new(), 0);
    loop {
        use quick_xml::events::Event;
        match reader.read_event().expect("it is well formed") {
            Event::Start(e) => {
                let name = e.name().as_ref().to_owned();
                depth += usize::from(name == inside);
                if paragraph.contains(&name.as_str()) {
                    text.push(' ');
                }
            }
            Event::Empty(e) if paragraph.contains(&e.name().as_ref()) => text.push(' '),
            Event::End(e) => {
                depth -= usize::from(e.name().as_ref() == inside);
                if paragraph.contains(&e.name().as_ref()) {
                    text.push(' ');
                }
            }
            Event::Text(t) if depth > 0 => text.push_str(&t),
            Event::GeneralRef(r) if depth > 0 => {
                text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*r)).expect("an entity of XML"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    text
}

fn words(text: &str) -> Vec<String> {
    let is_mark = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().filter(|c| !is_mark(*c)).collect::<String>().to_lowercase();
    // Marks of lists, numbers of items and separators are each format's own.
    let is_word = |w: &&str| w.chars().any(char::is_alphanumeric) && !w.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit());
    plain.split_whitespace().filter(is_word).map(|w| w.trim_end_matches(':').to_owned()).filter(|w| !w.is_empty()).collect()
}

/// The text with the reference before the date, as the two stand on one line of a page.
fn reference_first(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let reference = lines.iter().position(|l| l.contains("COMDHSM/2021/07")).expect("a reference");
    let date = lines.iter().position(|l| l.contains("28 ") && l.ends_with("2021")).expect("a date");
    if date < reference {
        lines.swap(date, reference);
    }
    lines.join("\n")
}

/// Compares word by word, and shows where two formats part.
#[track_caller]
fn same(one: &[String], other: &[String], what: &str) {
    let at = one.iter().zip(other).position(|(a, b)| a != b).unwrap_or(one.len().min(other.len()));
    let near = |all: &[String]| all[at.saturating_sub(3)..(at + 6).min(all.len())].join(" ");
    assert!(one == other, "{what}: … {} … is … {} …", near(one), near(other));
}

#[test]
fn text_html_and_docx_hold_the_same_sentences_in_the_same_order() {
    for language in ["es", "en", "fr"] {
        let workspace = TestWorkspace::copy_of("examples/rodolfo-robles-2021");
        workspace.run(&format!("render rodolfo-robles-2021 -q -f text,html,docx --language {language} --date {TODAY}")).into_stdout();
        let stem = format!("letters/rodolfo-robles-2021.human-rights-defenders.{language}");
        let in_text = words(&reference_first(&workspace.read(&format!("{stem}.txt"))));
        let html = workspace.read(&format!("{stem}.html"));
        let body = html.split_once("<main>").expect("a body").1.split_once("</main>").expect("a body").0;
        let body = format!("<main>{}</main>", body.replace("<br>", "<br/>"));
        let in_html = words_of_xml(&body, &["p", "li", "h1", "h2", "h3", "br", "div", "header"], "main");
        let in_docx = words_of_xml(&part(&docx(&workspace), "word/document.xml"), &PARAGRAPH, "w:t");
        assert!(in_docx.len() > 500, "{in_docx:?}");
        same(&in_html, &in_docx, &format!("HTML and DOCX in {language}"));
        same(&in_text, &in_docx, &format!("text and DOCX in {language}"));
    }
}

#[test]
fn the_same_letter_is_the_same_bytes_and_carries_nothing_of_the_machine() {
    let workspace = || TestWorkspace::new().env("USER", "canaryuser").env("HOSTNAME", "canaryhost").env("HOME", "/home/canaryuser").case_with(&[]);
    let (one, other) = (workspace(), workspace());
    let bytes = rendered(&one, "");
    assert_eq!(bytes, rendered(&other, ""));
    let place = one.path().display().to_string();
    for (name, part) in parts(&bytes) {
        let text = String::from_utf8_lossy(&part).into_owned();
        for word in ["canary", place.as_str(), "/home", "/tmp", "creator", "lastModifiedBy", "Company", "Application", "rsid"] {
            assert!(!text.contains(word), "{word} in {name}");
        }
    }
    assert!(part(&bytes, "docProps/core.xml").contains(&format!(">{TODAY}T00:00:00Z<")), "the letter's date, and no time of day");
}

#[test]
fn a_draft_is_marked_on_every_page_and_not_in_its_text() {
    let workspace = TestWorkspace::new().case_with(&[("submit = true", "submit = false")]);
    let bytes = rendered(&workspace, "");
    for header in ["word/header1.xml", "word/header2.xml"] {
        assert!(part(&bytes, header).contains("string=\"BORRADOR\""), "{header}");
        // A house's style of headers may hide what is in them: the run of the mark says of itself that it is shown.
        assert!(part(&bytes, header).contains("<w:r><w:rPr><w:noProof/><w:vanish w:val=\"0\"/></w:rPr><w:pict>"), "{header}");
    }
    let text = words_of_xml(&part(&bytes, "word/document.xml"), &PARAGRAPH, "w:t");
    assert_eq!(text.iter().filter(|w| w.contains("borrador")).count(), 1, "only in the sentence before the reasons");
    let cleared = rendered(&TestWorkspace::new().case_with(&[]), "");
    assert!(!part(&cleared, "word/header1.xml").contains("BORRADOR"));
}

#[test]
fn hostile_values_are_words_and_never_structure() {
    let calm = |changes: &[(&str, &str)]| part(&rendered(&TestWorkspace::new().case_with(changes), ""), "word/document.xml");
    // A brace holds the letter, and a draft has its reason besides.
    let (cleared, held) = (calm(&[]), calm(&[("place = \"Puente", "place = \"{ Puente")]));
    let elements = |xml: &str| xml.matches("<w:p>").count() + xml.matches("<w:tbl>").count() + xml.matches("<w:hyperlink").count();
    for hostile in [
        "</w:t></w:r><w:p/>",
        "]]>&amp;<!--",
        "\\u0000\\u0001\\u001B\\uFFFF",
        "${x} {{y}} {{{z}}}",
        "=HYPERLINK(1)",
        "INCLUDETEXT \\\"/etc/passwd\\\"",
        "\\u202Eabc\\u202C",
        "\"\"",
    ] {
        let value = if hostile == "\"\"" { "\\\"quoted\\\" 'also'".to_owned() } else { hostile.to_owned() };
        let workspace =
            TestWorkspace::new().case_with(&[("place = \"Puente Rodolfo Robles, Suchiate, Chiapas\"", &format!("place = \"Puente {value} Suchiate\""))]);
        let bytes = rendered(&workspace, "");
        let document = part(&bytes, "word/document.xml");
        assert_eq!(elements(&document), elements(if hostile.contains('{') { &held } else { &cleared }), "{hostile}");
        for (name, part) in parts(&bytes) {
            if name.ends_with(".xml") || name.ends_with(".rels") {
                words_of_xml(&String::from_utf8(part).expect("UTF-8"), &[], "none");
            }
        }
        assert!(words_of_xml(&document, &PARAGRAPH, "w:t").contains(&"suchiate.".to_owned()), "{hostile}");
    }
}

#[test]
fn every_style_that_is_used_is_there_by_name() {
    let bytes = rendered(&TestWorkspace::copy_of("examples/rodolfo-robles-2021"), &format!("rodolfo-robles-2021 --date {TODAY}"));
    let styles = part(&bytes, "word/styles.xml");
    let document = part(&bytes, "word/document.xml");
    for used in document.split("<w:pStyle w:val=\"").skip(1).filter_map(|t| t.split('"').next()) {
        assert!(styles.contains(&format!("w:styleId=\"{used}\"")), "{used}");
    }
    for name in
        ["Title", "heading 1", "heading 2", "heading 3", "Body Text", "List Number", "List Bullet", "Letterhead", "Address", "Signature", "header", "footer"]
    {
        assert!(styles.contains(&format!("<w:name w:val=\"{name}\"/>")), "{name}");
    }
}

#[test]
fn a_house_restyles_its_letters_with_a_reference() {
    let plain = TestWorkspace::new().case_with(&[]);
    let own = rendered(&plain, "");
    // A letter of ours is itself a reference; with another font it is another house's.
    let mut house = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts(&own) {
        let part = String::from_utf8(part).expect("XML").replace("Cambria", "Garamond").replace("w:left=\"1417\"", "w:left=\"1701\"");
        house.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory");
        std::io::Write::write_all(&mut house, part.as_bytes()).expect("memory");
    }
    let house = house.finish().expect("memory").into_inner();
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/reference.docx", house);
    let bytes = rendered(&workspace, "");
    assert!(part(&bytes, "word/styles.xml").contains("w:ascii=\"Garamond\""));
    assert!(part(&bytes, "word/document.xml").contains("w:left=\"1701\""));
}

#[test]
fn a_reference_that_is_none_is_refused() {
    let package = |files: &[(&str, &[u8])]| {
        let mut package = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in files {
            package.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
            std::io::Write::write_all(&mut package, part).expect("memory");
        }
        package.finish().expect("memory").into_inner()
    };
    let bomb = vec![b' '; 5 << 20];
    for (file, said) in [
        (b"no document".to_vec(), "this is not a DOCX"),
        (package(&[("content.xml", b"<a/>")]), "it has no styles: this is not a DOCX"),
        (package(&[("word/styles.xml", b"<w:styles><w:style></w:styles>")]), "its styles are damaged"),
        (package(&[("word/styles.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><w:styles/>")]), "its styles are damaged"),
        (package(&[("word/styles.xml", b"\xff\xfe")]), "`word/styles.xml` in it is damaged"),
        (package(&[("word/styles.xml", &bomb)]), "`word/styles.xml` in it is larger than 4 MB"),
    ] {
        let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/reference.docx", file);
        workspace.run("render -f docx").code(1).stderr_has(&format!("letter-templates/reference.docx: {said}\n  hint: write a letter with -f docx"));
    }
}

#[test]
fn a_logo_is_shown_with_its_name_and_nothing_else_it_carries() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(&[kind, data].concat());
        [&u32::try_from(data.len()).expect("short").to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
    };
    let png = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", b"\0\0\0\x40\0\0\0\x20\x08\x06\0\0\0"),
        chunk(b"tEXt", b"Author\0Canary Person"),
        chunk(b"IDAT", b"x"),
        chunk(b"IEND", b""),
    ]
    .concat();
    let organisation = crate::test_workspace::ORGANISATION.replace("email =", "logo = \"logo.png\"\nemail =");
    let with = |logo: &[u8]| TestWorkspace::bare().file("organisation.toml", &organisation).file("logo.png", logo).case("c1", crate::test_workspace::CASE);
    let bytes = rendered(&with(&png), "");
    assert!(part(&bytes, "word/document.xml").contains("descr=\"Red Ejemplo\""));
    let image = parts(&bytes).into_iter().find(|(n, _)| n == "word/media/image1.png").expect("the picture").1;
    assert!(!String::from_utf8_lossy(&image).contains("Canary"), "no author of the picture");
    for (bad, what) in [
        (&png[..40], "the picture is damaged"),
        (b"<svg onload='x()'/>".as_slice(), "the picture contains a script"),
        (b"<svg><image href='https://a.org/x.png'/></svg>", "the picture contains a link to something outside it"),
        (b"<s:svg xmlns:s='http://www.w3.org/2000/svg' s='<svg'><s:script/></s:svg>", "the picture contains a script"),
        (b"<svg><style>@import 'x.css'</style></svg>", "the picture contains an outside style"),
        (b"<svg><g></svg>", "the picture is damaged"),
        (b"GIF89a", "the picture is neither PNG nor JPEG nor SVG"),
        (b"", "the picture is neither PNG nor JPEG nor SVG"),
    ] {
        with(bad).run("render -f docx").code(1).stderr_has(&format!("logo.png: {what}"));
    }
    let vast = vec![b' '; (4 << 20) + 1];
    with(&vast).run("render -f docx").code(1).stderr_has("logo.png: the picture is larger than 4 MB");
    let wall = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", b"\0\0\x40\0\0\0\x40\0\x08\x06\0\0\0"), chunk(b"IEND", b"")].concat();
    with(&wall).run("render -f docx").code(1).stderr_has("logo.png: the picture is damaged, or larger than 12,000 pixels on a side");
    let organisation = crate::test_workspace::ORGANISATION.replace("name = \"Ana Firmante\"", "name = \"Ana Firmante\"\nsignature = \"ana.png\"");
    let signed = TestWorkspace::bare().file("organisation.toml", organisation).file("ana.png", &png[..40]).case("c1", crate::test_workspace::CASE);
    signed.run("render -f docx").code(1).stderr_has("ana.png: the picture is damaged");
}

#[test]
fn a_photographed_signature_stands_upright() {
    // Taken with the telephone on its side: 32 pixels wide, 16 high, to be turned by a quarter.
    let exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".as_slice();
    let pixels = b"\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0\xff\xda\0\x02data\xff\xd9".as_slice();
    let organisation = crate::test_workspace::ORGANISATION.replace("name = \"Ana Firmante\"", "name = \"Ana Firmante\"\nsignature = \"ana.jpg\"");
    let workspace = TestWorkspace::new().file("organisation.toml", organisation).file("ana.jpg", [b"\xff\xd8", exif, pixels].concat()).case_with(&[]);
    let bytes = rendered(&workspace, "");
    let document = part(&bytes, "word/document.xml");
    // 18 mm high on paper, 9 mm wide: as a shape, before it is turned, 18 mm wide.
    assert!(document.contains("<a:xfrm rot=\"5400000\"><a:off x=\"0\" y=\"0\"/><a:ext cx=\"647700\" cy=\"323850\"/></a:xfrm>"), "{document}");
    let image = parts(&bytes).into_iter().find(|(n, _)| n == "word/media/image1.jpeg").expect("the picture").1;
    assert_eq!(image, [b"\xff\xd8", pixels].concat(), "a program that looks at the sign would turn it twice");
}

#[test]
fn the_mark_of_a_draft_has_the_proportions_of_its_letters() {
    for (language, letters) in [("es", 8), ("en", 5), ("fr", 6)] {
        let workspace = TestWorkspace::new().case_with(&[("submit = true", "submit = false")]);
        let file = rendered(&workspace, &format!("--language {language}"));
        for header in ["word/header1.xml", "word/header2.xml"] {
            let xml = part(&file, header);
            // The box is that of the letters, whoever draws it.
            assert!(xml.contains("<v:textpath trim=\"t\" "), "{xml}");
            let number = |name: &str| xml.split(name).nth(1).and_then(|rest| rest.split("pt").next()?.parse::<u32>().ok()).expect("a length in points");
            assert_eq!(number(";width:") / letters, number(";height:"), "{language}");
        }
    }
}
