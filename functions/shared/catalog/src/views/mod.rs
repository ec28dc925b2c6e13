//! Views of what an opened catalog holds: small values that read their record where it lies in the blob.

mod ad;
mod content;
mod lists;
mod tombstone;

pub use ad::{Advertiser, Campaign, Creative, LineItem, ShownBytes};
pub use content::Content;
pub use lists::{Caps, Texts};
pub use tombstone::{Tombstone, Withheld};
