//! `tests/conformance/COVERAGE.md` names a case or a test for every fact; they must exist, and none may be left out.

use std::collections::BTreeSet;
use std::path::Path;

/// The names in the second column.
fn named() -> BTreeSet<String> {
    let text = include_str!("../../conformance/COVERAGE.md");
    let rows = text.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let cells = rows.map(|row| row.rsplit('|').nth(1).expect("a last column"));
    let names: BTreeSet<String> = cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert!(names.len() > 100, "{names:?}");
    names
}

fn files(folder: &str, extension: &str) -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().extension().is_some_and(|found| found == extension) {
            found.push(entry.path());
        }
    }
    found
}

fn cases() -> BTreeSet<String> {
    let stem = |path: std::path::PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    files("tests/conformance", "json").into_iter().filter_map(stem).collect()
}

fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in
        [files("tests/it", "rs"), files("tests/it/fuzzing", "rs"), files("src/template", "rs")].concat()
    {
        let text = std::fs::read_to_string(file).expect("a file");
        let names =
            text.lines().filter_map(|line| line.trim_start().strip_prefix("fn ")?.strip_suffix("() {"));
        found.extend(names.map(str::to_owned));
    }
    found
}

#[test]
fn every_fact_names_a_case_or_a_test_that_exists() {
    let existing: BTreeSet<String> = cases().union(&tests()).cloned().collect();
    let missing: Vec<_> = named().difference(&existing).cloned().collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn no_case_is_left_out_of_the_list() {
    let forgotten: Vec<_> = cases().difference(&named()).cloned().collect();
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}
