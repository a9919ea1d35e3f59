//! What templates of one's own can do, and what they cannot keep the program from doing.

use crate::consent_readers::flat;
use crate::test_workspace::{CASE, ORGANISATION, TestWorkspace};

const FRONT: &str = "+++\nschema = 1\nsubject = \"Asunto\"\n+++\n";

/// The letter that this body makes of the Desk's case, as text.
#[track_caller]
fn letter(body: &str) -> String {
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/es/urgent-appeal.hbs", format!("{FRONT}{body}\n"));
    let run = workspace.run("render c1 -o -").outcome();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{body}\n{}", run.stdout);
    run.stdout
}

/// The body alone, on one line, without the statements.
#[track_caller]
fn body(template: &str) -> String {
    let letter = flat(&letter(&format!("INICIO {template} FIN")));
    let (_, rest) = letter.split_once("INICIO").expect("the body begins");
    rest.split_once("FIN").expect("the body ends").0.trim().to_owned()
}

#[test]
fn the_statements_are_printed_even_where_a_template_does_not_place_them() {
    for template in [
        "{{letter.salutation}}\n\nUno.\n\n{{letter.closing}}",
        "Uno.",
        "{{#if case.contact}}{{letter.statements}}{{/if}}",
        "- {{letter.statements}}",
        "## {{letter.statements}}",
    ] {
        let text = flat(&letter(template));
        assert_eq!(text.matches("CONSENTIMIENTO Y CONFIDENCIALIDAD").count(), 1, "{template}: {text}");
        assert_eq!(text.matches("lo aceptan: sí.").count(), 2, "{template}: {text}");
    }
    // Before the closing, if they have no place; where they are placed, if they have one; and never twice.
    let text = flat(&letter("Uno.\n\n{{letter.closing}}"));
    assert!(text.contains("Uno. CONSENTIMIENTO") && text.contains("darse a conocer. Atentamente, Ana Firmante"), "{text}");
    let text = flat(&letter("{{letter.statements}}\n\nUno.\n\n{{letter.statements}}\n\n{{letter.closing}}"));
    assert!(text.contains("darse a conocer. Uno. Atentamente,"), "{text}");
}

#[test]
fn the_programs_own_parts_are_printed_whatever_the_template() {
    let workspace = TestWorkspace::new()
        .case("c1", &format!("cc = [\"Casa de Paz\"]\n{CASE}[[sources]]\nid = \"s1\"\ntitle = \"Nota\"\n[[annexes]]\nid = \"a1\"\nfile = \"a1.pdf\"\ntitle.es = \"Dictamen\"\n"))
        .file("a1.pdf", "%PDF-")
        .file("letter-templates/es/urgent-appeal.hbs", format!("{FRONT}Uno.\n"));
    let text = flat(&workspace.run("render c1 -o -").outcome().stdout);
    for part in [
        "Red Ejemplo Correo",
        "28 de abril de 2021 Ref.: RE/2021/07",
        "Sra. Mary Lawlor Relatora",
        "Asunto: Asunto",
        "Ana Firmante Coordinadora",
        "Coordinadora FUENTES - Nota ANEXOS",
        "ANEXOS - Anexo 1: Dictamen CON COPIA A",
        "CON COPIA A - Casa de Paz",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn an_update_of_the_shipped_parts_needs_one_file() {
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/es/contact.hbs", "## Contacto\n\nLlámenos: {{organisation.email}}.\n");
    let text = flat(&workspace.run("render c1 -o -").outcome().stdout);
    assert!(text.contains("CONTACTO Llámenos: red@ejemplo.example.org.") && text.contains("PRESUNTA VÍCTIMA"), "{text}");
}

#[test]
fn a_template_for_some_readers_is_none_for_the_others() {
    let workspace = TestWorkspace::new()
        .case_with(&[])
        .file("letter-templates/es/short.hbs", FRONT.replace("\n+++\n", "\naudiences = [\"mandate\", \"government\"]\n+++\n") + "Uno.\n");
    for reader in ["mandate", "government"] {
        assert_eq!(workspace.run(&format!("render c1 --template short --audience {reader} -o out")).outcome().code, 0);
    }
    let run = workspace.run("render c1 --template short --audience public -o out").outcome();
    assert_eq!((run.code, run.written.len()), (1, 0));
    assert!(run.stderr.contains("the template `short` is not for the audience `public`"), "{}", run.stderr);
    let run = workspace.run("render c1 --template shrt -o out").outcome();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("there is no template `shrt` in español"), "{}", run.stderr);
}

#[test]
fn the_shipped_templates_of_all_languages_write_every_kind_of_letter() {
    let base = CASE.replace("action = \"urgent-appeal\"", "action = \"allegation-letter\"");
    let about = |action: &str, more: &str| {
        format!("title.es = \"N\"\ntitle.en = \"N\"\ntitle.fr = \"N\"\naction = \"{action}\"\nupdates = \"c1\"\ndate = 2021-04-28\nlanguage = \"es\"\n{more}")
    };
    let news = "[context]\nnews.es = \"Novedad.\"\nnews.en = \"News.\"\nnews.fr = \"Nouvelle.\"\n";
    let workspace = TestWorkspace::new().case("c1", CASE).case("c2", &base).case("c3", &about("update", news)).case("c4", &about("withdrawal", ""));
    let run = workspace.run("render -f text,html --language es,en,fr -o out").outcome();
    assert_eq!((run.code, run.written.len()), (0, 24), "{}", run.stderr);
    for (path, bytes) in run.written {
        let letter = String::from_utf8_lossy(&bytes);
        for hole in ["{{", "}}", "[object]", "null", " ,", "()", "\u{e000}"] {
            assert!(!letter.split("</style>").last().unwrap_or_default().contains(hole), "{path} has {hole:?}");
        }
    }
}

#[test]
fn names_reach_through_loops_parts_and_helpers() {
    assert_eq!(
        body("{{#each victims}}{{capital name}} ({{@index}}, {{../case.country}}, {{@root.organisation.name}}){{/each}}"),
        "María Ejemplo (0, México, Red Ejemplo)"
    );
    assert_eq!(body("{{#each victims as |v|}}{{v.name}} {{kind}}{{/each}}"), "María Ejemplo persona");
    assert_eq!(body("{{#with case}}{{country}} {{../organisation.name}}{{/with}}"), "México Red Ejemplo");
    assert_eq!(
        body("{{#each incidents}}{{victims}} por {{perpetrators}}, {{when}}{{/each}}"),
        "María Ejemplo por Instituto Nacional de Migración, el 22 de marzo de 2021"
    );
    assert_eq!(body("{{#if case.steps}}hay{{else}}no hay{{/if}} {{#unless case.steps}}nada{{/unless}}"), "no hay nada");
    assert_eq!(body("{{plural (len victims) one=\"víctima\" other=\"víctimas\"}} {{len victims}}"), "víctima 1");
    assert_eq!(
        body("**{{case.country}}** *{{organisation.name}}* [{{organisation.email}}](mailto:{{organisation.email}})"),
        "México Red Ejemplo red@ejemplo.example.org"
    );
    let workspace = TestWorkspace::new()
        .case_with(&[])
        .file("letter-templates/es/one.hbs", "{{name}}, {{../case.country}} ({{@root.letter.date}}, {{@index}})")
        .file("letter-templates/es/urgent-appeal.hbs", format!("{FRONT}{{{{#each victims}}}}{{{{> one}}}}{{{{/each}}}}\n\n{{{{> two case}}}}\n"))
        .file("letter-templates/es/two.hbs", "{{country}}: {{#each requests}}{{text}}{{/each}}");
    let text = flat(&workspace.run("render c1 -o -").outcome().stdout);
    assert!(text.contains("María Ejemplo, México (28 de abril de 2021, 0)"), "{text}");
    assert!(text.contains("México: Exhortar al Estado a garantizar condiciones de seguridad."), "{text}");
    // A part means the same wherever it stands: what the check let through leaves no hole.
    for (tag, one, expected) in [
        ("{{> one}}", "{{v.name}} {{../case.country}}", "María Ejemplo México"),
        ("\n  {{> one}}\n", "{{name}} {{../name}} {{../../case.country}}", "María Ejemplo María Ejemplo México"),
        ("{{> one @root.case}}", "{{country}} {{../name}}", "México María Ejemplo"),
        ("{{> two @root.case}}", "{{country}} {{../country}} {{../../name}}", "México México María Ejemplo"),
    ] {
        let workspace = TestWorkspace::new()
            .case_with(&[])
            .file("letter-templates/es/one.hbs", one)
            .file("letter-templates/es/two.hbs", "{{> one}}")
            .file("letter-templates/es/urgent-appeal.hbs", format!("{FRONT}INICIO {{{{#each victims as |v|}}}}{tag}{{{{/each}}}} FIN\n"));
        let run = workspace.run("render c1 -o -").outcome();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{tag}");
        assert!(flat(&run.stdout).contains(&format!("INICIO {expected} FIN")), "{tag}: {}", run.stdout);
    }
}

#[test]
fn a_sentence_that_ends_with_initials_has_one_full_stop() {
    let workspace = TestWorkspace::new().case_with(&[("government = \"name\"", "government = \"initials\""), ("public = \"name\"", "public = \"unnamed\"")]);
    let run = workspace.run("render c1 --audience government -f text,html -o out").outcome();
    let text = workspace.read("out/c1.human-rights-defenders.es.government.txt");
    assert!(flat(&text).contains("en favor de M. E. URGENCIA") && text.contains("\n- M. E.\n"), "{}{text}", run.stderr);
    assert!(!workspace.read("out/c1.human-rights-defenders.es.government.html").contains("..<"));
}

#[test]
fn a_style_of_ones_own_cannot_load_or_end_anything() {
    let style = |text: &str| TestWorkspace::new().case_with(&[]).file("letter-templates/page.css", text).run("render c1 -f html -o out").outcome();
    let good = style("p { color: #123; background: url(data:image/png;base64,AA) }\n@page { margin: 3cm }\n");
    assert_eq!(good.code, 0, "{}", good.stderr);
    let html = String::from_utf8_lossy(good.written.values().next().expect("a letter")).into_owned();
    assert!(html.contains("p { color: #123; background: url(data:image/png;base64,AA) }"), "{html}");
    for (bad, found) in [
        ("p{}</style><script>x</script>", "</"),
        ("@import 'x.css';", "@import"),
        ("@IMPORT url(x)", "@import"),
        ("p { background: url(https://a.example.org/x.png) }", "url(…) of something other than data:"),
        ("p { background: URL( \"//a.example.org/x\" ) }", "url(…) of something other than data:"),
        ("p { background: u\\72l(https://a.example.org) }", "\\"),
        ("p { background: image-set(\"https://a.example.org/x.png\" 1x) }", "something that would be loaded"),
        ("p { background: image-set(\"data:image/png;base64,AA\" 1x, \"https://a.example.org/x.png\" 2x) }", "something that would be loaded"),
        ("@font-face { src: local(x) } @namespace \"https://a.example.org\";", "something that would be loaded"),
    ] {
        let run = style(bad);
        assert_eq!((run.code, run.written.len()), (1, 0), "{bad}");
        assert!(run.stderr.starts_with(&format!("letter-templates/page.css: the style contains {found}\n")), "{bad}: {}", run.stderr);
    }
    // The policy of the page would stop what got by.
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn an_override_that_cannot_be_read_is_an_error() {
    let workspace = TestWorkspace::new().case_with(&[]).file("letter-templates/es/urgent-appeal.hbs", b"\xff\xfe\x00");
    let run = workspace.run("render c1 -o out").outcome();
    assert_eq!((run.code, run.written.len()), (1, 0));
    assert!(run.stderr.contains("letter-templates/es/urgent-appeal.hbs: the file is not in UTF-8"), "{}", run.stderr);
}

#[test]
fn a_logo_and_its_words_are_the_organisations() {
    let workspace = TestWorkspace::new()
        .file("organisation.toml", format!("logo = \"logo.svg\"\n{ORGANISATION}"))
        .file("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")
        .case_with(&[]);
    let run = workspace.run("render c1 -f html -o out").outcome();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let html = workspace.read("out/c1.human-rights-defenders.es.html");
    // The name stands beside it, so whoever hears the page is not told it twice.
    assert_eq!(html.matches("<img class=\"logo\" src=\"data:image/svg+xml;base64,").count(), 1, "{html}");
    assert!(html.contains("alt=\"\">\n<div>\n<div class=\"organisation\"><bdi>Red Ejemplo</bdi></div>"), "{html}");
}

#[test]
fn no_style_of_a_house_takes_the_mark_from_a_draft() {
    let style = ".draft::before { content: none !important; display: none !important }";
    let letter = |workspace: TestWorkspace| {
        let run = workspace.run("render c1 -f html -o out").outcome();
        String::from_utf8_lossy(run.written.values().next().expect("a letter")).into_owned()
    };
    let html = letter(TestWorkspace::new().case_with(&[("submit = true", "submit = false")]).file("letter-templates/page.css", style));
    // Among important declarations those of the first layer win, whatever comes after them.
    let (before, after) = html.split_once(style).expect("the style is in the letter");
    let mark = before.split_once("<style>\n@layer draft {\n.draft::before { ").expect("the mark comes first").1;
    for said in ["all: initial", "content: attr(data-mark)", "display: flex", "position: fixed", "print-color-adjust: exact"] {
        assert!(mark.contains(&format!("{said} !important;")), "{said}");
    }
    assert!(after.contains("<body class=\"draft\" data-mark=\"BORRADOR\">"));
    assert!(!letter(TestWorkspace::new().case_with(&[])).contains("@layer"));
}
