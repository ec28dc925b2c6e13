//! What a decision puts on the lock screen.

use crate::observer::Item;
use lockfill_catalog::{Content, Creative, LineItem};
use lockfill_models::time::Interval;

/// An ad: one creative of one line item.
#[derive(Debug, Clone, Copy)]
pub struct AdSlot<'c> {
    /// What was sold.
    pub line_item: &'c LineItem,
    /// What is seen.
    pub creative: &'c Creative,
    /// When it may be shown.
    pub show: Interval,
}

/// A content.
#[derive(Debug, Clone, Copy)]
pub struct ContentSlot<'c> {
    /// What is seen.
    pub content: &'c Content,
    /// When it may be shown.
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
    /// What is shown.
    #[must_use]
    pub const fn item(&self) -> Item<'c> {
        match self {
            Self::Ad(slot) => Item::LineItem(slot.line_item),
            Self::Content(slot) => Item::Content(slot.content),
        }
    }

    /// When it may be shown.
    #[must_use]
    pub const fn show(&self) -> Interval {
        match self {
            Self::Ad(slot) => slot.show,
            Self::Content(slot) => slot.show,
        }
    }
}
