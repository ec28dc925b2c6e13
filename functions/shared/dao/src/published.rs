//! How a published version is named.

use crate::digest::RowsDigest;

/// A published version. Two publishers may draft the same version with different rows; the digest tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Published {
    /// The version, from 1.
    pub version: u64,
    /// The digest of the version's rows.
    pub digest: RowsDigest,
}
