//! Gender.

use std::fmt;

/// A person's gender as an app may report it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
pub enum Gender {
    /// Male.
    M,
    /// Female.
    F,
    /// Neither of the two.
    X,
}

impl fmt::Display for Gender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::M => "M",
            Self::F => "F",
            Self::X => "X",
        })
    }
}
