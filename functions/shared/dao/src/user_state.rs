//! Reads what a user has seen.

use std::slice;
use std::sync::Arc;

use lockfill_models::user_state::UserState;

use crate::error::DaoError;
use crate::user_key::UserKey;

/// Reads a user's state, once before each decision.
pub trait UserStateReader: Send + Sync {
    /// The state that is stored under each name of a user, in order, or the state of a new user where nothing is stored.
    /// Where the store has lost what it had, the source of the state is unknown, and the state has what was stored since.
    ///
    /// The names are read side by side, within one deadline.
    ///
    /// # Errors
    /// If one of them cannot be read.
    fn load_all(&self, names: &[UserKey]) -> impl Future<Output = Result<Vec<UserState>, DaoError>> + Send;

    /// The state that is stored under one name.
    ///
    /// # Errors
    /// If it cannot be read.
    fn load(&self, name: &UserKey) -> impl Future<Output = Result<UserState, DaoError>> + Send {
        async move {
            let states = self.load_all(slice::from_ref(name)).await?;
            Ok(states.into_iter().next().unwrap_or_else(UserState::new_user))
        }
    }
}

impl<T: UserStateReader> UserStateReader for Arc<T> {
    async fn load_all(&self, names: &[UserKey]) -> Result<Vec<UserState>, DaoError> {
        (**self).load_all(names).await
    }
}
