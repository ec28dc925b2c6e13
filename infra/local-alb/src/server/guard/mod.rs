//! The guard stands between the socket and the HTTP library, and passes well-formed requests only.
//!
//! The library accepts a bare LF, two lengths that agree, and a length beside chunks, and answers other errors with
//! empty pages. The guard accepts none of these. It passes a head when all of it has arrived and is well formed. In
//! place of a malformed head it passes a request of its own; the service knows the number of that request and answers it
//! with the balancer's page. Then the connection is closed. So answers stay in order.

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
