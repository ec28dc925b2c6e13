//! An error with its place.

use thiserror::Error;

/// A problem of a template, a file or an option. Its text is `FILE:LINE: message`, as compilers write it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{place}: {message}")]
pub struct LoadError {
    place: String,
    message: String,
}

impl LoadError {
    /// A problem on one line of a file. Lines count from 1.
    pub fn at(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { place: format!("{file}:{line}"), message: message.into() }
    }

    /// A problem of a file, or of an option of the command line, as a whole.
    pub fn of(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}
