//! Why a blob is refused.

/// Why a blob cannot be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// It does not begin as a blob does.
    #[error("it is no compiled catalog")]
    Foreign,
    /// It was written in another format.
    #[error("it has format {found}, and this program reads format {expected}")]
    Format {
        /// The format that this program reads.
        expected: u32,
        /// The format of the blob.
        found: u32,
    },
    /// It is shorter or longer than it says.
    #[error("it has {found} bytes of {expected}")]
    Length {
        /// The length that it says, in bytes.
        expected: u64,
        /// Its length in bytes.
        found: u64,
    },
    /// A bit of it has changed since it was written.
    #[error("its checksum is wrong")]
    Checksum,
    /// A section is missing, or not what it should be.
    #[error("section {section} {problem}")]
    Section {
        /// The section's number.
        section: u32,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A record holds a value that no compiler writes.
    #[error("{kind} {index}: {problem}")]
    Record {
        /// What the record is.
        kind: &'static str,
        /// Its place in its section, from 0.
        index: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
}
