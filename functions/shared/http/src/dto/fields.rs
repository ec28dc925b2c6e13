//! Takes fields out of parameters and remembers everything that is wrong with them, so that a client learns
//! of all its mistakes at once.

use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Invalid, Vocabulary};

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
    /// The fields of a request that was received at `now`.
    pub(super) const fn new(parameters: &'p Parameters, now: EpochSeconds) -> Self {
        Self { parameters, now, errors: Vec::new() }
    }

    /// When the request was received.
    pub(super) const fn now(&self) -> EpochSeconds {
        self.now
    }

    /// Whether a parameter was sent, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameters.get(name).is_some()
    }

    /// The names that begin with a prefix, without it.
    pub(super) fn names_after(&self, prefix: &'p str) -> Vec<&'p str> {
        self.parameters.names_after(prefix).collect()
    }

    /// A parameter with one value, which may be left out.
    pub(super) fn one<T: Vocabulary>(&mut self, name: &str) -> Option<T> {
        self.one_by(name, T::read)
    }

    /// The same, read by a parser that needs more than the text.
    pub(super) fn one_by<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let [value] = self.parameters.get(name)? else {
            self.reject(name, "must be given once");
            return None;
        };
        self.check(name, read(value))
    }

    /// A list of at most so many values, which may be left out.
    pub(super) fn list<T: Vocabulary>(&mut self, name: &str, length_max: usize) -> Option<Vec<T>> {
        let values = self.parameters.get(name)?;
        if values.len() > length_max {
            self.reject(name, format!("must have at most {length_max} values"));
            return None;
        }
        let values: Result<_, _> = values.iter().map(|value| T::read(value)).collect();
        self.check(name, values)
    }

    /// Remembers an error that a parser alone does not find.
    pub(super) fn reject(&mut self, name: &str, detail: impl Into<String>) {
        self.errors.push(FieldError { field: name.to_owned(), detail: detail.into() });
    }

    /// Everything that was wrong, as one problem.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid_parameters(self.errors)) }
    }

    fn check<T>(&mut self, name: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|error| self.reject(name, error.to_string())).ok()
    }
}
