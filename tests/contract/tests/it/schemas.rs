//! The schemas are sound, and every catalog in the repository is what they say.

use std::path::PathBuf;

use lockfill_test_contract::catalogs::compile;
use lockfill_test_contract::decisions::DecisionFixture;
use lockfill_test_contract::files::{fixture, json_files, read, read_fixture, root};
use serde_json::{Value, json};

use crate::support::Schema;

#[test]
fn every_schema_is_valid() {
    let files = json_files(&fixture("schemas"));
    assert_eq!(files.len(), 4);
    for path in files {
        let schema: Value = read(&path);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{}", path.display());
    }
}

#[test]
fn every_catalog_is_of_the_schemas_form_and_can_be_served() {
    let mut files: Vec<PathBuf> = json_files(&fixture("catalogs"));
    files.push(fixture("golden/catalog.json"));
    files.push(root().join("infra/demo/catalog.json"));
    let schema = Schema::of("catalog");
    for path in files {
        let rows: Value = read(&path);
        schema.check(&path.display().to_string(), &rows);
        assert!(compile(rows).line_items().len() > 2, "{}", path.display());
    }
}

#[test]
fn every_decision_has_a_catalog_and_a_request_of_the_schemas_form() {
    let (catalog, request) = (Schema::of("catalog"), Schema::of("allocation-request"));
    for (path, fixture) in DecisionFixture::all() {
        let name = path.display().to_string();
        catalog.check(&name, &fixture.catalog.rows());
        request.check(&name, &fixture.request);
    }
}

#[test]
fn every_golden_request_and_answer_is_of_the_schemas_form() {
    let (request, answer) = (Schema::of("allocation-request"), Schema::of("allocation-response"));
    for name in ["ads", "contents", "lockscreen"] {
        let golden = read_fixture(&format!("golden/{name}.json"));
        request.check(name, &golden["request"]);
        answer.check(name, &golden["response"]);
    }
}

#[test]
fn an_answer_that_is_not_as_the_contract_says_is_refused() {
    let schema = Schema::of("allocation-response");
    let golden = read_fixture("golden/lockscreen.json")["response"].clone();
    let with = |pointer: &str, value: Value| {
        let mut answer = golden.clone();
        *answer.pointer_mut(pointer).unwrap() = value;
        answer
    };
    for (pointer, value) in [
        ("/valid_until", json!("2026-11-22T13:00:00+00:00")),
        ("/valid_until", json!("2026-11-22T13:00:00.5Z")),
        ("/catalog_version", json!(1.5)),
        ("/slots/0/kind", json!("video")),
        ("/slots/0/position", json!(0)),
        ("/slots/0/tracking", json!({ "impression_url": "https://t.example/" })),
        ("/slots", json!([])),
        ("/no_fill_reason", json!("country")),
    ] {
        assert!(!schema.admits(&with(pointer, value.clone())), "{pointer} {value}");
    }
    let mut more = golden.clone();
    more["slots"][0]["score"] = json!(1);
    assert!(!schema.admits(&more), "a member that the contract does not know");
    let mut explained = golden;
    let reason = json!({ "id": "li-1", "rule": "country", "wanted": "one of KR", "found": "US" });
    explained["explain"] = json!([reason]);
    assert!(schema.admits(&explained));
}

#[test]
fn a_catalog_with_a_condition_that_is_not_known_is_refused() {
    let schema = Schema::of("catalog");
    let small = read_fixture("catalogs/small.json");
    let with = |field: &str, value: Value| {
        let mut rows = small.clone();
        rows["line_items"][0][field] = value;
        rows
    };
    assert!(!schema.admits(&with("targeting", json!({ "shoe_sizes": { "allow": ["42"] } }))));
    assert!(!schema.admits(&with("targeting", json!({ "countries": { "allow": ["kr"] } }))));
    assert!(!schema.admits(&with("caps", json!([{ "window": "year", "limit": 1 }]))));
    assert!(schema.admits(&with("note", json!("for people"))));
}
