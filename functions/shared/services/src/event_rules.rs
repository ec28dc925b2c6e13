//! Which events count, and which time of an event is believed.

use lockfill_models::event::{EventClass, EventKind};
use lockfill_models::time::EpochSeconds;

use crate::bots::Bots;
use crate::bursts::Burst;
use crate::claims::Claims;
use crate::events::Client;
use crate::found_items::Found;

/// For so long after its expiry a token's events are recorded, as ones that do not count.
const RECORDED_AFTER_EXPIRY_SECONDS: i64 = 8 * 24 * 3_600;
const DAY_SECONDS: i64 = 24 * 3_600;

/// The thresholds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRules {
    /// A click earlier than so many seconds after its slot's issue is no person's.
    pub click_seconds_min: u32,
    /// For how many days after a token's expiry the ledger keeps its events.
    pub ledger_days: u32,
    /// The most events of one user in a minute that count.
    pub user_events_max: u32,
    /// The most events of one address in a minute that count. Many phones share an address of a mobile network.
    pub address_events_max: u32,
}

impl Default for EventRules {
    fn default() -> Self {
        Self { click_seconds_min: 1, ledger_days: 400, user_events_max: 600, address_events_max: 12_000 }
    }
}

impl EventRules {
    /// Whether an event is recorded at all: its token is valid, or has expired lately.
    pub(crate) fn is_recorded(claims: &Claims, now: EpochSeconds) -> bool {
        now.0.saturating_sub(claims.expires_at) <= RECORDED_AFTER_EXPIRY_SECONDS
    }

    /// Until when the ledger keeps an event.
    pub(crate) fn keep_until(self, claims: &Claims) -> EpochSeconds {
        EpochSeconds(claims.expires_at).plus_seconds(i64::from(self.ledger_days) * DAY_SECONDS)
    }

    /// The class of an event that happened at an instant and arrived at `now`: the first that applies.
    pub(crate) fn class(self, judged: &Judged<'_>, bots: &Bots) -> EventClass {
        let Judged { kind, claims, found, client, happened_at, now, burst } = *judged;
        let click_seconds = happened_at.0.saturating_sub(claims.issued_at().0);
        let is_too_fast = kind == EventKind::Click && click_seconds < i64::from(self.click_seconds_min);
        let classes = [
            (EventClass::Expired, claims.is_expired(now)),
            (EventClass::Blocked, found.withdrawal.is_some_and(|withdrawal| withdrawal.is_blocked)),
            (EventClass::Withdrawn, found.withdrawal.is_some_and(|withdrawal| happened_at > withdrawal.at)),
            (EventClass::Bot, bots.has(client.user_agent)),
            (EventClass::Prefetch, client.is_prefetch),
            (EventClass::TooFast, is_too_fast),
            (EventClass::Burst, burst == Burst::Beyond),
        ];
        classes.into_iter().find(|(_, applies)| *applies).map_or(EventClass::Valid, |(class, _)| class)
    }
}

/// An event to be judged.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub kind: EventKind,
    pub claims: &'a Claims,
    pub found: &'a Found,
    pub client: Client<'a>,
    pub happened_at: EpochSeconds,
    pub now: EpochSeconds,
    pub burst: Burst,
}

/// When an event happened, and whether the device's time of it was replaced by now: a time that cannot be is, and so is
/// one that is ahead, because clocks are.
pub(crate) fn happened_at(claims: &Claims, reported: Option<i64>, now: EpochSeconds) -> (EpochSeconds, bool) {
    let Some(reported) = reported else { return (now, false) };
    let is_possible = (claims.issued_at().0..=now.0).contains(&reported);
    (if is_possible { EpochSeconds(reported) } else { now }, !is_possible)
}
