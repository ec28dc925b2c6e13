//! The store over a real `redis-server`, or three of them in a cluster, of each test's own.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod bounds;
mod cluster;
mod cluster_failures;
mod cluster_moves;
mod cluster_tls;
mod counting;
mod lending;
mod links;
mod ports;
mod proxy;
mod rebuilding;
mod scripted;
mod server;
mod sick;
mod stories;
mod travel;
