//! What each reader's copy has and lacks: sharing, annexes, contacts, the accused, attributions, headings.

use crate::consent_readers::{NAME, READERS, Reading, agreed};
use crate::test_workspace::{ORGANISATION, TestWorkspace};

#[test]
fn the_sender_asks_the_mandates_to_keep_it_confidential_and_then_no_copy_is_cleared() {
    let confidential = ORGANISATION.replace("source = \"open\"\n", "");
    let asks = "Solicitamos que se mantenga la confidencialidad de la identidad de quien remite esta carta.";
    let workspace = TestWorkspace::new().file("organisation.toml", &confidential).case("c1", &agreed("unnamed", "unnamed", ""));
    let letter = Reading::of(&workspace, "mandate").cleared().says(asks);
    assert!(letter.text.contains("\nCONFIDENCIAL · URGENTE\n") && letter.html.contains("<span>Confidencial</span>"));
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).held("the sender is to stay confidential, and this copy would name it").nowhere(NAME);
    }
    // A case may set its own.
    let workspace =
        TestWorkspace::new().file("organisation.toml", &confidential).case("c1", &format!("source = \"open\"\n{}", agreed("unnamed", "unnamed", "")));
    Reading::of(&workspace, "mandate").cleared().says("La identidad de quien remite esta carta puede darse a conocer.").never_says(asks);
    Reading::of(&workspace, "public").cleared();
    let workspace = TestWorkspace::new().case("c1", &format!("source = \"confidential\"\n{}", agreed("unnamed", "unnamed", "")));
    Reading::of(&workspace, "mandate").cleared().says(asks);
    Reading::of(&workspace, "public").held("the sender is to stay confidential");
}

#[test]
fn what_is_shared_with_some_is_withheld_from_the_others_by_heading() {
    let base = agreed("unnamed", "unnamed", "").replace("no-steps-because.es = \"no hay autoridad independiente\"\n", "");
    let base = base.replace("no-steps-because.en", "#").replace("no-steps-because.fr", "#");
    let secret = |share: &str| {
        let parts = [
            format!(
                "[context]\nbackground.es = \"SECRETO-CONTEXTO\"\nrisk.es = \"SECRETO-RIESGO\"\nshare = {{ background = \"{share}\", risk = \"{share}\" }}"
            ),
            format!("[[incidents]]\nid = \"i2\"\ndate = \"2021-03-23\"\naccount.es = \"SECRETO-HECHO\"\nshare = \"{share}\""),
            format!("[[steps]]\nauthority = \"SECRETO-GESTION\"\nshare = \"{share}\""),
            format!("[[requests]]\ntext.es = \"SECRETO-PETICION\"\nshare = \"{share}\""),
            format!("[[sources]]\nid = \"s1\"\ntitle = \"SECRETO-FUENTE\"\nshare = \"{share}\""),
            format!("[[annexes]]\nid = \"a1\"\nfile = \"a1.pdf\"\ntitle.es = \"SECRETO-ANEXO\"\nshare = \"{share}\""),
            format!("[[perpetrators]]\nid = \"p2\"\nname = \"SECRETO-CULPABLE\"\nkind = \"non-state\"\nshare = \"{share}\""),
        ];
        format!("{base}{}\n", parts.join("\n"))
    };
    let all = ["CONTEXTO", "RIESGO", "HECHO", "GESTION", "PETICION", "FUENTE", "ANEXO", "CULPABLE"];
    let withheld = "Elementos omitidos en esta versión: anexos, contexto, parte de los hechos denunciados, nombres de personas, parte de los presuntos responsables, \
                    parte de las peticiones, riesgo, parte de las fuentes y parte de las gestiones realizadas.";
    for (share, may_read) in [("public", 3), ("government", 2), ("mandate", 1)] {
        let workspace = TestWorkspace::new().file("a1.pdf", "%PDF-").case("c1", &secret(share));
        for (n, reader) in READERS.into_iter().enumerate() {
            let reading = Reading::of(&workspace, reader).cleared();
            if n < may_read {
                all.into_iter().fold(reading, |r, part| r.says(&format!("SECRETO-{part}"))).never_says("parte de los hechos denunciados");
            } else {
                all.into_iter().fold(reading.says(withheld), |r, part| r.never_says(&format!("SECRETO-{part}"))).nowhere("SECRETO");
            }
        }
    }
}

#[test]
fn an_annex_is_for_mandates_if_nothing_else_is_said() {
    let annexed = format!("{}[[annexes]]\nid = \"a1\"\nfile = \"a1.pdf\"\ntitle.es = \"Dictamen\"\n", agreed("unnamed", "unnamed", ""));
    let workspace = TestWorkspace::new().file("a1.pdf", "%PDF-").case("c1", &annexed);
    let mandate = Reading::of(&workspace, "mandate").cleared().says("Anexo 1: Dictamen");
    assert!(mandate.text.contains("\n\n\nANEXOS\n\n- Anexo 1: Dictamen\n") && mandate.html.contains(">Anexos</h2>"), "{}{}", mandate.text, mandate.html);
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).cleared().never_says("Dictamen").says("Elementos omitidos en esta versión: anexos y nombres de personas.");
    }
}

#[test]
fn the_contact_is_for_mandates_alone() {
    let contact =
        "[contact]\nname = \"Contacta Discreta\"\nphone = \"+52 962 000\"\nhours.es = \"de noche\"\nlanguages = [\"es\", \"mam\"]\nchannel = \"Signal\"\n";
    let workspace = TestWorkspace::new().case("c1", &format!("{}{contact}", agreed("unnamed", "unnamed", "")));
    Reading::of(&workspace, "mandate")
        .cleared()
        .says("Para cualquier consulta: Contacta Discreta, teléfono: +52 962 000, horario: de noche, idiomas: español y mam, canal: Signal.");
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).cleared().says("datos de contacto").nowhere("Contacta Discreta").never_says("+52 962").never_says("Signal");
    }
}

#[test]
fn an_accused_person_is_told_to_the_public_by_rank_and_institution() {
    let accused = |more: &str, words: &str| {
        let p = format!(
            "[[perpetrators]]\nid = \"p2\"\nname = \"Ramiro Culpable\"\nkind = \"state\"\nindividual = true\nrank.es = \"comandante\"\ninstitution = \"Guardia Nacional\"\ndescription.es = \"alto y con bigote\"\n{more}\n"
        );
        let case = agreed("unnamed", "unnamed", "").replacen("[[incidents]]", &format!("{p}[[incidents]]"), 1);
        case.replace("account.es = \"", &format!("account.es = \"{words} "))
    };
    let workspace = TestWorkspace::new().case("c1", &accused("", "Mandaba {p2}."));
    for reader in ["mandate", "government"] {
        Reading::of(&workspace, reader)
            .cleared()
            .says("Mandaba Ramiro Culpable.")
            .says("Ramiro Culpable, comandante, Guardia Nacional, agente estatal: alto y con bigote.");
    }
    Reading::of(&workspace, "public")
        .cleared()
        .says("Mandaba comandante, Guardia Nacional.")
        .says("Comandante, Guardia Nacional, agente estatal.")
        .nowhere("Ramiro Culpable")
        .never_says("bigote");
    // Written out by hand it is found, as any name that this reader may not see.
    let workspace = TestWorkspace::new().case("c1", &accused("", "Mandaba Ramiro Culpable."));
    Reading::of(&workspace, "government").cleared();
    Reading::of(&workspace, "public").held("the name of `p2`, which this reader may not see, stands below \"Hechos denunciados\"").nowhere("Ramiro Culpable");
    let workspace = TestWorkspace::new().case("c1", &accused("name-in-public = true", "Mandaba Ramiro Culpable."));
    Reading::of(&workspace, "public").cleared().says("Mandaba Ramiro Culpable.");
    // His rank is no part of his name.
    let workspace = TestWorkspace::new().case("c1", &accused("", "Vino un comandante.").replace("Ramiro Culpable", "Comandante Ramiro"));
    Reading::of(&workspace, "public").cleared();
}

#[test]
fn a_perpetrator_kept_from_a_reader_is_a_number_to_them() {
    let kept = agreed("unnamed", "unnamed", "").replace("kind = \"state\"", "kind = \"state\"\nshare = \"mandate\"");
    let workspace = TestWorkspace::new().case("c1", &kept);
    Reading::of(&workspace, "mandate").cleared().says("Agentes del Instituto Nacional de Migración intentaron");
    for reader in ["government", "public"] {
        let reading = Reading::of(&workspace, reader).cleared().says("Agentes del Presunto responsable 1 intentaron");
        reading.says("parte de los presuntos responsables").never_says("Instituto Nacional");
    }
    let workspace = TestWorkspace::new().case("c1", &kept.replace("Los agentes anunciaron", "Agentes del Instituto Nacional de Migración anunciaron"));
    Reading::of(&workspace, "public").held("the name of `inm`, which this reader may not see,").never_says("Instituto Nacional");
}

#[test]
fn the_attribution_is_neutral_outside_the_mandates_letter() {
    let neutral = "Lo anterior se basa en la información recibida.";
    for (word, sentence) in [
        ("direct", "Tenemos conocimiento directo de lo anterior."),
        ("witness", "Lo anterior se basa en testimonios."),
        ("media", "Lo anterior se basa en informaciones de prensa."),
        ("reported", "Lo anterior se basa en información que nos fue comunicada."),
    ] {
        let workspace =
            TestWorkspace::new().case("c1", &agreed("unnamed", "unnamed", "").replace("reliability = \"direct\"", &format!("reliability = \"{word}\"")));
        Reading::of(&workspace, "mandate").cleared().says(sentence).never_says(neutral);
        for reader in ["government", "public"] {
            Reading::of(&workspace, reader).cleared().says(neutral).never_says(sentence);
        }
    }
    let workspace = TestWorkspace::new().case("c1", &agreed("unnamed", "unnamed", "").replace("reliability = \"direct\"\n", ""));
    for reader in READERS {
        Reading::of(&workspace, reader).cleared().never_says("Lo anterior se basa").never_says("conocimiento directo");
    }
}

#[test]
fn one_attribution_stands_for_a_run_of_incidents_known_in_the_same_way() {
    let two = format!(
        "{}[[incidents]]\nid = \"i2\"\ndate = \"2021-03-23\"\naccount.es = \"Volvieron.\"\nreliability = \"witness\"\n",
        agreed("unnamed", "unnamed", "")
    );
    let workspace = TestWorkspace::new().case("c1", &two);
    let mandate = Reading::of(&workspace, "mandate").cleared();
    assert_eq!(mandate.text.matches("Tenemos conocimiento directo").count() + mandate.text.matches("Lo anterior se basa en testimonios").count(), 2);
    // To the others both are known in the same way.
    let public = Reading::of(&workspace, "public").cleared();
    assert_eq!(public.text.matches("Lo anterior se basa en la información recibida.").count(), 1, "{}", public.text);
}

#[test]
fn a_copy_is_headed_as_a_copy_and_is_no_letter_to_the_state() {
    let workspace = TestWorkspace::new()
        .file(
            "recipients.toml",
            "[ministry]\nkind = \"authority\"\ntitle.es = \"Ministerio del Interior\"\n[daily]\nkind = \"press\"\ntitle.es = \"El Diario\"\n",
        )
        .case("c1", &agreed("initials", "unnamed", ""));
    let copy = Reading::with(&workspace, "ministry", "c1 --to ministry").cleared();
    assert_eq!(copy.files, ["c1.ministry.es.html", "c1.ministry.es.txt"], "its own reader needs no suffix");
    assert!(copy.text.contains("COPIA EXPURGADA – MINISTERIO DEL INTERIOR · URGENTE\n"), "{}", copy.text);
    assert!(copy.html.contains("<span>Copia expurgada – Ministerio del Interior</span>"));
    copy.says("Sra. Mary Lawlor").says("Distinguida Sra. Lawlor:").says("Z. Q.").nowhere(NAME).never_says("Excelent");
    let public = Reading::with(&workspace, "daily", "c1 --to daily").cleared();
    assert_eq!(public.files, ["c1.daily.es.html", "c1.daily.es.txt"]);
    assert!(public.text.contains("VERSIÓN PÚBLICA · URGENTE\n"), "{}", public.text);
    public.says("Distinguida Sra. Lawlor:").says("Defensora A").nowhere(NAME);
    // Narrowed, it says so in its file's name; wider it is refused.
    let narrowed = Reading::with(&workspace, "ministry", "c1 --to ministry --audience public").cleared();
    assert_eq!(narrowed.files, ["c1.ministry.es.public.html", "c1.ministry.es.public.txt"]);
    let wide = workspace.run("render c1 --to ministry --audience mandate").outcome();
    assert_eq!((wide.code, wide.stdout.as_str(), wide.written.len()), (2, "", 0));
    let unaddressed = Reading::of(&workspace, "government").cleared();
    assert!(unaddressed.text.contains("COPIA EXPURGADA PARA LAS AUTORIDADES · URGENTE\n"), "{}", unaddressed.text);
}
