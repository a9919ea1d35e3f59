//! Bytes as a language's `words.toml`, and letters in that language.
#![no_main]

use appeal::letter::Shelf;
use desk::{DESK, english, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut shelf = Shelf::shipped();
    shelf.put("en/words.toml", text.to_owned(), "words.toml".into());
    match shelf.tongue(&english()) {
        Ok(tongue) => {
            let mut desk = DESK.lock().expect("one thread");
            desk.tongue = tongue;
            let case = desk.fixture().expect("a case does not depend on words");
            desk.letters(&case);
        }
        Err(problems) => print(problems),
    }
});
