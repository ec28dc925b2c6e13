//! Observers, which are told why an item was not shown.

use lockfill_catalog::{Content, LineItem};

use crate::context::Context;
use crate::rejection::Rejection;

/// An item that could have been shown.
#[derive(Debug, Clone, Copy)]
pub enum Item<'c> {
    /// A line item.
    LineItem(LineItem<'c>),
    /// A content.
    Content(Content<'c>),
}

impl<'c> Item<'c> {
    /// The line item's or content's id.
    #[must_use]
    pub fn id(self) -> &'c str {
        match self {
            Self::LineItem(line_item) => line_item.id(),
            Self::Content(content) => content.id(),
        }
    }
}

/// Receives each item that is not shown.
pub trait Observer {
    /// Whether it wants to know of each item. A decision without such an observer looks at few items.
    const WANTS_EACH: bool = true;

    /// An item failed a rule.
    fn rejected(&mut self, item: Item<'_>, rejection: Rejection, context: &Context<'_, '_>);
}

/// An observer that ignores everything.
impl Observer for () {
    const WANTS_EACH: bool = false;

    fn rejected(&mut self, _item: Item<'_>, _rejection: Rejection, _context: &Context<'_, '_>) {}
}
