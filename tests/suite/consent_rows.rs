//! Who may see a name: every row of the rules of consent, for every reader, in every format.

use crate::consent_readers::{CODE, NAME, READERS, Reading, agreed, case};
use crate::test_workspace::TestWorkspace;

/// How a reader sees somebody, or why the letter is held.
#[derive(Clone, Copy)]
enum Sees {
    /// Cleared, with the initials.
    Initials,
    /// Cleared, with the code.
    Code,
    /// Held for this reason; the draft shows the code.
    Held(&'static str),
}

#[track_caller]
fn row(consent: &str, expected: [Sees; 3]) {
    let workspace = TestWorkspace::new().case("c1", &case(consent));
    for (reader, sees) in READERS.into_iter().zip(expected) {
        let reading = Reading::of(&workspace, reader);
        // Only the mandates have a form, and only of a cleared letter.
        let reading = match sees {
            Sees::Initials if reader == "mandate" => reading.answers("intentaron llevar a Z. Q. a territorio"),
            Sees::Code if reader == "mandate" => reading.answers("intentaron llevar a Defensora A a territorio"),
            _ => reading,
        };
        match sees {
            Sees::Initials => reading.cleared().says("intentaron llevar a Z. Q. a territorio").nowhere(NAME).never_says(CODE),
            Sees::Code => reading.cleared().says("intentaron llevar a Defensora A a territorio").nowhere(NAME),
            Sees::Held(why) => reading.held(why).says("intentaron llevar a Defensora A a territorio").nowhere(NAME),
        };
    }
}

const AGREED: &str = "submit = true\nby = \"self\"\non = 2021-04-27\nhow = \"formulario\"\n";

#[test]
fn a_name_that_may_be_public_is_shown_to_everybody() {
    let workspace = TestWorkspace::new().case("c1", &agreed("name", "name", ""));
    for reader in READERS {
        Reading::of(&workspace, reader).cleared().says(NAME).says("intentaron llevar a Zenobia Quillabamba a territorio").never_says(CODE);
    }
}

#[test]
fn a_missing_consent_holds_every_letter() {
    row("", [Sees::Held("no consent of `v1` is recorded"); 3]);
}

#[test]
fn a_refused_consent_holds_every_letter() {
    let refused = "submit = false\ngovernment = \"name\"\npublic = \"name\"\nby = \"self\"\non = 2021-04-27\nhow = \"x\"";
    row(refused, [Sees::Held("`v1` has not agreed to this submission"); 3]);
}

#[test]
fn a_consent_whose_answer_is_not_recorded_holds_every_letter() {
    row("government = \"name\"\npublic = \"name\"", [Sees::Held("`v1` has not agreed to this submission"); 3]);
}

#[test]
fn a_withdrawn_consent_holds_every_letter() {
    row(&format!("{AGREED}government = \"name\"\npublic = \"name\"\nwithdrawn = 2021-04-28"), [Sees::Held("`v1` has withdrawn the consent"); 3]);
}

#[test]
fn a_consent_limited_to_other_mandates_holds_every_letter() {
    let why = "`v1` has agreed to some recipients only, and `human-rights-defenders` is not among them";
    row(&format!("{AGREED}government = \"name\"\npublic = \"name\"\nonly = [\"torture\"]"), [Sees::Held(why); 3]);
}

#[test]
fn a_missing_answer_for_the_government_holds_every_letter() {
    row(&format!("{AGREED}public = \"unnamed\""), [Sees::Held("the consent of `v1` has no answer for `government`"); 3]);
}

#[test]
fn a_missing_answer_for_the_public_holds_every_letter() {
    row(&format!("{AGREED}government = \"name\""), [Sees::Held("the consent of `v1` has no answer for `public`"); 3]);
}

#[test]
fn unnamed_is_the_facts_with_the_code() {
    let workspace = TestWorkspace::new().case("c1", &agreed("unnamed", "unnamed", ""));
    let told = "intentaron llevar a Zenobia Quillabamba a territorio";
    Reading::of(&workspace, "mandate").cleared().says(told).answers(told);
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).cleared().says("intentaron llevar a Defensora A a territorio").nowhere(NAME);
    }
}

#[test]
fn initials_are_shown_where_they_were_agreed() {
    let workspace = TestWorkspace::new().case("c1", &agreed("initials", "unnamed", ""));
    Reading::of(&workspace, "mandate").cleared().says("intentaron llevar a Zenobia Quillabamba a territorio");
    Reading::of(&workspace, "government").cleared().says("intentaron llevar a Z. Q. a territorio").never_says(CODE).nowhere(NAME);
    Reading::of(&workspace, "public").cleared().says("intentaron llevar a Defensora A a territorio").never_says("Z. Q.").nowhere(NAME);
}

#[test]
fn nothing_holds_the_copy_of_that_reader_alone() {
    let workspace = TestWorkspace::new().case("c1", &agreed("nothing", "nothing", ""));
    Reading::of(&workspace, "mandate").cleared().says("intentaron llevar a Zenobia Quillabamba a territorio");
    for reader in ["government", "public"] {
        Reading::of(&workspace, reader).held("this reader may be told nothing about `v1`").nowhere(NAME);
    }
    let workspace = TestWorkspace::new().case("c1", &agreed("name", "nothing", ""));
    Reading::of(&workspace, "government").cleared().says(NAME);
    Reading::of(&workspace, "public").held("this reader may be told nothing about `v1`").nowhere(NAME);
}

#[test]
fn a_mandate_may_be_told_less_than_the_name() {
    let told = |level: &str| format!("{AGREED}mandate = \"{level}\"\ngovernment = \"unnamed\"\npublic = \"unnamed\"");
    row(&told("unnamed"), [Sees::Code; 3]);
    row(&told("initials"), [Sees::Initials, Sees::Code, Sees::Code]);
    let nothing = format!("{AGREED}mandate = \"nothing\"\ngovernment = \"nothing\"\npublic = \"nothing\"");
    row(&nothing, [Sees::Held("this reader may be told nothing about `v1`"); 3]);
}

#[test]
fn a_joint_letter_needs_a_consent_to_each_of_its_mandates() {
    let to_two = |consent: &str| {
        agreed("name", "name", consent).replace("mandates = [\"human-rights-defenders\"]", "mandates = [\"human-rights-defenders\", \"migrants\"]")
    };
    let workspace = TestWorkspace::new().case("c1", &to_two("only = [\"migrants\"]"));
    let held = "`v1` has agreed to some recipients only, and `human-rights-defenders` is not among them";
    Reading::of(&workspace, "mandate").held(held).nowhere(NAME);
    // One by one, the letter that was agreed to is cleared.
    Reading::with(&workspace, "migrants", "c1 --to migrants").cleared().says(NAME);
    Reading::with(&workspace, "defenders", "c1 --to human-rights-defenders").held(held).nowhere(NAME);
    let workspace = TestWorkspace::new().case("c1", &to_two("only = [\"migrants\", \"human-rights-defenders\"]"));
    Reading::of(&workspace, "mandate").cleared().says(NAME);
}

#[test]
fn wider_consent_further_out_is_an_error() {
    for (government, public, message) in [
        ("unnamed", "name", "the consent tells the public more than the Government or the mandates"),
        ("nothing", "unnamed", "the consent tells the public more than the Government or the mandates"),
        ("initials", "name", "the consent tells the public more than the Government or the mandates"),
    ] {
        let workspace = TestWorkspace::new().case("c1", &agreed(government, public, ""));
        for reader in READERS {
            Reading::of(&workspace, reader).refused(message).nowhere(NAME);
        }
    }
    let workspace = TestWorkspace::new().case("c1", &agreed("name", "unnamed", "mandate = \"initials\""));
    Reading::of(&workspace, "mandate").refused("the consent tells the Government more than the mandates").nowhere(NAME);
}

#[test]
fn somebody_under_18_cannot_consent_alone() {
    let young = |field: &str| agreed("name", "name", "").replace("kind = \"person\"", &format!("kind = \"person\"\n{field}"));
    for field in ["age = 17", "age = \"17~\"", "age = \"16/19\"", "born = \"2003-04-28\"", "born = \"2004\""] {
        let workspace = TestWorkspace::new().case("c1", &young(field));
        for reader in READERS {
            Reading::of(&workspace, reader).refused("somebody under 18 cannot give this consent alone").nowhere(NAME);
        }
    }
    for field in ["age = 18", "age = \"18/20\"", "born = \"2003-04-27\"", "born = \"2002\""] {
        let workspace = TestWorkspace::new().case("c1", &young(field));
        Reading::of(&workspace, "mandate").cleared().says(NAME);
    }
    let workspace = TestWorkspace::new().case("c1", &young("age = 12").replace("by = \"self\"", "by = \"guardian\""));
    for reader in READERS {
        Reading::of(&workspace, reader).cleared().says(NAME).says("12 años");
    }
}

#[test]
fn a_consent_dated_after_the_letter_or_after_today_is_an_error() {
    let workspace = TestWorkspace::new().case("c1", &agreed("name", "name", "").replace("on = 2021-04-27", "on = 2021-04-29"));
    Reading::of(&workspace, "mandate").refused("the consent is dated after the letter or after today").nowhere(NAME);
    let workspace = TestWorkspace::new().case("c1", &agreed("name", "name", "").replace("on = 2021-04-27", "on = 2021-04-28"));
    Reading::of(&workspace, "mandate").cleared();
}

#[test]
fn each_audience_comes_with_a_file_name_of_its_own() {
    let workspace = TestWorkspace::new().case("c1", &agreed("unnamed", "unnamed", ""));
    let names = |reader: &str| Reading::of(&workspace, reader).files;
    assert_eq!(names("mandate"), ["c1.human-rights-defenders.es.html", "c1.human-rights-defenders.es.txt"]);
    assert_eq!(names("government"), ["c1.human-rights-defenders.es.government.html", "c1.human-rights-defenders.es.government.txt"]);
    assert_eq!(names("public"), ["c1.human-rights-defenders.es.public.html", "c1.human-rights-defenders.es.public.txt"]);
}
