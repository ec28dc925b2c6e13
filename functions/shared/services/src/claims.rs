//! What a tracking token says, whatever its form.

use lockfill_models::arithmetic::Pricing;
use lockfill_models::event::ShownItem;
use lockfill_models::time::EpochSeconds;
use uuid::Uuid;

/// The longest name that a token's zone may have, as the longest one of a request.
pub(crate) const ZONE_LENGTH_MAX: usize = 64;
/// How long after the end of its slate a token is still taken, because devices report late.
pub(crate) const GRACE_SECONDS: i64 = 7 * 24 * 3_600;

/// A token lives at most so long: the longest horizon, rounded up to a day, and the grace.
const LIFE_SECONDS_MAX: i64 = 8 * 24 * 3_600;

/// The content of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The answer's id.
    pub request_id: Uuid,
    /// The position of the slot, from 1.
    pub position: usize,
    /// The item of the slot.
    pub item: ClaimedItem,
    /// The hash of the id of the creative or content whose landing page a click leads to.
    pub landing_hash: u64,
    /// The user; `None` under limit-ad-tracking.
    pub user: Option<ClaimedUser>,
    /// What the answer was made with; `None` in a token of the former form.
    pub basis: Option<Basis>,
    /// The end of the token's validity in epoch seconds.
    pub expires_at: i64,
}

impl Claims {
    /// The time of the answer. An id of another version than 7, which tokens of the former form may have, tells none;
    /// its time is then that of the oldest token that expires at the same time.
    pub(crate) fn issued_at(&self) -> EpochSeconds {
        if self.request_id.get_version_num() == 7 {
            EpochSeconds(time_of(self.request_id)).clamped()
        } else {
            EpochSeconds(self.expires_at).plus_seconds(-LIFE_SECONDS_MAX)
        }
    }

    /// Whether the validity has ended.
    pub(crate) const fn is_expired(&self, now: EpochSeconds) -> bool {
        self.expires_at <= now.0
    }
}

/// The time of a UUID of version 7, in epoch seconds: its first 48 bits are milliseconds.
pub(crate) fn time_of(request_id: Uuid) -> i64 {
    let milliseconds = request_id.as_u128() >> 80;
    i64::try_from(milliseconds / 1_000).unwrap_or(i64::MAX)
}

/// The item of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClaimedItem {
    /// By the hash of its id: the catalog has the ids that are counted.
    Hashed(u64),
    /// By all ids that are counted, as in a token of the former form.
    Named(ShownItem),
}

/// The user of a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimedUser {
    /// The key of the user's state.
    pub key: String,
    /// The user's IANA zone, for days and weeks.
    pub zone: String,
}

/// What an answer was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    /// The hash of the unit's id.
    pub unit_hash: u64,
    /// The version of the catalog.
    pub catalog_version: u64,
    /// What the slot is paid for; `None` for a content.
    pub price: Option<ClaimedPrice>,
}

/// The price of a slot, as it was agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimedPrice {
    /// The action that is paid for.
    pub pricing: Pricing,
    /// The price in micros of the currency.
    pub micros: u64,
    /// ISO 4217, three capitals.
    pub currency: [u8; 3],
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token was not signed with one of the keys, or was changed.
    #[error("the token is not one of ours")]
    Invalid,
    /// The token's validity has ended.
    #[error("the token has expired")]
    Expired,
}
