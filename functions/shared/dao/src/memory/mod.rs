//! Implementations in memory, for tests of the layers above: a catalog store and a store of users. A test can make
//! each of them fail.

mod catalog;
mod failing;
mod users;

pub use catalog::MemoryCatalog;
pub use users::MemoryUsers;
