//! Reads what a user has seen.

use std::sync::Arc;

use lockfill_models::user_state::UserState;

use crate::error::DaoError;
use crate::user_key::UserKey;

/// Reads a user's state, once before each decision.
pub trait UserStateReader: Send + Sync {
    /// The stored state, or the state of a new user if nothing is stored.
    fn load(&self, user: &UserKey) -> impl Future<Output = Result<UserState, DaoError>> + Send;
}

impl<T: UserStateReader> UserStateReader for Arc<T> {
    async fn load(&self, user: &UserKey) -> Result<UserState, DaoError> {
        (**self).load(user).await
    }
}
