//! What a catalog does not show: what was withdrawn, and what has a wrong address.

use std::fmt;

use lockfill_models::event::ShownItem;
use lockfill_models::time::EpochSeconds;

use super::ad::view;
use crate::rows::WithdrawnKind;
use crate::stored::{NONE, Store, Stored, TombstoneRecord, WithheldRecord};

/// For so long after its withdrawal a link still leads to the landing page: as long as a token lives.
const REDIRECTS_FOR_SECONDS: i64 = 8 * 24 * 3_600;

view! {
    /// A creative or a content that was withdrawn.
    Tombstone, TombstoneRecord, tombstones;
}

/// A creative or a content that is not served because of an address.
#[derive(Clone, Copy)]
pub struct Withheld<'c> {
    store: &'c Store,
    record: &'c WithheldRecord,
}

impl<'c> Tombstone<'c> {
    /// What it was.
    #[must_use]
    pub fn kind(self) -> WithdrawnKind {
        WithdrawnKind::of(self.record.kind)
    }

    /// The line item, the campaign and the advertiser of a creative, as far as they are known.
    #[must_use]
    pub fn owner(self) -> [Option<&'c str>; 3] {
        let record = self.record;
        [record.line_item_id_text, record.campaign_id_text, record.advertiser_id_text]
            .map(|number| (number != NONE).then(|| self.store.text(number)))
    }

    /// The ids that a showing of it counts for; `None` if its owners are not known.
    #[must_use]
    pub fn shown(self) -> Option<ShownItem> {
        if self.kind() == WithdrawnKind::Content {
            return Some(ShownItem::Content { content_id: self.id().to_owned() });
        }
        let [line_item_id, campaign_id, advertiser_id] = self.owner().map(|id| id.map(str::to_owned));
        Some(ShownItem::Ad {
            line_item_id: line_item_id?,
            campaign_id: campaign_id?,
            advertiser_id: advertiser_id?,
        })
    }

    /// When it was withdrawn.
    #[must_use]
    pub const fn withdrawn_at(self) -> EpochSeconds {
        EpochSeconds(self.record.withdrawn_at)
    }

    /// Whether its links lead nowhere any more.
    #[must_use]
    pub const fn is_blocked(self) -> bool {
        self.record.is_blocked != 0
    }

    /// The address that a click at an instant leads to; `None` if it is blocked, or was withdrawn too long ago.
    #[must_use]
    pub fn landing_url(self, now: EpochSeconds) -> Option<&'c str> {
        let is_over = now >= self.withdrawn_at().plus_seconds(REDIRECTS_FOR_SECONDS);
        (!self.is_blocked() && !is_over).then(|| self.store.text(self.record.landing_url_text))
    }
}

impl<'c> Withheld<'c> {
    /// All that the blob withholds.
    pub(crate) fn all(store: &'c Store) -> impl ExactSizeIterator<Item = Self> {
        store.withheld().iter().map(move |record| Self { store, record })
    }

    /// The row's kind.
    #[must_use]
    pub fn kind(self) -> &'c str {
        self.store.text(self.record.kind_text)
    }

    /// The row's id.
    #[must_use]
    pub fn id(self) -> &'c str {
        self.store.text(self.record.id_text)
    }

    /// What is wrong with the row.
    #[must_use]
    pub fn problem(self) -> &'c str {
        self.store.text(self.record.problem_text)
    }
}

impl fmt::Display for Withheld<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:?}: {}", self.kind(), self.id(), self.problem())
    }
}
