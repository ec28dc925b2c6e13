//! Parameters by name, the same from a query string and from a JSON body.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the name of a key-value begins with.
pub(super) const KEY_VALUE_PREFIX: &str = "kv.";

/// Every value of every known parameter as text, in the order sent. Texts that need no decoding stay where the request
/// has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters<'r> {
    /// The parameters of the table. A request has few of them: a search is faster than a tree.
    sent: Vec<Sent<'r>>,
    /// Key-values by the name behind the prefix. A request may have any number of them.
    key_values: BTreeMap<Cow<'r, str>, Vec<Cow<'r, str>>>,
}

/// One parameter that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent<'r> {
    name: &'static str,
    /// `None` if no value with a text was sent.
    texts: Option<Vec<Cow<'r, str>>>,
    /// What the JSON values must be, if one of them is something else.
    mistyped: Option<&'static str>,
}

impl<'r> Parameters<'r> {
    /// Adds values to a parameter of the table, which counts as sent from then on even if there is no value.
    pub(super) fn extend(&mut self, name: &'static str, values: impl IntoIterator<Item = Cow<'r, str>>) {
        self.entry(name).texts.get_or_insert_default().extend(values);
    }

    /// Remembers that a parameter has a value without a text, and what the value must be.
    pub(super) fn extend_mistyped(&mut self, name: &'static str, wanted: &'static str) {
        self.entry(name).mistyped = Some(wanted);
    }

    /// Adds the value of a key-value, named without the prefix.
    pub(super) fn add_key_value(&mut self, key: Cow<'r, str>, value: Cow<'r, str>) {
        self.key_values.entry(key).or_default().push(value);
    }

    fn entry(&mut self, name: &'static str) -> &mut Sent<'r> {
        let place = self.sent.iter().position(|sent| sent.name == name).unwrap_or_else(|| {
            self.sent.push(Sent { name, texts: None, mistyped: None });
            self.sent.len() - 1
        });
        &mut self.sent[place]
    }

    fn find(&self, name: &str) -> Option<&Sent<'r>> {
        self.sent.iter().find(|sent| sent.name == name)
    }

    /// Whether a parameter was sent, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// What the values of a parameter must be, if one of them has no text.
    pub(super) fn mistyped(&self, name: &str) -> Option<&'static str> {
        self.find(name)?.mistyped
    }

    /// The values of a parameter that are texts; `None` if no such value was sent.
    pub(super) fn get(&self, name: &str) -> Option<&[Cow<'r, str>]> {
        self.find(name)?.texts.as_deref()
    }

    /// The key-values in the order of their names, each named without the prefix.
    pub(super) fn key_values(&self) -> impl ExactSizeIterator<Item = (&str, &[Cow<'r, str>])> {
        self.key_values.iter().map(|(key, values)| (&**key, values.as_slice()))
    }
}
