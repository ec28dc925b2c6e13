//! The layers as the manifests have them.

use std::collections::BTreeSet;

use lockfill_test_layers::metadata::members;

/// The crates of the workspace on which each crate may depend. A crate without a row is an error, so a new crate
/// gets its place here.
const ALLOWED: [(&str, &[&str]); 26] = [
    // Counts, and knows nothing of what it counts: any layer that does not have to be pure may use it.
    ("lockfill-metrics", &[]),
    ("lockfill-models", &[]),
    ("lockfill-catalog", &["lockfill-models"]),
    ("lockfill-decision", &["lockfill-models", "lockfill-catalog"]),
    ("lockfill-delivery", &["lockfill-models", "lockfill-catalog"]),
    ("lockfill-dao", &["lockfill-models", "lockfill-catalog", "lockfill-delivery"]),
    (
        "lockfill-services",
        &["lockfill-metrics", "lockfill-models", "lockfill-catalog", "lockfill-decision", "lockfill-dao"],
    ),
    ("lockfill-accounting", &["lockfill-models", "lockfill-catalog", "lockfill-delivery", "lockfill-dao"]),
    ("lockfill-http", &["lockfill-metrics", "lockfill-models", "lockfill-decision", "lockfill-services"]),
    (
        "lockfill-calls",
        &[
            "lockfill-metrics",
            "lockfill-models",
            "lockfill-catalog",
            "lockfill-decision",
            "lockfill-services",
            "lockfill-accounting",
            "lockfill-http",
        ],
    ),
    ("lockfill-dao-dynamodb", &["lockfill-models", "lockfill-catalog", "lockfill-delivery", "lockfill-dao"]),
    ("lockfill-dao-redis", &["lockfill-models", "lockfill-dao"]),
    (
        "lockfill-startup",
        &[
            "lockfill-metrics",
            "lockfill-models",
            "lockfill-decision",
            "lockfill-services",
            "lockfill-http",
            "lockfill-dao",
            "lockfill-dao-dynamodb",
            "lockfill-dao-redis",
        ],
    ),
    (
        "lockfill-jobs",
        &[
            "lockfill-metrics",
            "lockfill-services",
            "lockfill-accounting",
            "lockfill-calls",
            "lockfill-http",
            "lockfill-dao-dynamodb",
            "lockfill-dao-redis",
            "lockfill-startup",
        ],
    ),
    ("ads", &["lockfill-startup"]),
    ("catalog", &["lockfill-jobs"]),
    ("contents", &["lockfill-startup"]),
    ("lockscreen", &["lockfill-startup"]),
    ("events", &["lockfill-startup"]),
    ("pacing", &["lockfill-jobs"]),
    ("catalog-cli", &["lockfill-models", "lockfill-catalog", "lockfill-dao", "lockfill-dao-dynamodb"]),
    (
        "simulator",
        &[
            "lockfill-models",
            "lockfill-catalog",
            "lockfill-decision",
            "lockfill-delivery",
            "lockfill-dao",
            "lockfill-services",
        ],
    ),
    (
        "ledger-cli",
        &["lockfill-models", "lockfill-accounting", "lockfill-dao-dynamodb", "lockfill-dao-redis"],
    ),
    // The crates below know nothing of Lockfill: any project could use them.
    ("load-generator", &[]),
    ("local-alb", &[]),
    ("local-dynamodb", &[]),
];

/// Crates on which a pure layer must not depend.
const IMPURE: [&str; 9] = [
    "tokio",
    "aws-config",
    "aws-sdk-dynamodb",
    "redis",
    "lambda_http",
    "lambda_runtime",
    "hyper",
    "rand",
    "uuid",
];

/// The dependencies of a crate that are in `forbidden`.
fn found(name: &str, forbidden: &[&str]) -> Vec<String> {
    let dependencies = &members()[name].dependencies;
    dependencies.iter().filter(|found| forbidden.contains(&found.as_str())).cloned().collect()
}

#[test]
fn every_crate_depends_on_the_layers_below_it_alone() {
    let members = members();
    let ours: BTreeSet<_> = members.keys().cloned().collect();
    // Tests and benchmarks are below nothing.
    let is_layer = |name: &str| !name.starts_with("lockfill-test-") && !name.starts_with("lockfill-bench-");
    for (name, member) in members.iter().filter(|(name, _)| is_layer(name)) {
        let row = ALLOWED.iter().find(|(listed, _)| listed == name);
        let (_, allowed) = row.unwrap_or_else(|| panic!("{name} has no place among the layers yet"));
        let wrong: Vec<_> = member
            .dependencies
            .intersection(&ours)
            .filter(|found| !allowed.contains(&found.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn the_table_names_dependencies_that_exist() {
    let members = members();
    for (name, allowed) in ALLOWED {
        assert!(members.contains_key(name), "{name} is not in the workspace any more");
        let unused: Vec<_> =
            allowed.iter().filter(|allowed| !members[name].dependencies.contains(**allowed)).collect();
        assert!(unused.is_empty(), "{name} may depend on {unused:?}, and does not");
    }
}

#[test]
fn the_pure_layers_and_the_traits_know_no_input_or_output() {
    for name in
        ["lockfill-models", "lockfill-catalog", "lockfill-decision", "lockfill-delivery", "lockfill-dao"]
    {
        let impure = found(name, &IMPURE);
        assert!(impure.is_empty(), "{name} must not depend on {impure:?}");
    }
}

#[test]
fn services_know_no_store_and_no_http() {
    for name in ["lockfill-services", "lockfill-accounting"] {
        let wrong = found(name, &["lambda_http", "lambda_runtime", "http", "redis", "aws-sdk-dynamodb"]);
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn what_answers_requests_polls_nothing_in_a_crate_that_is_built_for_size() {
    for name in ["ads", "contents", "events", "lockscreen"] {
        let dependencies: Vec<_> = members()[name].dependencies.iter().cloned().collect();
        assert_eq!(dependencies, ["lockfill-startup"], "a future is compiled in the crate that polls it");
    }
}
