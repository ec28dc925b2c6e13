//! What is built into the functions.

use lockfill_test_layers::metadata::cargo;

/// The functions and what they are made of, with the features of each crate. `edges` says which dependencies are
/// followed.
fn tree(packages: &[&str], edges: &str) -> String {
    let mut arguments = vec!["tree", "--prefix", "none", "--format", "{p} {f}", "--edges", edges];
    for package in packages {
        arguments.extend(["--package", package]);
    }
    cargo(&arguments)
}

/// The crates of this repository that have a feature.
fn with<'t>(feature: &str, tree: &'t str) -> Vec<&'t str> {
    tree.lines().filter(|line| line.starts_with("lockfill-") && line.contains(feature)).collect()
}

#[test]
fn no_function_contains_what_is_made_for_tests() {
    let functions = tree(&["ads", "catalog", "contents", "lockscreen", "events"], "normal");
    assert!(functions.contains("lockfill-dao "), "{functions}");
    assert_eq!(with("test-util", &functions), Vec::<&str>::new());
    // The feature is visible where a test enables it, so the check above would notice the feature.
    assert!(!with("test-util", &tree(&["lockfill-http"], "normal,dev")).is_empty());
}

#[test]
fn a_released_function_has_no_code_of_lines_that_it_does_not_write() {
    // Lines of the SDK below this level may hold whole requests.
    let features = |packages: &[&str]| {
        let tree = tree(packages, "normal");
        let line = tree.lines().find(|line| line.starts_with("tracing v")).map(str::to_owned);
        line.expect("functions write lines with this crate")
    };
    for function in ["ads", "catalog", "contents", "events", "lockscreen", "pacing"] {
        assert!(features(&[function]).contains("release_max_level_info"), "{function}");
    }
    assert!(!features(&["lockfill-dao-dynamodb"]).contains("release_max_level"));
}

#[test]
fn the_publisher_is_in_no_function() {
    let functions = tree(&["ads", "catalog", "contents", "lockscreen", "events"], "normal");
    assert!(functions.contains("lockfill-dao-dynamodb "), "{functions}");
    assert!(!functions.contains("catalog-cli"), "{functions}");
    assert_eq!(with("publisher", &functions), Vec::<&str>::new());
    // The publisher has the feature, and no feature for tests.
    let publisher = tree(&["catalog-cli"], "normal");
    assert_eq!(with("publisher", &publisher).len(), 1, "{publisher}");
    assert_eq!(with("test-util", &publisher), Vec::<&str>::new());
}
