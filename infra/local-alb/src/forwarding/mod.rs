//! The changes of a request's headers before a target of either kind gets the request.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html>.

mod headers;
pub mod hop_by_hop;
pub mod trace_id;

pub use headers::{Arrival, FORWARDED_FOR_MAX, addresses, prepare};
