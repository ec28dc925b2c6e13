//! The table, and the figures as JSON.

use serde_json::{Value, json};

use crate::caps::Class;
use crate::measures::{LARGE, Measures};
use crate::world::World;

/// A figure and the bar that it must hold.
pub struct Row {
    pub name: &'static str,
    pub value: f64,
    /// The highest value that holds; `None`: a figure without a bar.
    pub bar: Option<f64>,
    pub unit: &'static str,
}

impl Row {
    pub fn holds(&self) -> bool {
        // A goal of 100 that is 2 short is 2 % short, whatever the last digit of a quotient is.
        self.bar.is_none_or(|bar| self.value <= bar + 1e-9)
    }
}

/// Showings of offline devices beyond a cap, of all of theirs, in percent.
const OFFLINE_PERCENT_MAX: f64 = 1.0;

/// From so many impressions on the error of an hour has a bar: of fewer, chance alone makes a larger one.
const SLOT_ERROR_IMPRESSIONS: u64 = 1_000_000;

/// The figures.
#[expect(clippy::too_many_lines, reason = "a row a figure")]
pub fn rows(measures: &Measures, world: &World) -> Vec<Row> {
    let percent = |part: f64| part * 100.0;
    let row = |name, value, bar, unit| Row { name, value, bar, unit };
    let whole = |number: u64| number as f64;
    let of_offline = measures.showings_of(Class::Offline).max(1);
    let by_offline = measures.violations_of(Class::Offline);
    vec![
        row("impressions", whole(measures.impressions), None, ""),
        row(
            "overspend of budgets from 10,000 impressions on, at most",
            percent(measures.overspend_max(|size| size >= LARGE)),
            Some(0.5),
            "%",
        ),
        row(
            "overspend of smaller budgets, at most",
            measures.overspend_impressions_max(|size| size < LARGE),
            None,
            "impressions",
        ),
        row(
            "  of slots in flight and of one interval's hand-out",
            percent(measures.overspend_of_exposed_max(|size| size < LARGE)),
            Some(100.0),
            "%",
        ),
        row("billed beyond a budget, at most", percent(measures.billed_over_max()), Some(0.0), "%"),
        row(
            "  delivered and not billed, of what a mean budget has spent",
            percent(measures.unbilled()),
            None,
            "%",
        ),
        row(
            "slots handed out two minutes after a budget was known to be spent",
            whole(world.handed_out_after),
            Some(0.0),
            "",
        ),
        row(
            "error of an hour against its plan, mean",
            percent(measures.slot_error(|_| true)),
            (measures.impressions >= SLOT_ERROR_IMPRESSIONS).then_some(5.0),
            "%",
        ),
        row(
            "  of that by chance alone (Poisson)",
            percent(measures.slot_error(|_| true) / measures.slot_error_by_chance().max(1e-9)),
            Some(100.0),
            "%",
        ),
        row(
            "  after the first day",
            percent(measures.slot_error_after(world.span.0 / 3_600 + 24)),
            None,
            "%",
        ),
        row("  of the best pacer with whole impressions", percent(measures.least_slot_error()), None, "%"),
        row(
            "  of a pacer with perfect gates, by chance alone (Poisson)",
            percent(measures.slot_error_by_chance()),
            None,
            "%",
        ),
        row(
            "  of targets from 10,000 impressions on",
            percent(measures.slot_error(|size| size >= LARGE)),
            Some(5.0),
            "%",
        ),
        row("  of smaller targets", percent(measures.slot_error(|size| size < LARGE)), None, "%"),
        row("goals at their end, largest error", percent(measures.goal_error_max()), Some(2.0), "%"),
        row(
            "showings beyond a cap, online devices",
            whole(measures.violations_of(Class::Online)),
            Some(0.0),
            "",
        ),
        row(
            "  of hard caps while no history was known",
            whole(measures.violations.inside_hard),
            Some(0.0),
            "",
        ),
        row("  of soft caps while no history was known", whole(measures.violations.inside_soft), None, ""),
        row("showings beyond a cap, devices offline for hours", whole(by_offline), None, ""),
        row(
            "  of all showings of these devices",
            percent(by_offline as f64 / of_offline as f64),
            Some(OFFLINE_PERCENT_MAX),
            "%",
        ),
        row(
            "showings beyond a cap, users who limit ad tracking",
            whole(measures.violations_of(Class::Limited)),
            None,
            "",
        ),
        row("requests with a slot", percent(measures.fill), None, "%"),
        row(
            "slots of which one was shown",
            world.handed_out as f64 / whole(measures.impressions).max(1.0),
            None,
            "",
        ),
        row("longest run of the pacing", world.longest_run_micros as f64 / 1e3, None, "ms"),
    ]
}

/// Lines of a table.
pub fn table(rows: &[Row]) -> String {
    let line = |row: &Row| {
        let decimals = if row.value.fract() == 0.0 { 0 } else { 2 };
        let bar = row.bar.map_or(String::new(), |bar| {
            format!("at most {bar} {}: {}", row.unit, if row.holds() { "held" } else { "NOT HELD" })
        });
        format!("{:<68} {:>12.*} {:<12} {bar}", row.name, decimals, row.value, row.unit).trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The figures of which other programs read the names.
pub fn figures(measures: &Measures) -> Value {
    json!({
        "impressions": measures.impressions,
        "overspend_ratio_max": measures.overspend_max(|size| size >= LARGE),
        "overspend_small_impressions_max": measures.overspend_impressions_max(|size| size < LARGE),
        "overspend_small_of_exposed_max": measures.overspend_of_exposed_max(|size| size < LARGE),
        "billed_over_budget_ratio_max": measures.billed_over_max(),
        "unbilled_ratio_mean": measures.unbilled(),
        "slot_error_mean": measures.slot_error(|_| true),
        "slot_error_large_mean": measures.slot_error(|size| size >= LARGE),
        "slot_error_least": measures.least_slot_error(),
        "slot_error_by_chance": measures.slot_error_by_chance(),
        "goal_error_max": measures.goal_error_max(),
        "cap_violations_online": measures.violations_of(Class::Online) + measures.violations.inside_hard,
        "cap_violations_offline": measures.violations_of(Class::Offline),
        "fill": measures.fill,
    })
}
