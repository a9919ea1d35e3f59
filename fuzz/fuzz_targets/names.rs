//! A name, and a text in which it is looked for: the first line is the name, the rest the text.
#![no_main]

use appeal::consent::{Audience, Bearer, Confidential, Name, Reader, Seen, Watch, fold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (name, text) = input.split_once('\n').unwrap_or((input, input));
    let name = name.trim();
    let _ = Name::of(name).initials("en");
    let reader = Reader { audience: Audience::Public, recipients: &[] };
    for bearer in [Bearer::Person, Bearer::Body] {
        let mut watch = Watch::new(&["word".to_owned()]);
        watch.add("v1", &Confidential::new(Name::of(name), None), bearer, reader);
        let _ = watch.find(text);
        if fold(name).chars().any(char::is_alphanumeric) {
            // Whatever stands around it, and however it is written.
            for written in [format!("{text} {name} {text}"), format!("{text}, {},", name.to_uppercase())] {
                assert!(watch.find(&written).iter().any(|(_, seen)| *seen == Seen::Name), "a name is found in any text around it");
                let covered = watch.cover(&written, |_| "–".to_owned()).expect("a name that is found is covered");
                assert!(!watch.find(&covered).iter().any(|(_, seen)| *seen == Seen::Name), "a name that is covered is not found");
            }
        }
        watch.exempt(text);
        let _ = watch.find(name);
    }
});
