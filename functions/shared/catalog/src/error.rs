//! What can be wrong with a catalog.

/// A row that cannot be served. The whole version is refused with it: half a catalog would be a decision
/// that nobody took.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {id:?}: {problem}")]
pub struct CatalogError {
    /// The row's kind, as in the published key (`line_item`).
    pub kind: &'static str,
    /// The row's id.
    pub id: String,
    /// What is wrong with it.
    pub problem: String,
}

impl CatalogError {
    /// A problem of one row.
    pub fn new(kind: &'static str, id: &str, problem: impl Into<String>) -> Self {
        Self { kind, id: id.to_owned(), problem: problem.into() }
    }
}
