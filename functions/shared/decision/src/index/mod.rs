//! Decisions on ads by the index of a catalog, without looking at each line item.
//!
//! # How
//! A request selects a column of bits for each dimension of targeting, for the unit's rating and blocks, and for
//! gates ([`plan`]). Their conjunction is read from the first line item on, in serving order, and stops once the
//! slate is full ([`walk`], [`serve`]). What the columns cannot say is checked on the survivors. Line items with rates
//! on the unit are a second stream in its own order; both streams are merged by tier and eCPM. Where no slot came
//! out, [`count`] counts the rule that rejected each item. The reference, which looks at each line item, is in
//! `crate::ads`; it serves explanations, and tests hold this module to it.
//!
//! # What a request touches
//! With N line items, K columns selected (at most 26), R line items with rates on the unit, P of them whose filter
//! passes, and S survivors up to the last slot, a decision reads at most K x N / 64 words of columns up to the last
//! slot's place, 8 bytes and the number of each of R line items, K bits and 20 bytes of each of P, 8 bytes of flight
//! and 4 bytes of advertiser for each survivor, and the records of the survivors that pass those. In a group of line
//! items of equal tier and eCPM it draws for each survivor, and checks them in the order of the draws, a part at a
//! time. The texts of a list in the request are looked up once, if a survivor has a condition on it. A count ends at
//! the rule behind which no line item is left. Up to there it reads K x N / 64 words, 8 x N bytes of flights, the line
//! items that are listed for the texts of the request's lists, the conditions of the line items that are left where a
//! dimension is not told apart, and the line items that the user's history names or those that are left, whichever are
//! fewer. Memory that is allocated does not depend on the number of line items, but for a group's draws and for a
//! count's columns of N bits.

mod contents;
mod count;
mod gates;
mod plan;
mod serve;
mod walk;
mod words;

pub(crate) use contents::{count as count_contents, serve as serve_contents};
pub(crate) use count::count;
pub use gates::GateColumns;
pub(crate) use serve::serve;
