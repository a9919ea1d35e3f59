//! What a file that leaves the computer says of it: nothing. Every format is written where user, host, folders and pictures
//! have names that occur nowhere else, taken apart to the last stream, and searched for them and for the time of the run.

use crate::test_workspace::{CASE, ORGANISATION, TestWorkspace};
use base64::Engine as _;
use std::collections::VecDeque;
use std::io::{Cursor, Read as _};

/// A drawing as drawing programs save it.
const LOGO: &str = "<?xml version=\"1.0\"?><!-- made by canarydrawer --><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\" \
    xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" inkscape:export-filename=\"/home/canaryuser/logo.png\">\
    <metadata><creator>canaryauthor</creator></metadata><circle cx=\"10\" cy=\"10\" r=\"9\"/></svg>";

/// A picture as cameras and scanners save it: with a text beside it.
fn signature() -> Vec<u8> {
    let png = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/alliance/pictures/signature-1.png")).expect("the fixture can be read");
    let text = b"tEXtAuthor\0canaryscanner";
    let length = u32::try_from(text.len() - 4).expect("short").to_be_bytes();
    let mut sum = flate2::Crc::new();
    sum.update(text);
    // Behind the header, which is 13 bytes long in every PNG.
    [&png[..33], &length, text, &sum.sum().to_be_bytes(), &png[33..]].concat()
}

/// A file and everything that is packed in it, each with a name for messages.
fn unpacked(name: &str, bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut queue = VecDeque::from([(name.to_owned(), bytes)]);
    let mut all = Vec::new();
    while let Some((name, bytes)) = queue.pop_front() {
        assert!(all.len() < 500, "it ends");
        if bytes.starts_with(b"PK\x03\x04") {
            for (part, content) in crate::docx::parts(&bytes) {
                queue.push_back((format!("{name}/{part}"), content));
            }
        } else if bytes.starts_with(b"%PDF-") {
            let starts = bytes.windows(7).enumerate().filter(|(_, w)| *w == b"stream\n").map(|(at, _)| at + 7);
            for start in starts {
                let mut stream = Vec::new();
                // A stream that is not compressed stands in the file as it is.
                if flate2::read::ZlibDecoder::new(&bytes[start..]).read_to_end(&mut stream).is_ok() {
                    queue.push_back((format!("{name} at {start}"), stream));
                }
            }
        } else {
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
            let in_mail = text.split("Content-Transfer-Encoding: base64\n\n").skip(1).filter_map(|t| t.split("\n--").next());
            let in_html = text.split(";base64,").skip(1).filter_map(|t| t.split('"').next());
            for (n, packed) in in_mail.chain(in_html).enumerate() {
                let packed: String = packed.split_whitespace().collect();
                let content = base64::engine::general_purpose::STANDARD.decode(packed).expect("base64");
                queue.push_back((format!("{name}, part {n}"), content));
            }
        }
        all.push((name, bytes));
    }
    all
}

/// Times of day: `12:34:56`, and as a PDF writes it, `D:20210428123456`.
fn times(text: &str) -> Vec<String> {
    let is_time = |w: &[u8]| w[2] == b':' && w[5] == b':' && [0, 1, 3, 4, 6, 7].iter().all(|n| w[*n].is_ascii_digit());
    let written = text.as_bytes().windows(8).filter(|w| is_time(w)).map(|w| String::from_utf8_lossy(w).into_owned());
    let in_pdf = text.split("(D:").skip(1).filter_map(|t| t.split(')').next()).filter(|t| t.len() > 8 && !t[8..].starts_with("000000")).map(str::to_owned);
    written.chain(in_pdf).collect()
}

#[test]
fn no_format_says_anything_of_the_user_the_machine_the_folders_or_the_time() {
    let organisation = ORGANISATION
        .replace("email =", "logo = \"canarypictures/logo.svg\"\nemail =")
        .replace("name = \"Ana Firmante\"", "name = \"Ana Firmante\"\nsignature = \"canarypictures/ana.png\"");
    let case = format!("{CASE}[[annexes]]\nid = \"a1\"\nfile = \"canaryannexes/queja.txt\"\ntitle = \"Queja\"\n");
    let workspace = TestWorkspace::bare()
        .file("canaryfolder/organisation.toml", organisation)
        .file("canaryfolder/canarypictures/logo.svg", LOGO)
        .file("canaryfolder/canarypictures/ana.png", signature())
        .file("canaryfolder/canaryannexes/queja.txt", "made up")
        .file("canaryfolder/cases/c1.toml", case)
        .inside("canaryfolder")
        .env("USER", "canaryuser")
        .env("LOGNAME", "canaryuser")
        .env("HOME", "/home/canaryuser")
        .env("HOSTNAME", "canaryhost")
        .env("COMPUTERNAME", "canaryhost")
        .env("TZ", "Asia/Kathmandu");
    let formats = if cfg!(feature = "pdf") { "text,html,pdf,docx,form,jsonl,eml" } else { "text,html,docx,form,jsonl,eml" };
    let run = workspace.run(&format!("render -f {formats} -o out --address human-rights-defenders=hrd@ohchr.org")).outcome();
    assert_eq!((run.code, run.written.len()), (0, formats.split(',').count()), "{}", run.stderr);
    let place = workspace.path().display().to_string();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    // A host may be called as a word of the letter is.
    let host = Some(host.trim()).filter(|h| h.len() > 8).unwrap_or("canaryhost");
    let now = chrono::Utc::now();
    let (day, packed_day) = (now.format("%Y-%m-%d").to_string(), now.format("%Y%m%d").to_string());
    let mut seen = 0;
    for (name, bytes) in run.written {
        for (part, content) in unpacked(&name, bytes) {
            seen += 1;
            let text = String::from_utf8_lossy(&content).into_owned();
            for word in ["canary", &place, "/home/", "/tmp/", "/root/", host, "inkscape", "appeal", "Typst", "typst", "krilla", &day, &packed_day] {
                assert!(!text.contains(word), "{part} says {word:?}");
            }
            // A DOCX gives midnight with its date, a message noon; both are the letter's date and no time of anybody's day.
            let times: Vec<String> = times(&text).into_iter().filter(|t| !["00:00:00", "12:00:00"].contains(&t.as_str())).collect();
            assert!(times.is_empty(), "{part} says {times:?}");
        }
    }
    assert!(seen > 30, "{seen} parts were looked at");
}

#[test]
fn a_package_bears_the_same_moment_whenever_it_is_written() {
    let workspace = TestWorkspace::new().case_with(&[]);
    workspace.run("render -q -f docx").into_stdout();
    let (_, bytes) = workspace.files().into_iter().find(|(path, _)| path.ends_with(".docx")).expect("a DOCX was written");
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).expect("it is a package");
    for n in 0..package.len() {
        let part = package.by_index(n).expect("a part");
        assert_eq!(part.last_modified().map(|t| (t.year(), t.hour(), t.minute(), t.second())), Some((1980, 0, 0, 0)));
    }
}
