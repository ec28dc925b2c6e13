//! What the environments of a function are made of.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::build::Build;
use crate::template::FunctionSettings;

/// What a pool needs to know. Two that are equal have environments that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolSettings {
    /// The function of the template.
    pub function: FunctionSettings,
    /// Its program.
    pub program: PathBuf,
    /// Which build of it.
    pub build: Build,
    /// The directory it runs in.
    pub task_root: PathBuf,
    /// Its environment variables.
    pub variables: BTreeMap<String, String>,
    /// At most this many environments at a time.
    pub environments_max: usize,
    /// Whether idle environments are frozen.
    pub freeze: bool,
}
