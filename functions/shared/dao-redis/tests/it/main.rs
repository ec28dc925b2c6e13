//! The store over a real `redis-server`, one per test.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod bounds;
mod counting;
mod links;
mod proxy;
mod server;
mod stories;
