//! Holds the workspace to its layers; see `tests/it`.
