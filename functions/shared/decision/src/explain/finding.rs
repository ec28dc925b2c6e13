//! A rejection in words.

/// What a rule wanted and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What the rule would have admitted.
    pub wanted: String,
    /// What the rule found instead.
    pub found: String,
}

impl Finding {
    /// A finding of two texts.
    #[must_use]
    pub fn new(wanted: impl Into<String>, found: impl Into<String>) -> Self {
        Self { wanted: wanted.into(), found: found.into() }
    }
}
