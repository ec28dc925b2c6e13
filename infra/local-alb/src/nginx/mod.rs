//! The command `export nginx`: the routing as a configuration of nginx, for a single machine.
//!
//! nginx's own ways to route (`location`, nested `if`) have an order of their own. Here every condition is a variable
//! (a `map` or a `geo`), every rule is one, and a last map takes the first rule that holds. A construct that nginx
//! cannot express is an error. One that nginx does differently is a warning, and a comment in the file.

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
