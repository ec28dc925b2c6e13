//! HTTP: the operation of each path, the meaning of its parameters, and the form of its answer. Statuses are
//! chosen in this crate alone.
//!
//! Controllers take and return `http` types, so the same routes answer behind a load balancer and in tests.

mod alb;
mod asked;
mod controllers;
mod cors;
pub mod dto;
pub mod invocation;
mod json_string;
pub mod plain;
mod problem;
mod request_id;
mod request_log;
mod request_metrics;
mod responses;
pub mod routes;

pub use controllers::{Allocations, Events, invocations, metrics};
pub use dto::function_error::FunctionError;
pub use dto::links::LinkBase;
pub use problem::{FieldError, Problem};
pub use request_log::{RequestLine, RequestLines};
