//! The index: columns of bits over items in their serving order, which say for each value that a request may have
//! whom an item may be shown to.
//!
//! # What it holds
//! A column has one bit an item. A field of targeting has a column for each of the values that its conditions name most
//! often ([`VALUES_MAX`] at most, [`RANGES_MAX`] ranges of numbers), one for a request that says nothing, one for all
//! other values, and one of the items without a condition. Where a field names more values, or is of a shape whose
//! values are not told apart (circles, free keys), its columns hold more items than admit the request, and the
//! survivors are checked. For each text that conditions on lists name, the items that want it and those that refuse it
//! are listed. A count makes a column of them; a slate, which needs a few items alone, checks the survivors. Flights
//! and advertisers lie in arrays, because each request asks for another part of them. Line items with rates on a unit are
//! listed in their order there; a filter of 64 bits beside each says what it may admit.
//!
//! # How large it is
//! A line item takes at most 12 bytes of arrays, [`VALUES_MAX`] + 3 bits for each of twelve fields with texts,
//! [`RANGES_MAX`] + 3 bits for each of three with numbers, 4 bits for each of three lists, 2 bits for each of two
//! others, 5 bits for its own properties, [`UNIT_COLUMNS_MAX`] bits for what units block, and 24 bytes of listed items:
//! 149 bytes, if the conditions of a catalog name so many values of all dimensions. With three to six conditions each
//! it is about a third: `./scripts/bench engine` prints it for a million.
//! The rates of a line item on a unit take 28 bytes more.
//!
//! # Contents
//! Pinned contents come first, by their place. Contents of one standing lie in blocks of 2,048, which follow each other
//! by publication, from the latest on; the contents of one block lie by quality, from the best on. So the age of a block
//! and the quality at a place bound the score of all that follow there. A content takes 16 bytes of arrays, at most 24 of
//! blocks (0.01 where few are pinned), the same columns and lists of targeting, 2 bits for ratings, and 4 bytes at most
//! for its language and for each category.

mod bits;
mod build;
mod columns;
mod contents;
mod contents_order;
mod contents_view;
mod fields;
mod filters;
mod lists;
mod postings;
mod validate;
mod view;

pub use build::UNIT_COLUMNS_MAX;
pub(crate) use build::build_ads;
pub use columns::{RANGES_MAX, VALUES_MAX};
pub(crate) use contents::build_contents;
pub(crate) use contents_order::order_contents;
pub use contents_view::{Block, ContentsIndex, Members};
pub use fields::{Listed, Selected};
pub(crate) use validate::is_sound;
pub use view::{AdsIndex, Overrides};
