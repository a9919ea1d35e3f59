//! Text as a letter's template and as a part of one; what passes the check can be rendered.
#![no_main]

use appeal::letter::TemplateStore;
use workspace::{WORKSPACE, english, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for path in ["en/urgent-appeal.hbs", "en/facts.hbs"] {
        let mut store = TemplateStore::shipped();
        store.put(path, text.to_owned(), "fuzzed.hbs".into());
        match store.pack(&english()) {
            Ok(pack) if pack.templates.audiences("urgent-appeal").is_some() => {
                let mut workspace = WORKSPACE.lock().expect("one thread");
                workspace.pack = pack;
                let case = workspace.fixture().expect("a case does not depend on templates");
                workspace.letters(&case);
            }
            Ok(_) => {}
            Err(problems) => print(problems),
        }
    }
});
