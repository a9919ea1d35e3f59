//! The workbook of `init --workbook` in programs that nobody here wrote: its drop-downs, and the way back.

use crate::programs::{calc, here, openpyxl, run};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A new workbook, in Spanish.
fn workbook(folder: &Path) -> PathBuf {
    run(Command::new(env!("CARGO_BIN_EXE_appeal")).arg("init").arg(folder.join("red")).args(["--workbook", "--language", "es", "-q"]));
    folder.join("red/cases.xlsx")
}

/// The same, saved by Calc as another kind of file.
fn saved(soffice: &Path, book: &Path, ending: &str, folder: &Path) -> PathBuf {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    run(Command::new(soffice).args([&profile, "--headless", "--convert-to", ending, "--outdir"]).arg(folder).arg(book));
    folder.join(format!("cases.{ending}"))
}

/// The drop-downs as openpyxl reads them.
fn drop_downs(python: &Path, book: &Path) -> String {
    String::from_utf8(run(Command::new(python).arg(here().join("validations.py")).arg(book)).stdout).expect("text")
}

#[test]
fn openpyxl_reads_the_drop_downs_of_the_workbook() {
    let Some(python) = openpyxl() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let found = drop_downs(&python, &workbook(folder.path()));
    for expected in [
        "cases\taction\t\"urgent-appeal,allegation-letter,update,withdrawal\"",
        "cases\tmandates\t'# palabras'!$A$5:$A$",
        "victims\tid\tcases!$A$5:$A$2000",
        "victims\tvictims.consent.submit\t\"true,false\"",
        "victims\tvictims.consent.government\t\"name,initials,unnamed,nothing\"",
        "arrest\tincidents.arrest.warrant\t\"yes,no,unknown\"",
    ] {
        assert!(found.contains(expected), "{expected}\nin\n{found}");
    }
}

#[test]
fn calc_opens_the_workbook_with_its_drop_downs_and_what_it_saves_is_still_our_workbook() {
    let Some(soffice) = calc() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let book = workbook(folder.path());
    let ods = saved(&soffice, &book, "ods", folder.path());
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&ods).expect("a workbook")).expect("an archive");
    let mut content = String::new();
    archive.by_name("content.xml").expect("a part").read_to_string(&mut content).expect("text");
    for offered in [
        "of:cell-content-is-in-list(&quot;name&quot;;&quot;initials&quot;;&quot;unnamed&quot;;&quot;nothing&quot;)",
        "of:cell-content-is-in-list(&quot;true&quot;;&quot;false&quot;)",
        "of:cell-content-is-in-list([$&apos;# palabras&apos;.$A$5:.$A$",
    ] {
        assert!(content.contains(offered), "{offered} in {}", content.split("<table:content-validations>").nth(1).map_or("", |c| &c[..c.len().min(4000)]));
    }
    // Saved by Calc, all columns are still known and nothing has come in: there is a header and no row.
    let again = tempfile::tempdir().expect("a temporary folder");
    let xlsx = saved(&soffice, &book, "xlsx", again.path());
    for path in [&ods, &xlsx] {
        let output = Command::new(env!("CARGO_BIN_EXE_appeal"))
            .arg("-C")
            .arg(folder.path().join("red"))
            .args(["check", "--ui", "en"])
            .arg(path)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("the workbook has a header and no rows") && !said.contains("warning"), "{}: {said}", path.display());
    }
    if let Some(python) = openpyxl() {
        assert!(drop_downs(&python, &xlsx).contains("victims.consent.public\t\"name,initials,unnamed,nothing\""));
    }
}
