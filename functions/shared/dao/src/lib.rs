//! What the services need of stores, as traits over the models. A store's own errors and types stay behind these
//! traits.

mod catalog;
mod error;
mod events;
#[cfg(feature = "test-util")]
pub mod memory;
mod user_key;
mod user_state;

pub use catalog::CatalogReader;
pub use error::DaoError;
pub use events::{EventRecord, EventRecorder, Recorded};
pub use user_key::UserKey;
pub use user_state::UserStateReader;
