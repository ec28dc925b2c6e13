//! Lines in CloudWatch's embedded metric format: what was counted since the line before.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
//! A value is a number, or a list of at most 100 numbers. Lists with counts, which some exporters write, are not in the
//! specification.

use std::sync::PoisonError;

use serde_json::{Map, Value, json};

use crate::last::Last;
use crate::registry::Registry;
use crate::table::{Count, Distribution, Family, Gauge, Row};

const VALUES_MAX: u64 = 100;

/// The members of a line.
struct Line {
    metrics: Vec<Value>,
    members: Map<String, Value>,
}

impl Line {
    fn add(&mut self, row: &Row, value: Value) {
        self.metrics.push(json!({ "Name": row.name, "Unit": row.unit }));
        self.members.insert(row.name.to_owned(), value);
    }
}

impl Registry {
    /// A line, if it is time for one: six may be written at once, and one in ten seconds after that.
    pub fn line_if_due(&self, namespace: &str, now_ms: i64) -> Option<String> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.pace.take(now_ms);
        is_due.then(|| self.line(&mut last, namespace, now_ms))
    }

    fn line(&self, last: &mut Last, namespace: &str, now_ms: i64) -> String {
        let mut line = Line { metrics: Vec::new(), members: Map::new() };
        for &count in Count::ALL {
            let (now, before) = (self.counted(count), &mut last.counts[count as usize]);
            if self.has(&count.row()) {
                line.add(&count.row(), now.wrapping_sub(*before).into());
            }
            *before = now;
        }
        for &distribution in Distribution::ALL {
            let (now, before) = (self.measured(distribution), &mut last.distributions[distribution as usize]);
            let row = distribution.row();
            let values = now.since(before).values(VALUES_MAX);
            if self.has(&row) && !values.is_empty() {
                let in_unit = |value: f64| if row.unit == "Milliseconds" { value / 1e3 } else { value };
                line.add(&row, values.into_iter().map(in_unit).collect());
            }
            *before = now;
        }
        for &gauge in Gauge::ALL {
            if self.has(&gauge.row())
                && let Some(value) = self.value(gauge, now_ms.div_euclid(1_000))
            {
                line.add(&gauge.row(), value.into());
            }
        }
        for &family in Family::ALL {
            let property = self.property(family, last);
            if !property.is_empty() {
                line.members.insert(family.property().to_owned(), property.into());
            }
        }
        last.named = self.named().into_iter().collect();
        let Line { metrics, mut members } = line;
        let directive = json!({ "Namespace": namespace, "Dimensions": [["Function"]], "Metrics": metrics });
        members.insert("_aws".to_owned(), json!({ "Timestamp": now_ms, "CloudWatchMetrics": [directive] }));
        members.insert("Function".to_owned(), self.function().into());
        Value::Object(members).to_string()
    }

    /// What was counted by the names of a family since the last line.
    fn property(&self, family: Family, last: &Last) -> Map<String, Value> {
        let before = |key: &(&str, &str)| {
            last.named.binary_search_by(|(named, _)| named.cmp(key)).map_or(0, |at| last.named[at].1)
        };
        let of_family = self.named().into_iter().filter(|((of, _), _)| *of == family.property());
        let since = of_family.map(|(key, now)| (key.1.to_owned(), now.wrapping_sub(before(&key))));
        since.filter(|(_, times)| *times > 0).map(|(name, times)| (name, times.into())).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW_MS: i64 = 1_790_000_000_000;

    fn line(registry: &Registry, now_ms: i64) -> Value {
        serde_json::from_str(&registry.line_if_due("lockfill", now_ms).unwrap()).unwrap()
    }

    #[test]
    fn a_line_is_a_document_of_the_format_with_what_was_counted_since_the_line_before() {
        let metrics = Registry::new();
        metrics.name("events");
        metrics.count(Count::Requests, 3);
        metrics.count_by(Family::EventClasses, "bot", 2);
        metrics.time(Distribution::Latency, Duration::from_millis(2));
        metrics.set(Gauge::CatalogAge, NOW_MS / 1_000 - 7);
        let first = line(&metrics, NOW_MS);
        assert_eq!((&first["Requests"], &first["EventsValid"]), (&json!(3), &json!(0)));
        assert_eq!(first["event_classes"], json!({ "bot": 2 }));
        assert!((first["Latency"][0].as_f64().unwrap() - 2.0).abs() < 0.25);
        assert_eq!(first["CatalogAge"], 7);
        let aws = &first["_aws"];
        assert_eq!(aws["Timestamp"], NOW_MS);
        let directive = &aws["CloudWatchMetrics"][0];
        assert_eq!(
            (&directive["Namespace"], &directive["Dimensions"]),
            (&json!("lockfill"), &json!([["Function"]]))
        );
        for metric in directive["Metrics"].as_array().unwrap() {
            let value = &first[metric["Name"].as_str().unwrap()];
            let is_list =
                |list: &Vec<Value>| (1..=100).contains(&list.len()) && list.iter().all(Value::is_number);
            assert!(value.is_number() || value.as_array().is_some_and(is_list), "{metric} is {value}");
        }
        metrics.count_by(Family::EventClasses, "burst", 1);
        let second = line(&metrics, NOW_MS);
        assert_eq!((&second["Requests"], &second["event_classes"]), (&json!(0), &json!({ "burst": 1 })));
        assert!(second.get("Latency").is_none());
    }

    #[test]
    fn a_function_writes_its_own_metrics_alone() {
        let metrics = Registry::new();
        metrics.name("pacing");
        metrics.count(Count::Requests, 3);
        let line = line(&metrics, NOW_MS);
        assert!(line.get("Requests").is_none() && line.get("RollUpAge").is_none());
        assert_eq!((&line["PacingRuns"], &line["Function"]), (&json!(0), &json!("pacing")));
    }

    #[test]
    fn a_pointer_that_is_ahead_is_told_until_its_version_serves() {
        let metrics = Registry::new();
        metrics.name("ads");
        metrics.set(Gauge::CatalogVersionsBehind, 9);
        assert!(line(&metrics, NOW_MS).get("CatalogVersionsBehind").is_none(), "nothing serves yet");
        metrics.set(Gauge::CatalogVersion, 7);
        assert_eq!(line(&metrics, NOW_MS)["CatalogVersionsBehind"], 2);
        metrics.set(Gauge::CatalogVersion, 9);
        assert_eq!(line(&metrics, NOW_MS)["CatalogVersionsBehind"], 0);
    }
}
