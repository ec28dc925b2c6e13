//! The contract as data, and this implementation held to it.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod decisions;
mod demo;
mod gates;
mod ledger;
mod openapi;
mod properties;
mod refused_rows;
mod refused_values;
mod requests;
mod rules;
mod schemas;
mod support;
mod vectors;
mod vocabulary;
mod worlds;
