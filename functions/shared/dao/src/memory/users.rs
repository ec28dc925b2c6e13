//! A store of users.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::user_state::{History, Source, UserState};

use super::failing::{down, lock};
use crate::bursts::BurstCounter;
use crate::error::DaoError;
use crate::events::{EventRecord, EventRecorder, Recorded};
use crate::loans::{Lending, Loan, LoanStore};
use crate::user_key::UserKey;
use crate::user_state::UserStateReader;

/// A user store.
#[derive(Debug, Default)]
pub struct MemoryUsers {
    states: Mutex<HashMap<UserKey, UserState>>,
    counted: Mutex<HashSet<(EventKind, String)>>,
    /// What each borrower of a user has.
    loans: Mutex<HashMap<UserKey, HashMap<u64, Vec<Loan>>>>,
    /// The counts of one minute.
    bursts: Mutex<(i64, HashMap<UserKey, u64>)>,
    is_down: Mutex<bool>,
    has_lost: Mutex<bool>,
}

impl MemoryUsers {
    /// Makes every access fail from now on, or work again.
    pub fn set_down(&self, is_down: bool) {
        *lock(&self.is_down) = is_down;
    }

    /// Loses everything. What was stored before is not known from now on.
    pub fn lose(&self) {
        lock(&self.states).clear();
        lock(&self.counted).clear();
        lock(&self.loans).clear();
        *lock(&self.has_lost) = true;
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
    async fn load_all(&self, names: &[UserKey]) -> Result<Vec<UserState>, DaoError> {
        self.check()?;
        let states = lock(&self.states);
        let source = if *lock(&self.has_lost) { Source::Unknown } else { Source::Stored };
        let state = |name| UserState { source, ..states.get(name).cloned().unwrap_or_default() };
        Ok(names.iter().map(state).collect())
    }
}

impl LoanStore for MemoryUsers {
    async fn lend(&self, user: &UserKey, lending: &Lending) -> Result<Vec<String>, DaoError> {
        self.check()?;
        let mut loans = lock(&self.loans);
        let of_user = loans.entry(user.clone()).or_default();
        let mut items: Vec<_> = of_user
            .iter()
            .filter(|(borrower, _)| **borrower != lending.borrower)
            .flat_map(|(_, loans)| loans)
            .filter(|loan| loan.until > lending.now)
            .map(|loan| loan.line_item_id.clone())
            .collect();
        items.sort();
        if lending.is_noted {
            of_user.insert(lending.borrower, lending.loans.clone());
        }
        Ok(items)
    }
}

impl BurstCounter for MemoryUsers {
    async fn add_events(&self, minute: i64, events: &[(UserKey, u64)]) -> Result<Vec<u64>, DaoError> {
        self.check()?;
        let mut bursts = lock(&self.bursts);
        if bursts.0 != minute {
            *bursts = (minute, HashMap::new());
        }
        let mut add = |(name, number): &(UserKey, u64)| {
            let count = bursts.1.entry(name.clone()).or_default();
            *count += number;
            *count
        };
        Ok(events.iter().map(&mut add).collect())
    }
}

impl EventRecorder for MemoryUsers {
    async fn record(&self, event: &EventRecord) -> Result<Recorded, DaoError> {
        self.check()?;
        if !lock(&self.counted).insert((event.kind, event.slot_key.clone())) {
            return Ok(Recorded::Repeated);
        }
        if event.kind == EventKind::Impression
            && let Some(of_user) = lock(&self.loans).get_mut(&event.user)
        {
            for loans in of_user.values_mut() {
                loans.retain(|loan| loan.slot_key != event.slot_key);
            }
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
                let stored = histories.get(id).copied();
                let once = once(stored, event);
                histories.entry(id.clone()).and_modify(|history| history.add(&once)).or_insert(once);
            }
        }
    }
}

/// One showing. One that is late counts in no later window of the zone in which it arrived.
fn once(stored: Option<History>, event: &EventRecord) -> History {
    let mut once = History::once(event.occurred_at, &event.buckets);
    let Some(stored) = stored else { return once };
    let is_late = |stored: i64, own: i64, arrived: i64| own < stored && stored <= arrived;
    if is_late(stored.day.bucket, event.buckets.day, event.arrived.day) {
        once.day.count = 0;
    }
    if is_late(stored.week.bucket, event.buckets.week, event.arrived.week) {
        once.week.count = 0;
    }
    once
}
