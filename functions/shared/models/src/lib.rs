//! What Lockfill decides, and nothing else: the catalog, a request's meaning, a user's history, and the
//! pure function from those three and a minute to a slate of slots.
//!
//! Nothing in here reads a clock, draws a random number, waits or talks to anybody. The same inputs give
//! the same decision, on any machine, in any language that follows `tests/fixtures`.

pub mod arithmetic;
pub mod catalog;
pub mod decision;
pub mod distance;
pub mod draw;
pub mod eligibility;
pub mod explain;
pub mod pacing;
pub mod query;
pub mod rejection;
pub mod targeting;
pub mod time;
pub mod user_state;
pub mod version;
