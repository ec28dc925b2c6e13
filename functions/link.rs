//! The build script of each function: the program is linked for a fixed address.
//!
//! Without that it has thousands of addresses that the loader corrects at each start, in tenths of a megabyte of the
//! file, and in pages that are copied for it. `infra/decisions/0048` says what it costs.

fn main() {
    println!("cargo::rerun-if-changed=../link.rs");
    println!("cargo::rustc-link-arg-bins=-no-pie");
}
