//! The workspace's crates, as Cargo describes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// One crate of the workspace.
#[derive(Debug)]
pub struct Member {
    /// The folder of the manifest.
    pub folder: PathBuf,
    /// The library's name in paths, if there is a library.
    pub library: Option<String>,
    /// The root files of the library and the programs.
    pub roots: Vec<PathBuf>,
    /// The names of the dependencies, except those of tests and builds.
    pub dependencies: BTreeSet<String>,
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The standard output of a Cargo command, which is run in the workspace and without a network.
///
/// # Panics
/// If the command fails.
#[must_use]
pub fn cargo(arguments: &[&str]) -> String {
    let program = option_env!("CARGO").unwrap_or("cargo");
    let command = Command::new(program).args(arguments).arg("--offline").current_dir(workspace()).output();
    let output = command.expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// The crates of the workspace by name.
///
/// # Panics
/// If Cargo cannot describe the workspace.
#[must_use]
pub fn members() -> BTreeMap<String, Member> {
    let metadata = cargo(&["metadata", "--format-version=1", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    list(&metadata["packages"]).map(|package| (text(&package["name"]), member(package))).collect()
}

fn member(package: &Value) -> Member {
    let has_kind = |target: &Value, kinds: &[&str]| {
        list(&target["kind"]).any(|kind| kinds.contains(&kind.as_str().unwrap_or_default()))
    };
    let library = list(&package["targets"]).find(|target| has_kind(target, &["lib"]));
    let roots = list(&package["targets"]).filter(|target| has_kind(target, &["lib", "bin"]));
    let normal = list(&package["dependencies"]).filter(|dependency| dependency["kind"].is_null());
    Member {
        folder: Path::new(&text(&package["manifest_path"])).parent().expect("a folder").to_owned(),
        library: library.map(|target| text(&target["name"]).replace('-', "_")),
        roots: roots.map(|target| text(&target["src_path"]).into()).collect(),
        dependencies: normal.map(|dependency| text(&dependency["name"])).collect(),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
