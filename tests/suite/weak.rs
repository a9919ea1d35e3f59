//! Weak cases, each weak in one way, and sound ones: each weak case gets the finding meant for it and no other.
//!
//! A sound case of each mandate in each language is written out below; a weak one is a sound one with one thing changed.

use crate::test_workspace::TestWorkspace;

/// Who sends the cases.
const SENDER: &str = "name = \"Red Ejemplo\"\nlanguages = [\"es\", \"en\", \"fr\"]\nemail = \"red@ejemplo.example.org\"\nsource = \"open\"\n\
                      address = [\"Calle Inventada 1\", \"Tapachula\"]\n[[signatories]]\nid = \"ana\"\nname = \"Ana Firmante\"\n";

/// The texts of a case in one language.
struct Prose {
    code: &'static str,
    title: &'static str,
    reason: &'static str,
    risk: &'static str,
    situation: &'static str,
    pattern: &'static str,
    link: &'static str,
    background: &'static str,
    occupation: &'static str,
    work: &'static str,
    status: &'static str,
    account: &'static str,
    outcome: &'static str,
    why: &'static str,
    forms: &'static str,
    seen: &'static str,
    search: &'static str,
    request: &'static str,
}

const PROSE: [Prose; 3] = [
    Prose {
        code: "en",
        title: "Detention of a lawyer at the border",
        reason: "The officers announced that {v1} would be expelled within days, without a doctor having seen her.",
        risk: "{v1} is feared to be exposed to further blows.",
        situation: "{v1} is held; her family waits outside and no children are with her. The consulate was told on 23 March.",
        pattern: "Two other lawyers were reportedly held in the same place in February.",
        link: "{v1} was taken while she gave legal advice, which is her work.",
        background: "The network of {v1} has six members and is led by an assembly. No other international body has the matter.",
        occupation: "lawyer",
        work: "gives legal advice to migrants in Tapachula",
        status: "resident",
        account: "Officers of {p1} reportedly took {v1} to the migration station and allegedly beat her.",
        outcome: "complaint received, no answer so far",
        why: "no decision was shown",
        forms: "blows to the back",
        seen: "at the bridge of Ciudad Hidalgo",
        search: "a complaint to the prosecutor, without an answer",
        request: "Urge the State to release {v1}.",
    },
    Prose {
        code: "es",
        title: "Detención de una abogada en la frontera",
        reason: "Los agentes anunciaron que {v1} sería expulsada en unos días, sin que un médico la haya visto.",
        risk: "Se teme que {v1} sufra nuevos golpes.",
        situation: "{v1} está recluida; su familia espera afuera y no hay niñas ni niños con ella. Se avisó al consulado el 23 de marzo.",
        pattern: "En febrero habrían sido recluidos en el mismo lugar dos abogados más.",
        link: "{v1} fue detenida mientras daba asesoría jurídica, que es su labor.",
        background: "La red de {v1} tiene seis integrantes y la dirige una asamblea. Ningún otro órgano internacional conoce del asunto.",
        occupation: "abogada",
        work: "da asesoría jurídica a personas migrantes en Tapachula",
        status: "residente",
        account: "Agentes de {p1} habrían llevado a {v1} a la estación migratoria y presuntamente la golpearon.",
        outcome: "queja recibida, sin respuesta hasta ahora",
        why: "no se mostró ninguna decisión",
        forms: "golpes en la espalda",
        seen: "en el puente de Ciudad Hidalgo",
        search: "denuncia ante la fiscalía, sin respuesta",
        request: "Exhortar al Estado a poner en libertad a {v1}.",
    },
    Prose {
        code: "fr",
        title: "Détention d'une avocate à la frontière",
        reason: "Les agents ont annoncé que {v1} serait expulsée sous quelques jours, sans qu'un médecin l'ait vue.",
        risk: "On craint que {v1} ne subisse de nouveaux coups.",
        situation: "{v1} est détenue ; sa famille attend dehors et aucun enfant n'est avec elle. Le consulat a été prévenu le 23 mars.",
        pattern: "Deux autres avocats auraient été détenus au même endroit en février.",
        link: "{v1} a été arrêtée alors qu'elle donnait des conseils juridiques, ce qui est son travail.",
        background: "Le réseau de {v1} compte six membres et une assemblée le dirige. Aucun autre organe international n'est saisi.",
        occupation: "avocate",
        work: "donne des conseils juridiques aux personnes migrantes à Tapachula",
        status: "résidente",
        account: "Des agents de {p1} auraient conduit {v1} au centre de rétention et l'auraient frappée.",
        outcome: "plainte reçue, sans réponse à ce jour",
        why: "aucune décision n'a été présentée",
        forms: "coups dans le dos",
        seen: "au pont de Ciudad Hidalgo",
        search: "plainte auprès du parquet, sans réponse",
        request: "Exhorter l'État à libérer {v1}.",
    },
];

/// A sound case for these mandates in this language.
fn sound(mandates: &str, language: &str) -> String {
    let p = PROSE.iter().find(|p| p.code == language).expect("a language of the test");
    let keys = mandates.split(' ').map(|m| format!("{m:?}")).collect::<Vec<_>>().join(", ");
    let Prose { code, title, reason, risk, situation, pattern, link, background, occupation, work, status, .. } = p;
    let Prose { account, outcome, why, forms, seen, search, request, .. } = p;
    let mut case = format!(
        "title = \"{title}\"\naction = \"urgent-appeal\"\ncountry = \"MX\"\nmandates = [{keys}]\ndate = 2021-04-28\nlanguage = \"{code}\"\n\
         [urgency]\nreason = \"{reason}\"\nact-by = 2021-05-05\n[context]\nrisk = \"{risk}\"\nsituation = \"{situation}\"\npattern = \"{pattern}\"\n\
         link = \"{link}\"\nbackground = \"{background}\"\n[[victims]]\nid = \"v1\"\nname = \"Zenobia Canary\"\nkind = \"person\"\ncode = \"A\"\n\
         gender = \"f\"\nage = 34\nnationality = \"GT\"\noccupation = \"{occupation}\"\nwork = \"{work}\"\nstatus = \"{status}\"\n\
         document = \"passport 0\"\ncontact = \"through the network\"\n[victims.consent]\nsubmit = true\ngovernment = \"name\"\npublic = \"unnamed\"\n\
         by = \"family\"\non = 2021-04-27\nhow = \"form\"\n[[perpetrators]]\nid = \"p1\"\nname = \"Instituto Ejemplo\"\nkind = \"state\"\n\
         [[incidents]]\nid = \"i1\"\ndate = \"2021-03-22\"\nplace = \"Tapachula, Chiapas\"\nvictims = [\"v1\"]\nperpetrators = [\"p1\"]\n\
         account = \"{account}\"\nreliability = \"direct\"\n"
    );
    if mandates != "human-rights-defenders" && mandates != "migrants" {
        case.push_str(&format!(
            "[[incidents.arrest]]\nvictims = [\"v1\"]\ndate = \"2021-03-22\"\ntime = \"13:00\"\nplace = \"Tapachula\"\nby = \"Instituto Ejemplo\"\n\
             warrant = \"no\"\nauthority = \"Instituto Ejemplo\"\nlaw = \"{why}\"\nreasons = \"{why}\"\n\
             [[incidents.detention]]\nvictims = [\"v1\"]\nfrom = \"2021-03-22\"\nplace = \"Tapachula\"\nauthority = \"Instituto Ejemplo\"\nlaw = \"{why}\"\n\
             charges = \"{why}\"\nfamily = \"no\"\nlawyer = \"no\"\ndoctor = \"unknown\"\nwhy-arbitrary = \"{why}\"\n\
             [[incidents.ill-treatment]]\nvictims = [\"v1\"]\nforms = \"{forms}\"\ninjuries = \"{forms}\"\ncare = \"{why}\"\nreported-to = \"{outcome}\"\n"
        ));
    }
    if mandates == "enforced-disappearances" {
        case.push_str(&format!("[[incidents.disappearance]]\nvictims = [\"v1\"]\ndate = \"2021-03-22\"\nlast-seen = \"{seen}\"\nsearch = \"{search}\"\n"));
    }
    case.push_str(&format!(
        "[[steps]]\nauthority = \"Comisión Ejemplo\"\ndate = \"2021-03-23\"\noutcome = \"{outcome}\"\n[[requests]]\ntext = \"{request}\"\n"
    ));
    case
}

/// What is asked about a case, and whether its name was repeated.
#[track_caller]
fn asked(case: &str, sender: &str) -> Vec<String> {
    let said = TestWorkspace::bare().file("organisation.toml", sender).case("c1", case).run("check --json").into_stdout();
    assert!(!said.contains("Canary") && !said.contains("Zenobia"), "a confidential name was repeated\n{said}");
    let mut keys = Vec::new();
    for line in said.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).expect("JSON")) {
        assert!(line["state"] != "error", "{line:#}\n{case}");
        let findings = line["findings"].as_array().cloned().unwrap_or_default();
        keys.extend(findings.iter().map(|f| f["key"].as_str().expect("a key").to_owned()));
    }
    keys.sort();
    keys.dedup();
    keys
}

#[test]
fn ten_sound_cases_are_asked_nothing() {
    let cases = [
        ("human-rights-defenders", "en"),
        ("human-rights-defenders", "es"),
        ("human-rights-defenders", "fr"),
        ("migrants", "es"),
        ("migrants", "fr"),
        ("torture", "en"),
        ("torture", "fr"),
        ("arbitrary-detention", "es"),
        ("enforced-disappearances", "en"),
        ("human-rights-defenders torture", "es"),
    ];
    for (mandates, language) in cases {
        assert_eq!(asked(&sound(mandates, language), SENDER), Vec::<String>::new(), "{mandates} {language}");
    }
}

/// Mandate, language, what is replaced, by what, and the finding meant. `@account` and the like stand for the prose.
const WEAK: [(&str, &str, &str, &str, &str); 40] = [
    // The common minimum.
    ("human-rights-defenders", "en", "government = \"name\"", "mandate = \"initials\"\ngovernment = \"initials\"", "identity"),
    ("human-rights-defenders", "es", "date = \"2021-03-22\"\nplace", "date = \"XXXX\"\ndate-note = \"no se sabe\"\nplace", "date"),
    ("human-rights-defenders", "fr", "place = \"Tapachula, Chiapas\"\n", "", "place"),
    ("human-rights-defenders", "en", "account = \"@account\"", "account = \"{p1} beat {v1}.\"", "account"),
    ("human-rights-defenders", "es", "submit = true", "submit = false", "consents"),
    ("human-rights-defenders", "fr", "public = \"unnamed\"\n", "", "consents"),
    ("human-rights-defenders", "en", "submit = true", "submit = true\nonly = [\"migrants\"]", "consents"),
    // Admissibility, tone, kind.
    ("human-rights-defenders", "es", "reliability = \"direct\"", "reliability = \"media\"", "first-hand"),
    ("human-rights-defenders", "en", "reportedly took", "and other thugs reportedly took", "civil-wording"),
    ("human-rights-defenders", "es", "Agentes de", "Los matones de", "civil-wording"),
    ("human-rights-defenders", "fr", "Des agents de", "La racaille de", "civil-wording"),
    ("human-rights-defenders", "en", "while she gave", "while the CDHX watched as she gave", "spelled-out"),
    ("human-rights-defenders", "es", "que es su labor", "que es su labor en la RDCM", "spelled-out"),
    ("human-rights-defenders", "fr", "ce qui est", "selon la CNXY, ce qui est", "spelled-out"),
    ("human-rights-defenders", "en", "[context]", "[context]\nsummary = \"@long\"", "short-or-annexed"),
    ("human-rights-defenders", "es", "act-by = 2021-05-05\n[context]\nrisk = \"@risk\"\n", "[context]\n", "urgency-fits"),
    ("human-rights-defenders", "fr", "action = \"urgent-appeal\"", "action = \"allegation-letter\"", "imminence-fits"),
    ("human-rights-defenders", "en", "act-by = 2021-05-05", "act-by = 2021-04-20", "act-by-ahead"),
    // Defenders.
    ("human-rights-defenders", "es", "name = \"Zenobia Canary\"", "name = \"Zenobia\"", "full-name"),
    ("human-rights-defenders", "en", "gender = \"f\"\n", "", "gender"),
    ("human-rights-defenders", "fr", "age = 34\n", "", "age"),
    ("human-rights-defenders", "es", "nationality = \"GT\"\n", "", "nationality"),
    ("human-rights-defenders", "en", "occupation = \"lawyer\"\n", "", "profession"),
    ("human-rights-defenders", "fr", "contact = \"through the network\"\n", "", "person-contact"),
    ("human-rights-defenders", "es", "work = \"@work\"\n", "", "rights-work"),
    ("human-rights-defenders", "en", "link = \"@link\"\n", "", "link"),
    ("human-rights-defenders", "fr", "pattern = \"@pattern\"\n", "", "pattern"),
    ("human-rights-defenders", "es", "outcome = \"@outcome\"\n", "", "step-results"),
    // Detention.
    ("arbitrary-detention", "es", "warrant = \"no\"\n", "", "arrest-warrant"),
    ("arbitrary-detention", "en", "document = \"passport 0\"\n", "", "document"),
    ("arbitrary-detention", "fr", "background = \"@background\"\n", "", "other-procedures"),
    ("arbitrary-detention", "es", "why-arbitrary = \"@why\"\n", "", "why-arbitrary"),
    // Torture.
    ("torture", "en", "date = \"2021-03-22\"\nplace = \"Tapachula, Chiapas\"", "date = \"2018-03-22\"\nplace = \"Tapachula, Chiapas\"", "within-two-years"),
    ("torture", "fr", "doctor = \"unknown\"\n", "", "visits-doctor"),
    ("torture", "es", "time = \"13:00\"\n", "", "torture-time"),
    // Disappearances.
    ("enforced-disappearances", "es", "kind = \"state\"", "kind = \"unknown\"", "disappeared-by"),
    ("enforced-disappearances", "en", "date = \"2021-03-22\"\nlast-seen", "date = \"2021\"\nlast-seen", "disappeared-date"),
    ("enforced-disappearances", "fr", "search = \"@search\"\n", "", "disappeared-search"),
    ("enforced-disappearances", "en", "by = \"family\"", "by = \"self\"", "family-consent"),
    // Migrants.
    ("migrants", "es", "Se avisó al consulado el 23 de marzo.", "", "consular-contact"),
];

/// `@account` and the like, in this language.
fn filled(text: &str, p: &Prose) -> String {
    let long = "word ".repeat(1300);
    let words = [
        ("@account", p.account),
        ("@risk", p.risk),
        ("@work", p.work),
        ("@link", p.link),
        ("@pattern", p.pattern),
        ("@outcome", p.outcome),
        ("@background", p.background),
        ("@why", p.why),
        ("@search", p.search),
        ("@long", long.trim()),
    ];
    words.iter().fold(text.to_owned(), |text, (word, prose)| text.replace(word, prose))
}

#[test]
fn forty_weak_cases_get_the_finding_meant_for_them_and_no_other() {
    let mut faults = Vec::new();
    for (mandate, language, from, to, key) in WEAK {
        let p = PROSE.iter().find(|p| p.code == language).expect("a language of the test");
        let (from, to) = (filled(from, p), filled(to, p));
        let case = sound(mandate, language);
        assert!(case.contains(&from), "{key}: the case has no {from:?}");
        let keys = asked(&case.replacen(&from, &to, 1), SENDER);
        if keys != [key] {
            faults.push(format!("{mandate} {language}: {key} was meant, {keys:?} came"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_anonymous_sender_and_a_sender_without_an_address_are_noticed() {
    let anonymous = SENDER.replace("Red Ejemplo", "Anónimo");
    assert_eq!(asked(&sound("human-rights-defenders", "es"), &anonymous), ["sender"]);
    let unaddressed = SENDER.replace("address = [\"Calle Inventada 1\", \"Tapachula\"]\n", "");
    assert_eq!(asked(&sound("arbitrary-detention", "fr"), &unaddressed), ["sender-address"]);
}

#[test]
fn a_letter_without_perpetrators_or_steps_is_asked_for_them() {
    let case = sound("human-rights-defenders", "en");
    let bare = case.replace("[[perpetrators]]\nid = \"p1\"\nname = \"Instituto Ejemplo\"\nkind = \"state\"\n", "");
    let bare = bare.replace("perpetrators = [\"p1\"]\n", "").replace("{p1}", "an unknown force");
    assert_eq!(asked(&bare, SENDER), ["perpetrators"]);
    let still = case.split("[[steps]]").next().expect("a beginning").to_owned() + "[[requests]]\ntext = \"Urge the State to act.\"\n";
    assert_eq!(asked(&still, SENDER), ["steps"]);
}

#[test]
fn an_abbreviation_that_is_part_of_a_protected_name_is_not_repeated() {
    let case = sound("human-rights-defenders", "en").replace("code = \"A\"", "code = \"A\"\naliases = [\"ZQX\"]");
    let case = case.replace("while she gave", "while, says ZQX, she gave").replace("government = \"name\"", "government = \"unnamed\"");
    let said = TestWorkspace::bare().file("organisation.toml", SENDER).case("c1", &case).run("check").into_stdout();
    assert!(said.contains("What does … stand for?") && !said.contains("ZQX"), "{said}");
}
