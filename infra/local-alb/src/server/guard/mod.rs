//! Between the socket and the HTTP library: only what is well formed gets through.
//!
//! The library forgives much (a bare LF, two lengths that agree, a length beside chunks), and answers the rest
//! with bare pages. The guard forgives nothing. It hands a head on only when all of it is there and is well
//! formed. In place of one that is not, it hands on a request of its own, whose number the service knows and
//! which it answers with the balancer's page; then the connection is closed. So answers stay in order.

mod chunks;
mod gate;
mod guarded;
mod head;
mod inspect;
mod stream;
mod timer;

pub(super) use gate::{Begun, Gate, Refusal};
pub(super) use guarded::Guard;
pub use inspect::{Inspection, inspect};
