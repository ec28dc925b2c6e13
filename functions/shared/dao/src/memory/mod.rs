//! Implementations in memory, for tests of the layers above: a catalog store, a store of users, a ledger, tables of
//! gates, and counts. A test can make each of them fail.

mod catalog;
mod counts;
mod failing;
mod gates;
mod ledger;
mod users;

pub use catalog::MemoryCatalog;
pub use counts::MemoryCounts;
pub use gates::MemoryGates;
pub use ledger::MemoryLedger;
pub use users::MemoryUsers;
