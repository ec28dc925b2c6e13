//! Where an error of the routing belongs.

use crate::template::{LoadError, Template};

/// Where an error belongs: the template and a rule (or listener) of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) template: &'a Template,
    pub(super) rule: &'a str,
}

impl Place<'_> {
    pub(super) fn error(self, line: usize, message: impl std::fmt::Display) -> LoadError {
        self.template.error(line, format!("{message} (rule {})", self.rule))
    }
}
