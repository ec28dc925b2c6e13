//! Implementations in memory, for tests of the layers above: a catalog store, a store of users and a ledger. A test can
//! make each of them fail.

mod catalog;
mod failing;
mod ledger;
mod users;

pub use catalog::MemoryCatalog;
pub use ledger::MemoryLedger;
pub use users::MemoryUsers;
