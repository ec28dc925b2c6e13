//! Rows by id: unique within their kind.

use std::collections::HashMap;

use crate::error::CatalogError;

pub(super) fn by_id<T>(
    kind: &'static str,
    values: Vec<T>,
    id_of: impl Fn(&T) -> &str,
) -> Result<HashMap<String, T>, CatalogError> {
    let mut by_id = HashMap::with_capacity(values.len());
    for value in values {
        let id = id_of(&value).to_owned();
        insert_once(kind, &mut by_id, &id, value)?;
    }
    Ok(by_id)
}

pub(super) fn positions<T>(
    kind: &'static str,
    values: &[T],
    id_of: impl Fn(&T) -> &str,
) -> Result<HashMap<String, usize>, CatalogError> {
    let mut by_id = HashMap::with_capacity(values.len());
    for (position, value) in values.iter().enumerate() {
        insert_once(kind, &mut by_id, id_of(value), position)?;
    }
    Ok(by_id)
}

/// Inserts under an id that must be new.
pub(super) fn insert_once<T>(
    kind: &'static str,
    by_id: &mut HashMap<String, T>,
    id: &str,
    value: T,
) -> Result<(), CatalogError> {
    if by_id.insert(id.to_owned(), value).is_some() {
        return Err(CatalogError::new(kind, id, "the id is taken (creatives and contents share theirs)"));
    }
    Ok(())
}
