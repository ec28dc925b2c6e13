//! From ledger entries to facts of minutes and hours and to running totals.
//!
//! A minute is a minute of arrival. Its roll-up follows from the entries that arrived in it, from the impressions of its
//! clicks, and from the open orphans: earlier clicks whose impression had not arrived. So a minute that is rolled up
//! again overwrites itself with the same, and one into whose index an entry came late is mended by the minutes from it
//! on.

mod event;
mod minute;
mod orphans;
mod rolled;
mod slot;
mod totals;

pub use event::ArrivedEvent;
pub use minute::{MinuteInWork, SlotEvent};
pub use orphans::{ORPHAN_MINUTES, ORPHANS_MAX, OpenOrphans, Orphan};
pub use rolled::RollUp;
pub use slot::{InvalidSlot, Slot};
pub use totals::{ItemTotals, LineItemKey, LineItems, Totals};
