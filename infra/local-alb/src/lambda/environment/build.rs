//! The build of a program in a file.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// Tells two builds of a program apart by the metadata of the file. Reading a large program four times a second would
/// cost too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    inode: u64,
    length_bytes: u64,
    modified_at: (i64, i64),
}

impl Build {
    /// The build in a file.
    #[must_use]
    pub fn of(file: &Metadata) -> Self {
        let modified_at = (file.mtime(), file.mtime_nsec());
        Self { inode: file.ino(), length_bytes: file.len(), modified_at }
    }
}
