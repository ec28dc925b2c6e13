//! Takes fields out of parameters and remembers everything that is wrong with them, so that a client learns
//! of all its mistakes at once.

use super::parameters::Parameters;
use crate::Problem;
use crate::problem::FieldError;

/// The fields of one request.
pub(super) struct Fields<'p> {
    parameters: &'p Parameters,
    errors: Vec<FieldError>,
}

impl<'p> Fields<'p> {
    pub(super) const fn new(parameters: &'p Parameters) -> Self {
        Self { parameters, errors: Vec::new() }
    }

    /// Whether a parameter was sent, whatever is in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameters.get(name).is_some()
    }

    /// A scalar that must be there. What stands in for a missing one is never seen: the errors are.
    pub(super) fn required<T: Default>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        if !self.has(name) {
            self.reject(name, "is required");
            return T::default();
        }
        self.optional(name, parse).unwrap_or_default()
    }

    /// A scalar that may be there.
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let [value] = self.parameters.get(name)? else {
            self.reject(name, "must be given once");
            return None;
        };
        self.check(name, parse(value))
    }

    /// A list that may be there, of at most so many values.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        length_max: usize,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let values = self.parameters.get(name)?;
        if values.len() > length_max {
            self.reject(name, format!("must have at most {length_max} values"));
            return None;
        }
        let values: Result<_, _> = values.iter().map(|value| parse(value)).collect();
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
