//! Catalogs of fixtures: a small one that all share, and what a fixture changes about it.

use lockfill_catalog::{Catalog, test_util};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::files::read_fixture;

/// A catalog in a fixture.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogReference {
    /// A file's name in `tests/fixtures/catalogs`, without its ending.
    pub base: String,
    /// By kind of row: an object changes rows by id, field by field, and adds those whose id is new; an id
    /// with null drops the row. An array stands for all rows of its kind.
    pub patch: Map<String, Value>,
}

impl CatalogReference {
    /// The rows, patched.
    ///
    /// # Panics
    /// If the patch does not fit the base.
    #[must_use]
    pub fn rows(&self) -> Value {
        let mut rows = read_fixture(&format!("catalogs/{}.json", self.base));
        for (kind, change) in &self.patch {
            match change {
                Value::Object(changes) => {
                    changes.iter().for_each(|(id, change)| patch_row(rows_of(&mut rows, kind), id, change));
                }
                Value::Array(all) => rows_of(&mut rows, kind).clone_from(all),
                _ => panic!("{kind} is neither rows by id nor all rows"),
            }
        }
        rows
    }

    /// The catalog of those rows.
    #[must_use]
    pub fn compile(&self) -> Catalog {
        compile(self.rows())
    }
}

/// The catalog of some rows.
///
/// # Panics
/// If they are refused.
#[must_use]
pub fn compile(rows: Value) -> Catalog {
    let rows = serde_json::from_value(rows).expect("rows of a catalog");
    test_util::open(1, rows).expect("rows that can be served")
}

fn rows_of<'v>(rows: &'v mut Value, kind: &str) -> &'v mut Vec<Value> {
    rows[kind].as_array_mut().unwrap_or_else(|| panic!("the base has no {kind}"))
}

fn patch_row(rows: &mut Vec<Value>, id: &str, change: &Value) {
    let position = rows.iter().position(|row| row["id"] == id);
    match (position, change) {
        (Some(position), Value::Null) => drop(rows.remove(position)),
        (Some(position), Value::Object(fields)) => {
            rows[position].as_object_mut().expect("a row is an object").extend(fields.clone());
        }
        (None, Value::Object(fields)) => {
            let mut row = fields.clone();
            row.insert("id".into(), id.into());
            rows.push(row.into());
        }
        _ => panic!("{id} is neither changed nor dropped"),
    }
}
