//! The way from a load balancer's invocation payload to an answer, over stores in memory.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod batches;
mod catalogs;
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
mod inspections;
mod ledger;
mod lending;
mod pacings;
mod requests;
mod support;
mod tombstones;
mod user_keys;
