//! Implementations in memory, for tests of the layers above: a catalog store, a store of users, a ledger, and tables of
//! gates. A test can make each of them fail.

mod catalog;
mod failing;
mod gates;
mod ledger;
mod users;

pub use catalog::MemoryCatalog;
pub use gates::MemoryGates;
pub use ledger::MemoryLedger;
pub use users::MemoryUsers;
