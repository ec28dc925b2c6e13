//! How often phones are unlocked: by market, by the hour of its week, and in a spike.

use jiff::tz::TimeZone;
use lockfill_models::time::EpochSeconds;

use crate::random::Random;

/// A market: its zone, its country and language, and its part of all users in percent.
#[derive(Debug, Clone)]
pub struct Market {
    /// As in ids.
    pub name: &'static str,
    /// ISO 3166-1.
    pub country: &'static str,
    /// ISO 639-1.
    pub language: &'static str,
    /// IANA.
    pub zone_name: &'static str,
    /// The zone.
    pub zone: TimeZone,
    /// Of all users.
    pub percent: usize,
    /// Unlocks by the hour of the week, relative to the mean hour.
    shape: Vec<f64>,
}

const MARKETS: [(&str, &str, &str, &str, usize); 3] = [
    ("kr", "KR", "ko", "Asia/Seoul", 45),
    ("us", "US", "en", "America/New_York", 30),
    ("de", "DE", "de", "Europe/Berlin", 25),
];
/// On working days phones are in use on the way to work, at lunch and in the evening; the pacing's prior is another
/// shape.
const WORKING_DAY: [f64; 24] = [
    0.50, 0.25, 0.15, 0.12, 0.15, 0.40, 1.00, 1.65, 1.45, 1.00, 0.95, 1.10, 1.60, 1.20, 0.95, 0.95, 1.05,
    1.30, 1.60, 1.55, 1.50, 1.45, 1.20, 0.85,
];
const WEEKEND: [f64; 24] = [
    0.90, 0.60, 0.35, 0.20, 0.15, 0.20, 0.35, 0.60, 0.95, 1.25, 1.40, 1.40, 1.35, 1.30, 1.30, 1.30, 1.30,
    1.30, 1.35, 1.45, 1.50, 1.45, 1.30, 1.10,
];
/// How much an hour of the week differs from these by chance.
const WOBBLE: f64 = 0.08;

/// The markets of a seed.
pub fn markets(random: &mut Random) -> Vec<Market> {
    let market = |(name, country, language, zone_name, percent): (_, _, _, &'static str, _)| {
        let hour = |hour: usize| {
            let day = if hour / 24 >= 5 { WEEKEND } else { WORKING_DAY };
            day[hour % 24] * (1.0 + WOBBLE * (2.0 * random.part() - 1.0))
        };
        let shape = (0..168).map(hour).collect();
        let zone = TimeZone::get(zone_name).expect("a zone of the bundled time zones");
        Market { name, country, language, zone_name, zone, percent, shape }
    };
    MARKETS.into_iter().map(market).collect()
}

/// More unlocks than usual.
#[derive(Debug, Clone, Copy)]
pub struct Spike {
    /// From when until when, in epoch seconds.
    pub span: (i64, i64),
    /// How many times as many.
    pub times: f64,
}

impl Market {
    /// Unlocks relative to a mean hour.
    pub fn rate(&self, at: i64, spike: &Spike) -> f64 {
        let local = at + i64::from(self.zone.to_offset(EpochSeconds(at).timestamp()).seconds());
        // 1970-01-01 was a Thursday, 72 hours into its week.
        let hour = usize::try_from((local.div_euclid(3_600) + 72).rem_euclid(168)).unwrap_or(0);
        let times = if (spike.span.0..spike.span.1).contains(&at) { spike.times } else { 1.0 };
        self.shape[hour] * times
    }

    /// The next unlock after an instant, for a phone with so many of them in a mean hour.
    pub fn next_unlock(&self, after: i64, an_hour: f64, spike: &Spike, random: &mut Random) -> i64 {
        let mut at = after;
        // Within a quarter of an hour the rate stays; what lies behind its end is drawn anew.
        for _ in 0..4_000 {
            let end = at - at.rem_euclid(900) + 900;
            let waits = random.waits(3_600.0 / (an_hour * self.rate(at, spike)).max(1e-6));
            if at + waits < end {
                // Two unlocks are some seconds apart.
                return (at + waits).max(after + 20);
            }
            at = end;
        }
        at
    }
}
