//! Implementations in memory, for tests of the layers above: a catalog store and a store of users. A test can make
//! each of them fail.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lockfill_catalog::rows::CatalogRows;
use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::user_state::{History, UserState};

use crate::catalog::CatalogReader;
use crate::error::DaoError;
use crate::events::{EventRecord, EventRecorder, Recorded};
use crate::user_key::UserKey;
use crate::user_state::UserStateReader;

/// A catalog store.
#[derive(Debug, Default)]
pub struct MemoryCatalog {
    versions: Mutex<BTreeMap<u64, CatalogRows>>,
    is_down: Mutex<bool>,
}

impl MemoryCatalog {
    /// Publishes rows under a version.
    pub fn publish(&self, version: u64, rows: CatalogRows) {
        lock(&self.versions).insert(version, rows);
    }

    /// Makes every read fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    fn check(&self) -> Result<(), DaoError> {
        if *lock(&self.is_down) { Err(down("memory catalog")) } else { Ok(()) }
    }
}

impl CatalogReader for MemoryCatalog {
    async fn current_version(&self) -> Result<Option<u64>, DaoError> {
        self.check()?;
        Ok(lock(&self.versions).keys().next_back().copied())
    }

    async fn rows(&self, version: u64) -> Result<CatalogRows, DaoError> {
        self.check()?;
        lock(&self.versions)
            .get(&version)
            .cloned()
            .ok_or(DaoError::Malformed { store: "memory catalog", reason: format!("no version {version}") })
    }
}

/// A user store.
#[derive(Debug, Default)]
pub struct MemoryUsers {
    states: Mutex<HashMap<UserKey, UserState>>,
    counted: Mutex<HashSet<(EventKind, String)>>,
    is_down: Mutex<bool>,
}

impl MemoryUsers {
    /// Makes every access fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// The number of users with a stored state.
    pub fn len(&self) -> usize {
        lock(&self.states).len()
    }

    /// Whether no user has a stored state.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn check(&self) -> Result<(), DaoError> {
        if *lock(&self.is_down) { Err(down("memory users")) } else { Ok(()) }
    }
}

impl UserStateReader for MemoryUsers {
    async fn load(&self, user: &UserKey) -> Result<UserState, DaoError> {
        self.check()?;
        Ok(lock(&self.states).get(user).cloned().unwrap_or_else(UserState::new_user))
    }
}

impl EventRecorder for MemoryUsers {
    async fn record(&self, event: &EventRecord) -> Result<Recorded, DaoError> {
        self.check()?;
        if !lock(&self.counted).insert((event.kind, event.slot_key.clone())) {
            return Ok(Recorded::Repeated);
        }
        let mut states = lock(&self.states);
        let state = states.entry(event.user.clone()).or_insert_with(UserState::new_user);
        state.first_seen_at.get_or_insert(event.occurred_at);
        if event.kind == EventKind::Impression {
            count(state, event);
        }
        Ok(Recorded::Counted)
    }
}

fn count(state: &mut UserState, event: &EventRecord) {
    match &event.item {
        ShownItem::Content { content_id } => {
            state.contents.insert(content_id.clone(), event.occurred_at);
        }
        ShownItem::Ad { line_item_id, campaign_id, advertiser_id } => {
            for (histories, id) in [
                (&mut state.line_items, line_item_id),
                (&mut state.campaigns, campaign_id),
                (&mut state.advertisers, advertiser_id),
            ] {
                let once = History::once(event.occurred_at, &event.buckets);
                histories.entry(id.clone()).and_modify(|history| history.add(&once)).or_insert(once);
            }
        }
    }
}

fn down(store: &'static str) -> DaoError {
    DaoError::Unavailable { store, reason: "switched off".to_owned() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
