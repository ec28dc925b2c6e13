//! The contents that the user has seen.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use lockfill_catalog::{Catalog, Content};
use lockfill_models::draw::id_hash;
use lockfill_models::time::EpochSeconds;

use super::super::plan::has;
use crate::context::Context;

/// So many contents are looked up in the history; then the history is looked up in the catalog, once and whole.
const ASKED_MAX: u32 = 32;

/// The history of a user, as a column over contents once it pays.
pub(super) struct Seen<'a> {
    catalog: &'a Catalog,
    history: &'a HashMap<String, EpochSeconds>,
    asked: Cell<u32>,
    column: OnceCell<Vec<u64>>,
}

impl<'a> Seen<'a> {
    pub(super) fn new<'c: 'a>(context: &Context<'a, 'c>) -> Self {
        let (catalog, history) = (context.inputs.catalog, &context.inputs.state.contents);
        let column = if history.is_empty() { OnceCell::from(Vec::new()) } else { OnceCell::new() };
        Self { catalog, history, asked: Cell::new(0), column }
    }

    /// Whether the user has seen a content.
    pub(super) fn holds(&self, content: Content<'_>) -> bool {
        if let Some(column) = self.column.get() {
            return has(column, content.index());
        }
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() < ASKED_MAX {
            self.history.contains_key(content.id())
        } else {
            has(self.column(), content.index())
        }
    }

    /// The contents of a word that the user has seen, as far as that is known without asking for each.
    pub(super) fn known(&self, word: usize) -> u64 {
        self.column.get().and_then(|column| column.get(word)).copied().unwrap_or(0)
    }

    /// The contents of a word that the user has seen.
    pub(super) fn word(&self, word: usize) -> u64 {
        self.column().get(word).copied().unwrap_or(0)
    }

    /// Empty if the user has seen nothing.
    fn column(&self) -> &[u64] {
        self.column.get_or_init(|| {
            let mut column = vec![0; self.catalog.contents().len().div_ceil(64)];
            let hashes: Vec<u64> = self.history.keys().map(|id| id_hash(id)).collect();
            for place in self.catalog.content_places(&hashes) {
                column[place as usize / 64] |= 1 << (place % 64);
            }
            column
        })
    }
}
