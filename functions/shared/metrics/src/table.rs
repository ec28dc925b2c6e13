//! All metrics: one row each, with its names, its unit, and the functions that have it.

/// The functions that have a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Those that answer requests.
    Requests,
    /// Those that allocate.
    Allocations,
    /// `events`.
    Events,
    /// `pacing`.
    Pacing,
    /// `catalog`.
    Compiler,
}

impl Group {
    /// The groups of metrics of a function; none for an unknown one.
    pub(crate) fn of(function: &str) -> &'static [Self] {
        match function {
            "ads" | "contents" | "lockscreen" => &[Self::Requests, Self::Allocations],
            "events" => &[Self::Requests, Self::Events],
            "pacing" => &[Self::Pacing],
            "catalog" => &[Self::Compiler],
            _ => &[],
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// The name in CloudWatch.
    pub name: &'static str,
    pub group: Group,
    /// The unit in CloudWatch.
    pub unit: &'static str,
    /// The name in Prometheus, without the suffix that its kind has.
    pub prometheus: &'static str,
}

macro_rules! table {
    ($(#[$about:meta])* $kind:ident { $($name:ident: $group:ident, $unit:literal, $prometheus:literal, $doc:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $kind { $(#[doc = $doc] $name),+ }

        impl $kind {
            pub(crate) const ALL: &[Self] = &[$(Self::$name),+];

            pub(crate) const fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        name: stringify!($name),
                        group: Group::$group,
                        unit: $unit,
                        prometheus: $prometheus,
                    }),+
                }
            }
        }
    };
}

table! {
    /// What is counted.
    Count {
        Requests: Requests, "Count", "requests", "Answers, but those to health checks.";
        ClientErrors: Requests, "Count", "client_errors", "Answers of 400 to 499.";
        ServerErrors: Requests, "Count", "server_errors", "Answers of 500 to 599.";
        Degraded: Requests, "Count", "degraded", "Answers that say that something was missing.";
        DegradedRedis: Requests, "Count", "degraded_redis", "Of these, those that name `redis`.";
        DegradedCatalog: Requests, "Count", "degraded_catalog", "Those that name `catalog`.";
        DegradedLedger: Requests, "Count", "degraded_ledger", "Those that name `ledger`.";
        DegradedGates: Requests, "Count", "degraded_gates", "Those that name `gates`.";
        ColdStarts: Requests, "Count", "cold_starts", "Starts of the process.";
        CatalogRefused: Requests, "Count", "catalog_refused", "Published versions that were refused.";
        ItemsWithheld: Requests, "Count", "items_withheld", "Items of loaded versions that are not served.";
        RedisFailures: Requests, "Count", "redis_failures", "Questions to Redis without an answer.";
        DynamoDbFailures: Requests, "Count", "dynamodb_failures", "Operations of DynamoDB that failed.";
        Filled: Allocations, "Count", "filled", "Allocations with a slot.";
        NoFill: Allocations, "Count", "no_fill", "Allocations without one.";
        Slots: Allocations, "Count", "slots", "Slots that were handed out.";
        ParametersIgnored: Allocations, "Count", "parameters_ignored", "Answers that name ignored parameters.";
        GatesUnread: Allocations, "Count", "gates_unread", "Reads of the table of gates that failed.";
        CountsLost: Allocations, "Count", "counts_lost", "Answers whose counts could not be written.";
        EventsValid: Events, "Count", "events_valid", "Events recorded for the first time.";
        EventsRepeated: Events, "Count", "events_repeated", "Events that were recorded before.";
        EventsInvalid: Events, "Count", "events_invalid", "Events recorded as ones that do not count.";
        EventsRefused: Events, "Count", "events_refused", "Forged events, and those that are much too late.";
        EventsUnrecorded: Events, "Count", "events_unrecorded", "Events that the ledger did not take.";
        EventsUncounted: Events, "Count", "events_uncounted", "Recorded events that Redis did not count.";
        BurstsUnchecked: Events, "Count", "bursts_unchecked", "Events that were not checked for bursts.";
        LedgerFailures: Events, "Count", "ledger_failures", "Writes into the ledger that failed.";
        PacingRuns: Pacing, "Count", "pacing_runs", "Runs that came to their end.";
        PacingFailed: Pacing, "Count", "pacing_failed", "Invocations that failed.";
        CountersFailed: Pacing, "Count", "counters_failed", "Looks for lost counters that failed.";
        Compilations: Compiler, "Count", "compilations", "Compilations with a verdict.";
        RowsRefused: Compiler, "Count", "rows_refused", "Of these, those that refuse rows.";
        CompilationFailed: Compiler, "Count", "compilation_failed", "Invocations without a verdict.";
    }
}

table! {
    /// What is measured as a distribution: times in microseconds, which CloudWatch receives in milliseconds and
    /// Prometheus in seconds, and numbers.
    Distribution {
        Latency: Requests, "Milliseconds", "latency", "From the arrival of a request to its answer.";
        StartTime: Requests, "Milliseconds", "start", "From the begin of the program until requests are taken.";
        RedisTime: Requests, "Milliseconds", "redis", "A question to Redis.";
        DynamoDbTime: Requests, "Milliseconds", "dynamodb", "An operation of DynamoDB but writing an event.";
        Survivors: Allocations, "Count", "survivors", "Items that no rule of eligibility rejects.";
        LedgerTime: Events, "Milliseconds", "ledger", "A write into the ledger.";
        PacingTime: Pacing, "Milliseconds", "pacing", "An invocation of the function `pacing`.";
        CompilationTime: Compiler, "Milliseconds", "compilation", "A compilation by the function `catalog`.";
    }
}

table! {
    /// What has a value now.
    Gauge {
        CatalogVersion: Requests, "None", "catalog_version", "The version of the catalog that was answered with.";
        CatalogVersionsBehind: Requests, "Count", "catalog_versions_behind", "How far the pointer is ahead of it. \
            Set to the version of the pointer.";
        CatalogAge: Requests, "Seconds", "catalog_age_seconds", "Since the pointer was last read. Set to that instant.";
        GatesAge: Allocations, "Seconds", "gates_age_seconds", "Since the newest table of gates was made. Set to that \
            instant.";
        RollUpAge: Pacing, "Seconds", "roll_up_age_seconds", "Since the end of what is rolled up. Set to that instant.";
    }
}

table! {
    /// What is counted by a name, which the program has.
    Family {
        NoFillReasons: Allocations, "no_fill", "no_fill_reasons", "Allocations without a slot, by reason.";
        Rejections: Allocations, "rejections", "rejections", "Rejected items of sampled allocations, by rule.";
        EventClasses: Events, "event_classes", "event_classes", "Events that do not count, by class.";
    }
}

impl Family {
    /// The name of the property beside the metrics in CloudWatch's format.
    pub(crate) const fn property(self) -> &'static str {
        self.row().unit
    }

    /// The label's name in Prometheus.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::NoFillReasons => "reason",
            Self::Rejections => "rule",
            Self::EventClasses => "class",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    fn rows() -> Vec<(Row, &'static str)> {
        let counts = Count::ALL.iter().map(|it| (it.row(), "_total"));
        let distributions = Distribution::ALL
            .iter()
            .map(|it| (it.row(), if it.row().unit == "Milliseconds" { "_seconds" } else { "" }));
        counts.chain(distributions).chain(Gauge::ALL.iter().map(|it| (it.row(), ""))).collect()
    }

    #[test]
    fn the_page_has_each_metric_with_its_unit_and_names_and_no_other() {
        let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../METRICS.md")).unwrap();
        let wanted: BTreeSet<String> = rows()
            .into_iter()
            .map(|(row, suffix)| {
                format!("| `{}` | {} | `lockfill_{}{suffix}` |", row.name, row.unit, row.prometheus)
            })
            .collect();
        let is_row = |line: &&str| line.starts_with("| `") && line.contains("| `lockfill_");
        let found: BTreeSet<String> = page
            .lines()
            .filter(is_row)
            .map(|line| line.split_inclusive('|').take(4).collect::<String>())
            .collect();
        assert_eq!(found, wanted);
        for family in Family::ALL {
            let (property, prometheus) = (family.property(), family.row().prometheus);
            let name = format!("`lockfill_{prometheus}_total{{{}}}`", family.label());
            assert!(page.contains(&name) && page.contains(&format!("`{property}`")), "{name}");
        }
    }

    #[test]
    fn no_two_metrics_have_a_name_in_common_and_a_line_has_room_for_all() {
        let names: BTreeSet<_> = rows().iter().map(|(row, _)| row.name).collect();
        let prometheus: BTreeSet<_> = rows().iter().map(|(row, _)| row.prometheus).collect();
        assert_eq!((names.len(), prometheus.len()), (rows().len(), rows().len()));
        assert!(rows().len() < 100, "a line of CloudWatch has at most 100 metrics");
    }
}
