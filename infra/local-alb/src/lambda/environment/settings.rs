//! What the environments of a function are made of.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::build::Build;
use crate::template::FunctionSettings;

/// The settings of a pool. Two pools with equal settings have interchangeable environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolSettings {
    /// The function of the template.
    pub function: FunctionSettings,
    /// Its program.
    pub program: PathBuf,
    /// The build of the program.
    pub build: Build,
    /// The directory that the program runs in.
    pub task_root: PathBuf,
    /// Its environment variables.
    pub variables: BTreeMap<String, String>,
    /// At most this many environments at a time.
    pub environments_max: usize,
    /// Whether idle environments are frozen.
    pub freeze: bool,
}
