//! Everything that can be shown, as of one published version.
//!
//! [`rows`] is the wire form that editing publishes; [`Catalog::compile`] checks it once and turns it into
//! what a decision reads. The decision sees a catalog through that type's methods only, so that its inside
//! can become a compiled, memory-mapped form without a rule noticing.

mod catalog;
mod compile;
mod entities;
mod error;
pub mod rows;
pub mod targeting;

pub use catalog::Catalog;
pub use entities::{
    Advertiser, Campaign, Cap, CapKind, Content, ContentRating, Creative, FirstSlot, LineItem, Mix, Tier,
    Unit,
};
pub use error::CatalogError;
