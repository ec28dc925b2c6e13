//! The calls of the function `pacing`, and its answers.

use lockfill_accounting::{GatesMade, Rebuilt, RolledUp};
use lockfill_models::time::EpochSeconds;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the function `pacing` can be asked for: `{}` is a run. Unknown members are refused: a caller that sends one
/// expects something of it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PacingCall {
    /// Make roll-ups anew instead.
    #[serde(default)]
    pub(crate) rebuild: Option<Span>,
}

impl PacingCall {
    /// The call in a payload; `None` if it is none. An array is no call, although serde would take one for the members
    /// of an object.
    pub(crate) fn read(payload: &str) -> Option<Self> {
        let members: Map<String, Value> = serde_json::from_str(payload).ok()?;
        serde_json::from_value(Value::Object(members)).ok()
    }
}

/// A span of arrivals. Whole hours are rebuilt.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    /// The first instant, RFC 3339.
    pub(crate) from: EpochSeconds,
    /// The instant after the last.
    pub(crate) until: EpochSeconds,
}

/// The answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum PacingAnswer {
    /// A run has ended.
    Run {
        rolled_up_until: EpochSeconds,
        minutes_behind: i64,
        minutes_read: u64,
        events_read: u64,
        minutes_written: u64,
        hours_closed: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        gates: Option<MadeGates>,
    },
    /// Another run is at work.
    Busy { is_busy: bool },
    /// A rebuild has ended. Where it is not complete, the caller calls again with what it came to.
    Rebuild { rebuilt_until: EpochSeconds, is_complete: bool, events_read: u64, written: u64 },
}

/// The table of gates that a run has made.
#[derive(Debug, Serialize)]
pub(crate) struct MadeGates {
    version: u64,
    catalog_version: u64,
    line_items: usize,
    spent_campaigns: usize,
}

impl From<GatesMade> for MadeGates {
    fn from(made: GatesMade) -> Self {
        let GatesMade { version, catalog_version, line_items, spent_campaigns } = made;
        Self { version, catalog_version, line_items, spent_campaigns }
    }
}

impl From<RolledUp> for PacingAnswer {
    fn from(rolled: RolledUp) -> Self {
        Self::Run {
            rolled_up_until: rolled.until,
            minutes_behind: rolled.minutes_behind,
            minutes_read: rolled.minutes_read,
            events_read: rolled.events_read,
            minutes_written: rolled.minutes_written,
            hours_closed: rolled.hours_closed,
            gates: rolled.gates.map(MadeGates::from),
        }
    }
}

impl From<Rebuilt> for PacingAnswer {
    fn from(rebuilt: Rebuilt) -> Self {
        let Rebuilt { until, is_complete, events_read, written } = rebuilt;
        Self::Rebuild { rebuilt_until: until, is_complete, events_read, written }
    }
}
