//! Who hears why an item was not shown.

use crate::rejection::{Rejection, RejectionCounts};

/// Hears of every item that is not shown.
pub trait Observer {
    /// An item failed a rule.
    fn rejected(&mut self, item_id: &str, rejection: Rejection);
}

/// Nobody asked.
impl Observer for () {
    fn rejected(&mut self, _item_id: &str, _rejection: Rejection) {}
}

/// One item and the first rule that rejected it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// A line item's or a content's id.
    pub item_id: String,
    /// Why it was not shown.
    pub rejection: Rejection,
}

impl Observer for Vec<Explained> {
    fn rejected(&mut self, item_id: &str, rejection: Rejection) {
        self.push(Explained { item_id: item_id.to_owned(), rejection });
    }
}

/// Counts for everybody and tells the one who asked.
pub(super) struct Recorder<'a, O> {
    counts: &'a mut RejectionCounts,
    observer: &'a mut O,
}

impl<'a, O: Observer> Recorder<'a, O> {
    pub(super) const fn new(counts: &'a mut RejectionCounts, observer: &'a mut O) -> Self {
        Self { counts, observer }
    }
}

impl<O: Observer> Observer for Recorder<'_, O> {
    fn rejected(&mut self, item_id: &str, rejection: Rejection) {
        self.counts.add(rejection);
        self.observer.rejected(item_id, rejection);
    }
}
