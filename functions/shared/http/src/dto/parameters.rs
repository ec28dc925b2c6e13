//! Parameters by name, the same from a query string and from a JSON body.

use std::collections::BTreeMap;

/// What the name of a key-value begins with.
pub(super) const KEY_VALUE_PREFIX: &str = "kv.";

/// Every value of every parameter as text, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Adds values to a parameter, which counts as sent from then on even if there is no value.
    pub(super) fn extend(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.0.entry(name.to_owned()).or_default().extend(values);
    }

    /// The values of a parameter; `None` if it was not sent.
    pub(super) fn get(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The names that begin with a prefix, without it.
    pub(super) fn names_after<'p>(&'p self, prefix: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.keys().filter_map(move |name| name.strip_prefix(prefix))
    }
}
