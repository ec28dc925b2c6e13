//! The intrinsic functions, a file per family.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.

mod call;
pub(super) mod logic;
mod lookup;
mod reference;
mod text;

pub(super) use call::call;
