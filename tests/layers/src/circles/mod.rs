//! Finds circles of imports between the files of a crate.
//!
//! File A imports file B if a path in A names something that B defines. A name that a third file re-exports counts
//! as imported from the file that defines it, so a module that only lists and re-exports its children takes part
//! in no circle. Tests inside a file count, too. The compiler accepts circles between files; in this workspace each
//! file must be readable, and testable, with what is below it alone.
//!
//! Limits: a macro that defines items hides their names, so such an item counts as defined in the file that its
//! path leads to. Methods that are called without naming their type are not seen.

mod graph;
mod module;
mod paths;
mod resolve;

pub use graph::{Circle, circles};
pub use module::{Source, Sources};
