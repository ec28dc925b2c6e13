//! Sampled requests, read back as requests that can be decided again.

use std::collections::BTreeMap;

use lockfill_dao::{CountsReader, DaoError};
use lockfill_decision::AllocationKind;
use lockfill_models::counts::{EnvironmentCounts, HistoryClass, Sample, Seen};
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{BirthYear, Gender, Identifier, Position, ShortText, UserId, Vocabulary};

const MINUTE_SECONDS: i64 = 60;
/// How many minutes of a period are read in a round, one after the other: each has sixteen partitions, which are read at
/// once.
const MINUTES_MAX: i64 = 24;
/// How many rounds there are at most. A busy service has enough samples after the first.
pub(super) const ROUNDS_MAX: i64 = 4;
/// The most requests that are decided again.
const SAMPLES_MAX: usize = 2_000;

/// One sampled request.
#[derive(Debug, Clone)]
pub(super) struct SampledRequest {
    pub kind: AllocationKind,
    pub query: Query,
    pub history: HistoryClass,
    pub seen: Option<Seen>,
    /// When the environment flushed it, within seconds of the request.
    pub at: EpochSeconds,
    /// How many thousandths of a request of the period it stands for.
    pub thousandths: u64,
}

/// The sampled requests of a period.
#[derive(Debug, Clone, Default)]
pub(super) struct SampledRequests {
    pub requests: Vec<SampledRequest>,
    /// How many minutes were read.
    pub minutes: i64,
}

/// Reads some minutes of a period that ends before `until`, spread evenly over it.
pub(super) async fn read(
    counts: &impl CountsReader,
    until: EpochSeconds,
    period_minutes: i64,
    rounds: i64,
) -> Result<SampledRequests, DaoError> {
    let last = until.0.div_euclid(MINUTE_SECONDS) - 1;
    let count = MINUTES_MAX.min(period_minutes);
    let rounds = rounds.min(period_minutes / count);
    let mut sampled = SampledRequests::default();
    for round in 0..rounds {
        for minute in (0..count).map(|n| last - (n * rounds + round) * period_minutes / (count * rounds)) {
            sampled.minutes += 1;
            for flush in counts.of_minute(minute).await? {
                sampled.add(&flush);
            }
        }
        if sampled.requests.len() >= SAMPLES_MAX {
            break;
        }
    }
    sampled.scale(period_minutes);
    Ok(sampled)
}

impl SampledRequests {
    fn add(&mut self, counts: &EnvironmentCounts) {
        let samples = &counts.samples;
        let each = samples.of.saturating_mul(1_000) / (samples.requests.len() as u64).max(1);
        for sample in &samples.requests {
            let number = self.requests.len();
            if let Some((kind, query)) = kind_of(&sample.kind).zip(query_of(sample, number)) {
                let (history, seen, at) = (sample.history, sample.seen, EpochSeconds(counts.until));
                self.requests.push(SampledRequest { kind, query, history, seen, at, thousandths: each });
            }
        }
    }

    /// Lets the requests stand for the whole period, and keeps no more than are decided: each n-th.
    fn scale(&mut self, period_minutes: i64) {
        let read = self.requests.len();
        if read > SAMPLES_MAX {
            let kept = (0..SAMPLES_MAX).map(|place| self.requests[place * read / SAMPLES_MAX].clone());
            self.requests = kept.collect();
        }
        let (period, minutes) = (period_minutes.unsigned_abs(), self.minutes.unsigned_abs().max(1));
        let (all, kept) = (read as u64, (self.requests.len() as u64).max(1));
        for request in &mut self.requests {
            let thousandths = u128::from(request.thousandths) * u128::from(period) * u128::from(all);
            let scaled = thousandths / (u128::from(minutes) * u128::from(kept));
            request.thousandths = u64::try_from(scaled).unwrap_or(u64::MAX);
        }
    }
}

fn kind_of(name: &str) -> Option<AllocationKind> {
    match name {
        "ads" => Some(AllocationKind::Ads),
        "contents" => Some(AllocationKind::Contents),
        "lockscreen" => Some(AllocationKind::Lockscreen),
        _ => None,
    }
}

/// The request of a sample, by a user of its own. `None` if the sample names no unit.
fn query_of(sample: &Sample, number: usize) -> Option<Query> {
    let position = sample.tenths_of_degrees.map(|(latitude, longitude)| Position {
        // The middle of the square that the sample names.
        latitude_microdegrees: latitude * 100_000 + 50_000,
        longitude_microdegrees: longitude * 100_000 + 50_000,
    });
    let birth_year = |year: i16| BirthYear::read(&year.to_string(), EpochSeconds::MAX).ok();
    let mut query = Query {
        unit_id: Identifier::read(&sample.unit_id).ok()?,
        user_id: UserId::read(&format!("sample-{number}")).ok()?,
        gender: sample.gender.as_deref().and_then(value::<Gender>),
        birth_year: sample.birth_year.and_then(birth_year),
        interests: texts(&sample.interests),
        segments: texts(&sample.segments),
        packages: texts(&sample.packages),
        position,
        key_values: pairs(&sample.key_values),
        limit_ad_tracking: sample.limit_ad_tracking,
        ..Query::default()
    };
    for (name, text) in &sample.phone {
        query.take_of_the_phone(name, text);
    }
    Some(query)
}

fn value<T: Vocabulary>(text: &str) -> Option<T> {
    T::read(text).ok()
}

fn texts(texts: &[String]) -> Vec<ShortText> {
    texts.iter().filter_map(|text| value(text)).collect()
}

fn pairs(pairs: &BTreeMap<String, String>) -> BTreeMap<ShortText, ShortText> {
    pairs.iter().filter_map(|(key, own)| Some((value(key)?, value(own)?))).collect()
}
