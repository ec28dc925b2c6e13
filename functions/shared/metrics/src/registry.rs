//! Where metrics are kept, and how they are counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::buckets::{Counted, Histogram};
use crate::last::Last;
use crate::table::{Count, Distribution, Family, Gauge, Group, Row};

/// The metrics of this process.
pub static METRICS: Registry = Registry::new();

const COUNTS: usize = Count::ALL.len();
const DISTRIBUTIONS: usize = Distribution::ALL.len();
const GAUGES: usize = Gauge::ALL.len();
/// The most names of a family. The program has fewer; the bound holds whatever it gets.
const NAMES_MAX: usize = 100;

type Families = BTreeMap<(&'static str, &'static str), u64>;

/// Metrics. Counting takes a few nanoseconds and allocates nothing, but for families, which take a lock.
#[derive(Debug)]
pub struct Registry {
    counts: [AtomicU64; COUNTS],
    distributions: [Histogram; DISTRIBUTIONS],
    gauges: [AtomicI64; GAUGES],
    families: Mutex<Families>,
    function: OnceLock<&'static str>,
    pub(crate) last: Mutex<Last>,
}

impl Registry {
    /// Metrics of which nothing was counted yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; COUNTS],
            distributions: [const { Histogram::new() }; DISTRIBUTIONS],
            gauges: [const { AtomicI64::new(UNKNOWN) }; GAUGES],
            families: Mutex::new(BTreeMap::new()),
            function: OnceLock::new(),
            last: Mutex::new(Last::new()),
        }
    }

    /// Names the function, once. It is the one dimension, and says which metrics are written.
    pub fn name(&self, function: &'static str) {
        let _ = self.function.set(function);
    }

    /// Counts something that has happened so often.
    pub fn count(&self, count: Count, times: u64) {
        self.counts[count as usize].fetch_add(times, Ordering::Relaxed);
    }

    /// Adds a time to a distribution.
    pub fn time(&self, distribution: Distribution, took: Duration) {
        self.number(distribution, u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds a number to a distribution; microseconds, where it is one of times.
    pub fn number(&self, distribution: Distribution, number: u64) {
        self.distributions[distribution as usize].add(number);
    }

    /// Says what a gauge follows from: the version that it names or is compared with, or the instant in epoch seconds
    /// since which it counts.
    pub fn set(&self, gauge: Gauge, value: i64) {
        self.gauges[gauge as usize].store(value, Ordering::Relaxed);
    }

    /// Counts something by a name.
    pub fn count_by(&self, family: Family, name: &'static str, times: u64) {
        let mut families = self.families.lock().unwrap_or_else(PoisonError::into_inner);
        let property = family.property();
        if families.len() < NAMES_MAX * Family::ALL.len() || families.contains_key(&(property, name)) {
            *families.entry((property, name)).or_default() += times;
        }
    }

    /// How often something was counted since the start.
    #[must_use]
    pub fn counted(&self, count: Count) -> u64 {
        self.counts[count as usize].load(Ordering::Relaxed)
    }

    /// How often something was counted by a name since the start.
    #[must_use]
    pub fn counted_by(&self, family: Family, name: &str) -> u64 {
        let families = self.named();
        families.iter().find(|((of, own), _)| *of == family.property() && *own == name).map_or(0, |(_, n)| *n)
    }

    pub(crate) fn named(&self) -> Families {
        self.families.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn measured(&self, distribution: Distribution) -> Counted {
        self.distributions[distribution as usize].counted()
    }

    /// The value of a gauge at an instant; `None` if it has none yet.
    pub(crate) fn value(&self, gauge: Gauge, now_seconds: i64) -> Option<i64> {
        let stored = |gauge: Gauge| {
            Some(self.gauges[gauge as usize].load(Ordering::Relaxed)).filter(|value| *value != UNKNOWN)
        };
        let value = stored(gauge)?;
        Some(match gauge {
            Gauge::CatalogVersion => value,
            Gauge::CatalogVersionsBehind => value.saturating_sub(stored(Gauge::CatalogVersion)?).max(0),
            // Clocks of machines differ a little.
            Gauge::CatalogAge | Gauge::GatesAge | Gauge::RollUpAge => {
                now_seconds.saturating_sub(value).max(0)
            }
        })
    }

    pub(crate) fn function(&self) -> &'static str {
        self.function.get().copied().unwrap_or_default()
    }

    /// Whether the function has a metric.
    pub(crate) fn has(&self, row: &Row) -> bool {
        Group::of(self.function()).contains(&row.group)
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

/// The value of a gauge that was not set.
const UNKNOWN: i64 = i64::MIN;
