//! Measures how fast contents are found: the index against the reference scan and dense bits.
//!
//! Prints rows as JSON, one a line, as the benchmark of ads does. All subjects must find the same slate for each
//! query; a difference ends the program. `scripts/bench contents` runs it.

mod catalogs;
mod dense;

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use clap::Parser;
use lockfill_catalog::Catalog;
use lockfill_decision::{AllocationKind, Context, Decision, Inputs, Item, Observer, Rejection, decide};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::user_state::UserState;
use lockfill_models::vocabulary::SlotCount;
use lockfill_test_bench_engine::measure::{Subject, medians};
use lockfill_test_bench_engine::random::Random;
use lockfill_test_bench_engine::values::{COUNTRIES, read};
use serde_json::json;

use crate::catalogs::{CATEGORIES, Kind, NOW, catalog, unit_id};

const QUERIES: usize = 32;

/// Workloads: name, catalog, and what is special.
const WORKLOADS: [(&str, Kind, &str); 6] = [
    ("broad", Kind::Mixed, "three interests; half of the contents are for the user"),
    ("narrow", Kind::Mixed, "a language that one content of 200 has"),
    ("hard-seen", Kind::Mixed, "the user has seen all contents"),
    ("hard-channel", Kind::OneChannel, "one channel owns all contents"),
    ("hard-ties", Kind::OneScore, "all contents are equal in score"),
    ("hard-none", Kind::Foreign, "no content is for the country of the request"),
];

/// How fast contents are found.
#[derive(Parser)]
#[command(after_help = WORKLOADS.map(|(name, _, what)| format!("{name}: {what}")).join("\n"))]
struct Arguments {
    /// Contents.
    #[arg(long, num_args = 1.., default_values_t = [1_000, 10_000, 100_000])]
    items: Vec<usize>,
    /// Rounds in which the subjects take turns.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Workloads; all, unless some are named.
    #[arg(long, num_args = 1..)]
    workloads: Vec<String>,
}

/// Wants to know of each item, as an explanation does, and forgets it: the reference decides.
struct Forget;

impl Observer for Forget {
    fn rejected(&mut self, _item: Item<'_>, _rejection: Rejection, _context: &Context<'_, '_>) {}
}

#[expect(clippy::cast_precision_loss, reason = "a ratio to print")]
fn main() {
    let arguments = Arguments::parse();
    let is_wanted =
        |name: &str| arguments.workloads.is_empty() || arguments.workloads.iter().any(|it| it == name);
    for &items in &arguments.items {
        for (name, kind, _) in WORKLOADS.iter().filter(|workload| is_wanted(workload.0)) {
            let began = Instant::now();
            let catalog = catalog(*kind, items);
            row("lockfill", items, name, "catalog_build", began.elapsed().as_secs_f64() * 1e3, "ms");
            let bytes = catalog.contents_index().expect("an index").bytes() as f64 / items as f64;
            row("lockfill", items, name, "index_bytes_per_content", bytes, "bytes");
            measure(name, &catalog, items, arguments.rounds);
        }
    }
}

fn row(subject: &str, items: usize, workload: &str, metric: &str, value: f64, unit: &str) {
    let row = json!({
        "subject": subject, "n": items, "workload": workload, "metric": metric, "value": value, "unit": unit,
    });
    println!("{row}");
}

fn measure(name: &str, catalog: &Catalog, items: usize, rounds: usize) {
    let mut random = Random(7);
    let queries: Vec<Query> = (0..QUERIES).map(|number| query(number, name, &mut random)).collect();
    let mut state = UserState::new_user();
    if name == "hard-seen" {
        state.contents =
            catalog.contents().map(|content| (content.id().to_owned(), NOW)).collect::<HashMap<_, _>>();
    }
    let (gates, index) = (Gates::default(), catalog.contents_index().expect("an index"));
    let inputs = |number: usize| Inputs {
        catalog,
        unit: catalog.unit(&unit_id()).expect("the unit"),
        query: &queries[number],
        state: &state,
        gates: &gates,
        gate_columns: None,
        now: NOW,
    };
    let ours = |number| slots(&decide(AllocationKind::Contents, &inputs(number), &mut ()));
    let scan = |number| slots(&decide(AllocationKind::Contents, &inputs(number), &mut Forget));
    let dense = |number| dense::slate(&Context::new(&inputs(number)), &index);
    for number in 0..QUERIES {
        let found = ours(number);
        assert_eq!(found, dense(number), "dense, {name}, query {number}");
        assert!(items > 10_000 || found == scan(number), "scan, {name}, query {number}");
    }
    let mut subjects: Vec<Subject<'_>> = vec![
        (
            "lockfill",
            Box::new(|number| drop(black_box(decide(AllocationKind::Contents, &inputs(number), &mut ())))),
        ),
        ("scan", Box::new(|number| drop(black_box(scan(number))))),
        ("dense", Box::new(|number| drop(black_box(dense(number))))),
    ];
    let is_empty = (0..QUERIES).all(|number| ours(number).is_empty());
    let metric = if is_empty { "nofill_median" } else { "top10_median" };
    let times = medians(&mut subjects, QUERIES, rounds);
    for ((subject, _), nanoseconds) in subjects.iter().zip(times) {
        row(subject, items, name, metric, nanoseconds / 1e3, "us");
    }
}

/// The places of the contents of a slate.
fn slots(decision: &Decision<'_>) -> Vec<u32> {
    let item = |slot: &lockfill_decision::Slot<'_>| match slot.item() {
        Item::Content(content) => content.index(),
        Item::LineItem(_) => u32::MAX,
    };
    decision.slots.iter().map(item).collect()
}

fn query(number: usize, workload: &str, random: &mut Random) -> Query {
    let interests = random.some_of(CATEGORIES, 3);
    Query {
        unit_id: unit_id(),
        user_id: read(&format!("user-{number}")),
        country: Some(read(COUNTRIES[random.below(COUNTRIES.len())])),
        language: Some(read(if workload == "narrow" { "vi" } else { "ko" })),
        interests: interests.into_iter().map(|it| read(&format!("category-{it}"))).collect(),
        count: SlotCount::new(10),
        ..Query::default()
    }
}
