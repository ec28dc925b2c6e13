//! HTTP: which path is which operation, what its parameters mean, and what an answer looks like. This crate alone
//! chooses statuses.
//!
//! `http` types in, `http` types out: the same routes answer behind a load balancer and in tests.

mod controllers;
pub mod dto;
pub mod event;
pub mod plain;
mod problem;
mod responses;
pub mod routes;

pub use controllers::{Allocations, Events};
pub use dto::links::{InvalidLinkBase, LinkBase};
pub use problem::Problem;
