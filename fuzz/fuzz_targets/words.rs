//! Bytes as a language's `words.toml`, and letters in that language.
#![no_main]

use appeal::letter::TemplateStore;
use workspace::{WORKSPACE, english, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut store = TemplateStore::shipped();
    store.put("en/words.toml", text.to_owned(), "words.toml".into());
    match store.pack(&english()) {
        Ok(pack) => {
            let mut workspace = WORKSPACE.lock().expect("one thread");
            workspace.pack = pack;
            let case = workspace.fixture().expect("a case does not depend on words");
            workspace.letters(&case);
        }
        Err(problems) => print(problems),
    }
});
