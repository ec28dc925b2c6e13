//! Parameters by name, the same from a query string and from a JSON body.

use std::collections::BTreeMap;

/// What the name of a key-value begins with.
pub(super) const KEY_VALUE_PREFIX: &str = "kv.";

/// Every value of every parameter as text, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    texts: BTreeMap<String, Vec<String>>,
    /// What the JSON values of a parameter must be, where one of them is something else.
    mistyped: BTreeMap<String, &'static str>,
}

impl Parameters {
    /// Adds values to a parameter, which counts as sent from then on even if there is no value.
    pub(super) fn extend(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.texts.entry(name.to_owned()).or_default().extend(values);
    }

    /// Remembers that a parameter has a value without a text, and what the value must be.
    pub(super) fn extend_mistyped(&mut self, name: &str, wanted: &'static str) {
        self.mistyped.insert(name.to_owned(), wanted);
    }

    /// Whether a parameter was sent, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name) || self.mistyped.contains_key(name)
    }

    /// What the values of a parameter must be, if one of them has no text.
    pub(super) fn mistyped(&self, name: &str) -> Option<&'static str> {
        self.mistyped.get(name).copied()
    }

    /// The values of a parameter that are texts; `None` if no such value was sent.
    pub(super) fn get(&self, name: &str) -> Option<&[String]> {
        self.texts.get(name).map(Vec::as_slice)
    }

    /// The names that begin with a prefix, without it.
    pub(super) fn names_after<'p>(&'p self, prefix: &'p str) -> impl Iterator<Item = &'p str> {
        self.texts.keys().filter_map(move |name| name.strip_prefix(prefix))
    }
}
