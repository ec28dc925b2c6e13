//! Rejections in words: what a rule wanted and what it found, for a person who asks why a campaign does not
//! serve. Nothing in this module takes part in a decision, and nothing of it runs unless a request asks for it.

mod bounded;
mod caps;
mod finding;
mod items;

pub use bounded::bounded;
pub use finding::Finding;
pub use items::Explained;
pub(crate) use items::find;
