//! What every rule of one decision looks at, worked out once.

use lockfill_catalog::targeting::UserAge;
use lockfill_catalog::{Catalog, Unit};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::time::{Buckets, EpochSeconds, Interval, LocalTimeline};
use lockfill_models::user_state::UserState;

use crate::targeting::Subject;

/// All that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, 'c> {
    /// What can be shown.
    pub catalog: &'c Catalog,
    /// Where it would be shown; one of the catalog's.
    pub unit: &'c Unit,
    /// Who asks.
    pub query: &'a Query,
    /// What they saw.
    pub state: &'a UserState,
    /// What is held back.
    pub gates: &'a Gates,
    /// The instant, of which the minute counts.
    pub now: EpochSeconds,
}

/// The inputs of one decision and what follows from them alone.
#[derive(Debug)]
pub struct Context<'a, 'c> {
    /// What can be shown.
    pub catalog: &'c Catalog,
    /// Where it would be shown.
    pub unit: &'c Unit,
    /// Who asks.
    pub query: &'a Query,
    /// What they saw.
    pub state: &'a UserState,
    /// What is held back.
    pub gates: &'a Gates,
    /// From the minute of the request to the unit's horizon.
    pub slate: Interval,
    /// Slots wanted.
    pub count: usize,
    /// The slate in the user's local hours.
    pub timeline: LocalTimeline,
    /// The counting windows that the minute falls in.
    pub buckets: Buckets,
    /// The year on the user's calendar.
    pub local_year: i16,
    /// How long the user has been here, if that is known.
    pub user_age: Option<UserAge>,
}

impl<'a, 'c> Context<'a, 'c> {
    /// Works out what follows from the inputs.
    #[must_use]
    pub fn new(inputs: &Inputs<'a, 'c>) -> Self {
        let Inputs { catalog, unit, query, state, gates, now } = *inputs;
        let from = now.floor_to_minute();
        let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
        let slate = Interval { from, until: from.plus_seconds(unit.horizon_seconds) };
        Self {
            catalog,
            unit,
            query,
            state,
            gates,
            slate,
            count: query.count.unwrap_or(unit.default_count),
            timeline: LocalTimeline::new(slate, zone),
            buckets: Buckets::at(from, zone),
            local_year: zone.to_datetime(from.timestamp()).year(),
            user_age: UserAge::of(state, from),
        }
    }

    /// What targeting looks at.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            query: self.query,
            local_year: self.local_year,
            app_id: &self.unit.app_id,
            user_age: self.user_age,
        }
    }
}
