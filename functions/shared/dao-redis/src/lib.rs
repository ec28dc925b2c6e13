//! Users' states in Redis or Valkey: which items each user has seen, and when.
//!
//! # Layout
//!
//! Every reader and writer of a user's state, in any language, follows this layout. `<user>` is the user's key,
//! a digest. It is in braces so that all keys of a user lie in one slot of a cluster.
//!
//! | key | type | expires | content |
//! |---|---|---|---|
//! | `lockfill:{<user>}:state` | hash | 90 days after the last event; until an event arrives an hour after the first, 8 days after the first | the user's state, see below |
//! | `lockfill:{<user>}:<kind>:<slot>` | string `1` | with the slot's token | the marker: this event has been counted; `<kind>` is `impression` or `click`, `<slot>` is `<request id>:<position>` |
//! | `lockfill:{<user>}:loans` | hash | with its last loan, a day at most | what the user's devices were lent, see below |
//! | `lockfill:{<name>}:burst:<minute>` | integer | after two minutes | events of a user, or of an address under a digest that changes daily, in a minute since 1970 |
//! | `lockfill:{<tag>}:known` | string `1` | never | the histories of the users of a cluster's slot are known; `<tag>` is a text in that slot (`known.rs`) |
//! | `lockfill:{<user>}:unknown` | list | two hours after the last event | what was counted while they were not, for the rebuild (`count.lua`) |
//! | `lockfill:{<tag>}:building` | string | four hours after its begin | the name of the rebuild that is at work on the slot |
//! | `lockfill:{rebuild}:lock` | string | a minute after its last step | the name of the only rebuild |
//!
//! The state's fields. All numbers are decimal integers, all instants seconds since 1970:
//!
//! | field | value |
//! |---|---|
//! | `l:<line item id>` | ten integers joined by spaces: showings in all, last showing, then for minute, hour, day and week the number of the last window that had showings and the number of showings in that window |
//! | `c:<campaign id>` | the same for a campaign |
//! | `a:<advertiser id>` | the same for an advertiser |
//! | `t:<content id>` | when the content was last seen |
//! | `k:<line item or content id>` | clicks |
//! | `f` | when the user was first seen |
//!
//! Minutes and hours are numbered since 1970 in UTC. Days are numbered since 1970-01-01 and weeks, from Monday,
//! since the week of that day, both in the user's own time zone (`lockfill_models::time::Buckets`). A stored
//! count applies to its own window only; in any other window the count is 0. Of days and weeks, the user's window is
//! the stored one as long as it is newer than the one in the zone of the request, and not newer than the one in the
//! zones furthest ahead (UTC+14): the client chooses the zone, and a user's day and week never go back.
//!
//! # Counting
//!
//! An event is counted by one script, `count.lua`, in one atomic step:
//!
//! * The script sets the marker first. An event whose marker exists is not counted again.
//! * An impression adds one to the counts of its line item, campaign and advertiser, or stores when its content
//!   was seen. A click adds one to the clicks of its item. Both store the time of the user's first event.
//! * An event of an older window than the stored one adds to the lifetime count alone; the newer window keeps
//!   its count. A day or a week is older only if no zone had reached the stored one at the time of the event;
//!   otherwise the event counts in the stored one. An event that arrives late counts in no newer window up to the one
//!   that it arrives in.
//! * At most 512 fields of items are kept. The 513th makes the script delete the fields of the items shown
//!   longest ago until 448 are left. Deleting many at once keeps the scan of the whole hash rare. Clicks are
//!   deleted with their item, and a line item before its campaign and its advertiser.
//! * A field whose value cannot be read is replaced, as if it had not existed.
//!
//! # Lending
//!
//! On a unit that lends, `lend.lua` notes the slots of an answer in one atomic step. A field is `<slot>`, its value
//! `<borrower> <until> <line item id>`: the borrower in 16 hexadecimal digits, and until when the slot may be shown. What
//! the same borrower was lent before is deleted, and so is what is over. Counting an impression deletes the loan of its
//! slot. A user has at most 8 borrowers with 50 slots each.
//!
//! # Reading
//!
//! One `HGETALL`, and in the same round trip to the same node whether the slot's histories are known. Where they are not,
//! because the node has lost its data or is new, the state is one of an unknown history, with what was counted since.
//! Fields of other names are ignored. A value that cannot be read is an error:
//! treating it as 0 would break a cap without notice.
//!
//! # Rebuilding
//!
//! `rebuild.rs` makes states anew from the events of the ledger: equal to what counting them one by one would have made
//! (`replay.rs`), with the markers of events whose tokens are valid, and with what was counted meanwhile. The markers of
//! slots are written last.
//!
//! # One server, or a cluster
//!
//! No setting tells which of the two it is, because the server tells: by its answer to the question for the
//! cluster's map at start-up, and by `MOVED` when it is asked about a user of another node. A setting would have
//! to be changed on the day when a server becomes a cluster. Detection costs one question at start-up, before
//! the first request. The URL of a cluster must name no database but 0, the only one that clusters have.
//!
//! The client library's own cluster client is not used, because it cannot keep the deadline after a freeze:
//!
//! * It never replaces a connection that died silently. Requests time out, are sent again on the same connection,
//!   and no function of the library drops that connection.
//! * Fetching the map stops the requests to all nodes and asks one node after another, so one frozen node stops
//!   the others.
//! * It makes TLS connections by itself: it reads the system's root certificates for each connection, which takes
//!   half of a request's deadline, and leaves the choice of the cryptographic library to the process.
//!
//! So each node has a link as a single server has (`node.rs`, `link.rs`), and `route.rs` finds the node.
//!
//! What a redirection says holds only as long as a map confirms it: a server that says that it is no cluster, or
//! that no node has a map, gets every user back.
//!
//! # A sick server
//!
//! A server that answers too late keeps its connection: the late answers are read and dropped in their order. A
//! connection that has brought nothing since a deadline is replaced, at most once a second. After three failures
//! in a row, operations fail at once, and one at a time probes the server (`health.rs`, for each node by itself).
//!
//! While a slot moves from one node to another, its users' states can be read at any time. An event needs several
//! keys at once, which no node answers before the whole slot has arrived. The event is tried again until the
//! deadline; after the deadline it is not counted, and its answer says so.

mod address;
mod admission;
mod beat;
mod call;
mod errors;
mod health;
mod heard;
mod known;
mod link;
mod locking;
mod map;
mod node;
mod rebuild;
mod replay;
mod route;
mod slots;
mod state;
mod users;

pub use address::InvalidRedisUrl;
pub use known::known_key;
pub use rebuild::{RedisCounters, RedisRebuild};
pub use users::RedisUsers;
