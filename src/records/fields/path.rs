//! Where in the tree of a record something stands, in words that a person can search for.
//!
//! In: keys and numbers, from the top down. Out: `victims.1.consent`, `[victims.consent]`.

/// Where in the tree: `victims.1.consent`.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    pub(super) above: Option<&'p Path<'p>>,
    pub(super) key: &'p str,
    pub(super) number: usize,
}

impl Path<'_> {
    pub(super) const TOP: Self = Self { above: None, key: "", number: 0 };

    fn write(&self, out: &mut String) {
        if let Some(above) = self.above {
            above.write(out);
        }
        if !self.key.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(self.key);
            if self.number > 0 {
                out.push('.');
                out.push_str(&self.number.to_string());
            }
        }
    }

    pub(super) fn with(&self, key: &str) -> String {
        let mut out = String::new();
        self.write(&mut out);
        if !key.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(key);
        }
        out
    }

    /// The header of the table: `[[victims]]`.
    pub(super) fn header(&self) -> String {
        let (mut names, mut at) = (Vec::new(), Some(self));
        while let Some(path) = at {
            if !path.key.is_empty() {
                names.push(path.key);
            }
            at = path.above;
        }
        names.reverse();
        let name = names.join(".");
        if self.number > 0 { format!("[[{name}]]") } else { format!("[{name}]") }
    }
}
