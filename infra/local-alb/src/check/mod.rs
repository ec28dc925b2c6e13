//! The command `check`: mistakes that can be seen in a template.

mod actions;
mod findings;
mod permissions;
mod reach;

pub use findings::{Findings, check};
