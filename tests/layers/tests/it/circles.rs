//! No file imports itself by way of others.

use std::path::Path;

use lockfill_test_layers::circles::{Circle, Source, Sources, circles};
use lockfill_test_layers::metadata::{members, workspace};

#[test]
fn no_crate_has_a_circle_of_imports_between_its_files() {
    let mut found = Vec::new();
    let mut checked = 0;
    for (name, member) in members() {
        let sources = Sources::below(&member.folder.join("src"));
        let is_library = |root: &Path| root.ends_with("src/lib.rs");
        let library = member.roots.iter().find(|root| is_library(root));
        let library = member.library.as_deref().zip(library.map(std::path::PathBuf::as_path));
        let programs: Vec<_> =
            member.roots.iter().map(std::path::PathBuf::as_path).filter(|root| !is_library(root)).collect();
        let circles = circles(&sources, library, &programs);
        found.extend(circles.into_iter().map(|circle| format!("{name}: {circle}")));
        checked += 1;
    }
    assert!(checked >= 17, "only {checked} crates were found");
    let place = format!("{}/", workspace().canonicalize().expect("the workspace").display());
    assert!(found.is_empty(), "\n{}", found.join("\n").replace(&place, ""));
}

/// The circles of a library of these files; the first file is the root.
fn circles_of(files: &[(&str, &str)]) -> Vec<Circle> {
    let source = |(path, text): &(&str, &str)| Source { path: (*path).into(), text: (*text).to_owned() };
    circles(&Sources::new(files.iter().map(source)), Some(("sample", Path::new(files[0].0))), &[])
}

/// Asserts that `a.rs` and `b.rs` are a circle, in which `a.rs` imports the name `from_b` and `b.rs` the name
/// `from_a`.
fn assert_circle(files: &[(&str, &str)], from_b: &str, from_a: &str) {
    let found = circles_of(files);
    assert_eq!(found.len(), 1, "{found:?}");
    for (from, to, name) in [("src/a.rs", "src/b.rs", from_b), ("src/b.rs", "src/a.rs", from_a)] {
        let names = &found[0].names[&(from.into(), to.into())];
        assert!(names.contains(name), "{}", found[0]);
    }
    assert!(found[0].to_string().contains(" from src/b.rs"), "{}", found[0]);
}

const ROOT: (&str, &str) = ("src/lib.rs", "mod a; mod b; pub use a::A; pub use b::{B, b};");

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    assert_circle(
        &[
            ROOT,
            ("src/a.rs", "use crate::b::B; pub struct A(B);"),
            ("src/b.rs", "pub struct B; use super::a::A;"),
        ],
        "B",
        "A",
    );
}

#[test]
fn a_re_exported_name_leads_to_the_file_that_defines_it() {
    assert_circle(
        &[
            ROOT,
            ("src/a.rs", "use crate::B; pub struct A(B);"),
            ("src/b.rs", "pub struct B; use crate::A as Renamed;"),
        ],
        "B",
        "A",
    );
    assert_eq!(
        circles_of(&[ROOT, ("src/a.rs", "use crate::B; pub struct A(B);"), ("src/b.rs", "pub struct B;")]),
        []
    );
}

#[test]
fn a_path_without_an_import_is_followed_too() {
    assert_circle(
        &[ROOT, ("src/a.rs", "fn a() { crate::b::b(); }"), ("src/b.rs", "pub fn b() -> Vec<super::a::A> {}")],
        "b",
        "A",
    );
}

#[test]
fn imports_of_modules_globs_and_groups_are_followed() {
    let b = ("src/b.rs", "pub struct B; pub fn b(_: crate::a::A) {}");
    for a in [
        "use crate::b; fn a() { b::b(); }",
        "use super::{b::{self as other}}; fn a() { other::b(); }",
        "use crate::{a::*, b::*}; fn a() { b(); }",
        "use crate::*; fn a() { b(); }",
        "fn a() { use crate::b::b; b(); }",
    ] {
        assert_circle(&[ROOT, ("src/a.rs", a), b], "b", "A");
    }
}

#[test]
fn the_arguments_of_macros_are_read() {
    assert_circle(
        &[
            ROOT,
            ("src/a.rs", "fn a() { assert!(vec![1, crate::b::b()].is_empty()); }"),
            ("src/b.rs", "use crate::a::A;"),
        ],
        "b",
        "A",
    );
}

#[test]
fn an_item_that_a_macro_defines_belongs_to_the_file_of_its_path() {
    assert_circle(
        &[ROOT, ("src/a.rs", "use crate::b::B;"), ("src/b.rs", "item!(B); use crate::a::A;")],
        "B",
        "A",
    );
}

#[test]
fn a_module_that_defines_what_its_children_use_is_a_circle_and_one_that_re_exports_is_none() {
    let child = ("src/m/child.rs", "use super::LIMIT; pub struct Child([u8; LIMIT]);");
    let root = ("src/lib.rs", "mod m; pub use m::Child;");
    let defines = ("src/m/mod.rs", "mod child; pub use child::Child; const LIMIT: usize = 1;");
    assert_eq!(circles_of(&[root, defines, child]).len(), 1);
    let re_exports = ("src/m/mod.rs", "mod child; mod limit; pub use child::Child; use limit::LIMIT;");
    let limit = ("src/m/limit.rs", "pub const LIMIT: usize = 1;");
    assert_eq!(circles_of(&[root, re_exports, child, limit]), []);
}

#[test]
fn the_tests_of_a_file_count() {
    let b = "pub struct B; #[cfg(test)] mod tests { use super::*; use crate::a::A; }";
    assert_circle(&[ROOT, ("src/a.rs", "use crate::b::B;"), ("src/b.rs", b)], "B", "A");
}

#[test]
fn a_program_that_uses_its_library_is_no_circle() {
    let files = [("src/lib.rs", "mod a; pub use a::A;"), ("src/a.rs", "pub struct A;")];
    let program = ("src/main.rs", "mod b; use sample::A; fn main() { b::b(); }");
    let b = ("src/b.rs", "pub fn b() { sample::A; }");
    let source = |(path, text): (&str, &str)| Source { path: path.into(), text: text.to_owned() };
    let sources = Sources::new(files.into_iter().chain([program, b]).map(source));
    let library = Some(("sample", Path::new("src/lib.rs")));
    assert_eq!(circles(&sources, library, &[Path::new("src/main.rs")]), []);
}

#[test]
fn globs_that_refer_to_each_other_come_to_an_end() {
    assert_circle(
        &[
            ROOT,
            ("src/a.rs", "pub use crate::b::*; pub struct A(B, Elsewhere);"),
            ("src/b.rs", "pub use crate::a::*; pub struct B(Box<A>, Elsewhere);"),
        ],
        "B",
        "A",
    );
}
