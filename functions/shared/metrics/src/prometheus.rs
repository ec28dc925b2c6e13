//! The text of Prometheus: sums since the start of the process.
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::Write;

use crate::registry::Registry;
use crate::table::{Count, Distribution, Family, Gauge};

/// Bounds of times are powers of two from 256 microseconds to 33 seconds.
const TIMES: std::ops::RangeInclusive<u32> = 8..=25;
/// Bounds of numbers are powers of four from 1 to a million.
const NUMBERS: std::ops::RangeInclusive<u32> = 0..=20;

impl Registry {
    /// All metrics of the function as text.
    #[must_use]
    pub fn prometheus(&self, now_seconds: i64) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text, now_seconds);
        text
    }

    fn write(&self, text: &mut String, now_seconds: i64) -> std::fmt::Result {
        let function = self.function();
        for &count in Count::ALL.iter().filter(|count| self.has(&count.row())) {
            let name = count.row().prometheus;
            writeln!(text, "# TYPE lockfill_{name}_total counter")?;
            writeln!(text, "lockfill_{name}_total{{function=\"{function}\"}} {}", self.counted(count))?;
        }
        for &gauge in Gauge::ALL.iter().filter(|gauge| self.has(&gauge.row())) {
            let Some(value) = self.value(gauge, now_seconds) else { continue };
            let name = gauge.row().prometheus;
            writeln!(text, "# TYPE lockfill_{name} gauge")?;
            writeln!(text, "lockfill_{name}{{function=\"{function}\"}} {value}")?;
        }
        for &family in Family::ALL.iter().filter(|family| self.has(&family.row())) {
            let (name, label) = (family.row().prometheus, family.label());
            writeln!(text, "# TYPE lockfill_{name}_total counter")?;
            for ((of, value), times) in self.named() {
                if of == family.property() {
                    writeln!(
                        text,
                        "lockfill_{name}_total{{function=\"{function}\",{label}=\"{value}\"}} {times}"
                    )?;
                }
            }
        }
        for &distribution in Distribution::ALL.iter().filter(|it| self.has(&it.row())) {
            self.write_distribution(text, distribution)?;
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "a sum of microseconds is precise to the second for ages")]
    fn write_distribution(&self, text: &mut String, distribution: Distribution) -> std::fmt::Result {
        let (row, function, counted) = (distribution.row(), self.function(), self.measured(distribution));
        let is_time = row.unit == "Milliseconds";
        let name = if is_time { format!("{}_seconds", row.prometheus) } else { row.prometheus.to_owned() };
        let in_unit = |value: u64| if is_time { value as f64 / 1e6 } else { value as f64 };
        writeln!(text, "# TYPE lockfill_{name} histogram")?;
        let powers = if is_time { TIMES.step_by(1) } else { NUMBERS.step_by(2) };
        for power in powers {
            // Values are whole numbers: what is less than a power is at most the number before it. For times the
            // difference is a microsecond.
            let bound = if is_time { in_unit(1 << power) } else { in_unit((1 << power) - 1) };
            let below = counted.below(power);
            writeln!(text, "lockfill_{name}_bucket{{function=\"{function}\",le=\"{bound}\"}} {below}")?;
        }
        let total = counted.total();
        writeln!(text, "lockfill_{name}_bucket{{function=\"{function}\",le=\"+Inf\"}} {total}")?;
        writeln!(text, "lockfill_{name}_sum{{function=\"{function}\"}} {}", in_unit(counted.sum))?;
        writeln!(text, "lockfill_{name}_count{{function=\"{function}\"}} {total}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sums_distributions_and_names_are_text_with_the_function_as_label() {
        let metrics = Registry::new();
        metrics.name("ads");
        metrics.count(Count::Requests, 2);
        metrics.count_by(Family::NoFillReasons, "budget", 1);
        metrics.set(Gauge::GatesAge, 990);
        metrics.time(Distribution::Latency, Duration::from_micros(300));
        metrics.number(Distribution::Survivors, 3);
        let text = metrics.prometheus(1_000);
        for line in [
            "# TYPE lockfill_requests_total counter",
            "lockfill_requests_total{function=\"ads\"} 2",
            "lockfill_no_fill_reasons_total{function=\"ads\",reason=\"budget\"} 1",
            "lockfill_gates_age_seconds{function=\"ads\"} 10",
            "lockfill_latency_seconds_bucket{function=\"ads\",le=\"0.000256\"} 0",
            "lockfill_latency_seconds_bucket{function=\"ads\",le=\"0.000512\"} 1",
            "lockfill_latency_seconds_sum{function=\"ads\"} 0.0003",
            "lockfill_survivors_bucket{function=\"ads\",le=\"0\"} 0",
            "lockfill_survivors_bucket{function=\"ads\",le=\"3\"} 1",
            "lockfill_survivors_count{function=\"ads\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("events"), "{text}");
        assert_eq!(metrics.prometheus(1_000), text, "reading changes nothing");
    }
}
