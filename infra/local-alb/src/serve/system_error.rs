//! What the system refuses.

use crate::template::LoadError;

/// An error of the system that belongs to no file and no option.
pub(super) fn system(error: impl std::fmt::Display) -> LoadError {
    LoadError::of("local-alb", error.to_string())
}
