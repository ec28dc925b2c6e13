//! What the tests of the layers ask about the workspace: its crates with their dependencies, and the imports
//! between the files of a crate.

pub mod circles;
pub mod metadata;
