//! Rows with a budget, a goal or a share that cannot be served are refused with their kind, id and field.

use lockfill_catalog::compile::compile;
use lockfill_catalog::rows::CatalogRows;
use lockfill_test_contract::files::read_fixture;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::Schema;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    kind: String,
    field: String,
    changes: Map<String, Value>,
    #[serde(default)]
    at: String,
    #[serde(default)]
    problem: String,
}

/// The cases of a list, each with the id of its row and the small catalog in which the row is changed.
fn cases(list: &str) -> Vec<(Case, String, Value)> {
    let small = read_fixture("catalogs/small.json");
    let cases: Vec<Case> =
        serde_json::from_value(read_fixture("vectors/refused_values.json")[list].take()).unwrap();
    assert!(cases.len() > 5);
    let change = |case: Case| {
        let mut rows = small.clone();
        let row = &mut rows[&case.field][0];
        row.as_object_mut().unwrap().extend(case.changes.clone());
        let id = row["id"].as_str().unwrap().to_owned();
        (case, id, rows)
    };
    cases.into_iter().map(change).collect()
}

#[test]
fn a_row_with_terms_that_cannot_hold_is_refused_with_its_field() {
    for (case, id, rows) in cases("refused") {
        let rows: CatalogRows = serde_json::from_value(rows).unwrap();
        let refusals = compile(1, rows).unwrap_err();
        let named = &refusals.named()[0];
        assert_eq!((refusals.in_all(), &named.kind, &named.key), (1, &case.kind, &id), "{case:?}");
        assert_eq!(named.field, case.at, "{case:?}");
        assert!(named.problem.contains(&case.problem), "{case:?}: {named}");
    }
}

#[test]
fn terms_of_another_form_are_not_read_and_not_of_the_schema() {
    let schema = Schema::of("catalog");
    for (case, _, rows) in cases("unread") {
        assert!(!schema.admits(&rows), "{case:?}");
        assert!(serde_json::from_value::<CatalogRows>(rows).is_err(), "{case:?}");
    }
}

#[test]
fn terms_at_their_limits_are_served_and_of_the_schema() {
    let schema = Schema::of("catalog");
    for (case, _, rows) in cases("served") {
        assert!(schema.admits(&rows), "{case:?}");
        assert!(compile(1, serde_json::from_value(rows).unwrap()).is_ok(), "{case:?}");
    }
}
