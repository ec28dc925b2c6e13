//! How long pacing takes with many line items.
//!
//!     cargo run --profile bench-stack --package lockfill-delivery --example pace_time -- 100000

use std::time::Instant;

use lockfill_delivery::pace::{Delivered, PacingState, pace};
use serde_json::json;

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/pacing/world.rs"]
mod world;

use world::{NOON, at, impressions, terms};

const RUNS: i64 = 9;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).unwrap_or_else(|| "100000".to_owned()).parse()?;
    let item = json!({"goal": {"kind": "impressions", "count": 10_000}});
    let campaign = json!({"budget_micros": 5_000_000_000_000_i64, "budget_currency": "KRW"});
    let terms = terms(&campaign, &vec![item; count]);
    let id = |number: usize| format!("li-{number}");
    let delivered = Delivered {
        line_items: (0..count).map(|number| (id(number), impressions(7))).collect(),
        handed_out: (0..count).map(|number| (id(number), 3)).collect(),
        requests: [("u-1".to_owned(), 10_000)].into(),
        ..Delivered::default()
    };
    let mut state = PacingState::default();
    pace(&terms, &delivered, &mut state, at(NOON));
    let timed = |run: i64| {
        let mut state = state.clone();
        let began = Instant::now();
        let table = pace(&terms, &delivered, &mut state, at(NOON).plus_seconds(run * 60));
        let took = began.elapsed();
        (took, table.items().len())
    };
    let mut runs: Vec<_> = (1..=RUNS).map(timed).collect();
    runs.sort_unstable();
    let (median, gates) = runs[runs.len() / 2];
    println!("{gates} gates in {median:.1?} (the median of {RUNS} runs; the shortest {:.1?})", runs[0].0);
    Ok(())
}
