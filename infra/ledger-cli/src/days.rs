//! Days on the command line, in UTC.

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lockfill_models::time::EpochSeconds;

/// Some days of arrival, in UTC.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Days {
    /// The first day in UTC, as 2026-11-22.
    #[arg(long, value_name = "DAY")]
    from: Date,
    /// The day after the last, in UTC.
    #[arg(long, value_name = "DAY")]
    until: Date,
}

impl Days {
    /// The instants at which the days begin and end.
    pub(crate) fn instants(self) -> Result<(EpochSeconds, EpochSeconds), String> {
        let (from, until) = (midnight(self.from)?, midnight(self.until)?);
        if from < until { Ok((from, until)) } else { Err("--until must be after --from".to_owned()) }
    }
}

fn midnight(day: Date) -> Result<EpochSeconds, String> {
    let instant = day.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp());
    instant.map(EpochSeconds::from).map_err(|_| format!("{day} is out of range"))
}

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "a program reads the clock where it starts a task")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
