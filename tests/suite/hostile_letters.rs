//! The workbench of the hostile tests: one case in which every slot can be filled, and judges of what came of it.

use crate::test_workspace::TODAY;
use appeal::case::{Case, Setting};
use appeal::consent::Audience;
use appeal::diagnostic::Diagnostics;
use appeal::directory::Directory;
use appeal::letter::{LanguagePack, Letter, LetterContext, LetterSpec, TemplateStore, compose};
use appeal::organisation::Organisation;
use appeal::records::{Record, read_toml};
use appeal::text::{Language, Lines};
use appeal::writers::{Format, RenderOptions, write};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `@n` is slot n, of one line; `¶n` is slot n, of paragraphs; `%n` is slot n in an address of the web.
const ORGANISATION: &str = r#"
name = @1
acronym = "RED"
languages = ["es"]
email = "red@ejemplo.example.org"
source = "open"
about = @2
address = [@3]
place = @4
phone = @5
website = %6
[[signatories]]
id = "ana"
name = @7
role = @8
[[members]]
name = @9
"#;

const CASE: &str = r#"
title = @10
action = "urgent-appeal"
country = "MX"
state-as = @11
mandates = ["human-rights-defenders"]
cc = [@12]
reference = @13
date = 2021-04-28
[urgency]
reason = ¶14
event = @15
[context]
summary = ¶16
background = ¶17
pattern = ¶18
link = ¶19
risk = ¶20
situation = ¶21
reprisals = ¶22
[contact]
name = @23
phone = @24
hours = @25
channel = @26
[[victims]]
id = "v1"
name = @27
short = @28
kind = "person"
code = @29
occupation = @30
work = @31
status = @32
situation = @33
document = @34
address = @35
contact = @36
nationality = @37
[victims.consent]
submit = true
government = "name"
public = "name"
[[perpetrators]]
id = "p1"
name = @38
kind = "state"
institution = @39
rank = @40
description = @41
link-to-state = @42
[[incidents]]
id = "i1"
date = "2021-03-22"
date-note = @43
time = @44
place = @45
victims = ["v1"]
perpetrators = ["p1"]
heading = @46
account = ¶47
reliability = "direct"
sources = ["s1"]
[[incidents.arrest]]
victims = ["v1"]
place = @48
reasons = ¶49
[[incidents]]
id = "i2"
date = "2021-03-23"
account = "Volvió a ver a {v1} ante {p1} ese día."
[[steps]]
authority = @50
reference = @51
outcome = ¶52
[[requests]]
text = ¶53
[[law]]
text = @54
[[sources]]
id = "s1"
title = @55
publisher = @56
url = %57
[[annexes]]
id = "a1"
file = "a1.pdf"
title = @58
[[other-procedures]]
body = @59
reference = @60
status = @61
[[co-signers]]
name = @62
role = @63
"#;

/// Slots of paragraphs.
const PARAGRAPHS: [usize; 11] = [14, 16, 17, 18, 19, 20, 21, 22, 47, 49, 53];
/// The slot of paragraphs in the middle of a line, and the slots that are addresses.
const OUTCOME: usize = 52;
const ADDRESSES: [usize; 2] = [6, 57];
/// What no letter of the shipped template prints where the name is shown: the code.
const UNPRINTED: [usize; 1] = [29];

/// A template that puts values where Markdown would be most moved by them.
const NASTY: &str = "+++
schema = 1
subject = \"{{case.title}}{{case.reference}} *{{organisation.name}}*\"
+++
### {{case.title}}

{{case.title}}**{{case.title}}**{{case.title}} *{{case.title}}*x __{{case.title}}__ `{{case.title}}` a**{{case.title}}**b

- {{case.title}}
- **{{case.title}}**: {{case.title}}
  - {{case.title}}

1. {{case.title}}
2. {{case.title}}
{{case.title}}

[{{case.title}}](https://a.example.org/{{case.reference}}?q={{case.title}}) [x]({{organisation.website}}) [y](mailto:{{organisation.email}})

{{case.title}}
===

{{case.title}}
: {{case.title}}

| {{case.title}} | {{case.reference}} |
|---|---|
| a | {{case.title}} |

> {{case.title}}
> {{case.title}}

{{case.title}}{{case.reference}}[{{case.title}}]({{case.reference}} ~~{{case.title}}~~ ![{{case.reference}}
\\{{case.title}} \\\\{{case.title}} &{{case.title}}; <{{case.title}}> \"{{case.title}}\"

{{#each victims}}{{name}}{{capital name}}{{list ../victims \"name\"}}{{#each details}}{{this}}{{/each}}{{/each}}

**{{case.context.background}}** {{case.context.pattern}}

{{elide \"de\" case.title}}{{capital case.title}}{{list case.requests \"text\"}}

{{#each incidents}}{{date}} {{heading}} {{account}} {{#each facts}}{{title}} {{#each items}}{{this}}{{/each}}{{/each}}{{/each}}
";
/// The slots that [`NASTY`] prints in its body, beside those that the program prints itself.
const NASTY_BODY: [usize; 8] = [10, 13, 17, 18, 27, 46, 47, 53];
/// The slots that the program prints whatever the template: letterhead, reference, signatures, lists.
const OWN: [usize; 14] = [1, 3, 4, 5, 6, 7, 8, 9, 12, 55, 56, 57, 58, 62];

pub(crate) struct Workbench {
    directory: Directory,
    packs: [LanguagePack; 2],
    options: RenderOptions,
}

impl Workbench {
    pub(crate) fn new() -> Self {
        let shipped = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/recipients.toml")).expect("the shipped directory can be read");
        let directory = Directory::parse(&read_toml(&shipped, &Arc::from("recipients.toml")).0.expect("it is TOML")).0;
        let es = Language::parse("es").expect("a language");
        let mut store = TemplateStore::shipped();
        let first = store.pack(&es).unwrap_or_else(|p| panic!("{p:?}"));
        store.put("es/urgent-appeal.hbs", NASTY.to_owned(), Arc::from("nasty.hbs"));
        let second = store.pack(&es).unwrap_or_else(|p| panic!("{p:?}"));
        Self { directory, packs: [first, second], options: RenderOptions::new("p { color: black }\n".into(), appeal::writers::DocxTheme::shipped()) }
    }

    pub(crate) fn templates(&self) -> usize {
        self.packs.len()
    }

    /// How the text of a slot is cleaned.
    pub(crate) fn lines(slot: usize) -> Lines {
        if PARAGRAPHS.contains(&slot) || slot == OUTCOME { Lines::Many } else { Lines::One }
    }

    /// The slots that a letter on this template shows.
    pub(crate) fn printed(template: usize) -> Vec<usize> {
        match template {
            0 => (1..=63).filter(|s| !UNPRINTED.contains(s) && !ADDRESSES.contains(s)).collect(),
            _ => OWN.into_iter().filter(|s| !ADDRESSES.contains(s)).chain(NASTY_BODY).collect(),
        }
    }

    /// `organisation.toml` and the case, with every slot filled.
    pub(crate) fn files(value: &dyn Fn(usize) -> String) -> (String, String) {
        (filled(ORGANISATION, value), filled(CASE, value))
    }

    /// The letter of a case with every slot filled; None if the case was refused.
    pub(crate) fn letter(&self, template: usize, value: &dyn Fn(usize) -> String) -> Option<Letter> {
        let (organisation, case) = Self::files(value);
        let organisation = Organisation::parse(&record(&organisation)).0?;
        let today = appeal::date::day(TODAY).expect("a day");
        let setting = Setting { id: "c1", organisation: &organisation, directory: &self.directory, earlier: None, date: None, today };
        let case = Case::parse(&record(&case), &setting).0?;
        let pictures = BTreeMap::new();
        let cx =
            LetterContext { case: &case, organisation: &organisation, directory: &self.directory, pack: &self.packs[template], pictures: &pictures, today };
        let spec =
            LetterSpec { addressees: case.mandates.clone(), copy_for: None, audience: Audience::Mandate, template: "urgent-appeal".into(), person: None };
        let draft = compose(&cx, &spec).unwrap_or_else(|problems| panic!("{problems:?}"));
        let letter = draft.letter().clone();
        // Clearance looks at every word of it, and must not fall over any.
        let _ = draft.clear(today);
        Some(letter)
    }

    pub(crate) fn write(&self, letter: &Letter, format: Format) -> String {
        String::from_utf8(self.bytes(letter, format).expect("it can be written")).expect("a letter is UTF-8")
    }

    pub(crate) fn bytes(&self, letter: &Letter, format: Format) -> Result<Vec<u8>, Diagnostics> {
        write(letter, &self.options, format)
    }
}

fn record(text: &str) -> Record {
    let (record, problems) = read_toml(text.as_bytes(), &Arc::from("test.toml"));
    record.unwrap_or_else(|| panic!("{problems:?}\n{text}"))
}

fn filled(pattern: &str, value: &dyn Fn(usize) -> String) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['@', '¶', '%']) {
        let mark = rest[at..].chars().next().expect("it was found");
        let after = &rest[at + mark.len_utf8()..];
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        out.push_str(&rest[..at]);
        rest = &after[digits..];
        let Ok(slot) = after[..digits].parse::<usize>() else {
            out.push(mark);
            continue;
        };
        let text = match mark {
            // What an address cannot have is refused when it is read; the rest is hostile enough.
            '%' => {
                let fits = |c: &char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"') && !('\u{e000}'..='\u{f8ff}').contains(c);
                let raw = value(slot);
                let (clean, _) = appeal::text::clean(&raw, Lines::One);
                format!("https://a.example.org/{}", clean.chars().filter(fits).collect::<String>())
            }
            _ => value(slot),
        };
        out.push_str(&quoted(&text));
    }
    out + rest
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}
