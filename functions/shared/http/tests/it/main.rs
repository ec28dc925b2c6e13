//! The way from a load balancer's invocation payload to an answer, over stores in memory.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod batches;
mod cors;
mod counts;
mod debugging;
mod degradation;
mod events;
mod freshness;
mod gates;
mod golden;
mod health;
mod hostile;
mod ledger;
mod lending;
mod requests;
mod rows;
mod support;
mod tombstones;
mod user_keys;
