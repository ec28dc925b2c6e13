//! Measures how fast ads are found: the index against the reference scan, dense bits, roaring bitmaps and an A-Tree.
//!
//! Prints rows as JSON, one a line: `subject`, `n`, `workload`, `metric`, `value`, `unit`. All subjects must find the
//! same slate for each query. Where there is none, all must count the same rejections, but for the A-Tree, which cannot
//! tell them. A difference ends the program. `scripts/bench engine` runs it.

mod columns;
mod finish;
mod reasons;
mod tree;
mod workloads;

use std::hint::black_box;

use clap::Parser;
use lockfill_catalog::Catalog;
use lockfill_decision::{AllocationKind, Context, Inputs, Item, decide};
use roaring::RoaringBitmap;

use crate::catalogs::{Kind, NOW, rows, unit_id};
use crate::reasons::Counts;
use crate::workloads::{WORKLOADS, Workload};
use lockfill_test_bench_engine::measure::{Subject, medians};
use lockfill_test_bench_engine::program::{Forget, build, ratio, row};
use lockfill_test_bench_engine::{catalogs, random, values};

/// An A-Tree of more line items takes minutes to build.
const TREE_ITEMS_MAX: usize = 10_000;

/// How fast ads are found.
#[derive(Parser)]
struct Arguments {
    /// Line items.
    #[arg(long, num_args = 1.., default_values_t = [1_000, 10_000, 100_000, 1_000_000])]
    items: Vec<usize>,
    /// Rounds in which the subjects take turns.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Workloads; all, unless some are named.
    #[arg(long, num_args = 1..)]
    workloads: Vec<String>,
    /// Subjects; all, unless some are named.
    #[arg(long, num_args = 1..)]
    subjects: Vec<String>,
}

/// Finds the matches.
type Finding<'f> = dyn Fn(&Context<'_, '_>) -> Vec<u32> + 'f;
/// Counts the rejections.
type Counting<'c> = dyn Fn(&Context<'_, '_>) -> Counts + 'c;

fn main() {
    let arguments = Arguments::parse();
    let is_wanted =
        |name: &str| arguments.workloads.is_empty() || arguments.workloads.iter().any(|it| it == name);
    for &items in &arguments.items {
        for kind in [Kind::Broad, Kind::Narrow, Kind::Advertiser, Kind::Ties, Kind::Foreign] {
            let of_kind: Vec<_> =
                WORKLOADS.iter().filter(|(name, of, _)| *of == kind && is_wanted(name)).collect();
            if of_kind.is_empty() {
                continue;
            }
            let catalog = build(rows(kind, items), items, of_kind[0].0);
            let bytes = catalog.ads_index().expect("an index").bytes();
            row("lockfill", items, of_kind[0].0, "index_bytes_per_line_item", ratio(bytes, items), "bytes");
            for (name, ..) in of_kind {
                measure(name, &catalog, items, &arguments);
            }
        }
    }
}

fn measure(name: &str, catalog: &Catalog, items: usize, arguments: &Arguments) {
    let workload = Workload::new(name, catalog);
    let index = catalog.ads_index().expect("an index");
    // Functions look it up before they decide.
    let unit = catalog.unit(&unit_id()).expect("the unit");
    let inputs = |number: usize| Inputs {
        catalog,
        unit,
        query: &workload.queries[number],
        state: &workload.state,
        gates: &workload.gates,
        gate_columns: workload.columns.as_ref(),
        now: NOW,
    };
    let queries = workload.queries.len();
    let mut roaring = columns::Roaring::default();
    (0..queries).for_each(|number| roaring.prepare(&Context::new(&inputs(number)), &index));
    let has_tree = items <= TREE_ITEMS_MAX && (name == "broad" || name == "narrow");
    let tree = has_tree.then(|| tree::Tree::new(catalog));

    let ours = |number| answer(&decide(AllocationKind::Ads, &inputs(number), &mut ()));
    let scan = |number| answer(&decide(AllocationKind::Ads, &inputs(number), &mut Forget));
    let finished = |number, find: &Finding<'_>, count: &Counting<'_>| {
        let inputs = inputs(number);
        let context = Context::new(&inputs);
        let slots = finish::slate(&find(&context), &context, &index, &workload);
        let counts = if slots.is_empty() { count(&context) } else { Counts::new() };
        (slots, counts)
    };
    let count_dense =
        |context: &Context<'_, '_>| reasons::count(columns::all(&index), context, &index, &workload);
    let dense = |number| finished(number, &|context| columns::dense(context, &index), &count_dense);
    let all: RoaringBitmap = (0..u32::try_from(items).expect("32 bits")).collect();
    let count_roaring =
        |context: &Context<'_, '_>| reasons::count((all.clone(), &roaring), context, &index, &workload);
    let by_roaring = |number| finished(number, &|context| roaring.matches(context, &index), &count_roaring);
    let find_by_tree =
        |context: &Context<'_, '_>| tree.as_ref().map_or_else(Vec::new, |it| it.matches(context));
    let by_tree = |number| finished(number, &find_by_tree, &|_| Counts::new());

    let mut matches = 0;
    for number in 0..queries {
        let found = ours(number);
        assert_eq!(found, dense(number), "dense, {name}, query {number}");
        assert_eq!(found, by_roaring(number), "roaring, {name}, query {number}");
        assert!(!has_tree || found.0 == by_tree(number).0, "a-tree, {name}, query {number}");
        assert!(items > 10_000 || found == scan(number), "scan, {name}, query {number}");
        matches += columns::dense(&Context::new(&inputs(number)), &index).len();
    }
    row("lockfill", items, name, "matches_mean", ratio(matches, queries), "line items");

    let mut subjects: Vec<Subject<'_>> = vec![
        (
            "lockfill",
            Box::new(|number| drop(black_box(decide(AllocationKind::Ads, &inputs(number), &mut ())))),
        ),
        ("scan", Box::new(|number| drop(black_box(scan(number))))),
        ("dense", Box::new(|number| drop(black_box(dense(number))))),
        ("roaring", Box::new(|number| drop(black_box(by_roaring(number))))),
    ];
    if has_tree {
        subjects.push(("a-tree", Box::new(|number| drop(black_box(by_tree(number))))));
    }
    subjects
        .retain(|(name, _)| arguments.subjects.is_empty() || arguments.subjects.iter().any(|it| it == name));
    let is_empty = (0..queries).all(|number| ours(number).0.is_empty());
    let metric = if is_empty { "nofill_median" } else { "top10_median" };
    let times = medians(&mut subjects, queries, arguments.rounds, |_| ());
    for ((subject, _), nanoseconds) in subjects.iter().zip(times) {
        row(subject, items, name, metric, nanoseconds / 1e3, "us");
    }
}

/// The places of the line items of a slate; where it has none, how many line items each rule rejected.
fn answer(decision: &lockfill_decision::Decision<'_>) -> (Vec<u32>, Counts) {
    let item = |slot: &lockfill_decision::Slot<'_>| match slot.item() {
        Item::LineItem(item) => item.index(),
        Item::Content(_) => u32::MAX,
    };
    let counts = if decision.slots.is_empty() { decision.rejections.iter().collect() } else { Counts::new() };
    (decision.slots.iter().map(item).collect(), counts)
}
