//! What both programs do alike: build a catalog, print rows, and let the reference decide.

use std::time::Instant;

use lockfill_catalog::Catalog;
use lockfill_catalog::compile::compile;
use lockfill_catalog::rows::CatalogRows;
use lockfill_decision::{Context, Item, Observer, Rejection};
use serde_json::json;

/// Wants to know of each item, as an explanation does, and forgets it: the reference decides.
#[derive(Debug)]
pub struct Forget;

impl Observer for Forget {
    fn rejected(&mut self, _item: Item<'_>, _rejection: Rejection, _context: &Context<'_, '_>) {}
}

/// Compiles and opens a catalog, and says how long both took.
pub fn build(rows: CatalogRows, items: usize, workload: &str) -> Catalog {
    let took = |metric: &str, began: Instant| {
        row("lockfill", items, workload, metric, began.elapsed().as_secs_f64() * 1e3, "ms");
    };
    let began = Instant::now();
    let compiled = compile(1, rows).expect("rows that can be served");
    took("catalog_compile", began);
    let began = Instant::now();
    let catalog = Catalog::open(compiled.into_blob()).expect("a blob that was just written");
    took("catalog_open", began);
    catalog
}

/// Prints a figure.
pub fn row(subject: &str, items: usize, workload: &str, metric: &str, value: f64, unit: &str) {
    let row = json!({
        "subject": subject, "n": items, "workload": workload, "metric": metric, "value": value, "unit": unit,
    });
    println!("{row}");
}

/// A part of a whole.
#[expect(clippy::cast_precision_loss, reason = "both are far below 52 bits")]
pub fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
