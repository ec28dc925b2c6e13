//! Rejections in words: what a rule wanted and what it found, for the person who asks why a campaign does not
//! serve. Nothing here takes part in a decision, and nothing of it runs unless somebody asks.

mod caps;
mod finding;
mod items;
mod targeting;

pub use finding::Finding;
pub use items::Explained;
