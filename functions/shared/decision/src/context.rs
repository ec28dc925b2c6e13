//! What a decision depends on, and what every rule of it looks at.

use std::cell::OnceCell;

use jiff::tz::TimeZone;
use lockfill_catalog::targeting::UserAge;
use lockfill_catalog::{Catalog, Unit};
use lockfill_models::draw::{Draws, Purpose};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::time::{Buckets, EpochSeconds, Interval, LocalTimeline};
use lockfill_models::user_state::UserState;
use lockfill_models::vocabulary::{Language, SlotCount};

use crate::index::GateColumns;
use crate::targeting::Subject;

/// All that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, 'c> {
    /// What can be shown.
    pub catalog: &'c Catalog,
    /// The unit of the request; one of the catalog's units.
    pub unit: &'c Unit,
    /// The request.
    pub query: &'a Query,
    /// What the user has seen.
    pub state: &'a UserState,
    /// Spent budgets and pacing.
    pub gates: &'a Gates,
    /// The same as columns over the catalog's line items; without them, or where they are those of another time, each
    /// line item in question is looked up.
    pub gate_columns: Option<&'a GateColumns>,
    /// The instant of the request; its minute counts, and for gates that close by themselves its second.
    pub now: EpochSeconds,
}

/// The inputs of one decision, and what every rule needs of them, worked out once.
#[derive(Debug)]
pub struct Context<'a, 'c> {
    /// The inputs.
    pub inputs: Inputs<'a, 'c>,
    /// From the minute of the request to the unit's horizon.
    pub slate: Interval,
    /// Slots wanted.
    pub count: usize,
    /// The slate in the user's local hours, once a rule asks for it.
    timeline: OnceCell<LocalTimeline>,
    /// The user's zone.
    zone: &'a TimeZone,
    /// The counting windows that the minute falls in.
    pub buckets: Buckets,
    /// The year on the user's calendar.
    local_year: i16,
    /// Whether the user is new or returning; `None` if the stored history is not at hand.
    user_age: Option<UserAge>,
}

impl<'a, 'c: 'a> Context<'a, 'c> {
    /// Works out what follows from the inputs.
    #[must_use]
    pub fn new(inputs: &Inputs<'a, 'c>) -> Self {
        let Inputs { unit, query, state, now, .. } = *inputs;
        let from = now.floor_to_minute();
        let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
        let slate = Interval { from, until: from.plus_seconds(unit.horizon_seconds) };
        let gate_columns = inputs.gate_columns.filter(|columns| columns.hold_at(now));
        Self {
            inputs: Inputs { gate_columns, ..*inputs },
            slate,
            count: query.count.map_or(unit.default_count, SlotCount::get),
            timeline: OnceCell::new(),
            zone,
            buckets: Buckets::at(from, zone),
            local_year: zone.to_datetime(from.timestamp()).year(),
            user_age: UserAge::of(state, from),
        }
    }

    /// The slate in the user's local hours.
    pub fn timeline(&self) -> &LocalTimeline {
        self.timeline.get_or_init(|| LocalTimeline::new(self.slate, self.zone))
    }

    /// The draws for a purpose: of the user, in the minute of the request.
    #[must_use]
    pub fn draws(&self, purpose: Purpose) -> Draws {
        Draws::new(purpose, &self.inputs.query.user_id, self.slate.from.epoch_minute())
    }

    /// What targeting looks at.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            query: self.inputs.query,
            local_year: self.local_year,
            app_id: &self.inputs.unit.app_id,
            user_age: self.user_age,
        }
    }

    /// The language that a content must be in: the one asked for, or else the unit's.
    #[must_use]
    pub fn content_language(&self) -> &Language {
        self.inputs.query.language.as_ref().unwrap_or(&self.inputs.unit.language)
    }
}
