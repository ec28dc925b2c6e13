//! What a rule does with a request, a file per type.

mod fixed_response;
mod forward;
mod list;
mod redirect;
mod remembered;
mod stickiness;

pub use fixed_response::FixedResponse;
pub use forward::{Forward, WeightedGroup};
pub use list::{Action, Actions};
pub(crate) use redirect::fill;
pub use redirect::{Redirect, RedirectSource};
pub use stickiness::Stickiness;
