//! A store that throttles as `DynamoDB` does, for tests in virtual time.

mod item;
mod limited;

pub use limited::LimitedStore;
