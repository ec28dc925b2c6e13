//! The command `export nginx`: the same routing as a configuration of nginx, for a single machine.
//!
//! nginx's own way to route (`location`, nested `if`) has an order of its own. Here every condition is a variable
//! (a `map`, a `geo`), every rule is one, and a last map takes the first rule that holds. What nginx cannot
//! express is an error; what it does otherwise is a warning, and a comment in the file.

mod action;
mod common;
mod condition;
mod export;
mod expression;
mod quote;
mod rule_text;
mod server;
mod transform;
mod upstream;

pub use export::{Exported, export};
