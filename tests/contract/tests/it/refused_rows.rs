//! Rows that no version may hold are refused with their kind, their id and the problem.

use lockfill_catalog::Refusal;
use lockfill_catalog::rows::CatalogRows;
use lockfill_test_contract::files::read_fixture;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::Schema;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusedRow {
    kind: String,
    field: String,
    changes: Map<String, Value>,
    code: String,
    problem: String,
}

#[test]
fn a_row_with_a_text_outside_its_vocabulary_is_refused_with_kind_id_and_problem() {
    let small = read_fixture("catalogs/small.json");
    let schema = Schema::of("catalog");
    let refused: Vec<RefusedRow> =
        serde_json::from_value(read_fixture("vectors/refused_rows.json")["rows"].take()).unwrap();
    assert!(refused.len() > 20);
    for RefusedRow { kind, field, changes, code, problem } in refused {
        let mut row = small[&field][0].clone();
        row.as_object_mut().unwrap().extend(changes.clone());
        let id = row["id"].as_str().unwrap().to_owned();
        let mut rows = small.clone();
        rows[&field][0] = row.clone();
        assert!(!schema.admits(&rows), "the schema takes {kind} {changes:?}");

        let alone = json!({ &field: [row] }).to_string();
        let error = serde_json::from_str::<CatalogRows>(&alone).unwrap_err().to_string();

        let named = Refusal::of_refused_code(&kind, &id, &error).map(|error| error.to_string());
        assert_eq!(named, Some(format!("{kind} {id:?}: {code:?} {problem}")), "{error}");
    }
}
