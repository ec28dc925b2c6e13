//! Measures how fast contents and lock screens are found: the index against the reference scan and dense bits.
//!
//! Prints rows as JSON, one a line, as the benchmark of ads does. All subjects must find the same slate for each
//! query; a difference ends the program. `scripts/bench contents` runs it.

mod catalogs;
mod dense;
mod workloads;

use std::hint::black_box;

use clap::Parser;
use lockfill_catalog::Catalog;
use lockfill_decision::{AllocationKind, Context, Decision, Item, decide};
use lockfill_models::pacing::Gates;
use lockfill_test_bench_engine::measure::{Subject, medians};
use lockfill_test_bench_engine::program::{Forget, build, ratio, row};

use crate::workloads::{QUERIES, WORKLOADS, Workload};

/// How fast contents and lock screens are found.
#[derive(Parser)]
#[command(after_help = WORKLOADS.map(|(name, .., what)| format!("{name}: {what}")).join("\n"))]
struct Arguments {
    /// Contents; of lock screens also line items.
    #[arg(long, num_args = 1.., default_values_t = [1_000, 10_000, 100_000])]
    items: Vec<usize>,
    /// Rounds in which the subjects take turns.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Workloads; all, unless some are named.
    #[arg(long, num_args = 1.., value_parser = WORKLOADS.map(|workload| workload.0))]
    workloads: Vec<String>,
    /// Subjects; all, unless some are named.
    #[arg(long, num_args = 1.., value_parser = ["lockfill", "scan", "dense"])]
    subjects: Vec<String>,
}

fn main() {
    let arguments = Arguments::parse();
    let is_wanted =
        |name: &str| arguments.workloads.is_empty() || arguments.workloads.iter().any(|it| it == name);
    for &items in &arguments.items {
        for &(name, kind, ads, _) in WORKLOADS.iter().filter(|workload| is_wanted(workload.0)) {
            let catalog = build(catalogs::rows(kind, ads, items), items, name);
            let bytes = catalog.contents_index().expect("an index").bytes();
            row("lockfill", items, name, "index_bytes_per_content", ratio(bytes, items), "bytes");
            measure(name, &catalog, items, &arguments);
        }
    }
}

fn measure(name: &str, catalog: &Catalog, items: usize, arguments: &Arguments) {
    let workload = Workload::new(name, catalog);
    let (gates, index) = (Gates::default(), catalog.contents_index().expect("an index"));
    let inputs = |number| workload.inputs(number, catalog, &gates);
    let kind = workload.kind;
    let ours = |number| slots(&decide(kind, &inputs(number), &mut ()));
    let scan = |number| slots(&decide(kind, &inputs(number), &mut Forget));
    let dense = |number| dense::slate(&Context::new(&inputs(number)), &index);
    let has_dense = kind == AllocationKind::Contents;
    for number in 0..QUERIES {
        let found = ours(number);
        assert!(!has_dense || found == slate_of(dense(number)), "dense, {name}, query {number}");
        assert!(items > 10_000 || found == scan(number), "scan, {name}, query {number}");
    }
    let mut subjects: Vec<Subject<'_>> = vec![
        ("lockfill", Box::new(|number| drop(black_box(decide(kind, &inputs(number), &mut ()))))),
        ("scan", Box::new(|number| drop(black_box(scan(number))))),
    ];
    if has_dense {
        subjects.push(("dense", Box::new(|number| drop(black_box(dense(number))))));
    }
    subjects
        .retain(|(name, _)| arguments.subjects.is_empty() || arguments.subjects.iter().any(|it| it == name));
    let is_empty = (0..QUERIES).all(|number| ours(number).is_empty());
    let metric = if is_empty { "nofill_median" } else { "top10_median" };
    let times = medians(&mut subjects, QUERIES, arguments.rounds, |number| workload.read_state(number));
    for ((subject, _), nanoseconds) in subjects.iter().zip(times) {
        row(subject, items, name, metric, nanoseconds / 1e3, "us");
    }
}

/// The contents of a slate, as slots name them.
fn slate_of(contents: Vec<u32>) -> Vec<(bool, u32)> {
    contents.into_iter().map(|place| (true, place)).collect()
}

/// Whether each slot is a content, and its place among contents or line items.
fn slots(decision: &Decision<'_>) -> Vec<(bool, u32)> {
    let item = |slot: &lockfill_decision::Slot<'_>| match slot.item() {
        Item::Content(content) => (true, content.index()),
        Item::LineItem(item) => (false, item.index()),
    };
    decision.slots.iter().map(item).collect()
}
