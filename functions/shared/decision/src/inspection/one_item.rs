//! An observer that asks about one item.

use crate::context::Context;
use crate::observer::{Item, Observer};
use crate::rejection::Rejection;

/// Remembers why one item is not shown, and of no other.
#[derive(Debug)]
pub struct OneItem<'i> {
    item: Item<'i>,
    rejection: Option<Rejection>,
}

impl<'i> OneItem<'i> {
    /// An observer of an item.
    #[must_use]
    pub const fn new(item: Item<'i>) -> Self {
        Self { item, rejection: None }
    }

    /// Why the item is not shown; `None` if it is, or if the allocation has no place for items of its kind.
    #[must_use]
    pub const fn rejection(&self) -> Option<Rejection> {
        self.rejection
    }
}

impl Observer for OneItem<'_> {
    fn rejected(&mut self, item: Item<'_>, rejection: Rejection, _context: &Context<'_, '_>) {
        let is_asked = match (self.item, item) {
            (Item::LineItem(asked), Item::LineItem(rejected)) => asked.index() == rejected.index(),
            (Item::Content(asked), Item::Content(rejected)) => asked.id() == rejected.id(),
            _ => false,
        };
        if is_asked {
            self.rejection = Some(rejection);
        }
    }
}
