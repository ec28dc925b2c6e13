//! Targeting: whether a subject (a user at a unit) meets the conditions of an item.

mod dimensions;
mod subject;

pub use dimensions::{Dimension, check};
pub use subject::Subject;
