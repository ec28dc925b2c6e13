//! Everything that can be shown, as of one published version.
//!
//! [`rows`] is the form in which a catalog is published. [`compile`] checks the rows and writes them to a blob, one
//! file whose records are used where they lie. [`Catalog::open`] checks a blob. A decision reads a catalog through
//! the methods of [`Catalog`] and its views alone, so that the inside of a catalog can change without a change of
//! any rule.

pub mod blob;
mod catalog;
pub mod compile;
pub mod entities;
mod error;
pub mod index;
pub mod rows;
mod stored;
pub mod targeting;
#[cfg(feature = "test-util")]
pub mod test_util;
mod views;

pub use blob::BlobError;
pub use catalog::{BLOB_FORMAT, Catalog};
pub use entities::{Cap, CapKind, ContentRating, FirstSlot, Mix, Money, Tier, Unit};
pub use error::{Refusal, Refusals};
pub use views::{
    Advertiser, Campaign, Caps, Content, Creative, LineItem, ShownBytes, Texts, Tombstone, Withheld,
};
