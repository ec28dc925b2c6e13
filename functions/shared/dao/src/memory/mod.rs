//! Implementations in memory, for tests of the layers above: a catalog store, a store of users, a ledger, tables of
//! gates, counts, and roll-ups. A test can make each of them fail.

mod arrivals;
mod catalog;
mod counts;
mod delivery;
mod failing;
mod gates;
mod ledger;
mod users;

pub use arrivals::MemoryArrivals;
pub use catalog::MemoryCatalog;
pub use counts::MemoryCounts;
pub use delivery::{MemoryDelivery, Stored};
pub use gates::MemoryGates;
pub use ledger::MemoryLedger;
pub use users::MemoryUsers;
