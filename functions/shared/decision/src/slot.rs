//! The slots of a slate.

use crate::observer::Item;
use lockfill_catalog::{Content, Creative, LineItem};
use lockfill_models::time::Interval;

/// An ad: one creative of one line item.
#[derive(Debug, Clone, Copy)]
pub struct AdSlot<'c> {
    /// The line item.
    pub line_item: LineItem<'c>,
    /// The creative.
    pub creative: Creative<'c>,
    /// When the slot may be shown.
    pub show: Interval,
}

/// A content.
#[derive(Debug, Clone, Copy)]
pub struct ContentSlot<'c> {
    /// The content.
    pub content: Content<'c>,
    /// When the slot may be shown.
    pub show: Interval,
}

/// One place of a slate.
#[derive(Debug, Clone, Copy)]
pub enum Slot<'c> {
    /// An ad.
    Ad(AdSlot<'c>),
    /// A content.
    Content(ContentSlot<'c>),
}

impl<'c> Slot<'c> {
    /// The item that the slot shows.
    #[must_use]
    pub const fn item(&self) -> Item<'c> {
        match self {
            Self::Ad(slot) => Item::LineItem(slot.line_item),
            Self::Content(slot) => Item::Content(slot.content),
        }
    }

    /// When the slot may be shown.
    #[must_use]
    pub const fn show(&self) -> Interval {
        match self {
            Self::Ad(slot) => slot.show,
            Self::Content(slot) => slot.show,
        }
    }
}
