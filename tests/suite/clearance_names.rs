//! Names written out by hand: what the search before clearance finds, and what it leaves alone.

use crate::consent_readers::{NAME, READERS, Reading, agreed};
use crate::test_workspace::{ORGANISATION, TestWorkspace};

const REASON: &str = "reason.es = \"Los agentes anunciaron que volverían.\"";

/// The case of [`agreed`] to unnamed copies, with these words in the reason of its urgency.
fn with_reason(words: &str) -> String {
    agreed("unnamed", "unnamed", "").replace(REASON, &format!("reason.es = \"{words}\""))
}

/// Found in each copy that may not have it, covered in the draft, and nowhere else; no matter to the mandate, who may.
#[track_caller]
fn is_found(case: &str, message: &str) {
    let workspace = TestWorkspace::new().case("c1", case);
    Reading::of(&workspace, "mandate").cleared();
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).held(message).nowhere(NAME);
    }
}

#[track_caller]
fn is_not_found(case: &str) {
    let workspace = TestWorkspace::new().case("c1", case);
    for reader in READERS {
        Reading::of(&workspace, reader).cleared();
    }
}

#[test]
fn a_name_in_the_prose_is_found_whatever_its_case_accents_and_hyphens() {
    for words in [
        "Buscan a Zenobia Quillabamba.",
        "Buscan a ZENOBIA QUILLABAMBA.",
        "Buscan a zenóbia quillabámba.",
        "Buscan a Zenobia-Quillabamba.",
        "Buscan a ZenobiaQuillabamba.",
        "Buscan a Quillabamba, Zenobia.",
        "Buscan a «Zenobia de la Quillabamba».",
        "Buscan a Zenobia\\u200b Quilla\\u00adbamba.",
    ] {
        is_found(&with_reason(words), "the name of `v1`, which this reader may not see, stands below \"Urgencia\"");
    }
}

#[test]
fn a_held_name_is_told_by_line_and_by_what_to_write() {
    let workspace = TestWorkspace::new().case("c1", &with_reason("Buscan a Zenobia Quillabamba."));
    let _ = workspace.run("render c1 --audience public -o out").code(3).stdout_has("held").files(&["out/c1.human-rights-defenders.es.public.txt"]).stderr(
        "cases/c1.toml:14:13: held: the name of `v1`, which this reader may not see, stands below \"Urgencia\"\n  hint: write {v1} instead\n\
         1 reason to hold\n1 case, 1 letter: 1 held\n",
    );
}

#[test]
fn a_draft_shows_the_code_where_a_name_was_written_out() {
    let workspace = TestWorkspace::new().case("c1", &with_reason("Buscan a Zenobia Quillabamba y a la señora Quillabamba."));
    Reading::of(&workspace, "public").held("the name of `v1`").says("Buscan a Defensora A y a la señora Defensora A.").nowhere(NAME);
    // To the mandate it is no secret.
    Reading::of(&workspace, "mandate").cleared().says("Buscan a Zenobia Quillabamba y a la señora Quillabamba.");
    // Without any consent the mandate's draft hides it too, down to the last part.
    let consentless = with_reason("Buscan a la señora Quillabamba.").replace("submit = true\n", "");
    let workspace = TestWorkspace::new().case("c1", &consentless);
    Reading::of(&workspace, "mandate").held("has not agreed").says("Buscan a la señora Defensora A.").nowhere(NAME);
}

#[test]
fn check_says_it_for_every_reader() {
    let workspace = TestWorkspace::new().case("c1", &with_reason("Buscan a Zenobia Quillabamba."));
    let check = workspace.run("check c1").outcome();
    assert_eq!((check.code, check.written.len()), (0, 0));
    // Between these two lines stands what the mandate will ask, which the tests of fitness look at.
    assert!(check.stdout.starts_with("c1.human-rights-defenders.es: ready, 10 questions will come back\n  ? "), "{}", check.stdout);
    assert!(check.stdout.ends_with("\n1 case, 1 letter: 1 cleared\n"), "{}", check.stdout);
    assert_eq!(
        check.stderr,
        "cases/c1.toml:14:13: warning: a government copy would be held: the name of `v1`, which this reader may not see, stands below \"Urgencia\"\n  \
         hint: write {v1} instead\n\
         cases/c1.toml:14:13: warning: a public copy would be held: the name of `v1`, which this reader may not see, stands below \"Urgencia\"\n  \
         hint: write {v1} instead\n2 warnings\n",
    );
}

#[test]
fn a_surname_alone_holds_the_copies_and_not_the_mandates_letter() {
    is_found(&with_reason("Buscan a la señora Quillabamba."), "a part of the name of `v1`, which this reader may not see, stands below \"Urgencia\"");
    is_found(&with_reason("Buscan a Zenobia."), "a part of the name of `v1`");
}

#[test]
fn a_mandate_that_may_not_see_the_name_is_told_no_two_parts_of_it_and_may_be_told_one() {
    let hidden = |words: &str| with_reason(words).replace("submit = true", "submit = true\nmandate = \"unnamed\"");
    let workspace = TestWorkspace::new().case("c1", &hidden("Buscan a Zenobia de Quillabamba."));
    Reading::of(&workspace, "mandate").held("the name of `v1`, which this reader may not see,").nowhere(NAME);
    let workspace = TestWorkspace::new().case("c1", &hidden("Fue en el puente Quillabamba."));
    Reading::of(&workspace, "mandate").cleared().says("puente Quillabamba");
}

#[test]
fn a_word_of_one_or_two_letters_is_no_sign_alone() {
    let short = |words: &str| with_reason(words).replace(NAME, "Bo Li");
    is_not_found(&short("Bo dijo que Li no."));
    let workspace = TestWorkspace::new().case("c1", &short("Vino Bo Li."));
    Reading::of(&workspace, "public").held("the name of `v1`").never_says("Bo Li");
}

#[test]
fn what_is_declared_not_a_name_is_none() {
    let bridge = with_reason("Fue en el puente Rodolfo Quillabamba.");
    is_found(&bridge, "a part of the name of `v1`");
    is_not_found(&format!("not-a-name = [\"Quillabamba\"]\n{bridge}"));
    is_not_found(&format!("not-a-name = [\"Rodolfo Quillabamba\"]\n{bridge}"));
    // Declared together, it still tells alone; and the whole name tells whatever is declared.
    let both = with_reason("Fue en el puente Rodolfo Quillabamba, con la señora Quillabamba.");
    let workspace = TestWorkspace::new().case("c1", &format!("not-a-name = [\"Rodolfo Quillabamba\"]\n{both}"));
    Reading::of(&workspace, "public").held("a part of the name of `v1`").says("puente Rodolfo Quillabamba, con la señora Defensora A.");
    let whole = with_reason("Buscan a Zenobia Quillabamba.");
    is_found(&format!("not-a-name = [\"Zenobia\", \"Quillabamba\", \"Zenobia Quillabamba\"]\n{whole}"), "the name of `v1`");
}

#[test]
fn other_forms_of_the_name_are_found_too() {
    let with = |field: &str, words: &str| with_reason(words).replace("kind = \"person\"", &format!("kind = \"person\"\n{field}"));
    is_found(&with("aliases = [\"La Paloma\"]", "Dicen que la paloma volvió."), "the name of `v1`");
    is_found(&with("short = \"Doña Zeno\"", "Dicen que doña Zeno volvió."), "the name of `v1`");
    is_found(&with("family = \"Quillabamba Torres\"", "Dicen que Torres volvió."), "a part of the name of `v1`");
    is_found(&with("given = \"Zenobia Aurora\"", "Dicen que Aurora Quillabamba volvió."), "the name of `v1`");
}

#[test]
fn an_alias_is_kept_from_every_reader_who_may_not_see_the_name() {
    let hidden = with_reason("Dicen que la paloma volvió.")
        .replace("kind = \"person\"", "kind = \"person\"\naliases = [\"La Paloma\"]")
        .replace("submit = true", "submit = true\nmandate = \"unnamed\"");
    for case in [hidden.clone(), hidden.replace("submit = true", "submit = false")] {
        let workspace = TestWorkspace::new().case("c1", &case);
        for reader in READERS {
            Reading::of(&workspace, reader).held("the name of `v1`, which this reader may not see,").says("Dicen que Defensora A volvió.").nowhere("Paloma");
        }
    }
}

#[test]
fn the_short_form_comes_after_the_first_mention_and_only_to_those_who_see_the_name() {
    let twice = agreed("name", "unnamed", "")
        .replace("kind = \"person\"", "kind = \"person\"\nshort = \"Sra. Quillabamba\"")
        .replace("account.es = \"", "account.es = \"Vieron a {v1}. ");
    let workspace = TestWorkspace::new().case("c1", &twice);
    for reader in ["mandate", "government"] {
        Reading::of(&workspace, reader).cleared().says("Vieron a Sra. Quillabamba. Agentes").says("llevar a Sra. Quillabamba a territorio");
    }
    Reading::of(&workspace, "public").cleared().says("Vieron a Defensora A. Agentes").says("llevar a Defensora A a territorio").nowhere(NAME);
}

#[test]
fn names_are_found_in_every_field_that_is_printed() {
    let base = agreed("unnamed", "unnamed", "");
    let top = |line: &str| format!("{line}\n{base}");
    let end = |lines: &str| format!("{base}\n{lines}\n");
    let incident = |line: &str| base.replace("reliability = \"direct\"", &format!("reliability = \"direct\"\n{line}"));
    let victim = |line: &str| base.replace("kind = \"person\"", &format!("kind = \"person\"\n{line}"));
    let perpetrator = |line: &str| base.replace("kind = \"state\"", &format!("kind = \"state\"\n{line}"));
    let name = "Zenobia Quillabamba";
    let places = [
        ("cc lines", top(&format!("cc = [\"Comité {name}\"]"))),
        ("headings", incident(&format!("heading.es = \"Detención de {name}\""))),
        ("places", base.replace("place = \"Puente Rodolfo Robles, Suchiate, Chiapas\"", &format!("place = \"Casa de {name}\""))),
        ("times in words", incident(&format!("time.es = \"cuando llegó {name}\""))),
        ("date notes", incident(&format!("date-note.es = \"cumpleaños de {name}\""))),
        ("work", victim(&format!("show-unnamed = [\"work\"]\nwork.es = \"hermana de {name}\""))),
        ("situations", victim(&format!("show-unnamed = [\"situation\"]\nsituation.es = \"{name} está presa\""))),
        ("nationalities", victim(&format!("show-unnamed = [\"nationality\"]\nnationality.es = \"como {name}\""))),
        ("descriptions", perpetrator(&format!("description.es = \"quien detuvo a {name}\""))),
        ("links to the State", perpetrator(&format!("link-to-state.es = \"jefe de {name}\""))),
        ("requests", base.replace("text.es = \"Exhortar al Estado a", &format!("text.es = \"Liberar a {name} y"))),
        ("events", base.replace(REASON, &format!("{REASON}\nevent.es = \"juicio de {name}\""))),
        ("reasons for no steps", base.replace("no hay autoridad independiente", &format!("temen por {name}"))),
        ("state names", top(&format!("state-as = \"el Estado de {name}\""))),
        ("co-signers", end(&format!("[[co-signers]]\nname = \"{name}\""))),
        ("co-signers' offices", end(&format!("[[co-signers]]\nname = \"Otra Red\"\nrole.es = \"por {name}\""))),
        ("source titles", end(&format!("[[sources]]\nid = \"s1\"\ntitle = \"La historia de {name}\""))),
        ("publishers", end(&format!("[[sources]]\nid = \"s1\"\ntitle = \"Nota\"\npublisher = \"Fundación {name}\""))),
        ("source addresses", end("[[sources]]\nid = \"s1\"\ntitle = \"Nota\"\nurl = \"https://a.example.org/zenobia-quillabamba\"")),
        ("escaped addresses", end("[[sources]]\nid = \"s1\"\ntitle = \"Nota\"\nurl = \"https://a.example.org/%7AENOBIA%20quillabamba\"")),
        ("standards", end(&format!("[[law]]\ntext.es = \"el caso {name}\""))),
        ("other procedures", end(&format!("[[other-procedures]]\nbody = \"Comisión\"\nstatus.es = \"admitido el caso {name}\""))),
        ("other references", end(&format!("[[other-procedures]]\nbody = \"Comisión\"\nreference = \"{name} c. México\""))),
        ("context", end(&format!("[context]\nbackground.es = \"{name} ya había sido detenida.\""))),
        // Facts stand below their incident, so before the next table.
        ("facts", base.replacen("[[requests]]", &format!("[[incidents.detention]]\nvictims = [\"v1\"]\nplace = \"casa de {name}\"\n[[requests]]"), 1)),
    ];
    for (what, case) in places {
        let workspace = TestWorkspace::new().case("c1", &case);
        for reader in ["government", "public"] {
            let reading = Reading::of(&workspace, reader);
            assert_eq!(reading.code, 3, "{what}, {reader}: {}{}", reading.stderr, reading.text);
            reading.held("the name of `v1`, which this reader may not see,").nowhere(NAME);
        }
    }
}

#[test]
fn names_are_found_in_what_the_organisation_says_of_itself() {
    let base = agreed("unnamed", "unnamed", "");
    for (what, line) in [
        ("about", "about.es = \"fundada por Zenobia Quillabamba\""),
        ("address", "address = [\"Casa Zenobia Quillabamba\", \"30000 Tapachula\"]"),
        ("place", "place = \"Ciudad Zenobia Quillabamba\""),
        ("website", "website = \"https://zenobia-quillabamba.example.org\""),
        ("member", "[[members]]\nname = \"Red Zenobia Quillabamba\""),
    ] {
        let organisation = if line.starts_with("[[") { format!("{ORGANISATION}{line}\n") } else { format!("{line}\n{ORGANISATION}") };
        let workspace = TestWorkspace::new().file("organisation.toml", organisation).case("c1", &base);
        for reader in ["government", "public"] {
            let reading = Reading::of(&workspace, reader);
            assert_eq!(reading.code, 3, "{what}, {reader}: {}", reading.text);
            reading.held("the name of `v1`, which this reader may not see,").nowhere(NAME);
        }
    }
}

#[test]
fn a_victim_who_signs_is_not_named_to_those_who_may_not_see_it() {
    let organisation = ORGANISATION.replace("Ana Firmante", NAME);
    let workspace = TestWorkspace::new().file("organisation.toml", organisation).case("c1", &agreed("unnamed", "unnamed", ""));
    Reading::of(&workspace, "mandate").cleared();
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).held("the name of `v1`, which this reader may not see, stands among the signatures").nowhere(NAME);
    }
    // Half a name in a signature tells as much as half a name elsewhere.
    let organisation = ORGANISATION.replace("Ana Firmante", "Z. Quillabamba");
    let workspace = TestWorkspace::new().file("organisation.toml", organisation).case("c1", &agreed("unnamed", "unnamed", ""));
    Reading::of(&workspace, "public").held("a part of the name of `v1`, which this reader may not see, stands among the signatures").nowhere(NAME);
}

#[test]
fn the_senders_own_name_is_no_sign_of_anybody() {
    // "Red Ejemplo" writes for María Ejemplo; and an organisation writes about itself.
    let of_the_name = agreed("unnamed", "unnamed", "").replace(NAME, "María Ejemplo");
    is_not_found(&of_the_name);
    let own = of_the_name.replace("María Ejemplo", "Red Ejemplo").replace("kind = \"person\"", "kind = \"organisation\"");
    is_not_found(&own.replace("by = \"self\"", "by = \"representative\""));
    // But the part of her name that stands elsewhere is one.
    let elsewhere = of_the_name.replace(REASON, "reason.es = \"Buscan a la señora Ejemplo.\"");
    let workspace = TestWorkspace::new().case("c1", &elsewhere);
    Reading::of(&workspace, "public").held("a part of the name of `v1`").says("Buscan a la señora Defensora A.");
}

#[test]
fn a_name_in_what_stands_on_envelopes_is_an_error() {
    let base = agreed("unnamed", "unnamed", "");
    for (message, case) in [
        ("the title contains a part of a protected name", base.replace("Hostigamiento a quienes", "Hostigamiento a Quillabamba y")),
        ("the title contains a part of a protected name", base.replace("Harassment of those", "Harassment of ZENOBIA and those")),
        ("the reference contains a part of a protected name", base.replace("RE/2021/07", "quillabamba-7")),
        ("a code contains a part of a protected name", base.replace("Defensora A", "Defensora Quillabamba")),
        (
            "an annex's title contains a part of a protected name",
            format!("{base}[[annexes]]\nid = \"a1\"\nfile = \"a.pdf\"\ntitle.es = \"Carta de Zenobia\"\n"),
        ),
        (
            "an annex's file name contains a part of a protected name",
            format!("{base}[[annexes]]\nid = \"a1\"\nfile = \"quillabamba.pdf\"\ntitle.es = \"Carta\"\n"),
        ),
    ] {
        let workspace = TestWorkspace::new().case("c1", &case);
        for reader in READERS {
            let reading = Reading::of(&workspace, reader);
            assert_eq!(reading.code, 1, "{message}: {}", reading.stderr);
            assert!(reading.stderr.contains(message), "{message}: {}", reading.stderr);
        }
    }
    let workspace = TestWorkspace::new().case("zenobia-2021", &base);
    let _ = workspace
        .run("check")
        .code(1)
        .stdout_has("1 not written because of errors")
        .stderr_has("the case's id (the name of its file) contains a part of a protected name");
}

#[test]
fn a_code_that_holds_somebody_elses_name_is_an_error() {
    let two = agreed("unnamed", "unnamed", "").replacen(
        "[[perpetrators]]",
        "[[people]]\nid = \"w1\"\nname = \"Aurora Cienfuegos\"\nrole = \"witness\"\ncode = \"hermana de Quillabamba\"\n[[perpetrators]]",
        1,
    );
    let workspace = TestWorkspace::new().case("c1", &two);
    Reading::of(&workspace, "mandate").refused("a code contains a part of a protected name").nowhere("Aurora");
}

#[test]
fn a_name_that_a_template_puts_into_the_subject_holds_the_letter() {
    let template = "+++\nschema = 1\nsubject = \"Sobre {{list victims 'name'}}\"\n+++\n{{letter.salutation}}\n\n{{list victims \"name\"}}\n";
    let workspace = TestWorkspace::new().case("c1", &agreed("initials", "unnamed", "")).file("letter-templates/es/urgent-appeal.hbs", template);
    let held = "the subject contains the name of `v1`, which not everybody may see";
    Reading::of(&workspace, "mandate").held(held);
    // The others are shown what they may see, in the subject too.
    Reading::of(&workspace, "government").cleared().says("Asunto: Sobre Z. Q.").nowhere(NAME);
    Reading::of(&workspace, "public").cleared().says("Asunto: Sobre Defensora A").nowhere(NAME);
    // A name that may be public may stand in a subject.
    let workspace = TestWorkspace::new().case("c1", &agreed("name", "name", "")).file("letter-templates/es/urgent-appeal.hbs", template);
    Reading::of(&workspace, "mandate").cleared().says("Asunto: Sobre Zenobia Quillabamba");
}

#[test]
fn a_name_in_a_heading_is_not_repeated_in_the_message_about_what_stands_below() {
    let headed = agreed("name", "name", "")
        .replace("reliability = \"direct\"", "reliability = \"direct\"\nheading.es = \"Detención de Zenobia Quillabamba\"")
        .replace("account.es = \"", "account.es = \"TODO ");
    let workspace = TestWorkspace::new().case("c1", &headed);
    let run = workspace.run("render c1 -o out").outcome();
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("a placeholder (TODO, TBD or FIXME) stands below \"Hechos denunciados\""), "{}", run.stderr);
    assert!(!run.stderr.contains("Zenobia"), "{}", run.stderr);
}

#[test]
fn names_in_other_scripts_are_found() {
    let of = |name: &str, words: &str| with_reason(words).replace(NAME, name);
    for (name, words) in [
        ("Дмитрий Иванов", "Видели: ДМИТРИЙ ИВАНОВ."),
        ("محمد الحسن", "شوهد محمّد الحسن أمس"),
        ("张伟", "据报道张伟被捕"),
        ("Łukasz Øvergård", "Vieron a Lukasz Overgard."),
    ] {
        let workspace = TestWorkspace::new().case("c1", &of(name, words));
        Reading::of(&workspace, "mandate").cleared().says(name);
        for reader in ["government", "public"] {
            Reading::of(&workspace, reader).held("the name of `v1`").never_says(name).nowhere(name);
        }
    }
}

#[test]
fn a_name_typed_for_an_id_is_not_repeated() {
    let base = agreed("unnamed", "unnamed", "");
    for (case, message) in [
        (base.replace("victims = [\"v1\"]", "victims = [\"quillabamba\"]"), "`…` is not an id of [[victims]]"),
        (base.replace("llevar a {v1} a", "llevar a {zenobia-quillabamba} a"), ": … refers to nobody in this case"),
        (base.replace("victims = [\"v1\"]", "victims = [\"Zenobia Quillabamba\"]"), "`victims` cannot be understood"),
    ] {
        let workspace = TestWorkspace::new().case("c1", &case);
        Reading::of(&workspace, "mandate").refused(message).nowhere(NAME);
    }
    let workspace = TestWorkspace::new().case("c1", &base.replace("victims = [\"v1\"]", "victims = [\"v2\"]"));
    Reading::of(&workspace, "mandate").refused("`v2` is not an id of [[victims]]");
}

#[test]
fn among_four_hundred_victims_each_name_written_out_in_four_hundred_incidents_is_found_and_covered() {
    // Names no two of which share a part: Baba Kaba, Bada Kada, …
    let syllables: Vec<String> = "bdfglmnprstvxyzc".chars().flat_map(|c| "aeiou".chars().map(move |v| format!("{c}{v}"))).collect();
    let name = |n: usize| format!("Ha{0}{1} Ke{0}{1}", syllables[n / 20], syllables[n % 20 + 20]);
    let mut case = String::from(
        "title = \"Events\"\naction = \"allegation-letter\"\ncountry = \"MX\"\nmandates = [\"human-rights-defenders\"]\ndate = 2021-04-28\nlanguage = \"en\"\n\
         [[requests]]\ntext = \"Ask the State.\"\n",
    );
    for n in 0..400 {
        case.push_str(&format!(
            "[[victims]]\nid = \"v{n}\"\nkind = \"person\"\nname = \"{}\"\ncode = \"Nobody {n}\"\n\
             consent = {{ submit = true, government = \"unnamed\", public = \"unnamed\", by = \"self\", on = 2021-04-27, how = \"call\" }}\n\
             [[incidents]]\ndate = 2021-04-20\nvictims = [\"v{n}\", \"v{}\"]\naccount = \"{{v{}}} was seen with {}.\"\n",
            name(n),
            (n + 1) % 400,
            (n + 2) % 400,
            name(n),
        ));
    }
    let workspace = TestWorkspace::new().case("c1", &case);
    let run = workspace.run("render c1 --audience public -o out").outcome();
    assert_eq!(run.code, 3, "{}", run.stderr);
    let letter = workspace.read("out/c1.human-rights-defenders.en.public.txt");
    let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
    for n in 0..400 {
        assert!(run.stderr.contains(&format!("held: the name of `v{n}`, which this reader may not see")), "v{n}: {}", run.stderr);
        assert!(letter.contains(&format!("Nobody {} was seen with Nobody {n}.", (n + 2) % 400)), "v{n}: {letter}");
        assert!(!letter.contains(&name(n)), "v{n}: {letter}");
    }
}
