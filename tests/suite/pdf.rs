//! Letters as PDF: two standards at once, nothing of the machine, nothing a value or a layout could do beside being set.

use crate::test_workspace::{CASE, ORGANISATION, TODAY, TestWorkspace};
use std::io::Read as _;

/// The only PDF of a workspace.
fn pdf(workspace: &TestWorkspace) -> Vec<u8> {
    let mut found = workspace.files().into_iter().filter(|(path, _)| path.starts_with("letters/") && path.ends_with(".pdf"));
    let only = found.next().expect("a PDF was written").1;
    assert!(found.next().is_none(), "only one");
    only
}

fn rendered(workspace: &TestWorkspace, words: &str) -> Vec<u8> {
    workspace.run(&format!("render -f pdf -q {words}")).into_stdout();
    pdf(workspace)
}

/// Everything in a PDF, its compressed streams unpacked.
pub(crate) fn unpacked(bytes: &[u8]) -> String {
    let mut all = String::from_utf8_lossy(bytes).into_owned();
    let starts = bytes.windows(7).enumerate().filter(|(_, w)| *w == b"stream\n").map(|(at, _)| at + 7);
    for start in starts {
        let mut stream = Vec::new();
        // What is not compressed, a picture or a font say, ends in an error and is left as it is.
        let _ = flate2::read::ZlibDecoder::new(&bytes[start..]).read_to_end(&mut stream);
        all.push_str(&String::from_utf8_lossy(&stream));
    }
    all
}

/// How often each kind of structure occurs.
fn structure(bytes: &[u8]) -> Vec<usize> {
    let all = unpacked(bytes);
    ["/S/P", "/S/H1", "/S/H2", "/S/L/", "/S/LI", "/S/Link", "/S/Figure", "/S/Table", "/URI", "/JavaScript", "/Annots"]
        .map(|kind| all.matches(kind).count())
        .to_vec()
}

#[test]
fn a_pdf_is_for_archives_and_for_all_readers_and_says_nothing_of_the_machine() {
    let workspace = || TestWorkspace::new().env("USER", "canaryuser").env("HOSTNAME", "canaryhost").env("HOME", "/home/canaryuser").case_with(&[]);
    let (one, other) = (workspace(), workspace());
    let bytes = rendered(&one, "");
    assert_eq!(bytes, rendered(&other, ""), "the same letter is the same bytes");
    let all = unpacked(&bytes);
    let place = one.path().display().to_string();
    for word in ["canary", place.as_str(), "/home", "/tmp", "Typst", "/Creator", "/Author", "/Producer", "dc:creator", "CreatorTool"] {
        assert!(!all.contains(word), "{word}");
    }
    for word in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/Lang(es)",
        "/Marked true",
        "Hostigamiento a quienes acompañan a migrantes",
        &format!("<xmp:CreateDate>{TODAY}"),
    ] {
        assert!(all.contains(word), "{word}");
    }
}

#[test]
fn a_letter_is_the_same_bytes_whatever_was_set_before_it() {
    let case = |n: usize| CASE.replace("Hostigamiento a quienes", &format!("Hostigamiento número {n} a quienes"));
    let together = (1..=20).fold(TestWorkspace::new(), |workspace, n| workspace.case(&format!("c{n:02}"), &case(n)));
    let together = together.run("render -f pdf -q").outcome();
    assert_eq!((together.code, together.written.len()), (0, 20), "{}", together.stderr);
    for n in [1, 2, 19, 20] {
        let alone = TestWorkspace::new().case(&format!("c{n:02}"), &case(n)).run("render -f pdf -q").outcome();
        let (path, bytes) = alone.written.into_iter().next().expect("a PDF was written");
        assert!(unpacked(&bytes).contains(&format!("número {n} a quienes")));
        assert!(together.written.get(&path) == Some(&bytes), "{path} differs");
    }
}

#[test]
fn hostile_values_are_words_and_never_structure() {
    let calm = structure(&rendered(&TestWorkspace::new().case_with(&[]), ""));
    assert!(calm[0] > 10, "{calm:?}");
    for hostile in [
        "*strong* _emph_ = Heading",
        "#panic(1) #eval(2) $x^2$",
        "[a](javascript:b) <lbl> @ref",
        "`raw` // x /* y */",
        "\\u0000\\u0007",
        "\\u202Eabc\\u202C",
        "---",
    ] {
        let place = format!("place = \"Puente {hostile} Suchiate\"");
        let workspace = TestWorkspace::new().case_with(&[("place = \"Puente Rodolfo Robles, Suchiate, Chiapas\"", &place)]);
        assert_eq!(structure(&rendered(&workspace, "")), calm, "{hostile}");
    }
}

#[test]
fn a_character_that_no_font_has_is_an_error_that_names_it() {
    let workspace = TestWorkspace::new().case_with(&[("place = \"Puente Rodolfo Robles", "place = \"桥 Puente Rodolfo Robles")]);
    workspace
        .run("render -f text,pdf -q")
        .code(1)
        .stderr(
            "letters/c1.human-rights-defenders.es.pdf: no font has the character `桥` (U+6865)\n  \
             hint: put a font that has it, as .ttf or .otf, into the folder fonts/ of the workspace\n",
        )
        .files(&["letters/c1.human-rights-defenders.es.txt"]);
    // Who asks before the night of the deadline is told before it.
    let checked = workspace.run("check").code(0).stdout_has("1 cleared").into_stderr();
    assert!(checked.contains("warning: it cannot be written as PDF: no font has the character `桥` (U+6865)\n  hint: put a font"), "{checked}");
    let line = workspace.run("render -f pdf --json").code(1).into_stdout();
    assert!(line.contains("\"state\":\"error\"") && line.contains("U+6865") && line.contains("\"file\":null"), "{line}");
}

#[test]
fn a_font_that_is_none_is_an_error_at_its_file() {
    TestWorkspace::new()
        .case_with(&[])
        .file("fonts/OFL.txt", "no font, and not taken for one")
        .file("fonts/Broken.ttf", "no font")
        .run("render -f pdf")
        .code(1)
        .stderr_has("fonts/Broken.ttf: the font is damaged, or is none\n");
    let whole = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/Amiri-Regular.ttf")).expect("the shipped font can be read");
    for cut in [12, 400, 4000] {
        TestWorkspace::new()
            .case_with(&[])
            .file("fonts/Half.ttf", &whole[..cut])
            .run("check")
            .code(1)
            .stdout("")
            .stderr("fonts/Half.ttf: the font is damaged, or is none\n  hint: copy it anew, as .ttf or .otf, or remove it\n1 error\n");
    }
}

#[test]
fn a_layout_sees_nothing_but_the_letter() {
    for (layout, why) in [
        ("#read(\"/etc/passwd\")", "failed to load file"),
        ("#read(\"../organisation.toml\")", ""),
        ("#import \"@preview/cetz:0.3.0\"", ""),
        ("#datetime.today()", "unable to get the current date"),
        ("\n  #nonsense(1)", "unknown variable"),
        ("#panic(json(\"/letter.json\").title)", "panicked with"),
        ("#set text(font: \"No Such Font\")\nA", "unknown font family"),
    ] {
        let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/page.typ", layout);
        let said = workspace.run("render -f pdf").code(1).into_stderr();
        let line = if layout.starts_with('\n') { 2 } else { 1 };
        assert!(said.starts_with(&format!("letter-templates/page.typ:{line}:")), "{layout}: {said}");
        assert!(said.contains(&format!("the page layout cannot be set: {why}")), "{layout}: {said}");
        assert!(!said.contains("Hostigamiento") && said.contains("hint: compare it with the shipped one"), "{layout}: {said}");
    }
}

#[test]
fn a_house_has_its_own_layout() {
    let layout = "#let letter = json(\"/letter.json\")\n#set document(title: letter.title, date: datetime(..letter.date))\n#set text(lang: letter.language)\n= #letter.title";
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/page.typ", layout);
    let found = structure(&rendered(&workspace, ""));
    assert_eq!(found[1..5], [1, 0, 0, 0], "a heading, and nothing of the shipped layout");
}

#[test]
fn a_picture_that_cannot_be_drawn_is_an_error() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(&[kind, data].concat());
        [&u32::try_from(data.len()).expect("short").to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
    };
    let png = |size: &[u8]| [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", size), chunk(b"IDAT", b"x"), chunk(b"IEND", b"")].concat();
    let organisation = ORGANISATION.replace("email =", "logo = \"logo.png\"\nemail =");
    let with = |logo: &[u8]| TestWorkspace::bare().file("organisation.toml", &organisation).file("logo.png", logo).case("c1", CASE);
    with(&png(b"\0\0\0\x40\0\0\0\x20\x08\x06\0\0\0")).run("render -f pdf").code(1).stderr_has("the picture is damaged");
    with(&png(b"\0\0\x2e\0\0\0\x2e\0\x08\x06\0\0\0")).run("render -f pdf").code(1).stderr_has("the logo or a signature has more than 40 million pixels");
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 20'><circle cx='10' cy='10' r='9'/></svg>";
    let bytes = rendered(&with(svg), "");
    assert_eq!(structure(&bytes)[6], 0, "a logo is an ornament: the name stands beside it");
}

#[test]
fn letter_paper_and_every_language_of_the_example_can_be_set() {
    let workspace = TestWorkspace::copy_of("examples/rodolfo-robles-2021");
    let run = workspace.run("render rodolfo-robles-2021 -q -f pdf --language es,en,fr").outcome();
    assert_eq!((run.code, run.written.len()), (0, 3), "{}", run.stderr);
    let letter = TestWorkspace::bare().file("organisation.toml", ORGANISATION.replace("source =", "paper = \"letter\"\nsource =")).case("c1", CASE);
    assert!(unpacked(&rendered(&letter, "")).contains("/MediaBox[0 0 612 792]"));
}
