//! Which build of a program a file holds.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// Differs between two builds of a program. Its content is not looked at, for that may be large.
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
