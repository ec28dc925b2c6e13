//! Spans of time on the command line, in UTC.

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lockfill_models::time::EpochSeconds;

/// A span of arrivals.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Span {
    /// The first day in UTC, as 2026-11-22, or the first instant, as 2026-11-22T08:00:00Z.
    #[arg(long, value_name = "DAY", value_parser = instant)]
    from: EpochSeconds,
    /// The day after the last, or the instant after the last.
    #[arg(long, value_name = "DAY", value_parser = instant)]
    until: EpochSeconds,
}

impl Span {
    /// The instants at which the span begins and ends.
    pub(crate) fn instants(self) -> Result<(EpochSeconds, EpochSeconds), String> {
        let Self { from, until } = self;
        if from < until { Ok((from, until)) } else { Err("--until must be after --from".to_owned()) }
    }
}

/// A day's midnight in UTC, or an instant.
fn instant(text: &str) -> Result<EpochSeconds, &'static str> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant.into());
    }
    let midnight = text.parse::<Date>().and_then(|day| day.to_zoned(TimeZone::UTC));
    let midnight =
        midnight.map_err(|_| "must be a day, as 2026-11-22, or an instant, as 2026-11-22T08:00:00Z");
    Ok(midnight?.timestamp().into())
}

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "a program reads the clock where it starts a task")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_given_by_days_or_by_instants() {
        assert_eq!(instant("2026-11-22"), Ok(EpochSeconds(1_795_305_600)));
        assert_eq!(instant("2026-11-22T09:00:00Z"), Ok(EpochSeconds(1_795_338_000)));
        for wrong in ["", "yesterday", "2026-11-31", "2026-11-22T25:00:00Z"] {
            assert!(instant(wrong).is_err(), "{wrong}");
        }
        let span = |from, until| Span { from: EpochSeconds(from), until: EpochSeconds(until) }.instants();
        assert!(span(1, 2).is_ok() && span(2, 2).is_err());
    }
}
