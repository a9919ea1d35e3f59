//! A DOCX whose elements stand where the schema wants them. Word opens a file in which they stand elsewhere with an offer to
//! repair it, or not at all; `LibreOffice` does not mind, so that no program here would tell.
//!
//! The orders are those of wml.xsd (ISO/IEC 29500-1, Annex A.1), for every element that has one in the letters.

use crate::docx::parts;
use crate::test_workspace::TestWorkspace;
use quick_xml::events::Event;
use std::collections::BTreeSet;

#[rustfmt::skip]
const ORDERS: [(&str, &str); 24] = [
    ("w:document", "background body"),
    ("w:tbl", "tblPr tblGrid tr"),
    ("w:tr", "tblPrEx trPr tc"),
    ("w:pPr", "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku \
        wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents \
        suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"),
    ("w:rPr", "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w \
        kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"),
    ("w:numPr", "ilvl numId"),
    ("w:pBdr", "top left bottom right between bar"),
    ("w:tblPr", "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout \
        tblCellMar tblLook tblCaption tblDescription"),
    ("w:tblBorders", "top left start bottom right end insideH insideV"),
    ("w:tblCellMar", "top left start bottom right end"),
    ("w:tcPr", "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"),
    ("w:sectPr", "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign \
        noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings"),
    ("w:styles", "docDefaults latentStyles style"),
    ("w:docDefaults", "rPrDefault pPrDefault"),
    ("w:style", "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose \
        personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"),
    ("w:numbering", "numPicBullet abstractNum num numIdMacAtCleanup"),
    ("w:abstractNum", "nsid multiLevelType tmpl name styleLink numStyleLink lvl"),
    ("w:lvl", "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr"),
    ("w:num", "abstractNumId lvlOverride"),
    ("w:lvlOverride", "startOverride lvl"),
    ("w:settings", "writeProtection view zoom removePersonalInformation removeDateAndTime mirrorMargins documentProtection defaultTabStop \
        autoHyphenation characterSpacingControl footnotePr endnotePr compat docVars rsids themeFontLang clrSchemeMapping decimalSymbol listSeparator"),
    ("wp:inline", "extent effectExtent docPr cNvGraphicFramePr graphic"),
    ("pic:pic", "nvPicPr blipFill spPr"),
    ("pic:spPr", "xfrm custGeom prstGeom noFill solidFill ln"),
];

/// What must come first of all in its element.
const FIRST: [(&str, &str); 3] = [("w:p", "w:pPr"), ("w:r", "w:rPr"), ("w:tc", "w:tcPr")];

/// Looks at one part, and gives the elements with an order that it has.
fn look(name: &str, xml: &str) -> BTreeSet<&'static str> {
    let mut reader = quick_xml::Reader::from_str(xml);
    // Each open element, how many children it had, and the place of the last one in its order.
    let mut open: Vec<(String, usize, usize)> = Vec::new();
    let mut seen = BTreeSet::new();
    loop {
        let event = reader.read_event().expect("it is well formed");
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let child = start.name().as_ref().to_owned();
                if let Some((parent, children, last)) = open.last_mut() {
                    if let Some((parent, order)) = ORDERS.iter().find(|(p, _)| p == parent) {
                        let word = child.split_once(':').map_or(child.as_str(), |(_, word)| word);
                        let at = order.split_whitespace().position(|w| w == word).unwrap_or_else(|| panic!("{name}: {parent} has no {child}"));
                        assert!(at >= *last, "{name}: {child} stands too late in {parent}");
                        *last = at;
                        seen.insert(*parent);
                    }
                    let is_first = FIRST.iter().any(|(p, first)| p == parent && *first == child);
                    assert!(!is_first || *children == 0, "{name}: {child} does not stand first in {parent}");
                    *children += 1;
                }
                if matches!(event, Event::Start(_)) {
                    open.push((child, 0, 0));
                }
            }
            Event::End(_) => {
                let (closed, children, _) = open.pop().expect("it was opened");
                assert!(closed != "w:tc" || children > 1, "{name}: a cell without a paragraph");
            }
            Event::Eof => return seen,
            _ => {}
        }
    }
}

#[test]
fn every_element_of_a_docx_stands_where_the_schema_wants_it() {
    let mut seen = BTreeSet::new();
    let mut letters = 0;
    for (name, words) in [
        ("examples/rodolfo-robles-2021", "--language es,en,fr"),
        ("tests/fixtures/alliance", "--separate"),
        ("tests/fixtures/brief", "--language fr"),
        ("tests/fixtures/ar", "--language ar"),
    ] {
        let workspace = TestWorkspace::copy_of(name);
        // Drafts are written too.
        let run = workspace.run(&format!("render -q -f docx -o out {words} --date 2026-03-14")).outcome();
        assert!(matches!(run.code, 0 | 3), "{name}: {}", run.stderr);
        for (file, bytes) in run.written {
            letters += 1;
            for (part, xml) in parts(&bytes).into_iter().filter(|(part, _)| part.starts_with("word/") && part.ends_with(".xml")) {
                seen.append(&mut look(&format!("{file}: {part}"), &String::from_utf8(xml).expect("XML in UTF-8")));
            }
        }
    }
    assert!(letters >= 12, "{letters} letters");
    let unseen: Vec<&str> = ORDERS.iter().map(|(parent, _)| *parent).filter(|parent| !seen.contains(parent)).collect();
    assert!(unseen.is_empty(), "no letter has {unseen:?}");
}
