//! Who hears why an item was not shown.

use super::Context;
use crate::catalog::{Content, LineItem};
use crate::explain::{Finding, find};
use crate::rejection::{Rejection, RejectionCounts};

/// What could have been shown.
#[derive(Debug, Clone, Copy)]
pub enum Item<'c> {
    /// A line item.
    LineItem(&'c LineItem),
    /// A content.
    Content(&'c Content),
}

impl<'c> Item<'c> {
    /// The line item's or content's id.
    #[must_use]
    pub fn id(self) -> &'c str {
        match self {
            Self::LineItem(line_item) => &line_item.id,
            Self::Content(content) => &content.id,
        }
    }
}

/// Hears of every item that is not shown.
pub trait Observer {
    /// An item failed a rule.
    fn rejected(&mut self, item: Item<'_>, rejection: Rejection, context: &Context<'_, '_>);
}

/// Nobody asked.
impl Observer for () {
    fn rejected(&mut self, _item: Item<'_>, _rejection: Rejection, _context: &Context<'_, '_>) {}
}

/// One item, the first rule that rejected it, and what that rule wanted and found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// A line item's or a content's id.
    pub item_id: String,
    /// Why it was not shown.
    pub rejection: Rejection,
    /// In words for people.
    pub finding: Finding,
}

impl Observer for Vec<Explained> {
    fn rejected(&mut self, item: Item<'_>, rejection: Rejection, context: &Context<'_, '_>) {
        let finding = find(item, rejection, context);
        self.push(Explained { item_id: item.id().to_owned(), rejection, finding });
    }
}

/// Counts for everybody and tells the one who asked.
pub(super) struct Recorder<'a, 'b, 'c, O> {
    counts: &'a mut RejectionCounts,
    observer: &'a mut O,
    context: &'a Context<'b, 'c>,
}

impl<'a, 'b, 'c, O: Observer> Recorder<'a, 'b, 'c, O> {
    pub(super) const fn new(
        counts: &'a mut RejectionCounts,
        observer: &'a mut O,
        context: &'a Context<'b, 'c>,
    ) -> Self {
        Self { counts, observer, context }
    }

    /// An item failed a rule.
    pub(super) fn reject(&mut self, item: Item<'_>, rejection: Rejection) {
        self.counts.add(rejection);
        self.observer.rejected(item, rejection, self.context);
    }

    /// A line item failed a rule.
    pub(super) fn reject_line_item(&mut self, line_item: &LineItem, rejection: Rejection) {
        self.reject(Item::LineItem(line_item), rejection);
    }

    /// A content failed a rule.
    pub(super) fn reject_content(&mut self, content: &Content, rejection: Rejection) {
        self.reject(Item::Content(content), rejection);
    }
}
