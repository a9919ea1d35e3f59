//! A name, and a text in which it is looked for: the first line is the name, the rest the text.
#![no_main]

use appeal::consent::{Audience, NameOwner, Confidential, Name, Reader, Seen, NameMatcher, fold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (name, text) = input.split_once('\n').unwrap_or((input, input));
    let name = name.trim();
    let _ = Name::of(name).initials("en");
    let reader = Reader { audience: Audience::Public, recipients: &[] };
    for owner in [NameOwner::Person, NameOwner::Body] {
        let mut matcher = NameMatcher::new(&["word".to_owned()]);
        matcher.add("v1", &Confidential::new(Name::of(name), None), owner, reader);
        let _ = matcher.find(text);
        if fold(name).chars().any(char::is_alphanumeric) {
            // Whatever stands around it, and however it is written.
            for written in [format!("{text} {name} {text}"), format!("{text}, {},", name.to_uppercase())] {
                assert!(matcher.find(&written).iter().any(|(_, seen)| *seen == Seen::Name), "a name is found in any text around it");
                let covered = matcher.cover(&written, |_| "–".to_owned()).expect("a name that is found is covered");
                assert!(!matcher.find(&covered).iter().any(|(_, seen)| *seen == Seen::Name), "a name that is covered is not found");
            }
        }
        matcher.exempt(text);
        let _ = matcher.find(name);
    }
});
