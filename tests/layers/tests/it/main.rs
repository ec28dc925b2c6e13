//! The layers as the manifests have them: route -> controller -> DTO -> service -> model and DAO, and never
//! the other way.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each crate may depend on among ours. A crate that is not in this table is an error: a new
/// crate needs a row.
const ALLOWED: [(&str, &[&str]); 17] = [
    ("lockfill-models", &[]),
    ("lockfill-catalog", &["lockfill-models"]),
    ("lockfill-decision", &["lockfill-models", "lockfill-catalog"]),
    ("lockfill-dao", &["lockfill-models", "lockfill-catalog"]),
    ("lockfill-services", &["lockfill-models", "lockfill-catalog", "lockfill-decision", "lockfill-dao"]),
    (
        "lockfill-http",
        &["lockfill-models", "lockfill-catalog", "lockfill-decision", "lockfill-dao", "lockfill-services"],
    ),
    ("lockfill-dao-dynamodb", &["lockfill-models", "lockfill-catalog", "lockfill-dao"]),
    ("lockfill-dao-redis", &["lockfill-models", "lockfill-dao"]),
    (
        "lockfill-startup",
        &[
            "lockfill-models",
            "lockfill-decision",
            "lockfill-dao",
            "lockfill-services",
            "lockfill-http",
            "lockfill-dao-dynamodb",
            "lockfill-dao-redis",
        ],
    ),
    ("ads", &["lockfill-startup"]),
    ("contents", &["lockfill-startup"]),
    ("lockscreen", &["lockfill-startup"]),
    ("events", &["lockfill-startup"]),
    ("catalog-cli", &["lockfill-models", "lockfill-catalog", "lockfill-dao", "lockfill-dao-dynamodb"]),
    // These know nothing of Lockfill: they would serve any project.
    ("load-generator", &[]),
    ("local-alb", &[]),
    ("local-dynamodb", &[]),
];

/// Crates that a pure layer must not have, whatever for.
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

/// By crate: its dependencies, those for tests and builds left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let arguments = ["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path", manifest];
    let output = Command::new(cargo).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let packages = metadata["packages"].as_array().expect("packages");
    let normal = |package: &Value| {
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        dependencies.iter().filter(|dependency| dependency["kind"].is_null()).map(name).collect()
    };
    packages.iter().map(|package| (name(package), normal(package))).collect()
}

#[test]
fn every_crate_depends_on_the_layers_below_it_alone() {
    let crates = dependencies();
    let ours: BTreeSet<_> = crates.keys().cloned().collect();
    for (name, found) in crates.iter().filter(|(name, _)| !name.starts_with("lockfill-test-")) {
        let rule = ALLOWED.iter().find(|(crate_name, _)| crate_name == name);
        let (_, allowed) = rule.unwrap_or_else(|| panic!("{name} has no place among the layers yet"));
        let wrong: Vec<_> =
            found.intersection(&ours).filter(|found| !allowed.contains(&found.as_str())).collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn the_rules_name_crates_that_exist() {
    let crates = dependencies();
    for (name, allowed) in ALLOWED {
        assert!(crates.contains_key(name), "{name} is gone");
        let unknown: Vec<_> = allowed.iter().filter(|allowed| !crates.contains_key(**allowed)).collect();
        assert!(unknown.is_empty(), "{name} may depend on {unknown:?}, which are gone");
    }
}

#[test]
fn the_decision_and_the_traits_know_no_input_or_output() {
    let crates = dependencies();
    for name in ["lockfill-models", "lockfill-catalog", "lockfill-decision", "lockfill-dao"] {
        let impure: Vec<_> = crates[name].iter().filter(|found| IMPURE.contains(&found.as_str())).collect();
        assert!(impure.is_empty(), "{name} must not depend on {impure:?}");
    }
}

#[test]
fn services_know_no_store_and_no_http() {
    let crates = dependencies();
    let forbidden = ["lambda_http", "lambda_runtime", "http", "redis", "aws-sdk-dynamodb"];
    let found: Vec<_> =
        crates["lockfill-services"].iter().filter(|name| forbidden.contains(&name.as_str())).collect();
    assert!(found.is_empty(), "lockfill-services must not depend on {found:?}");
}
