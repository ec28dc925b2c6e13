//! What the services need from stores, as traits in the models' own words, and the same in memory for
//! tests. A store's own errors and types stay behind these traits.

mod catalog;
mod error;
mod events;
pub mod memory;
mod user_key;
mod user_state;

pub use catalog::{CatalogReader, CatalogWriter, PublishRecord};
pub use error::DaoError;
pub use events::{EventRecord, EventRecorder, Recorded};
pub use user_key::UserKey;
pub use user_state::UserStateReader;
