//! The values that requests and catalogs share.

mod device;
mod gender;
mod position;
mod text;
mod version;

pub use device::{Network, Platform};
pub use gender::Gender;
pub use position::Position;
pub use text::Folded;
pub use version::{InvalidVersion, Version};
