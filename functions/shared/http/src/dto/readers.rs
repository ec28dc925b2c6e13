//! How the value of a parameter gets from its text into a draft: one reader a shape of parameter.

use std::collections::BTreeMap;

use lockfill_models::vocabulary::{BirthYear, Form, Longitude, Normalized, Position, ShortText, Vocabulary};

use super::draft::Draft;
use super::fields::{Fields, last};
use super::parameters::KEY_VALUE_PREFIX;

/// How many values a parameter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One.
    One,
    /// At most so many: repeated or comma-separated in a query, an array in JSON.
    List {
        /// The greatest number of values.
        length_max: usize,
    },
    /// At most so many by name: parameters of their own in a query, an object in JSON.
    KeyValues {
        /// The greatest number of names.
        length_max: usize,
    },
}

/// Reads a parameter into a draft.
pub(super) trait Reader: Sync {
    /// How many values the parameter has.
    fn shape(&self) -> Shape {
        Shape::One
    }

    /// How each value looks.
    fn form(&self) -> Form;

    /// Whether a request without the parameter is refused.
    fn is_required(&self) -> bool {
        false
    }

    /// Reads the parameter of that name; what is wrong with it or ignored of it is remembered by the fields.
    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft);
}

/// One value, which must be there.
pub(super) struct Required<T>(pub fn(&mut Draft, T));

impl<T: Vocabulary> Reader for Required<T> {
    fn form(&self) -> Form {
        T::FORM
    }

    fn is_required(&self) -> bool {
        true
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        if !fields.has(name) {
            fields.reject(name, "is required");
        } else if let Some(value) = fields.exactly(name, T::read) {
            (self.0)(draft, value);
        }
    }
}

/// One value.
pub(super) struct One<T>(pub fn(&mut Draft, T));

impl<T: Vocabulary> Reader for One<T> {
    fn form(&self) -> Form {
        T::FORM
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        if let Some(value) = fields.one(name) {
            (self.0)(draft, value);
        }
    }
}

/// Whether the user opts out of something.
pub(super) struct OptOut(pub fn(&mut Draft, bool));

impl Reader for OptOut {
    fn form(&self) -> Form {
        bool::FORM
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        if let Some(value) = fields.opt_out(name) {
            (self.0)(draft, value);
        }
    }
}

/// A list of values.
pub(super) struct List<T> {
    pub length_max: usize,
    pub set: fn(&mut Draft, Vec<T>),
}

impl<T: Vocabulary> Reader for List<T> {
    fn shape(&self) -> Shape {
        Shape::List { length_max: self.length_max }
    }

    fn form(&self) -> Form {
        T::FORM
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        if let Some(values) = fields.list(name, self.length_max) {
            (self.set)(draft, values);
        }
    }
}

/// The year of birth, whose limit is the year in which the request is received.
pub(super) struct YearOfBirth;

impl Reader for YearOfBirth {
    fn form(&self) -> Form {
        BirthYear::FORM
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        let now = fields.now();
        draft.query.birth_year =
            fields.one_by(name, |text| Normalized::whole(text), |text| BirthYear::read(text, now));
    }
}

/// The longitude, which makes a position of the latitude that was read before it.
pub(super) struct LongitudeAfter {
    /// The name of the latitude.
    pub latitude: &'static str,
}

impl Reader for LongitudeAfter {
    fn form(&self) -> Form {
        Longitude::FORM
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        let longitude = fields.one(name);
        if !fields.is_strict() && draft.latitude.is_some() != longitude.is_some() {
            for sent in [self.latitude, name].into_iter().filter(|name| fields.has(name)).collect::<Vec<_>>()
            {
                fields.ignore(sent);
            }
        }
        for (missing, other) in [(self.latitude, name), (name, self.latitude)] {
            if fields.is_strict() && !fields.has(missing) && fields.has(other) {
                fields.reject(
                    missing,
                    format!("is required, because {} and {name} go together", self.latitude),
                );
            }
        }
        draft.query.position =
            draft.latitude.zip(longitude).map(|(latitude, longitude)| Position::new(latitude, longitude));
    }
}

/// Free key-values.
pub(super) struct KeyValues {
    pub length_max: usize,
}

impl Reader for KeyValues {
    fn shape(&self) -> Shape {
        Shape::KeyValues { length_max: self.length_max }
    }

    fn form(&self) -> Form {
        ShortText::FORM
    }

    fn read(&self, name: &'static str, fields: &mut Fields<'_>, draft: &mut Draft) {
        if !fields.is_strict() {
            draft.query.key_values = self.readable(name, fields);
            return;
        }
        if fields.reject_mistyped(name) {
            return;
        }
        let sent = fields.key_values();
        if sent.len() > self.length_max {
            fields.reject(name, format!("must have at most {} names", self.length_max));
            return;
        }
        let mut key_values = BTreeMap::new();
        for (key, values) in sent {
            match ShortText::read(key) {
                Err(_) => fields.reject(name, "a name must be 1 to 64 characters"),
                Ok(text) => {
                    let name = format!("{KEY_VALUE_PREFIX}{key}");
                    if let Some(value) = fields.only(&name, values, ShortText::read) {
                        key_values.insert(text, value);
                    }
                }
            }
        }
        draft.query.key_values = key_values;
    }
}

impl KeyValues {
    /// As many readable key-values as there may be, in the order of their names.
    fn readable(&self, name: &'static str, fields: &mut Fields<'_>) -> BTreeMap<ShortText, ShortText> {
        let mut is_cut = fields.is_mistyped(name);
        let mut key_values = BTreeMap::new();
        for (key, values) in fields.key_values() {
            let value = last(values, ShortText::normalize, ShortText::read);
            match ShortText::read(key).ok().zip(value) {
                Some((key, (value, is_value_cut))) if key_values.len() < self.length_max => {
                    is_cut |= is_value_cut;
                    key_values.insert(key, value);
                }
                _ => is_cut = true,
            }
        }
        if is_cut {
            fields.ignore(name);
        }
        key_values
    }
}
