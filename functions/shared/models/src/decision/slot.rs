//! What a decision puts on the lock screen.

use crate::catalog::{Content, Creative, LineItem};
use crate::time::Interval;

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

impl Slot<'_> {
    /// The line item's or content's id.
    #[must_use]
    pub fn item_id(&self) -> &str {
        match self {
            Self::Ad(slot) => &slot.line_item.id,
            Self::Content(slot) => &slot.content.id,
        }
    }
}
