//! Targeting as data: the conditions of an item and their shapes, as rows and as they lie in a blob.

mod age_range;
mod allow_deny;
mod circle;
mod conditions;
mod key_values;
mod point;
mod set_condition;
mod shape;
#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod targeting;
#[cfg(test)]
mod testing;
mod user_age;
mod version_range;

pub use age_range::{AgeRange, AgeRanges, AgesView};
pub use allow_deny::{AllowDeny, AllowDenyView, ConditionText};
pub use circle::{Circle, Circles, CirclesView};
pub use conditions::{Condition, Conditions};
pub use key_values::{KeyValues, KeyValuesView};
pub use point::{Axis, Name, Point, folded, number_of_age, number_of_version};
pub use set_condition::{SetCondition, SetView, TextNumbers};
pub(crate) use shape::Shape;
pub use targeting::{Field, Targeting};
pub(crate) use targeting::{FieldVisitor, is_sound};
pub use user_age::UserAge;
pub use version_range::VersionRange;
