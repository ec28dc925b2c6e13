//! Takes fields out of parameters and remembers everything that is wrong with them, so that a client learns
//! of all its mistakes at once.

use lockfill_models::time::EpochSeconds;

use super::definitions::{List, Scalar};
use super::kinds::Kind;
use super::parameters::Parameters;
use crate::Problem;
use crate::problem::FieldError;

/// The fields of one request.
pub(super) struct Fields<'p> {
    parameters: &'p Parameters,
    now: EpochSeconds,
    errors: Vec<FieldError>,
}

impl<'p> Fields<'p> {
    pub(super) const fn new(parameters: &'p Parameters, now: EpochSeconds) -> Self {
        Self { parameters, now, errors: Vec::new() }
    }

    /// Whether a parameter was sent, whatever is in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameters.get(name).is_some()
    }

    /// A scalar that must be there. What stands in for a missing one is never seen: the errors are.
    pub(super) fn required<T: Default>(&mut self, parameter: &Scalar<T>) -> T {
        if !self.has(parameter.name) {
            self.reject(parameter.name, "is required");
            return T::default();
        }
        self.optional(parameter).unwrap_or_default()
    }

    /// A scalar that may be there.
    pub(super) fn optional<T>(&mut self, parameter: &Scalar<T>) -> Option<T> {
        self.value(parameter.name, parameter.kind)
    }

    /// The one value of a parameter whose name only the request knows.
    pub(super) fn value<T>(&mut self, name: &str, kind: &Kind<T>) -> Option<T> {
        let [value] = self.parameters.get(name)? else {
            self.reject(name, "must be given once");
            return None;
        };
        self.check(name, (kind.read)(value, self.now))
    }

    /// A list that may be there, of at most so many values.
    pub(super) fn list<T>(&mut self, parameter: &List<T>) -> Option<Vec<T>> {
        let List { name, length_max, kind, .. } = *parameter;
        let values = self.parameters.get(name)?;
        if values.len() > length_max {
            self.reject(name, format!("must have at most {length_max} values"));
            return None;
        }
        let values: Result<_, _> = values.iter().map(|value| (kind.read)(value, self.now)).collect();
        self.check(name, values)
    }

    /// Remembers an error that parsing alone does not find.
    pub(super) fn reject(&mut self, name: &str, detail: impl Into<String>) {
        self.errors.push(FieldError { field: name.to_owned(), detail: detail.into() });
    }

    /// Everything that was wrong, as one problem.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid_parameters(self.errors)) }
    }

    fn check<T>(&mut self, name: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|detail| self.reject(name, detail)).ok()
    }
}
