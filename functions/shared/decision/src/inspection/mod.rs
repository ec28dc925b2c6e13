//! What a person asks about one item or one screen: every rule that an item fails and not the first alone, and where
//! the shown items stand among the others. Nothing in this module takes part in a decision.

mod checks;
mod one_item;
mod standing;

pub use crate::contents::Standing;
pub use checks::{Check, check_item};
pub use one_item::OneItem;
pub use standing::{ContentScore, RankedContent, ranked_contents, ranked_line_items};
