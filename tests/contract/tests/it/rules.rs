//! Each rule is documented and decides a fixture.

use std::collections::BTreeSet;

use lockfill_test_contract::decisions::DecisionFixture;
use lockfill_test_contract::files::{read_fixture, root};

/// The rules that an answer may name, in the order in which a decision checks them.
fn rules() -> Vec<String> {
    let schema = read_fixture("schemas/allocation-response.schema.json");
    let names = schema["$defs"]["rule"]["enum"].as_array().unwrap();
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_rule_is_in_the_table_of_the_contract_and_nothing_else_is() {
    let text = std::fs::read_to_string(root().join("tests/fixtures/CONTRACT.md")).unwrap();
    let section = text.split("## The rules").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.map(str::to_owned).collect::<Vec<_>>(), rules());
}

#[test]
fn the_files_that_the_table_names_exist() {
    let text = std::fs::read_to_string(root().join("tests/fixtures/CONTRACT.md")).unwrap();
    let sources = root().join("functions/shared/decision/src");
    let rows = text.lines().filter(|line| line.starts_with("| `") && line.ends_with(".rs` |"));
    let files: Vec<_> = rows.filter_map(|row| row.rsplit('`').nth(1)).collect();
    assert!(files.len() > 30, "{files:?}");
    for file in files.iter().flat_map(|files| files.split(", ")) {
        assert!(sources.join(file).exists(), "{file}");
    }
}

#[test]
fn every_rule_decides_a_fixture() {
    let proven: BTreeSet<_> = DecisionFixture::all()
        .into_iter()
        .flat_map(|(_, fixture)| fixture.expect.rejections.into_values())
        .collect();
    let unproven: Vec<_> = rules().into_iter().filter(|rule| !proven.contains(rule)).collect();
    assert_eq!(unproven, Vec::<String>::new());
}

#[test]
fn there_are_at_least_150_golden_decisions() {
    assert!(DecisionFixture::all().len() >= 150);
}
