//! Rows by id: unique within their kind.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::error::{Refusal, Refusals};

/// A row that was checked. An error without a refusal is of a row that refers to a refused one: that one is named.
pub(super) type Checked<T> = Result<T, Option<Refusal>>;

/// Values by their ids. A value that was refused is there as `None`.
pub(super) type ById<T> = HashMap<String, Option<T>>;

/// Puts values by their ids.
pub(super) fn by_id<T>(
    kind: &'static str,
    values: impl Iterator<Item = (String, Checked<T>)>,
    refused: &mut Refusals,
) -> ById<T> {
    let mut by_id = HashMap::with_capacity(values.size_hint().0);
    for (id, value) in values {
        match by_id.entry(id) {
            Entry::Occupied(other) => refused.add(taken(kind, other.key())),
            Entry::Vacant(place) => {
                place.insert(refused.take(value));
            }
        }
    }
    by_id
}

/// The refusal of a row whose id another row has.
pub(super) fn taken(kind: &str, id: &str) -> Refusal {
    Refusal::new(kind, id, "id", "the id is taken (creatives and contents share theirs)")
}

/// The value that a row refers to. The error names the row by its kind, its key and the field.
pub(super) fn refer<'m, T>(
    by_id: &'m ById<T>,
    (wanted, wanted_id): (&str, &str),
    (kind, key, field): (&str, &str, &str),
) -> Checked<&'m T> {
    match by_id.get(wanted_id) {
        None => Err(Some(Refusal::dangling(kind, key, field, wanted, wanted_id))),
        Some(value) => value.as_ref().ok_or(None),
    }
}

/// The same, for a row that adds to the value.
pub(super) fn refer_mut<'m, T>(
    by_id: &'m mut ById<T>,
    (wanted, wanted_id): (&str, &str),
    (kind, key, field): (&str, &str, &str),
) -> Checked<&'m mut T> {
    match by_id.get_mut(wanted_id) {
        None => Err(Some(Refusal::dangling(kind, key, field, wanted, wanted_id))),
        Some(value) => value.as_mut().ok_or(None),
    }
}
