//! Implementations in memory, for tests of the layers above: a catalog store, a store of users, a ledger and
//! a store of roll-ups. A test can make each of them fail.

mod arrivals;
mod catalog;
mod delivery;
mod failing;
mod ledger;
mod users;

pub use arrivals::MemoryArrivals;
pub use catalog::MemoryCatalog;
pub use delivery::{MemoryDelivery, Stored};
pub use ledger::MemoryLedger;
pub use users::MemoryUsers;
