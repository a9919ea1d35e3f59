//! Hostile values: whatever a record says, the letter's structure is the template's, and the value is read as it stands.
//!
//! Every slot of a case and of an organisation is filled with one value at a time, and the letter is compared with the same
//! letter around a harmless value. A few hundred renderings in every run; `APPEAL_LONG=1` makes it 60,000. The library is
//! called in the process; a smaller number goes through the program.

use crate::hostile_letters::Workbench;
use crate::hostile_shapes::{shape, squeezed, tags_and_words};
use crate::test_workspace::TestWorkspace;
use appeal::text::{Lines, clean};
use appeal::writers::Format;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What people and programs have tried before.
#[rustfmt::skip]
const WRITTEN: &[&str] = &[
    "<b>x</b>", "<script>alert(1)</script>", "</style><script>x</script>", "</bdi></p></main>", "<!-- x -->", "<![CDATA[x]]>", "<?php ?>", "</title>",
    "&lt;b&gt;", "&amp;", "&#60;", "&#x3c;b>", "\" onmouseover=\"x", "' onclick='x", "\">", "'>", "` x `", "x=\"y\"", "{{x}}", "{{{x}}}", "{{&x}}",
    "{{#if x}}", "{{/each}}", "{{> part}}", "{{!-- x --}}", "}}", "{{", "{", "}", "{v1", "v1}", "${v1}", "{{v1}}", "{V1}", "{who}", "{answer}", "{value}",
    "{date}", "{victims}", "# x", "## x", "- x", "* x", "+ x", "1. x", "1) x", "> x", "    x", "\tx", "```x", "~~~", "---", "===", "***", "___", "**x**",
    "__x__", "*x*", "_x_", "~~x~~", "`x`", "[x](y)", "[x](javascript:alert(1))", "![x](y)", "[x]: y", "[^1]", "<https://a.example.org>",
    "https://a.example.org", "www.a.example.org", "a@example.org", "| x | y |", "|---|", ": x", "x\\", "\\*x\\*", "\\", "\\\\", "\\n", "x\ny", "x\n\ny",
    "x\r\n\r\ny", "\n\n\n", "x\n# y", "x\n- y", "x\n    y", "x\n```", "x\u{2028}y", "x\u{2029}y", "x\u{85}y", "x\u{b}y", "x\u{c}y", "x\u{0}y",
    "x\u{1}\u{2}y", "x\u{1b}[31my", "x\u{7f}y", "x\u{9b}y", "x\u{ad}y", "x\u{200b}y", "x\u{200c}y", "x\u{200d}y", "x\u{200e}y", "x\u{200f}y", "x\u{202a}y",
    "x\u{202e}y", "x\u{2066}y", "x\u{2069}y", "\u{202e}\u{202d}", "x\u{feff}y", "\u{feff}x", "x\u{e000}y", "\u{e000}0\u{e001}", "\u{e002}0\u{e001}",
    "\u{e003}1\u{e001}", "\u{e005}", "x\u{f8ff}y", "x\u{f0000}y", "x\u{10fffd}y", "x\u{fffe}y", "x\u{ffff}y", "x\u{fff9}y\u{fffa}z\u{fffb}", "x\u{e0041}y",
    "x\u{fffd}y", "e\u{301}\u{301}\u{301}x", "\u{301}x", "Z\u{351}\u{36f}a\u{489}", "שלום", "مرحبا", "x שלום y", "مرحبا x", "(שלום)", "张伟", "山田 太郎", "한국",
    "देवनागरी", "ไทย", "ß", "İ", "ı", "ﬁ", "ǆ", "😀", "👨\u{200d}👩\u{200d}👧", "🏳\u{fe0f}\u{200d}🌈", "x\u{a0}y", "x\u{3000}y", "x\u{2003}y", "x  y", ".",
    "..", "...", "x.", "M. E.", "x,", "x;", "x:", "?", "!", "-", "–", "—", "…", "*", "_", "#", "+", "=", "~", "^", "|", "/", "//", "%", "%20", "%s", "%n",
    "$x", "$(x)", "`id`", "$HOME", "../../etc/passwd", "CON", "NUL", "null", "undefined", "[object]", "true", "0", "-1", "1e9", "NaN",
    "'; DROP TABLE x; --", "=1+1", "@x", "+x", "*** BORRADOR ***", "BORRADOR", "</body></html>", "<style>@import 'x'</style>", "url(x)", "\\3c", "*/",
    "/*", "expression(x)", "javascript:x", "data:text/html,x", "<svg/onload=x>", "<img src=x onerror=x>", "&nbsp;", "&copy", "a&b", "a < b > c", "1<2",
    "A&A", "AT&T;", "'", "\"", "«x»", "“x”", "’",
];

/// Values beyond those written by hand: pieces of them, in any order, with any character between.
fn values() -> impl Strategy<Value = String> {
    let piece = proptest::prop_oneof![
        4 => proptest::sample::select(WRITTEN).prop_map(str::to_owned),
        3 => "[ -~]{0,12}",
        2 => "[<>&\"'`*_{}\\[\\]()#+.!|~\\\\/:;=$%^@-]{1,8}",
        2 => "\\PC{0,8}",
        1 => ".{0,8}",
        1 => "[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{e000}-\\x{e010}\\x{fff0}-\\x{ffff}]{1,4}",
        1 => "[\\x{590}-\\x{6ff}]{1,8}",
        1 => "[a-z]{80,200}",
        1 => "[\\x{300}-\\x{36f}]{1,6}",
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// How many renderings of a hostile letter a run makes at least; one is a letter written in one format.
#[expect(clippy::disallowed_methods, reason = "a test is an edge: the long run is switched by the environment")]
pub(crate) fn renderings() -> usize {
    if std::env::var("APPEAL_LONG").is_ok_and(|v| v == "1") { 60_000 } else { 400 }
}

/// The values of this run: all that were written by hand when it is a long one, a handful otherwise, and then others without end.
pub(crate) fn chosen(count: usize) -> impl Iterator<Item = String> {
    let seed: [u8; 32] = *b"the same values in every run ...";
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let step = (WRITTEN.len() * 8 / count).max(1);
    let strategy = values();
    let others = std::iter::repeat_with(move || strategy.new_tree(&mut runner).expect("a value can be made").current());
    WRITTEN.iter().step_by(step).map(|v| (*v).to_owned()).chain(others)
}

#[test]
fn no_value_becomes_structure_and_none_is_changed() {
    let bench = Workbench::new();
    let (mut rendered, mut refused) = (0, 0);
    for (n, value) in chosen(renderings()).enumerate() {
        if rendered >= renderings() {
            break;
        }
        // Every other time the value ends its field, every other time it begins it.
        let filled = |slot: usize| if n % 2 == 0 { format!("X{slot}X{value}") } else { format!("{value}X{slot}X") };
        let paragraphs = |slot: usize| clean(&filled(slot), Lines::Many).0.split("\n\n").count();
        let harmless = |slot: usize| vec![format!("X{slot}X"); paragraphs(slot)].join("\n\n");
        for template in 0..bench.templates() {
            // Braces around an id are a reference, and an unknown one is refused: that is no letter, and no leak.
            let Some(letter) = bench.letter(template, &filled) else {
                assert!(value.contains('{'), "{value:?} was refused");
                refused += 1;
                continue;
            };
            let expected = bench.letter(template, &harmless).expect("a harmless value makes a letter");
            assert_eq!(shape(&letter), shape(&expected), "the structure changed: {value:?}");
            let (text, html) = (bench.write(&letter, Format::Text), bench.write(&letter, Format::Html));
            rendered += 2;
            let (tags, words) = tags_and_words(&html).unwrap_or_else(|fault| panic!("{fault}: {value:?}\n{html}"));
            let (expected_tags, _) = tags_and_words(&bench.write(&expected, Format::Html)).expect("a harmless letter is HTML");
            // Short paragraphs are marked for the printer by their length, which is no structure.
            let plain = |tags: Vec<String>| tags.into_iter().map(|t| t.replace(" class=short", "")).collect::<Vec<_>>();
            let (tags, expected_tags) = (plain(tags), plain(expected_tags));
            assert_eq!(tags, expected_tags, "the tags changed: {value:?}");
            let (text, words) = (squeezed(&text), squeezed(&words));
            for slot in Workbench::printed(template) {
                let value = squeezed(&clean(&filled(slot), Workbench::lines(slot)).0);
                assert!(text.contains(&value), "slot {slot} changed in the text: {value:?}\n{text}");
                assert!(words.contains(&value), "slot {slot} changed in the HTML: {value:?}\n{words}");
            }
        }
    }
    assert!(refused * 4 < rendered, "{refused} letters were refused, {rendered} renderings were made");
    eprintln!("{rendered} renderings of hostile letters, {refused} letters refused");
}

#[test]
fn the_same_holds_through_the_program() {
    for value in WRITTEN.iter().step_by(if renderings() > 1000 { 1 } else { 23 }) {
        let filled = |slot: usize| format!("X{slot}X{value}");
        let (organisation, case) = Workbench::files(&filled);
        let workspace = TestWorkspace::bare().file("organisation.toml", organisation).file("a1.pdf", "%PDF-").case("c1", &case);
        let run = workspace.run("render c1 -f text,html -o out").outcome();
        if run.code == 1 && value.contains('{') {
            continue;
        }
        assert!(matches!(run.code, 0 | 3), "{value:?}: {}", run.stderr);
        let ending = |end: &str| run.written.iter().find(|(p, _)| p.ends_with(end)).map(|(_, b)| String::from_utf8_lossy(b).into_owned()).expect("a letter");
        let (text, html) = (squeezed(&ending(".txt")), ending(".html"));
        let (_, words) = tags_and_words(&html).unwrap_or_else(|fault| panic!("{fault}: {value:?}"));
        let words = squeezed(&words);
        for slot in Workbench::printed(0) {
            let value = squeezed(&clean(&filled(slot), Workbench::lines(slot)).0);
            assert!(text.contains(&value) && words.contains(&value), "slot {slot} changed: {value:?}\n{text}");
        }
        // Nothing in a message, a table or JSON can steer a terminal.
        let json = workspace.run("render c1 --json -o out").outcome();
        for said in [&run.stdout, &run.stderr, &json.stdout, &json.stderr] {
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{value:?}: {said:?}");
        }
    }
}
