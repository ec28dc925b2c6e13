//! What both stores need to fail.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::DaoError;

pub(super) fn down(store: &'static str) -> DaoError {
    DaoError::Unavailable { store, reason: "switched off".to_owned() }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
