//! Targeting as data: the conditions of an item and their shapes.

mod age_range;
mod allow_deny;
mod circle;
mod set_condition;
#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod targeting;
mod user_age;
mod version_range;

pub use age_range::{AgeRange, AgeRanges};
pub use allow_deny::AllowDeny;
pub use circle::{Circle, Circles};
pub use set_condition::SetCondition;
pub use targeting::Targeting;
pub use user_age::UserAge;
pub use version_range::VersionRange;
