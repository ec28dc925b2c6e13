//! The store of users, which can be lost, and is made anew from the ledger.

use std::sync::{Arc, Mutex, PoisonError};

use lockfill_dao::memory::MemoryUsers;
use lockfill_dao::{
    BurstCounter, DaoError, EventRecord, EventRecorder, Lending, LoanStore, Recorded, UserKey,
    UserStateReader,
};
use lockfill_models::user_state::UserState;

use crate::ledger::Ledger;

/// Users. Between a loss and the end of the rebuild no history is known.
#[derive(Debug)]
pub struct Users(Mutex<Stores>);

#[derive(Debug)]
struct Stores {
    counted: Arc<MemoryUsers>,
    is_known: bool,
}

impl Default for Users {
    fn default() -> Self {
        Self(Mutex::new(Stores { counted: Arc::default(), is_known: true }))
    }
}

impl Users {
    fn store(&self) -> (Arc<MemoryUsers>, bool) {
        let stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (Arc::clone(&stores.counted), stores.is_known)
    }

    fn replace(&self, counted: MemoryUsers, is_known: bool) {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *stores = Stores { counted: Arc::new(counted), is_known };
    }

    /// Loses everything.
    pub fn lose(&self) {
        self.replace(MemoryUsers::default(), false);
    }

    /// Counts anew what the ledger has.
    pub async fn rebuild(&self, ledger: &Ledger) {
        let counted = MemoryUsers::default();
        let mut events = Vec::new();
        ledger.counted(|event| events.push(event));
        for event in &events {
            // A store in memory takes everything.
            let _ = counted.record(event).await;
        }
        self.replace(counted, true);
    }
}

impl UserStateReader for Users {
    async fn load_all(&self, names: &[UserKey]) -> Result<Vec<UserState>, DaoError> {
        let (counted, is_known) = self.store();
        if !is_known {
            let reason = "the store has lost its users".to_owned();
            return Err(DaoError::Unavailable { store: "users", reason });
        }
        counted.load_all(names).await
    }
}

impl LoanStore for Users {
    async fn lend(&self, user: &UserKey, lending: &Lending) -> Result<Vec<String>, DaoError> {
        self.store().0.lend(user, lending).await
    }
}

impl BurstCounter for Users {
    async fn add_events(&self, minute: i64, events: &[(UserKey, u64)]) -> Result<Vec<u64>, DaoError> {
        self.store().0.add_events(minute, events).await
    }
}

impl EventRecorder for Users {
    async fn record(&self, event: &EventRecord) -> Result<Recorded, DaoError> {
        self.store().0.record(event).await
    }
}
