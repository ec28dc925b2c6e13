//! The two maps of a payload: parameters and headers, with one value each or with several.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use lambda_http::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A query as the client sent it, put together again.
#[derive(Debug, Default)]
pub(super) struct RawQuery(pub(super) String);

impl<'de> Deserialize<'de> for RawQuery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collected::<Self>(PhantomData))
    }
}

impl Collect for RawQuery {
    /// Whether a value was added. A parameter has one at least.
    type Entry = bool;

    fn begin(_: &str) -> Option<bool> {
        Some(false)
    }

    fn add(&mut self, name: &str, has_value: &mut bool, value: &str) -> Option<()> {
        *has_value = true;
        let Self(query) = self;
        query.reserve(name.len() + value.len() + 2);
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        query.push_str(value);
        Some(())
    }

    fn end(has_value: bool) -> Option<()> {
        has_value.then_some(())
    }
}

/// The headers.
#[derive(Debug, Default)]
pub(super) struct Headers(pub(super) HeaderMap);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collected::<Self>(PhantomData))
    }
}

impl Collect for Headers {
    type Entry = HeaderName;

    fn begin(name: &str) -> Option<HeaderName> {
        HeaderName::from_bytes(name.as_bytes()).ok()
    }

    fn add(&mut self, _: &str, name: &mut HeaderName, value: &str) -> Option<()> {
        let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        self.0.append(name.clone(), value);
        Some(())
    }

    fn end(_: HeaderName) -> Option<()> {
        Some(())
    }
}

/// What collects the entries of a map. `None` refuses an entry.
trait Collect: Default {
    /// What is kept of a name while its values are added.
    type Entry;

    fn begin(name: &str) -> Option<Self::Entry>;
    fn add(&mut self, name: &str, entry: &mut Self::Entry, value: &str) -> Option<()>;
    fn end(entry: Self::Entry) -> Option<()>;
}

/// Reads a map into what collects its entries.
struct Collected<C>(PhantomData<C>);

impl<'de, C: Collect> Visitor<'de> for Collected<C> {
    type Value = C;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of texts, or of lists of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<C, A::Error> {
        let mut collected = C::default();
        while let Some(Name(name)) = map.next_key()? {
            let mut entry = C::begin(&name).ok_or_else(|| A::Error::custom("a name is refused"))?;
            map.next_value_seed(Values { collected: &mut collected, name: &name, entry: &mut entry })?;
            C::end(entry).ok_or_else(|| A::Error::custom("a name has no value"))?;
        }
        Ok(collected)
    }
}

/// A name, which stays where the payload has it unless it has an escape.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Adds one value, or each of a list.
struct Values<'c, C: Collect> {
    collected: &'c mut C,
    name: &'c str,
    entry: &'c mut C::Entry,
}

impl<C: Collect> Values<'_, C> {
    fn add<E: Error>(&mut self, value: &str) -> Result<(), E> {
        let added = self.collected.add(self.name, self.entry, value);
        added.ok_or_else(|| E::custom("a value is refused"))
    }
}

impl<'de, C: Collect> DeserializeSeed<'de> for Values<'_, C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, C: Collect> Visitor<'de> for Values<'_, C> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a list of texts")
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        self.add(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut values: A) -> Result<(), A::Error> {
        while let Some(Name(value)) = values.next_element()? {
            self.add(&value)?;
        }
        Ok(())
    }
}
