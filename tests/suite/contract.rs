//! The files that the manual's contract shows are understood as they stand.

use crate::test_workspace::TestWorkspace;

/// All that an organisation may say of itself.
const ORGANISATION: &str = r#"name.es = "Red Ejemplo"
name.en = "Example Network"
languages = ["es", "en"]
email = "red@ejemplo.example.org"
acronym = "RE"
about.es = "una red que acompaña a personas migrantes"
address = ["Calle Ejemplo 1", "30700 Tapachula, Chiapas"]
place = "Tapachula, Chiapas"
phone = "+52 000 000 0000"
website = "https://www.example.org"
logo = "logo.svg"
paper = "letter"
source = "open"
[[signatories]]
id = "ana"
name = "Ana Firmante"
role.es = "Coordinadora"
signature = "firmas/ana.svg"
[[signatories]]
id = "luis"
name = "Luis Firmante"
[[members]]
name = "Centro Ejemplo"
country = "MX"
[mail]
from = "Red Ejemplo <urgente@ejemplo.example.org>"
reply-to = "respuestas@ejemplo.example.org"
body = "letter"
test-addresses = ["prueba@ejemplo.example.org"]
"#;

/// The case of the contract, as it stands.
const CASE: &str = r#"
title.es = "Hostigamiento a quienes acompañan a migrantes"   # no protected name: it stands in the subject line
action = "urgent-appeal"              # urgent-appeal | allegation-letter | update | withdrawal
country = "MX"                        # ISO 3166-1 alpha-2, or a list: the States concerned; state-as.es = "…" where a code misleads
mandates = ["human-rights-defenders", "migrants"]
cc = ["national-human-rights-commission"]          # a printed line; {to = "KEY", send = true} also e-mails a copy
reference = "COMDHSM/2021/07"         # the sender's own
date = 2021-04-28                     # of the letter; left out: today
language = "es"                       # of the letter and of its plain strings; left out: the workspace's first
signed-by = ["ana"]                   # default: all signatories; [[co-signers]] name, country, role for this case
no-steps-because.es = "no hay autoridad independiente"       # or [[steps]]

[urgency]
reason.es = "los agentes anunciaron que volverían"
act-by = 2021-05-05
event.es = "cierre anunciado del paso"

[context]                             # optional, localized: summary background pattern link risk situation reprisals
link.es = "se les hostiga por acompañar a migrantes"

[contact]                             # for mandates only: name, phone, hours, languages, channel
name = "Ana Ejemplo"

[[victims]]
id = "v1"
name = "María Ejemplo"                # confidential; given, family, short ("Sra. Ejemplo", after the first mention), initials, aliases
kind = "person"                       # person | group | organisation | community
code = "Defensora A"                  # shown where the name may not be; init, new and import write one into the file
gender = "f"                          # f | m | x; age or born; nationality; occupation; work (localized); document; address; status; situation
show-unnamed = ["gender"]             # what else may be shown where the name is not (default: code and kind alone)
[victims.consent]
submit = true                         # to this submission; only = ["…"] limits it to those mandates
government = "name"                   # name | initials | unnamed (the facts, not the name) | nothing (this reader gets nothing about them)
public = "unnamed"                    # likewise; mandate = … (default: name)
by = "self"                           # self | family | lawyer | guardian | representative (of an organisation or group)
on = 2021-04-27
how = "formulario firmado"            # withdrawn = DATE ends all of it

[[people]]                            # relatives, witnesses, lawyers, sources: the victims' fields; without consent always the code
id = "w1"
name = "Lucía Ejemplo"
role = "relative"                     # relative | witness | lawyer | source | other
code = "Familiar A"

[[perpetrators]]
id = "inm"
name = "Instituto Nacional de Migración"
kind = "state"                        # state | non-state | unknown; institution, rank, description, link-to-state; individual = true for a person:
                                      # shown to the public by rank and institution unless name-in-public = true
[[incidents]]
id = "i1"
date = "2021-03-22"
place = "Puente Rodolfo Robles, Suchiate, Chiapas"
victims = ["v1"]
perpetrators = ["inm"]
heading.es = "Intento de expulsión"
account.es = """
Agentes de {inm} intentaron llevar a {v1} a territorio de Guatemala.
"""
reliability = "direct"                # direct | witness | media | reported: at most one attribution line; the account is never altered
sources = ["s1"]
share = "public"                      # public (default) | government | mandate: who may read it; also on context texts (context.share.KEY),
                                      # steps, sources, requests, perpetrators
[[incidents.arrest]]                  # facts that particular mandates ask for; each names its victims; yes/no facts are "yes" | "no" | "unknown"
victims = ["v1"]                      # arrest: date time place by warrant authority law reasons · detention: from to place authority law charges
date = "2021-03-22"                   # family lawyer doctor next-hearing categories why-arbitrary · disappearance: date last-seen seen-by search
                                      # ill-treatment: forms injuries care reported-to · killing: cause force investigation · expulsion: to order at
[[steps]]
authority = "Comisión Nacional de los Derechos Humanos"
date = "2021-03-22"
reference = "2021/3/22 13:8"
outcome.es = "queja recibida"

[[requests]]                          # what the mandate is asked to do, beginning with an infinitive
text.es = "Exhortar al Estado a garantizar condiciones de seguridad"

[[law]]
instrument = "iccpr"                  # a shipped catalogue, in every language; or text (localized)
articles = ["9", "12"]

[[sources]]
id = "s1"
title = "INM bloquea labores de acompañamiento en punto fronterizo"
publisher = "Proceso"
date = 2021-04-29
url = "https://www.proceso.com.mx/"

[[annexes]]
id = "queja"
file = "annexes/queja.pdf"            # inside the workspace, after links are resolved
title.es = "Queja ante la CNDH"
share = "mandate"                     # default
"#;

#[test]
fn the_case_of_the_contract_is_a_cleared_letter() {
    TestWorkspace::new()
        .file("annexes/queja.pdf", "%PDF-1.7")
        .case("rodolfo-robles-2021", CASE)
        .run("render")
        .code(0)
        .stdout_has("Agentes\nde Instituto Nacional de Migración intentaron llevar a María Ejemplo a\nterritorio de Guatemala.")
        .stderr(
            "cases/rodolfo-robles-2021.toml:11:1: warning: there are [[steps]], so `no-steps-because` is not printed\n  \
             hint: remove one of the two\n\
             cases/rodolfo-robles-2021.toml:81:1: warning: this entry of [[sources]] is dated after the letter\n  \
             hint: correct one of the two dates\n\
             recipients.toml (shipped):870:1: warning: no holder of `migrants` is certain for 2021-04-28: the letter addresses the office\n  \
             hint: if you know the holder, write [[migrants.holders]] with name, from and source in the workspace's recipients.toml\n\
             3 warnings\n",
        );
}

#[test]
fn an_organisation_that_says_everything_is_understood() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    TestWorkspace::bare()
        .file("organisation.toml", ORGANISATION)
        .file("logo.svg", svg)
        .file("firmas/ana.svg", svg)
        .case_with(&[("name = \"María", "name.es = \"María")])
        .run("check")
        .code(0)
        .stdout_has("1 case, 1 letter: 1 cleared\n")
        .stderr("");
}
