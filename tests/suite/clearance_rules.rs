//! What else holds a letter, what is withheld from whom, and what the letter says about it.

use crate::consent_readers::{NAME, READERS, Reading, agreed, case, flat};
use crate::test_workspace::{CASE, ORGANISATION, TestWorkspace};

const WITNESS: &str = "[[people]]\nid = \"w1\"\nname = \"Aurora Cienfuegos\"\nrole = \"witness\"\ncode = \"Testigo 1\"\n";

/// A case in which the account speaks of a witness; `consent` is the witness's table, with its header.
fn with_witness(consent: &str) -> String {
    agreed("name", "unnamed", "")
        .replacen("[[perpetrators]]", &format!("{WITNESS}{consent}\n[[perpetrators]]"), 1)
        .replace("account.es = \"", "account.es = \"Lo vio {w1}. ")
}

#[test]
fn a_witness_without_consent_is_always_a_code_and_holds_nothing() {
    let workspace = TestWorkspace::new().case("c1", &with_witness(""));
    for reader in READERS {
        Reading::of(&workspace, reader).cleared().says("Lo vio Testigo 1.").nowhere("Aurora Cienfuegos");
    }
    for consent in [
        "submit = false",
        "government = \"name\"\npublic = \"name\"",
        "submit = true\ngovernment = \"name\"",
        "submit = true\npublic = \"name\"\ngovernment = \"name\"\nwithdrawn = 2021-04-20",
    ] {
        let workspace = TestWorkspace::new().case("c1", &with_witness(&format!("[people.consent]\n{consent}")));
        for reader in READERS {
            Reading::of(&workspace, reader).cleared().says("Lo vio Testigo 1.").nowhere("Aurora Cienfuegos");
        }
    }
}

#[test]
fn a_witness_who_agreed_is_shown_as_agreed_and_has_a_statement_of_their_own() {
    let consent = "[people.consent]\nsubmit = true\ngovernment = \"unnamed\"\npublic = \"nothing\"\nby = \"self\"\non = 2021-04-27\nhow = \"x\"";
    let workspace = TestWorkspace::new().case("c1", &with_witness(consent));
    // The mandate is told the name, so it must be told that the Government may not be.
    let mandate = Reading::of(&workspace, "mandate").cleared().says("Lo vio Aurora Cienfuegos.");
    mandate.says("Zenobia Quillabamba: sí.").says("Aurora Cienfuegos: solo los hechos, sin el nombre.").says("Aurora Cienfuegos: no.");
    Reading::of(&workspace, "government").cleared().says("Lo vio Testigo 1.").nowhere("Aurora Cienfuegos");
    // "Nothing" is nothing of anybody.
    Reading::of(&workspace, "public").held("this reader may be told nothing about `w1`").nowhere("Aurora Cienfuegos");
    // A copy that does not speak of the witness is no matter of theirs.
    let workspace = TestWorkspace::new().case("c1", &with_witness(consent).replace("Lo vio {w1}. ", ""));
    Reading::of(&workspace, "public").cleared().nowhere("Aurora Cienfuegos");
}

#[test]
fn a_name_is_not_counted_as_withheld_where_the_letter_does_not_speak_of_its_owner() {
    let workspace = TestWorkspace::new().case("c1", &with_witness("").replace("Lo vio {w1}. ", ""));
    Reading::of(&workspace, "mandate").cleared().never_says("Elementos omitidos");
    let workspace = TestWorkspace::new().case("c1", &with_witness(""));
    Reading::of(&workspace, "mandate").cleared().says("Elementos omitidos en esta versión: nombres de personas.");
}

#[test]
fn a_group_without_a_name_needs_no_consent_and_the_letter_says_that_nobody_is_named() {
    for kind in ["group", "community"] {
        let unnamed = case("").replace("name = \"Zenobia Quillabamba\"\nkind = \"person\"", &format!("kind = \"{kind}\""));
        let workspace = TestWorkspace::new().case("c1", &unnamed);
        Reading::of(&workspace, "mandate")
            .cleared()
            .says("Grupos o comunidades de los que no se nombra a ninguna persona: Defensora A.")
            .never_says("saben que se enviará al Gobierno");
        for reader in ["government", "public"] {
            Reading::of(&workspace, reader).cleared().says("llevar a Defensora A a territorio");
        }
        // If somebody asked them, the answer holds.
        let refused = unnamed.replace("[[perpetrators]]", "[victims.consent]\nsubmit = false\n[[perpetrators]]");
        let workspace = TestWorkspace::new().case("c1", &refused);
        Reading::of(&workspace, "mandate").held("`v1` has not agreed to this submission");
    }
}

#[test]
fn a_group_with_a_name_needs_consent_and_is_searched_for_as_a_whole() {
    let named = |case: String| case.replace("kind = \"person\"", "kind = \"group\"");
    let workspace = TestWorkspace::new().case("c1", &named(case("")));
    Reading::of(&workspace, "mandate").held("no consent of `v1` is recorded").nowhere(NAME);
    let words = named(agreed("unnamed", "unnamed", "")).replace("Los agentes anunciaron", "El grupo Quillabamba anunció");
    Reading::of(&TestWorkspace::new().case("c1", &words), "public").cleared();
    let words = named(agreed("unnamed", "unnamed", "")).replace("Los agentes anunciaron", "La Zenobia Quillabamba anunció");
    Reading::of(&TestWorkspace::new().case("c1", &words), "public").held("the name of `v1`").nowhere(NAME);
    // A family's name is telling, where it is recorded as one.
    let family = named(agreed("unnamed", "unnamed", "")).replace("kind = \"group\"", "kind = \"group\"\nfamily = \"Quillabamba\"");
    let words = family.replace("Los agentes anunciaron", "Los Quillabamba anunciaron");
    Reading::of(&TestWorkspace::new().case("c1", &words), "public").held("a part of the name of `v1`").nowhere("Quillabamba");
}

const GOVERNMENT: &str = "saben que se enviará al Gobierno o a otro actor una carta con sus nombres y otra información, y lo aceptan";
const PUBLIC: &str = "figurará en los informes públicos y en la base de datos en línea de los procedimientos especiales, y lo aceptan";

#[test]
fn the_two_statements_give_one_answer_where_all_agree() {
    for (level, answer) in [("name", "sí"), ("initials", "solo con las iniciales"), ("unnamed", "solo los hechos, sin el nombre"), ("nothing", "no")] {
        let workspace = TestWorkspace::new().case("c1", &agreed(level, level, ""));
        let reading = Reading::of(&workspace, "mandate").cleared();
        let reading = reading.says(&format!("{GOVERNMENT}: {answer}.")).says(&format!("{PUBLIC}: {answer}."));
        // Who consented, how and when is never printed.
        ["acta siete", "27 de abril", "2021-04-27"].into_iter().fold(reading, |r, secret| r.never_says(secret));
    }
}

#[test]
fn the_two_statements_have_a_line_a_person_where_answers_differ() {
    let second = "[[victims]]\nid = \"v2\"\nname = \"Aurora Segunda\"\nkind = \"person\"\ncode = \"Defensora B\"\n[victims.consent]\nsubmit = true\n\
                  government = \"initials\"\npublic = \"unnamed\"\nby = \"lawyer\"\non = 2021-04-26\nhow = \"carta\"\n";
    let two = agreed("name", "unnamed", "").replacen("[[perpetrators]]", &format!("{second}[[perpetrators]]"), 1);
    let workspace = TestWorkspace::new().case("c1", &two);
    let reading = Reading::of(&workspace, "mandate").cleared();
    let text = flat(&reading.text);
    assert!(text.contains(&format!("{GOVERNMENT}: - Zenobia Quillabamba: sí. - Aurora Segunda: solo con las iniciales. Las presuntas víctimas")), "{text}");
    assert!(text.contains(&format!("{PUBLIC}: solo los hechos, sin el nombre.")), "{text}");
    reading.never_says("carta.").never_says("lawyer").never_says("26 de abril");
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).cleared().never_says("lo aceptan").never_says("solo los hechos, sin el nombre").nowhere("Aurora Segunda");
    }
}

#[test]
fn a_consent_limited_to_a_mandate_is_none_to_the_reader_of_a_copy() {
    let workspace = TestWorkspace::new()
        .file("recipients.toml", "[ministry]\nkind = \"authority\"\ntitle.es = \"Ministerio del Interior\"\n")
        .case("c1", &agreed("name", "name", "only = [\"human-rights-defenders\"]"));
    Reading::of(&workspace, "mandate").cleared().says(NAME);
    let held = "`v1` has agreed to some recipients only, and `ministry` is not among them";
    Reading::with(&workspace, "ministry", "c1 --to ministry").held(held).nowhere(NAME);
}

#[test]
fn an_update_reads_its_victims_from_the_earlier_case() {
    let update = "title.es = \"Novedades\"\naction = \"update\"\nupdates = \"c1\"\ndate = 2021-05-06\n[context]\nnews.es = \"{v1} salió de la cárcel.\"\n";
    let run = |consent: &str| TestWorkspace::new().case("c1", &case(consent)).case("c2", update);
    let agreed = "submit = true\ngovernment = \"unnamed\"\npublic = \"unnamed\"\nby = \"self\"\non = 2021-04-27\nhow = \"x\"";
    let workspace = run(agreed);
    let reading = |workspace: &TestWorkspace, reader: &str| Reading::with(workspace, reader, &format!("c2 --audience {reader} --date 2021-05-06"));
    reading(&workspace, "mandate").cleared().says("Zenobia Quillabamba salió de la cárcel.").says("carta que remitió con fecha 28 de abril de 2021");
    reading(&workspace, "public").cleared().says("Defensora A salió de la cárcel.").nowhere(NAME);
    reading(&run(&format!("{agreed}\nwithdrawn = 2021-05-01")), "mandate").held("`v1` has withdrawn the consent").nowhere(NAME);
    let workspace = run(agreed);
    let literal = update.replace("{v1}", "Quillabamba");
    reading(&workspace.case("c2", &literal), "public").held("a part of the name of `v1`").nowhere(NAME);
}

#[test]
fn a_withdrawal_is_cleared_although_the_consent_ended_and_names_nobody() {
    let withdrawal = "title.es = \"Retiro\"\naction = \"withdrawal\"\nupdates = \"c1\"\ndate = 2021-05-06\n";
    for consent in [
        "",
        "submit = true\ngovernment = \"name\"\npublic = \"name\"\nwithdrawn = 2021-05-01",
        "submit = true\ngovernment = \"name\"\npublic = \"name\"",
        "submit = true\nmandate = \"nothing\"\ngovernment = \"nothing\"\npublic = \"nothing\"",
    ] {
        let workspace = TestWorkspace::new().case("c1", &case(consent)).case("c2", withdrawal);
        let reading = Reading::with(&workspace, "mandate", "c2 --date 2021-05-06").cleared();
        reading.says("relativa a Defensora A.").never_says("Consentimiento").nowhere(NAME);
        // Nor by hand.
        let literal = format!("{withdrawal}[context]\nsummary.es = \"Quillabamba, Zenobia\"\n");
        let workspace = TestWorkspace::new().case("c1", &case(consent)).case("c2", &literal);
        Reading::with(&workspace, "mandate", "c2 --date 2021-05-06").held("the name of `v1`, which this reader may not see,").nowhere(NAME);
    }
    let workspace = TestWorkspace::new().case("c1", &case("")).case("c2", withdrawal);
    Reading::with(&workspace, "public", "c2 --audience public --date 2021-05-06").refused("the template `withdrawal` is not for the audience `public`");
}

/// Two victims, for a mandate that takes one letter a person.
fn two_disappeared(second: &str) -> String {
    let v2 = format!("[[victims]]\nid = \"v2\"\nname = \"Aurora Segunda\"\nkind = \"person\"\ncode = \"Persona B\"\n{second}\n");
    agreed("name", "name", "")
        .replace("human-rights-defenders", "enforced-disappearances")
        .replacen("[[perpetrators]]", &format!("{v2}[[perpetrators]]"), 1)
        .replace("account.es = \"", "account.es = \"Estaba con {v2}. ")
        .replacen(
            "[[requests]]",
            "[[incidents.arrest]]\nvictims = [\"v1\"]\nplace = \"plaza mayor\"\n[[incidents.arrest]]\nvictims = [\"v2\"]\nplace = \"casa de campo\"\n\
             [[incidents]]\nid = \"i2\"\ndate = \"2021-03-24\"\nvictims = [\"v2\"]\naccount.es = \"Solo la segunda.\"\n[[requests]]",
            1,
        )
}

#[test]
fn a_letter_a_person_tells_of_that_person_and_names_no_other_victim() {
    let consent = "[victims.consent]\nsubmit = true\ngovernment = \"unnamed\"\npublic = \"unnamed\"\nby = \"self\"\non = 2021-04-27\nhow = \"x\"";
    let workspace = TestWorkspace::new().case("c1", &two_disappeared(consent));
    let _ = workspace
        .run("render c1 -o out")
        .code(0)
        .stdout("out/c1.v1.enforced-disappearances.es.txt  cleared\nout/c1.v2.enforced-disappearances.es.txt  cleared\n")
        .stderr_has("2 cleared")
        .files(&["out/c1.v1.enforced-disappearances.es.txt", "out/c1.v2.enforced-disappearances.es.txt"]);
    let first = flat(&workspace.read("out/c1.v1.enforced-disappearances.es.txt"));
    let second = flat(&workspace.read("out/c1.v2.enforced-disappearances.es.txt"));
    assert!(first.contains("Estaba con Persona B.") && first.contains("en favor de Zenobia Quillabamba."), "{first}");
    assert!(first.contains("plaza mayor") && !first.contains("casa de campo") && !first.contains("Solo la segunda"), "{first}");
    assert!(first.contains("lo aceptan: sí.") && !first.contains("sin el nombre"), "{first}");
    assert!(!first.contains("Aurora") && !first.contains("Segunda"), "{first}");
    assert!(second.contains("Estaba con Aurora Segunda.") && second.contains("llevar a Defensora A a territorio"), "{second}");
    assert!(second.contains("casa de campo") && !second.contains("plaza mayor") && second.contains("Solo la segunda"), "{second}");
    assert!(second.contains("solo los hechos, sin el nombre.") && !second.contains("Zenobia") && !second.contains("Quillabamba"), "{second}");
    // Written out by hand, the other's name holds.
    let literal = two_disappeared(consent).replace("Estaba con {v2}.", "Estaba con Aurora Segunda.");
    let workspace = TestWorkspace::new().case("c1", &literal);
    let run = workspace.run("render c1 -o out").outcome();
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("the name of `v2`, which this reader may not see,"), "{}", run.stderr);
    assert!(!workspace.read("out/c1.v1.enforced-disappearances.es.txt").contains("Aurora"));
}

#[test]
fn a_letter_a_person_waits_for_the_consent_of_whomever_it_tells_of() {
    // The first letter speaks of the second victim, who has not agreed; so both wait.
    let workspace = TestWorkspace::new().case("c1", &two_disappeared(""));
    let run = workspace.run("render c1 -o out").outcome();
    assert_eq!(run.code, 3);
    assert!(
        run.stdout.contains("c1.v1.enforced-disappearances.es.txt  held") && run.stdout.contains("c1.v2.enforced-disappearances.es.txt  held"),
        "{}",
        run.stdout
    );
    assert!(!run.everything().contains("Aurora"), "{}", run.everything());
    // If it does not speak of them, it goes.
    let workspace = TestWorkspace::new().case("c1", &two_disappeared("").replace("Estaba con {v2}. ", ""));
    let run = workspace.run("render c1 -o out").outcome();
    assert!(
        run.stdout.contains("c1.v1.enforced-disappearances.es.txt  cleared") && run.stdout.contains("c1.v2.enforced-disappearances.es.txt  held"),
        "{}",
        run.stdout
    );
}

/// The smallest PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xaeB`\x82";

#[test]
fn a_signature_is_a_picture_only_in_a_cleared_letter() {
    let organisation = ORGANISATION.replace("name = \"Ana Firmante\"", "name = \"Ana Firmante\"\nsignature = \"ana.png\"");
    let workspace = TestWorkspace::new().file("organisation.toml", organisation).file("ana.png", PNG).case("c1", &agreed("unnamed", "unnamed", ""));
    let cleared = Reading::of(&workspace, "mandate").cleared();
    assert_eq!(cleared.html.matches("<img class=\"sign\" src=\"data:image/png;base64,").count(), 1);
    let workspace = workspace.case("c1", &case(""));
    let draft = Reading::of(&workspace, "mandate").held("no consent");
    assert!(!draft.html.contains("<img"), "a draft carries no signature");
}

#[test]
fn a_placeholder_holds_the_letter() {
    for word in ["TODO", "TBD", "FIXME"] {
        let with = |from: &str, to: &str| CASE.replace(from, &to.replace("WORD", word));
        for case in [
            with("Los agentes anunciaron", "WORD: Los agentes anunciaron"),
            with("no hay autoridad independiente", "WORD"),
            with("RE/2021/07", "RE/WORD"),
            with("place = \"Puente Rodolfo Robles", "place = \"WORD, Puente Rodolfo Robles"),
        ] {
            let workspace = TestWorkspace::new().case("c1", &case);
            Reading::of(&workspace, "mandate").held("a placeholder (TODO, TBD or FIXME) stands");
        }
        let small = CASE.replace("Los agentes anunciaron", &format!("{} los agentes {word}S anunciaron", word.to_lowercase()));
        Reading::of(&TestWorkspace::new().case("c1", &small), "mandate").cleared();
    }
    let workspace = TestWorkspace::new().file("organisation.toml", ORGANISATION.replace("Ana Firmante", "TBD")).case("c1", CASE);
    Reading::of(&workspace, "mandate").held("a placeholder (TODO, TBD or FIXME) stands among the signatures");
}

#[test]
fn a_letter_dated_after_today_is_held() {
    // --date is the letter's date and today, so the day of the machine is asked; it is later than 2021 and earlier than 9000.
    let workspace = TestWorkspace::new().case("c1", &CASE.replace("date = 2021-04-28", "date = 9000-01-01"));
    let run = workspace.run_words(&["render", "c1", "-o", "-"]).outcome();
    assert_eq!(run.code, 3, "{}", run.everything());
    assert!(run.stderr.contains("the letter is dated after today"), "{}", run.stderr);
}

#[test]
fn a_mandates_letter_is_marked_confidential_if_anything_in_it_is_not_for_everybody() {
    let marked = |case: &str| {
        let workspace = TestWorkspace::new().file("a1.pdf", "%PDF-").case("c1", case);
        Reading::of(&workspace, "mandate").cleared().text.contains("CONFIDENCIAL · URGENTE\n")
    };
    let open = agreed("name", "name", "");
    assert!(!marked(&open));
    assert!(marked(&agreed("name", "unnamed", "")));
    for part in [
        "[[annexes]]\nid = \"a1\"\nfile = \"a1.pdf\"\ntitle.es = \"Dictamen\"",
        "[contact]\nphone = \"+52\"",
        "[[sources]]\nid = \"s1\"\ntitle = \"Nota\"\nshare = \"mandate\"",
        "[[requests]]\ntext.es = \"Pedir\"\nshare = \"government\"",
        "[[perpetrators]]\nid = \"p2\"\nname = \"Ramiro Culpable\"\nkind = \"state\"\nindividual = true",
    ] {
        assert!(marked(&format!("{open}{part}\n")), "{part}");
    }
    assert!(marked(&open.replace("kind = \"person\"", "kind = \"person\"\ndocument = \"DNI-1\"")));
}

#[test]
fn incidents_steps_and_sources_later_than_the_letter_are_warnings() {
    let late = agreed("name", "name", "").replace("date = \"2021-03-22\"", "date = \"2021-04-29\"");
    let workspace = TestWorkspace::new().case("c1", &format!("{late}[[sources]]\nid = \"s1\"\ntitle = \"Nota\"\ndate = 2021-04-30\n"));
    let reading = Reading::of(&workspace, "mandate").cleared();
    assert!(reading.stderr.contains("warning: this entry of [[incidents]] is dated after the letter"), "{}", reading.stderr);
    assert!(reading.stderr.contains("warning: this entry of [[sources]] is dated after the letter"), "{}", reading.stderr);
}
