//! What a template is read with.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The values that the command line gives to a template.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--parameter`: values of parameters and of pseudo parameters such as `AWS::Region`.
    pub parameters: HashMap<String, String>,
    /// `--import`: values for `Fn::ImportValue`, by the name of the export.
    pub imports: HashMap<String, String>,
    /// `--attribute`: values for `Fn::GetAtt`, by the resource's path, a dot and the attribute.
    pub attributes: HashMap<String, String>,
    /// The exports of the nested stacks, as far as they have been read.
    pub exports: HashMap<String, String>,
    /// Names of `--target` and `--listener`. A parameter, an export or an attribute of such a name needs no
    /// value: it gets a generated ARN.
    pub stand_ins: Vec<String>,
    /// Notes the files that are read.
    pub files: FilesRead,
}

/// The files of a template, also those that could not be read.
#[derive(Debug, Clone, Default)]
pub struct FilesRead(Arc<Mutex<BTreeSet<PathBuf>>>);

impl FilesRead {
    /// A file is about to be read.
    pub fn note(&self, file: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file.to_owned());
    }

    /// All files so far.
    #[must_use]
    pub fn list(&self) -> BTreeSet<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
