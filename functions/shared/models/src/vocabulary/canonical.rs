//! Texts of a catalog, which must be canonical already.
//!
//! A request may send a code in any case. A catalog must hold the canonical form, which is what conditions are
//! compared with: a list that denies `kr` would deny no request.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

use super::form::Vocabulary;

/// What the message of a refused code begins with while a catalog is read. It tells a refused code from the
/// errors of serde itself, which may quote the whole row.
const REFUSED: &str = "refused code: ";

/// The message about a refused code in an error of serde; `None` for any other error.
#[must_use]
pub fn refused_code(serde_error: &str) -> Option<&str> {
    let message = serde_error.strip_prefix(REFUSED)?;
    // serde_json adds the place in the row's text.
    Some(message.rsplit_once(" at line ").map_or(message, |(message, _)| message))
}

/// Reads a text that must be canonical already.
pub(super) fn canonical<'de, T, D>(deserializer: D, wanted: &'static str) -> Result<T, D::Error>
where
    T: Vocabulary + PartialEq<str>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Canonical { wanted, value: PhantomData })
}

/// Reads the text where it lies, so that a value costs one allocation.
struct Canonical<T> {
    wanted: &'static str,
    value: PhantomData<T>,
}

impl<T: Vocabulary + PartialEq<str>> Visitor<'_> for Canonical<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let value = T::read(text).ok().filter(|value| *value == *text);
        value.ok_or_else(|| E::custom(format_args!("{REFUSED}{text:?} is not {}", self.wanted)))
    }
}

/// Lets a type of checked text be read from a catalog. The words complete "is not".
macro_rules! canonical_text {
    ($name:ident, $wanted:literal) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                super::canonical::canonical(deserializer, $wanted)
            }
        }
    };
}

pub(super) use canonical_text;
