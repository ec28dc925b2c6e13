//! An error with its place.

use thiserror::Error;

/// A problem of a template, a file or an option. Its text is `FILE:LINE: message`, as compilers write it.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("{place}: {message}")]
pub struct LoadError {
    place: String,
    message: String,
    /// The parameter that needs a value, if that is the problem.
    parameter: Option<String>,
}

impl LoadError {
    /// A problem on one line of a file. Lines count from 1.
    pub fn at(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { place: format!("{file}:{line}"), message: message.into(), parameter: None }
    }

    /// A problem of a file, or of an option of the command line, as a whole.
    pub fn of(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), parameter: None }
    }

    /// The same problem, which a value of this parameter solves.
    #[must_use]
    pub fn for_parameter(self, name: &str) -> Self {
        Self { parameter: Some(name.to_owned()), ..self }
    }

    /// The parameter that needs a value, if that is the problem.
    #[must_use]
    pub fn missing_parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }
}
