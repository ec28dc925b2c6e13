//! What can be wrong with the rows of a catalog.

use std::fmt;

use lockfill_models::vocabulary::refused_code;
use serde::Serialize;

/// The most refusals that are named one by one.
pub const NAMED_MAX: usize = 20;

/// A row that cannot be served. The whole version is refused with it, because a catalog without the row would
/// give decisions that its editors did not make. Only a creative or a content with a wrong address is withheld
/// alone ([`crate::Catalog::withheld`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{kind} {key:?}: {problem}")]
pub struct Refusal {
    /// The row's kind, as in the published key (`line_item`).
    pub kind: String,
    /// The row's key: its id, or of a row without one the values that identify it.
    pub key: String,
    /// The field at fault; empty if the problem is of the whole row, or the field is not known.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Refusal {
    /// A problem of one row.
    pub fn new(kind: &str, key: &str, field: &str, problem: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), key: key.to_owned(), field: field.to_owned(), problem: problem.into() }
    }

    /// A row that refers by a field to another row of the version, which does not exist.
    pub(crate) fn dangling(kind: &str, key: &str, field: &str, wanted: &str, wanted_id: &str) -> Self {
        Self::new(kind, key, field, format!("there is no {wanted} {wanted_id:?}"))
    }

    /// The problem of a row that could not be read because of a code in it; `None` for any other error of
    /// serde, whose message may quote the row.
    #[must_use]
    pub fn of_refused_code(kind: &str, key: &str, serde_error: &str) -> Option<Self> {
        refused_code(serde_error).map(|problem| Self::new(kind, key, "", problem))
    }
}

/// All that is wrong with the rows of a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    named: Vec<Refusal>,
    in_all: usize,
}

impl Refusals {
    /// The first refusals, at most 20.
    #[must_use]
    pub fn named(&self) -> &[Refusal] {
        &self.named
    }

    /// How many refusals there are.
    #[must_use]
    pub const fn in_all(&self) -> usize {
        self.in_all
    }

    /// Adds a refusal.
    pub fn add(&mut self, refusal: Refusal) {
        self.in_all += 1;
        if self.named.len() < NAMED_MAX {
            self.named.push(refusal);
        }
    }

    /// The value; an error is added, if it is one of its own.
    pub(crate) fn take<T>(&mut self, result: Result<T, impl Into<Option<Refusal>>>) -> Option<T> {
        result.map_err(|refusal| refusal.into().into_iter().for_each(|refusal| self.add(refusal))).ok()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.named.first(), self.in_all) {
            (None, _) => formatter.write_str("nothing"),
            (Some(first), 1) => first.fmt(formatter),
            (Some(first), in_all) => write!(formatter, "{first} (and {} more)", in_all - 1),
        }
    }
}

impl std::error::Error for Refusals {}
