//! What the README promises: every option, every output of its example, and that the package stands alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory;
use local_alb::cli::Cli;

use crate::support::balancer::{Balancer, Directory, PROGRAM};
use crate::support::origin::Origin;

const README: &str = include_str!("../../README.md");

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn bookshop() -> PathBuf {
    package().join("examples/bookshop")
}

/// The commands of the README's example: each with its arguments, and what comes out.
fn examples() -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut lines = README.lines();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("    $ ") else { continue };
        let mut command = command.to_owned();
        while let Some(begun) = command.strip_suffix('\\') {
            command = format!("{}{}", begun.trim_end(), lines.next().expect("a continued line"))
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
        }
        let output = lines.by_ref().map_while(|line| line.strip_prefix("    "));
        found.push((command, output.collect::<Vec<_>>().join("\n")));
    }
    found
}

fn example(beginning: &str) -> (String, String) {
    let found = examples().into_iter().find(|(command, _)| command.starts_with(beginning));
    found.unwrap_or_else(|| panic!("the README has no example of {beginning}"))
}

/// The options of the tables: `--name`.
fn described() -> BTreeSet<String> {
    let rows = README.lines().filter(|line| line.starts_with("| `-"));
    let cells = rows.filter_map(|line| line.split('|').nth(1));
    let words = cells.flat_map(|cell| cell.split(['`', ' ', ',']));
    words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
}

/// The options of a command's subcommands, and of theirs. Each command is in the synopsis.
fn collect(command: &clap::Command, path: &str, options: &mut BTreeSet<String>) {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let path = format!("{path} {}", command.get_name());
        let longs = command.get_arguments().filter_map(clap::Arg::get_long);
        options.extend(longs.map(|long| format!("--{long}")));
        assert!(README.contains(&format!("    {path} ")), "{path} is not in the synopsis");
        collect(command, &path, options);
    }
}

#[test]
fn every_option_is_described_and_every_description_is_of_an_option() {
    let mut options = BTreeSet::new();
    collect(&Cli::command(), "local-alb", &mut options);
    assert!(options.len() > 15, "{options:?}");
    assert_eq!(options, described());
}

#[test]
fn the_examples_print_what_the_readme_says() {
    for subcommand in ["routes", "explain", "check"] {
        let (command, expected) = example(&format!("local-alb {subcommand}"));
        let mut arguments = command.split(' ').skip(1);
        let output =
            Command::new(PROGRAM).current_dir(bookshop()).args(&mut arguments).output().expect("it runs");
        let printed = String::from_utf8(output.stdout).expect("text");
        assert_eq!(printed.trim_end(), expected, "{command}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn the_example_is_served_as_the_readme_says() {
    let (command, expected) = example("local-alb serve");
    let directory = Directory::new();
    let copy = |name: &str| std::fs::copy(bookshop().join(name), directory.0.join(name)).expect("a copy");
    std::fs::create_dir(directory.0.join("books")).expect("a folder");
    copy("template.yaml");
    copy("books/bootstrap");
    let origin = Origin::ok();
    let command = command.replace("http://127.0.0.1:8000", &origin.url());
    let arguments: Vec<&str> = command.split(' ').skip(4).collect();
    let alb = Balancer::start_in(directory, &[&["--listen", "127.0.0.1:0"], &arguments[..]].concat());
    let expected = expected.replace("http://127.0.0.1:8000", &origin.url());
    let expected = expected.replace("127.0.0.1:8080", &format!("127.0.0.1:{}", alb.port));
    let all = || {
        let printed = alb.printed.lock().expect("the lines").join("\n");
        (printed.lines().count() == expected.lines().count()).then_some(printed)
    };
    assert_eq!(crate::support::eventually("all rules", all), expected);
    let (command, expected) = example("curl");
    let target = command.rsplit_once(":8080").expect("a path").1;
    assert_eq!(alb.get(target).text(), expected);
    assert_eq!(alb.get("/books").json()["shelf"], "fiction");
    assert_eq!(alb.get("/books/9").status, 404);
    assert_eq!(alb.connect().request("DELETE", "/books/1", &[], b"").status, 405);
    assert_eq!(alb.get("/about").text(), "ok", "the older application has the rest");
}

#[test]
fn the_package_has_what_its_users_need_and_nothing_of_the_workspace() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(package()).args(["package", "--list", "--allow-dirty", "--offline"]);
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = String::from_utf8(output.stdout).expect("text");
    let files: BTreeSet<&str> = files.lines().collect();
    for needed in ["LICENSE", "README.md", "src/main.rs", "examples/bookshop/books/bootstrap"] {
        assert!(files.contains(needed), "{needed} is missing: {files:?}");
    }
    let strangers = files.iter().filter(|file| file.starts_with("tests/") || file.contains("test_bootstrap"));
    assert_eq!(strangers.count(), 0, "{files:?}");
}

#[test]
fn what_users_build_depends_on_published_crates_alone() {
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo
        .current_dir(package())
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path=Cargo.toml"])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let ours = packages.iter().find(|package| package["name"] == "local-alb").expect("this package");
    let dependencies = ours["dependencies"].as_array().expect("dependencies");
    assert!(dependencies.len() > 10, "{dependencies:?}");
    // Cargo leaves a test's dependency on a neighboring folder out of the package.
    let neighbors: Vec<_> = dependencies
        .iter()
        .filter(|dependency| dependency["kind"] != "dev" && !dependency["path"].is_null())
        .map(|dependency| &dependency["name"])
        .collect();
    assert!(neighbors.is_empty(), "{neighbors:?}");
}
