//! Counts rejections and passes them on to the observer.

use lockfill_catalog::{Content, LineItem};

use crate::context::Context;
use crate::observer::{Item, Observer};
use crate::rejection::{Rejection, RejectionCounts};

/// Counts every rejection, and passes it on to the observer.
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

    /// Items failed rules, and the observer does not want to know of each.
    pub(super) fn add_counts(&mut self, counts: &RejectionCounts) {
        self.counts.add_all(counts);
    }

    /// A line item failed a rule.
    pub(super) fn reject_line_item(&mut self, line_item: LineItem<'_>, rejection: Rejection) {
        self.reject(Item::LineItem(line_item), rejection);
    }

    /// A content failed a rule.
    pub(super) fn reject_content(&mut self, content: Content<'_>, rejection: Rejection) {
        self.reject(Item::Content(content), rejection);
    }
}
