//! Takes fields out of parameters and remembers everything that is wrong with them, so that a client learns
//! of all its mistakes at once.
//!
//! A strict reading refuses what does not have its form. Any other reading makes the best of a parameter that
//! may be left out, because the device that sends it cannot be changed any more, and remembers what was ignored.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Invalid, Normalized, Vocabulary};

use super::parameters::Parameters;
use crate::Problem;
use crate::problem::FieldError;

/// The fields of one request.
pub(super) struct Fields<'p> {
    parameters: &'p Parameters<'p>,
    now: EpochSeconds,
    is_strict: bool,
    errors: Vec<FieldError>,
    ignored: BTreeSet<&'static str>,
}

impl<'p> Fields<'p> {
    /// The fields of a request that was received at `now`.
    pub(super) const fn new(parameters: &'p Parameters<'p>, now: EpochSeconds, is_strict: bool) -> Self {
        Self { parameters, now, is_strict, errors: Vec::new(), ignored: BTreeSet::new() }
    }

    /// When the request was received.
    pub(super) const fn now(&self) -> EpochSeconds {
        self.now
    }

    /// Whether what does not have its form is refused.
    pub(super) const fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Whether a parameter was sent, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parameters.has(name)
    }

    /// The key-values in the order of their names, each named without the prefix.
    pub(super) fn key_values(
        &self,
    ) -> impl ExactSizeIterator<Item = (&'p str, &'p [Cow<'p, str>])> + use<'p> {
        self.parameters.key_values()
    }

    /// A parameter with one value, which may be left out.
    pub(super) fn one<T: Vocabulary>(&mut self, name: &'static str) -> Option<T> {
        self.one_by(name, T::normalize, T::read)
    }

    /// The same, read by a parser that needs more than the text.
    pub(super) fn one_by<T>(
        &mut self,
        name: &'static str,
        normalize: fn(&str) -> Normalized<'_>,
        read: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        if !self.has(name) {
            return None;
        }
        if self.is_strict {
            return self.exactly(name, read);
        }
        let is_mistyped = self.parameters.mistyped(name).is_some();
        let values = self.parameters.get(name).filter(|_| !is_mistyped);
        let last = last(values.unwrap_or_default(), normalize, read);
        if last.as_ref().is_none_or(|(_, is_cut)| *is_cut) {
            self.ignore(name);
        }
        last.map(|(value, _)| value)
    }

    /// The one value of a parameter, which must have its form.
    pub(super) fn exactly<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        if self.reject_mistyped(name) {
            return None;
        }
        self.only(name, self.parameters.get(name)?, read)
    }

    /// The one value among those of a name, which must have its form.
    pub(super) fn only<T>(
        &mut self,
        name: &str,
        values: &[Cow<'_, str>],
        read: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let [value] = values else {
            self.reject(name, "must be given once");
            return None;
        };
        self.check(name, read(value))
    }

    /// A list of at most so many values, which may be left out.
    pub(super) fn list<T: Vocabulary>(&mut self, name: &'static str, length_max: usize) -> Option<Vec<T>> {
        if !self.is_strict {
            return self.readable_items(name, length_max);
        }
        if self.reject_mistyped(name) {
            return None;
        }
        let values = self.parameters.get(name)?;
        if values.len() > length_max {
            self.reject(name, format!("must have at most {length_max} values"));
            return None;
        }
        let values: Result<_, _> = values.iter().map(|value| T::read(value)).collect();
        self.check(name, values)
    }

    /// As many readable values of a list as it may have; `None` if there is no other value in it.
    fn readable_items<T: Vocabulary>(&mut self, name: &'static str, length_max: usize) -> Option<Vec<T>> {
        let texts = self.parameters.get(name)?;
        let read = |text: &Cow<'_, str>| T::read(&T::normalize(text).text).ok();
        let values: Vec<T> = texts.iter().filter_map(read).take(length_max).collect();
        let is_cut = self.parameters.mistyped(name).is_some() || values.len() < texts.len();
        if is_cut {
            self.ignore(name);
        }
        (!is_cut || !values.is_empty()).then_some(values)
    }

    /// Whether a user opts out. What cannot be read counts as yes, because an opt-out must not be lost.
    pub(super) fn opt_out(&mut self, name: &'static str) -> Option<bool> {
        if self.is_strict || !self.has(name) {
            return self.exactly(name, bool::read);
        }
        let texts = self.parameters.get(name).unwrap_or_default();
        let values: Vec<_> = texts.iter().map(|text| bool::read(&bool::normalize(text).text)).collect();
        let is_mistyped = self.parameters.mistyped(name).is_some();
        if is_mistyped || !matches!(values.as_slice(), [Ok(_)]) {
            self.ignore(name);
        }
        Some(is_mistyped || values.iter().any(|value| *value != Ok(false)))
    }

    /// Refuses a parameter with a JSON value of another type than it may have.
    pub(super) fn reject_mistyped(&mut self, name: &str) -> bool {
        let wanted = self.parameters.mistyped(name);
        if let Some(wanted) = wanted {
            self.reject(name, format!("must be {wanted}"));
        }
        wanted.is_some()
    }

    /// Whether a parameter has a JSON value of another type than it may have.
    pub(super) fn is_mistyped(&self, name: &str) -> bool {
        self.parameters.mistyped(name).is_some()
    }

    /// Remembers an error that a parser alone does not find.
    pub(super) fn reject(&mut self, name: &str, detail: impl Into<String>) {
        self.errors.push(FieldError { field: name.to_owned(), detail: detail.into() });
    }

    /// Remembers a parameter of which something that was sent takes no part in the decision.
    pub(super) fn ignore(&mut self, name: &'static str) {
        self.ignored.insert(name);
    }

    /// What was ignored; or everything that was wrong, as one problem.
    pub(super) fn finish(self) -> Result<BTreeSet<&'static str>, Problem> {
        if self.errors.is_empty() { Ok(self.ignored) } else { Err(Problem::invalid_parameters(self.errors)) }
    }

    fn check<T>(&mut self, name: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|error| self.reject(name, error.to_string())).ok()
    }
}

/// The last of the values of a parameter, and whether that is less than what was sent; `None` if it cannot be read.
///
/// The last, because a balancer without multi-value headers passes on no other.
pub(super) fn last<T>(
    values: &[Cow<'_, str>],
    normalize: fn(&str) -> Normalized<'_>,
    read: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<(T, bool)> {
    let (last, others) = values.split_last()?;
    let Normalized { text, is_cut } = normalize(last);
    read(&text).ok().map(|value| (value, is_cut || !others.is_empty()))
}
