//! Templates are checked before any data is merged: each mistake has its line, its column and what to write instead.

use crate::test_workspace::TestWorkspace;

const FRONT: &str = "+++\nschema = 1\nsubject = \"Asunto\"\n+++\n";
const FILE: &str = "letter-templates/es/urgent-appeal.hbs";

/// What is said of a template of which this is the whole text, and of these other files; without the count at the end.
#[track_caller]
fn said(text: &str, files: &[(&str, &str)]) -> String {
    let workspace = files.iter().fold(TestWorkspace::new().case_with(&[]).file(FILE, text), |workspace, (path, text)| workspace.file(path, text));
    let check = workspace.run("check c1").outcome();
    let render = workspace.run("render c1 -o out").outcome();
    assert_eq!((check.code, render.code, render.written.len()), (1, 1, 0), "{text}\n{}{}", check.everything(), render.everything());
    let (problems, _count) = check.stderr.trim_end().rsplit_once('\n').expect("a count stands at the end");
    problems.to_owned()
}

/// One mistake in a body, which begins on line 5: its place, its sentence, its hint.
#[track_caller]
fn mistake(body: &str, at: &str, message: &str, hint: &str) {
    assert_eq!(said(&format!("{FRONT}{body}\n"), &[]), format!("{FILE}:{at}: {message}\n  hint: {hint}"), "{body}");
}

/// A body in which nothing is wrong.
#[track_caller]
fn is_clean(body: &str) {
    let workspace = TestWorkspace::new().case_with(&[]).file(FILE, format!("{FRONT}{body}\n"));
    let run = workspace.run("check c1").outcome();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{body}");
}

#[test]
fn an_unknown_name_is_an_error_wherever_it_stands() {
    let title = "did you mean `title`?";
    mistake("{{case.titel}}", "5:1", "there is no name `case.titel` here", title);
    mistake("Uno\n\ny {{case.titel}}", "7:3", "there is no name `case.titel` here", title);
    mistake("{{caes.title}}", "5:1", "there is no name `caes.title` here", "did you mean `case`?");
    mistake("{{#if case.titel}}x{{/if}}", "5:1", "there is no name `case.titel` here", title);
    mistake("{{#unless case.titel}}x{{/unless}}", "5:1", "there is no name `case.titel` here", title);
    mistake("{{#if case.title}}x{{else}}{{case.titel}}{{/if}}", "5:28", "there is no name `case.titel` here", title);
    mistake("Uno\n{{#if case.title}}x{{else if case.titel}}y{{/if}}", "6:1", "there is no name `case.titel` here", title);
    mistake("{{#each victms}}x{{/each}}", "5:1", "there is no name `victms` here", "did you mean `victims`?");
    mistake("{{#each victims}}{{nam}}{{/each}}", "5:18", "there is no name `nam` here", "did you mean `name`?");
    mistake("{{#each victims}}{{this.nam}}{{/each}}", "5:18", "there is no name `this.nam` here", "did you mean `name`?");
    mistake("{{#each victims}}{{../case.titel}}{{/each}}", "5:18", "there is no name `../case.titel` here", title);
    mistake("{{#each victims}}{{@root.case.titel}}{{/each}}", "5:18", "there is no name `@root.case.titel` here", title);
    mistake("{{#with case}}{{titel}}{{/with}}", "5:15", "there is no name `titel` here", title);
    mistake("{{#each victims as |v|}}{{v.nam}}{{/each}}", "5:25", "there is no name `v.nam` here", "did you mean `name`?");
    mistake("{{plural (len victms) one=\"a\" other=\"b\"}}", "5:1", "there is no name `victms` here", "did you mean `victims`?");
    mistake("{{plural (len victims) one=case.titel other=\"b\"}}", "5:1", "there is no name `case.titel` here", title);
    mistake("{{capital case.titel}}", "5:1", "there is no name `case.titel` here", title);
    mistake("{{#if (or case.title case.titel)}}x{{/if}}", "5:1", "there is no name `case.titel` here", title);
    mistake("{{list victims \"nam\"}}", "5:1", "`victims` has no `nam`", "did you mean `name`?");
    mistake("[x](https://a.example.org/{{case.titel}})", "5:27", "there is no name `case.titel` here", title);
    // A name of the matter that this reader may not see is still a name.
    is_clean("{{#each people}}{{name}}{{/each}} {{case.context.reprisals}} {{letter.previous.date}}");
}

#[test]
fn a_name_that_leads_nowhere_is_an_error() {
    mistake("{{@index}}", "5:1", "`@index` is not known here", "inside a loop there are @index, @first and @last");
    mistake("{{../case.title}}", "5:1", "`../case.title` leads above the outermost table", "leave out a ../");
    mistake("{{case.title.es}}", "5:1", "there is no name `case.title.es` here", "it has nothing below it");
    mistake("{{victims.name}}", "5:1", "`victims` is a list", "go through it with {{#each victims}}, or join it with `list`");
    mistake(
        "{{#each incidents as |i|}}{{i.facts.title}}{{/each}}",
        "5:27",
        "`i.facts` is a list",
        "go through it with {{#each i.facts}}, or join it with `list`",
    );
    mistake("{{#each case}}x{{/each}}", "5:1", "`each` goes through a list", "`appeal templates` shows which names are lists");
    mistake("{{#with victims}}x{{/with}}", "5:1", "`with` goes into a table", "`appeal templates` shows which names are tables");
}

#[test]
fn what_is_no_text_cannot_be_printed() {
    let below = "name what is below it, as `appeal templates` lists it";
    mistake("{{victims}}", "5:1", "`victims` is a list, not a text", below);
    mistake("{{case}}", "5:1", "`case` is a table, not a text", below);
    mistake("{{this}}", "5:1", "`this` is a table, not a text", below);
    mistake("{{#each victims}}{{this}}{{/each}}", "5:18", "`this` is a table, not a text", below);
    mistake("{{case.context}}", "5:1", "`case.context` is a table, not a text", below);
    mistake("{{case.contact.details}}", "5:1", "`case.contact.details` is a texts, not a text", "write {{list case.contact.details}}");
    mistake("{{#each victims}}{{named}}{{/each}}", "5:18", "`named` is a flag, not a text", "ask for it with {{#if named}}");
}

#[test]
fn helpers_take_what_they_are_made_for() {
    mistake(
        "{{lookup victims 0}}",
        "5:1",
        "there is no helper `lookup`",
        "the helpers are if, unless, each, with, list, capital, plural, elide, len, eq, ne, gt, gte, lt, lte, and, or, not",
    );
    mistake("{{captal case.title}}", "5:1", "there is no helper `captal`", "did you mean `capital`?");
    mistake("{{capital}}", "5:1", "`capital` is a helper and wants to be given something", "it is written {{capital x}}: with a large first letter");
    mistake("{{capital victims}}", "5:1", "`capital` wants a text, and `victims` is none", "name what is below it, as `appeal templates` lists it");
    mistake("{{elide \"de\" case}}", "5:1", "`elide` wants a text, and `case` is none", "name what is below it, as `appeal templates` lists it");
    mistake("{{elide \"de\"}}", "5:1", "`elide` wants more than it is given", "it is written {{elide \"de\" x}}: the small word as it stands before x");
    mistake("{{list case \"title\"}}", "5:1", "`list` wants a list, and `case` is none", "`appeal templates` shows which names are lists");
    mistake("{{list victims}}", "5:1", "`list` does not say what of `victims`", "write {{list victims \"name\"}}");
    mistake("{{plural victims one=\"a\" other=\"b\"}}", "5:1", "`plural` wants a number, and `victims` is none", "write (len list)");
    mistake("{{#if (eq case.title)}}x{{/if}}", "5:1", "`eq` wants more than it is given", "it is written (eq a b)");
    mistake("{{#if (not case.title case.country)}}x{{/if}}", "5:1", "`not` wants less than it is given", "it is written (not a)");
    mistake("{{#list victims}}x{{/list}}", "5:1", "there is no block `list`", "the blocks are if, unless, each and with");
    for block in ["if", "unless", "each", "with"] {
        mistake(&format!("{{{{#{block}}}}}x{{{{/{block}}}}}"), "5:1", &format!("`{block}` does not say what"), &format!("write {{{{#{block} x}}}}"));
    }
    is_clean("{{#if (or case.title case.country case.reference)}}{{capital (list victims \"name\")}}, {{len victims}}{{/if}}");
}

#[test]
fn a_value_is_never_raw() {
    for tag in ["{{{case.title}}}", "{{&case.title}}"] {
        mistake(&format!("Uno {tag}"), "5:5", "a value stands in three braces", "write two: a value can never be markup");
    }
    mistake("{{{{raw}}}}x{{{{/raw}}}}", "5:1", "there is no block `raw`", "the blocks are if, unless, each and with");
}

#[test]
fn a_missing_or_cyclic_part_is_an_error() {
    mistake("{{> urgncy}}", "5:1", "there is no part `urgncy`", "did you mean `urgency`?");
    mistake("Uno\n\n{{> zzz}}", "7:1", "there is no part `zzz`", "a part is a file of the same folder: zzz.hbs");
    mistake("{{> urgency x=1}}", "5:1", "a part takes no values of its own", "write {{> urgency}}");
    mistake("{{> urgency victims}}", "5:1", "the part `urgency` is given something that is no table", "go through a list with {{#each list}}");
    mistake("{{#> urgency}}x{{/urgency}}", "5:1", "this kind of tag is not for letters", "write {{> part}} to include a part");
    let cycle = said(&format!("{FRONT}{{{{> a}}}}\n"), &[("letter-templates/es/a.hbs", "x\n{{> b}}\n"), ("letter-templates/es/b.hbs", "{{> a}}\n")]);
    assert_eq!(cycle, "letter-templates/es/b.hbs:1:1: the part `a` includes itself\n  hint: the way round is urgent-appeal > a > b > a");
}

#[test]
fn a_mistake_in_a_part_is_said_once_and_where_it_stands() {
    let part = said(&format!("{FRONT}{{{{> urgency}}}}\n{{{{> urgency}}}}\n"), &[("letter-templates/es/urgency.hbs", "Uno\n\n{{case.urgency.reson}}\n")]);
    assert_eq!(part, "letter-templates/es/urgency.hbs:3:1: there is no name `case.urgency.reson` here\n  hint: did you mean `reason`?");
    // A part sees what is around it where it is included.
    let part = said(&format!("{FRONT}{{{{#each victims}}}}{{{{> one}}}}{{{{/each}}}}\n"), &[("letter-templates/es/one.hbs", "{{name}} {{nam}}\n")]);
    assert_eq!(part, "letter-templates/es/one.hbs:1:10: there is no name `nam` here\n  hint: did you mean `name`?");
    // A level above it is the level above what it stands in, as if its text stood there.
    let part = said(&format!("{FRONT}{{{{#each victims}}}}{{{{> one}}}}{{{{/each}}}}\n"), &[("letter-templates/es/one.hbs", "{{../name}}\n")]);
    assert!(part.starts_with("letter-templates/es/one.hbs:1:1: there is no name `../name` here"), "{part}");
    let part = said(&format!("{FRONT}{{{{#each victims}}}}{{{{> one}}}}{{{{/each}}}}\n"), &[("letter-templates/es/one.hbs", "{{../../case.title}}\n")]);
    assert!(part.starts_with("letter-templates/es/one.hbs:1:1: `../../case.title` leads above the outermost table"), "{part}");
    // So does a loop's variable that hides one of its names: it is the whole person, and no text.
    let part = said(&format!("{FRONT}{{{{#each victims as |name|}}}}{{{{> one}}}}{{{{/each}}}}\n"), &[("letter-templates/es/one.hbs", "{{name}}\n")]);
    assert!(part.starts_with("letter-templates/es/one.hbs:1:1: `name` is a table, not a text"), "{part}");
}

#[test]
fn a_part_that_is_given_a_table_or_is_indented_begins_at_a_level_of_its_own() {
    // Loop variables stay where they are.
    for tag in ["\n  {{> one}}\n", "{{> one @root.case}}", "{{> two @root.case}}"] {
        let part = said(
            &format!("{FRONT}{{{{#each victims as |v|}}}}{tag}{{{{/each}}}}\n"),
            &[("letter-templates/es/one.hbs", "{{v.name}}\n"), ("letter-templates/es/two.hbs", "{{> one}}")],
        );
        assert!(part.starts_with("letter-templates/es/one.hbs:1:1: there is no name `v.name` here"), "{part}");
    }
}

#[test]
fn what_stands_too_deep_in_other_things_is_an_error_where_it_does() {
    let (message, hint) = ("this stands more than 50 deep in blocks, parts, brackets, lists or quotations", "leave some of them out");
    let times = |text: &str, n: usize| text.repeat(n);
    for n in [51, 20_000] {
        mistake(&format!("Uno\n{}", times(">", n)), "6:51", message, hint);
        mistake(&format!("Uno\n{}x", times("- ", n)), "6:51", message, hint);
        mistake(&format!("{}x{}", times("{{#if case.title}}\n", n), times("{{/if}}\n", n)), "55:1", message, hint);
        mistake(&format!("Uno\n{{{{#if case.title}}}}x\n{}{{{{/if}}}}", times("{{else if case.title}}y\n", n)), "56:1", message, hint);
        mistake(&format!("Uno {{{{#if {}case.title{}}}}}x{{{{/if}}}}", times("(not ", n), times(")", n)), "5:5", message, hint);
        mistake(&format!("Uno {{{{capital {}{}}}}}", times("[", n), times("]", n)), "5:5", message, hint);
    }
    is_clean(&format!("{}x{}", times("{{#if case.title}}", 50), times("{{/if}}", 50)));
    is_clean(&format!("{}x", times("> ", 24)));
    // Parts count like blocks, and each as often as it is included.
    let part = |n: usize| format!("letter-templates/es/p{n}.hbs");
    let chain: Vec<(String, String)> = (0..60).map(|n| (part(n), format!("{{{{> p{}}}}}", n + 1))).chain([(part(60), "x".to_owned())]).collect();
    let files: Vec<(&str, &str)> = chain.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(said(&format!("{FRONT}{{{{> p0}}}}\n"), &files), format!("{}:1:1: {message}\n  hint: {hint}", part(49)));
    let doubled: Vec<(String, String)> =
        (0..30).map(|n| (part(n), format!("{{{{> p{0}}}}}{{{{> p{0}}}}}", n + 1))).chain([(part(30), "x".to_owned())]).collect();
    let files: Vec<(&str, &str)> = doubled.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let told = said(&format!("{FRONT}{{{{> p0}}}}\n"), &files);
    assert!(told.contains("the letter includes more than 2000 parts\n  hint: include each part where it is printed, and not in others"), "{told}");
}

#[test]
fn what_a_loop_puts_too_deep_keeps_its_words() {
    let law = "[[law]]\ntext = \"L\"\n".repeat(3_000);
    let incidents = format!("{law}[[incidents]]");
    for body in ["{{#each case.law}}- {{/each}}Tres", "{{#each case.law}}> {{/each}}Tres", "{{#each case.law}}*a {{/each}}Tres{{#each case.law}}*{{/each}}"] {
        let workspace = TestWorkspace::new().case_with(&[("[[incidents]]", &incidents)]).file(FILE, format!("{FRONT}Uno\n\n{body}\n\nDos\n"));
        for format in ["text", "html", "docx", "jsonl"] {
            let run = workspace.run(&format!("render c1 -f {format} -o {format}")).outcome();
            assert_eq!((run.code, run.written.len()), (0, 1), "{format}: {body}\n{}", run.stderr);
        }
        let run = workspace.run("render c1 -o -").outcome();
        let order: Vec<usize> = ["Uno", "Tres", "Dos"].iter().filter_map(|word| run.stdout.find(word)).collect();
        assert!(order.len() == 3 && order.is_sorted(), "{body}\n{}", run.stdout);
    }
}

#[test]
fn what_markdown_has_and_letters_have_not_is_an_error() {
    let html = "write Markdown: ## heading, **strong**, - item, 1. item";
    mistake("Uno <b>dos</b>".trim_end_matches("</b>"), "5:5", "HTML is not for letters", html);
    mistake("Uno\n\n<div>\n", "7:1", "HTML is not for letters", html);
    mistake("Uno <!-- dos -->", "5:5", "HTML is not for letters", html);
    mistake("Uno <a href=\"{{organisation.website}}\">", "5:5", "HTML is not for letters", html);
    mistake("{{case.title}} ![x](https://a.example.org/x.png)", "5:16", "a picture cannot stand in a template", "the logo is named in organisation.toml");
    mistake("Uno\n\n```\nx\n```", "7:1", "an indented or fenced block is not for letters", "begin the line at the margin");
    mistake("Uno\n\n    dos", "7:5", "an indented or fenced block is not for letters", "begin the line at the margin");
    let link = "links begin with https://, http://, mailto: or tel:";
    mistake("[x](javascript:alert(1))", "5:1", "this link is not for letters", link);
    mistake("Uno [x](ftp://a.example.org)", "5:5", "this link is not for letters", link);
    mistake("[x](javascript:{{case.title}})", "5:1", "this link is not for letters", link);
    mistake("[x](data:text/html;base64,AA)", "5:1", "this link is not for letters", link);
    mistake("Uno [x]({{case.title}})", "5:5", "this link leads wherever its value says", "begin it with https:// or mailto:, or name a `website` or a `url`");
    is_clean(
        "[x](https://a.example.org) [y](mailto:{{organisation.email}}) [z]({{organisation.website}}) {{#each case.sources}}[t]({{url}}){{/each}} <https://a.example.org>",
    );
    mistake("Uno\u{e000}0\u{e001}", "5:4", "a character that cannot be printed stands here", "delete it, or write the words around it again");
}

#[test]
fn a_block_at_the_margin_is_no_indented_text() {
    is_clean("Uno\n\n{{#if case.title}}Dos {{case.title}}.{{/if}}\n\n{{#each victims}}{{name}}{{/each}}");
    is_clean("Uno\n\n{{#if case.title}}\n{{#each victims}}\n- {{name}}\n{{/each}}\n{{/if}}\n\n{{!-- una nota con {{llaves}} --}}\nTres");
}

#[test]
fn what_cannot_be_read_is_an_error_where_it_stands() {
    let braces = "look for {{ without }}, {{#if x}} without {{/if}}, a quote that is not closed";
    let unclosed = said(&format!("{FRONT}Uno {{{{#if case.title}}}}dos\n"), &[]);
    assert!(unclosed.starts_with(&format!("{FILE}:5:")) || unclosed.starts_with(&format!("{FILE}:6:")), "{unclosed}");
    assert!(unclosed.contains("a tag cannot be read here, or a block is never closed") && unclosed.ends_with(braces), "{unclosed}");
    let crossed = said(&format!("{FRONT}Uno\n{{{{#if case.title}}}}dos{{{{/each}}}}\n"), &[]);
    assert!(crossed.starts_with(&format!("{FILE}:6:")), "{crossed}");
    assert!(crossed.contains("a block is closed by another name than it was opened with"), "{crossed}");
    let open = said(&format!("{FRONT}Uno {{{{case.title\n"), &[]);
    assert!(open.contains("a tag cannot be read here"), "{open}");
}

#[test]
fn the_front_matter_is_checked_where_it_stands() {
    let body = "\n+++\nUno\n";
    let front = |lines: &str| said(&format!("+++\n{lines}{body}"), &[]);
    let shape = "  hint: it has schema = 1, subject = \"…\" and, if need be, audiences = [\"mandate\"]";
    assert_eq!(
        front("subject = \"S\"\nschema = 2"),
        format!(
            "{FILE}:3:10: this program knows schema 1 of templates, not schema 2\n  hint: compare the template with the shipped one: `appeal templates --eject DIR`"
        )
    );
    assert_eq!(
        front("schema = 1\nsubject = \"S\"\naudiences = [\"mandate\", \"publc\"]"),
        format!("{FILE}:4:25: `audiences` has a word that is not an audience\n  hint: did you mean \"public\"?")
    );
    let missing = front("schema = 1");
    assert!(missing.starts_with(&format!("{FILE}:2:1: the front matter cannot be read: ")) && missing.ends_with(shape), "{missing}");
    let unknown = front("schema = 1\nsubjct = \"S\"");
    assert!(unknown.starts_with(&format!("{FILE}:3:1: the front matter cannot be read: ")) && unknown.ends_with(shape), "{unknown}");
    let endless = said("+++\nschema = 1\nsubject = \"S\"\n", &[]);
    assert_eq!(endless, format!("{FILE}:1:1: the front matter has no end\n  hint: close it with a line +++"));
}

#[test]
fn a_mistake_in_the_subject_is_said_where_it_stands() {
    let subject = |line: &str| said(&format!("+++\nschema = 1\n{line}\n+++\nUno\n"), &[]);
    let title = "there is no name `case.titel` here\n  hint: did you mean `title`?";
    assert_eq!(subject("subject = \"Sobre {{case.titel}}\""), format!("{FILE}:3:18: {title}"));
    assert_eq!(subject("subject = 'Sobre {{case.titel}}'"), format!("{FILE}:3:18: {title}"));
    // With escapes the column is the text's own.
    assert_eq!(subject("subject = \"\\u00BFSobre {{case.titel}}\""), format!("{FILE}:3:11: {title}"));
}

#[test]
fn all_mistakes_are_said_at_once_in_their_order() {
    let all = said(&format!("{FRONT}{{{{case.titel}}}}\n\n{{{{> zzz}}}}\n\n<br>\n"), &[("letter-templates/es/facts.hbs", "{{{x}}}\n")]);
    let places: Vec<&str> = all.lines().filter(|l| !l.starts_with("  ")).map(|l| l.split(": ").next().unwrap_or_default()).collect();
    let file = |at: &str| format!("{FILE}:{at}");
    let mut expected = vec!["letter-templates/es/facts.hbs:1:1".to_owned()];
    expected.extend(["5:1", "7:1", "9:1"].map(file));
    assert_eq!(places, expected, "{all}");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_understood() {
    let text = format!("\u{feff}{FRONT}{{{{letter.salutation}}}}\n\nUno {{{{case.title}}}}.\n").replace('\n', "\r\n");
    let workspace = TestWorkspace::new().case_with(&[]).file(FILE, text);
    let run = workspace.run("render c1 -o -").outcome();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("Distinguida Sra. Lawlor:\n\nUno Hostigamiento a quienes acompañan a migrantes.\n"), "{}", run.stdout);
    let wrong = said(&format!("{FRONT}Uno\n\n{{{{case.titel}}}}\n").replace('\n', "\r\n"), &[]);
    assert!(wrong.starts_with(&format!("{FILE}:7:1: there is no name `case.titel` here")), "{wrong}");
}

#[test]
fn a_control_character_or_one_of_private_use_reaches_no_letter() {
    for unprintable in ['\u{14}', '\u{1b}', '\u{7f}', '\u{9b}', '\u{e000}', '\u{f8ff}'] {
        mistake(
            &format!("Uno\n\nDos {unprintable}tres"),
            "7:5",
            "a character that cannot be printed stands here",
            "delete it, or write the words around it again",
        );
    }
    let subject = said("+++\nschema = 1\nsubject = \"Asun\\u001bto\"\n+++\nUno\n", &[]);
    assert_eq!(subject, format!("{FILE}:3:11: a character that cannot be printed stands here\n  hint: delete it, or write the words around it again"));
    is_clean("Uno\tdos\r\n");
}
