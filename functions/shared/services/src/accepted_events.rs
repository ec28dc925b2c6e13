//! What became of the events of a request, beside each other.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use lockfill_metrics::{Count, Family, METRICS};
use lockfill_models::event::EventKind;

use crate::claims::{Claims, TokenError};
use crate::event_rules;
use crate::events::{EventError, EventOutcome, EventRecorded, ReportedEvent};

/// The class of an event whose token is valid, and that could not be judged.
pub(crate) const UNKNOWN: &str = "unknown";

/// What became of an event, and its class if it does not count.
pub(crate) struct Accepted {
    pub outcome: EventOutcome,
    pub class: Option<&'static str>,
}

impl Accepted {
    /// An event for which there was no time.
    pub(crate) fn late(event: &ReportedEvent<'_>, claims: &Claims, now: Timestamp) -> Self {
        let (_, is_time_ignored) = event_rules::happened_at(claims, event.happened_at, now.into());
        let outcome = EventOutcome {
            error: Some(EventError::LedgerUnavailable),
            is_ledger_missing: true,
            ..unrecorded(Some(claims), is_time_ignored)
        };
        Self { outcome, class: Some(UNKNOWN) }
    }

    /// What is no event.
    pub(crate) fn refused(error: TokenError) -> Self {
        let class = match error {
            TokenError::Invalid => "forged",
            TokenError::Expired => "expired",
        };
        let outcome = EventOutcome {
            recorded: EventRecorded::Refused,
            error: Some(error.into()),
            ..unrecorded(None, false)
        };
        Self { outcome, class: Some(class) }
    }

    /// The same for another report of the same event, which may tell another time.
    pub(crate) fn at_another_time(
        &self,
        event: &ReportedEvent<'_>,
        claims: Result<&Claims, &TokenError>,
        now: Timestamp,
    ) -> Self {
        let is_ignored = |claims| event_rules::happened_at(claims, event.happened_at, now.into()).1;
        let is_time_ignored = claims.is_ok_and(is_ignored);
        Self { outcome: EventOutcome { is_time_ignored, ..self.outcome.clone() }, class: self.class }
    }
}

/// For each event the first one of the same slot and kind.
pub(crate) fn firsts(events: &[ReportedEvent<'_>], claims: &[Result<Claims, TokenError>]) -> Vec<usize> {
    let mut by_name = HashMap::new();
    let first_of = |(index, (event, claims)): (usize, (&ReportedEvent<'_>, &Result<Claims, TokenError>))| {
        let Ok(claims) = claims else { return index };
        *by_name.entry((claims.request_id, claims.position, event.kind)).or_insert(index)
    };
    events.iter().zip(claims).enumerate().map(first_of).collect()
}

/// An event that is not recorded yet. It has claims if its token is one of ours.
pub(crate) fn unrecorded(claims: Option<&Claims>, is_time_ignored: bool) -> EventOutcome {
    EventOutcome {
        request_id: claims.map(|claims| claims.request_id),
        recorded: EventRecorded::No,
        error: None,
        landing_url: None,
        is_time_ignored,
        is_uncounted: false,
        is_catalog_stale: false,
        is_ledger_missing: false,
    }
}

/// Counts the events of a request by what became of them. Those that do not count are a line each, where the log has
/// such details: one for all that are alike.
pub(crate) fn count<'a>(accepted: impl IntoIterator<Item = (EventKind, &'a Accepted)>) {
    let mut alike: BTreeMap<_, u64> = BTreeMap::new();
    for (kind, Accepted { outcome, class }) in accepted {
        METRICS.count(metric(outcome.recorded), 1);
        if outcome.is_uncounted {
            METRICS.count(Count::EventsUncounted, 1);
        }
        if let Some(class) = class {
            *alike.entry((kind.name(), *class, outcome.recorded.name())).or_default() += 1;
        }
    }
    for ((kind, class, recorded), events) in alike {
        METRICS.count_by(Family::EventClasses, class, events);
        tracing::debug!(kind, class, recorded, events, "events do not count");
    }
}

const fn metric(recorded: EventRecorded) -> Count {
    match recorded {
        EventRecorded::Yes => Count::EventsValid,
        EventRecorded::Repeated => Count::EventsRepeated,
        EventRecorded::Invalid => Count::EventsInvalid,
        EventRecorded::No => Count::EventsUnrecorded,
        EventRecorded::Refused => Count::EventsRefused,
    }
}
