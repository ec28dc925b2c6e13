//! The contract as data, and this implementation held to it.

mod decisions;
mod requests;
mod schemas;
mod support;
mod vectors;
