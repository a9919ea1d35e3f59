//! The page of a document: its size and margins.
//!
//! In: a house's own `document.xml`, of which nothing else is read. Out: a [`PageSize`] that a letter fits on.

/// Twentieths of a point in a millimetre are 56.69.
pub(super) const fn mm(tenths: u32) -> u32 {
    (tenths * 5669 + 500) / 1000
}

/// A page, in twentieths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageSize {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) top: u32,
    pub(super) right: u32,
    pub(super) bottom: u32,
    pub(super) left: u32,
    pub(super) header: u32,
    pub(super) footer: u32,
}

impl PageSize {
    /// The width of the text.
    pub(super) fn measure(&self) -> u32 {
        self.width - self.left - self.right
    }
}

/// The last section's page; None where its numbers are no page.
pub(super) fn read_page(document: &str) -> Option<PageSize> {
    let section = &document[document.rfind("<w:sectPr")?..];
    let element = |name: &str| Some(&section[section.find(name)?..]).and_then(|t| t.split_once('>')).map(|(e, _)| e);
    let number = |element: &str, key: &str| -> Option<u32> {
        let value = element.split_once(&format!(" w:{key}=\""))?.1.split_once('"')?.0;
        value.parse().ok().filter(|n| *n <= 31_680)
    };
    let (size, margins) = (element("<w:pgSz")?, element("<w:pgMar")?);
    let page = PageSize {
        width: number(size, "w")?,
        height: number(size, "h")?,
        top: number(margins, "top")?,
        right: number(margins, "right")?,
        bottom: number(margins, "bottom")?,
        left: number(margins, "left")?,
        header: number(margins, "header").unwrap_or(567),
        footer: number(margins, "footer").unwrap_or(567),
    };
    // A text narrower than 60 mm or lower than 100 mm is a mistake.
    let fits = page.left + page.right + 3400 <= page.width && page.top + page.bottom + 5670 <= page.height;
    fits.then_some(page)
}
