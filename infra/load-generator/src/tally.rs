//! Counts answers and failures.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

/// Answers and failures.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    latencies_us: Vec<u32>,
    statuses: BTreeMap<u16, u64>,
    marks: BTreeMap<String, u64>,
    failures: u64,
}

impl Tally {
    /// Counts an answer. `mark` is the value of the counted header, if one is counted.
    pub(crate) fn count(&mut self, latency: Duration, status: u16, mark: Option<&str>) {
        self.latencies_us.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
        *self.statuses.entry(status).or_default() += 1;
        if let Some(mark) = mark {
            if let Some(count) = self.marks.get_mut(mark) {
                *count += 1;
            } else {
                self.marks.insert(mark.to_owned(), 1);
            }
        }
    }

    /// Counts a request without an answer.
    pub(crate) fn count_failure(&mut self) {
        self.failures += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.latencies_us.extend(other.latencies_us);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        for (mark, count) in other.marks {
            *self.marks.entry(mark).or_default() += count;
        }
        self.failures += other.failures;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.latencies_us.is_empty()
    }

    /// The report. Percentiles are in microseconds, by nearest rank. An error is a failure or a status other than 200.
    pub(crate) fn report(&self, elapsed: Duration) -> Value {
        let mut sorted = self.latencies_us.clone();
        sorted.sort_unstable();
        let answers: u64 = self.statuses.values().sum();
        let good = self.statuses.get(&200).copied().unwrap_or_default();
        json!({
            "answers": answers,
            "errors": self.failures + answers - good,
            "failures": self.failures,
            "seconds": elapsed.as_secs_f64(),
            "p50_us": percentile(&sorted, 50),
            "p90_us": percentile(&sorted, 90),
            "p99_us": percentile(&sorted, 99),
            "max_us": sorted.last(),
            "statuses": self.statuses,
            "marks": self.marks,
        })
    }
}

fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_and_latencies_ranked() {
        let (mut tally, mut other) = (Tally::default(), Tally::default());
        for milliseconds in 1..=100 {
            let part = if milliseconds % 2 == 0 { &mut tally } else { &mut other };
            part.count(
                Duration::from_millis(milliseconds),
                200,
                Some(if milliseconds > 90 { "late" } else { "" }),
            );
        }
        other.count(Duration::from_millis(200), 502, None);
        other.count_failure();
        tally.add(other);
        let report = tally.report(Duration::from_secs(2));
        assert_eq!((&report["answers"], &report["errors"]), (&json!(101), &json!(2)));
        assert_eq!((&report["p50_us"], &report["p99_us"]), (&json!(51_000), &json!(100_000)));
        assert_eq!(report["max_us"], 200_000);
        assert_eq!(report["marks"], json!({"": 90, "late": 10}));
        assert_eq!(report["statuses"], json!({"200": 100, "502": 1}));
    }

    #[test]
    fn a_report_without_answers_has_no_percentiles() {
        assert_eq!(Tally::default().report(Duration::from_secs(1))["p99_us"], Value::Null);
    }
}
