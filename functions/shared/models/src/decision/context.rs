//! What every rule of one decision looks at, worked out once.

use super::Inputs;
use crate::catalog::{Catalog, Unit};
use crate::pacing::Gates;
use crate::query::Query;
use crate::targeting::{Subject, UserAge};
use crate::time::{Buckets, Interval, LocalTimeline};
use crate::user_state::UserState;

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
