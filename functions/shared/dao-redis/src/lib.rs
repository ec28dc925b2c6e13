//! Users' state in Redis (or Valkey): what each has seen, and when.
//!
//! # Layout
//!
//! Whoever reads or writes a user's state, in whatever language, keeps to this. `<user>` is the user's key, a
//! digest; it is in braces so that all keys of a user lie in one slot of a cluster.
//!
//! | key | type | expires | content |
//! |---|---|---|---|
//! | `lockfill:{<user>}:state` | hash | 90 days after the last event | the user's state, see below |
//! | `lockfill:{<user>}:<kind>:<slot>` | string `1` | with the slot's token | this event has been counted; `<kind>` is `impression` or `click`, `<slot>` is `<request id>:<position>` |
//!
//! The state's fields. All numbers are decimal integers, all instants seconds since 1970:
//!
//! | field | value |
//! |---|---|
//! | `l:<line item id>` | ten integers joined by spaces: showings in all, last showing, then for minute, hour, day and week the number of the last window that had showings and the showings in it |
//! | `c:<campaign id>` | the same for a campaign |
//! | `a:<advertiser id>` | the same for an advertiser |
//! | `t:<content id>` | when the content was last seen |
//! | `k:<line item or content id>` | clicks |
//! | `f` | when the user was first seen |
//!
//! Minutes and hours are numbered since 1970 in UTC; days since 1970-01-01 and weeks since the one that held
//! it, from Monday, in the user's own time zone (`lockfill_models::time::Buckets`). A count belongs to its
//! window alone: in any other window it counts as nothing.
//!
//! # Counting
//!
//! An event is counted by one script, `count.lua`, in one atomic step:
//!
//! * The marker comes first: an event whose marker exists is not counted again.
//! * An impression adds one to its line item, campaign and advertiser, or notes when its content was seen. A
//!   click adds one to its item's clicks. Either notes the user's first event.
//! * An event of an older window than the stored one counts in all, but leaves the newer window alone.
//! * At most 512 fields of items are kept. One more, and those last shown longest ago leave until 448 are left:
//!   some at once, so that the whole hash is looked through now and then and not at every event. Clicks leave
//!   with their item; a line item leaves before its campaign and its advertiser.
//! * A field whose value cannot be read is begun anew.
//!
//! # Reading
//!
//! One `HGETALL`. Fields of other names are ignored. A value that cannot be read is an error: a cap would
//! otherwise be broken without anybody noticing.

mod errors;
mod link;
mod state;
mod stream;
mod users;

pub use stream::InvalidRedisUrl;
pub use users::RedisUsers;

/// How errors name this store.
pub(crate) const STORE: &str = "Redis";
