//! What the balancer changes in a request's headers before a target of either kind gets it.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>.

mod headers;
pub mod hop_by_hop;
pub mod trace_id;

pub use headers::{Arrival, FORWARDED_FOR_MAX, addresses, prepare};
