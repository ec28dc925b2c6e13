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

/// The crates of this repository with the feature for tests.
fn with_test_util(tree: &str) -> Vec<&str> {
    tree.lines().filter(|line| line.starts_with("lockfill-") && line.contains("test-util")).collect()
}

#[test]
fn no_function_contains_what_is_made_for_tests() {
    let functions = tree(&["ads", "contents", "lockscreen", "events"], "normal");
    assert!(functions.contains("lockfill-dao "), "{functions}");
    assert_eq!(with_test_util(&functions), Vec::<&str>::new());
    // The feature is visible where a test enables it, so the check above would notice the feature.
    assert!(!with_test_util(&tree(&["lockfill-http"], "normal,dev")).is_empty());
}

#[test]
fn the_publisher_is_in_no_function() {
    let functions = tree(&["ads", "contents", "lockscreen", "events"], "normal");
    assert!(functions.contains("lockfill-dao-dynamodb "), "{functions}");
    assert!(!functions.contains("catalog-cli"), "{functions}");
}
