//! Ids of one hash.
//!
//! Tokens and histories name an id by its hash. Two ids with one hash would share counts and landing pages.

use std::collections::HashMap;

use lockfill_models::draw::id_hash;

use crate::error::{Refusal, Refusals};

/// Refuses each row whose id has the hash of another id of the catalog, of whatever kind.
pub(super) fn refuse<'j>(all: impl Iterator<Item = (&'static str, &'j str)>, refused: &mut Refusals) {
    let mut ids = HashMap::new();
    for (kind, id) in all {
        let other = *ids.entry(id_hash(id)).or_insert(id);
        if other != id {
            let problem = format!("its id and {other:?} have one hash; one of the two needs another id");
            refused.add(Refusal::new(kind, id, "id", problem));
        }
    }
}
