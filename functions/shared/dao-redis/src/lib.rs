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
//!
//! # One server, or a cluster
//!
//! Nobody has to say which it is, because a server says so itself: when asked for the cluster's map at start-up,
//! and by `MOVED` whenever it is asked about somebody else's user. A setting would be one more thing to get
//! wrong, and to remember on the day when a server becomes a cluster. It costs one question at start-up, before
//! the first request. In a cluster a URL must name no database but 0, which is all that clusters have.
//!
//! The client library's own cluster client is not used, because it cannot keep the deadline after a freeze:
//!
//! * A connection that died silently is never replaced. Its requests time out and are sent again on the same
//!   connection, and no call of the library's drops one.
//! * Fetching the map stops the requests to all nodes, and asks one node after another: a node that is frozen
//!   takes the others with it.
//! * TLS connections are its own affair: it reads the system's root certificates for each of them, which takes
//!   half of what a request may take in all, and leaves the choice of the cryptographic library to the process.
//!
//! So each node has a link as a single server has (`link.rs`), and finding the node is our own (`route.rs`).
//!
//! While a slot moves from one node to another, its users can be read all the time. An event of theirs needs
//! two keys at once, which no node answers before the whole slot has arrived: it is tried again until the
//! deadline, and if that comes first, the event is not counted and its answer says so.

mod call;
mod errors;
mod link;
mod map;
mod route;
mod slots;
mod state;
mod stream;
mod users;

pub use stream::InvalidRedisUrl;
pub use users::RedisUsers;

/// How errors name this store.
pub(crate) const STORE: &str = "Redis";
