//! Something typed that cannot be done (exit 2).

/// What cannot be done, and what to type instead.
#[derive(Debug)]
pub(super) struct Misuse(pub(super) String);

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}
