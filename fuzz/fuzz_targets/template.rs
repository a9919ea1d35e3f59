//! Text as a letter's template and as a part of one; what passes the check can be rendered.
#![no_main]

use appeal::letter::Shelf;
use desk::{DESK, english, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for path in ["en/urgent-appeal.hbs", "en/facts.hbs"] {
        let mut shelf = Shelf::shipped();
        shelf.put(path, text.to_owned(), "fuzzed.hbs".into());
        match shelf.tongue(&english()) {
            Ok(tongue) if tongue.templates.audiences("urgent-appeal").is_some() => {
                let mut desk = DESK.lock().expect("one thread");
                desk.tongue = tongue;
                let case = desk.fixture().expect("a case does not depend on templates");
                desk.letters(&case);
            }
            Ok(_) => {}
            Err(problems) => print(problems),
        }
    }
});
