//! What can be wrong with a catalog.

use lockfill_models::vocabulary::refused_code;

/// A row that cannot be served. The whole version is refused with it, because a catalog without the row would
/// give decisions that its editors did not make. Only a creative or a content with a wrong address is withheld
/// alone ([`crate::Catalog::withheld`]).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {id:?}: {problem}")]
pub struct CatalogError {
    /// The row's kind, as in the published key (`line_item`).
    pub kind: String,
    /// The row's id.
    pub id: String,
    /// What is wrong with it.
    pub problem: String,
}

impl CatalogError {
    /// A problem of one row.
    pub fn new(kind: &str, id: &str, problem: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), id: id.to_owned(), problem: problem.into() }
    }

    /// A row that refers to another row of the version, which does not exist.
    pub(crate) fn dangling(kind: &str, id: &str, wanted: &str, wanted_id: &str) -> Self {
        Self::new(kind, id, format!("there is no {wanted} {wanted_id:?}"))
    }

    /// The problem of a row that could not be read because of a code in it; `None` for any other error of
    /// serde, whose message may quote the row.
    #[must_use]
    pub fn of_refused_code(kind: &str, id: &str, serde_error: &str) -> Option<Self> {
        refused_code(serde_error).map(|problem| Self::new(kind, id, problem))
    }
}
