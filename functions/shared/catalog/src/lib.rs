//! Everything that can be shown, as of one published version.
//!
//! [`rows`] is the form in which a catalog is published. [`Catalog::compile`] checks the rows once and joins
//! them to what a decision reads. A decision reads a catalog through the methods of [`Catalog`] alone, so that
//! the inside of a catalog can change without a change of any rule.

mod catalog;
mod compile;
mod entities;
mod error;
pub mod rows;
pub mod targeting;

pub use catalog::Catalog;
pub use entities::{
    Advertiser, Campaign, Cap, CapKind, Content, ContentRating, Creative, FirstSlot, LineItem, Mix, Money,
    Tier, Unit,
};
pub use error::CatalogError;
