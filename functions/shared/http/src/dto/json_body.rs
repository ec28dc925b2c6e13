//! A JSON body, flattened to parameters. Numbers keep the digits they were written with, because no
//! floating-point number takes part in a decision.

use std::borrow::Cow;
use std::fmt;

use lambda_http::Body;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::definitions::{self, Shape};
use super::parameters::Parameters;
use crate::Problem;

/// Adds what a body holds to parameters.
pub(super) fn read<'r>(body: &'r Body, parameters: &mut Parameters<'r>) -> Result<(), Problem> {
    for (name, value) in Members::read(body)?.0 {
        if value.get() != "null" {
            add(parameters, name, value);
        }
    }
    Ok(())
}

fn add<'r>(parameters: &mut Parameters<'r>, name: String, value: &'r RawValue) {
    let Some(parameter) = definitions::find(&name) else {
        if let Some(text) = scalar(value) {
            parameters.extend_unknown(Cow::Owned(name), text);
        }
        return;
    };
    match parameter.shape() {
        Shape::KeyValues { .. } => add_key_values(parameters, parameter.name, value),
        Shape::List { .. } => add_items(parameters, parameter.name, value),
        Shape::One => match scalar(value) {
            Some(text) => parameters.extend(parameter.name, [text]),
            None => parameters.extend_mistyped(parameter.name, "a string, a number or a boolean"),
        },
    }
}

fn add_items<'r>(parameters: &mut Parameters<'r>, name: &'static str, value: &'r RawValue) {
    let values: Option<Vec<&RawValue>> = serde_json::from_str(value.get()).ok();
    let items: Vec<_> = values.iter().flatten().map(|value| scalar(value)).collect();
    if values.is_none() || items.contains(&None) {
        parameters.extend_mistyped(name, "an array of strings");
    }
    parameters.extend(name, items.into_iter().flatten());
}

fn add_key_values<'r>(parameters: &mut Parameters<'r>, name: &'static str, value: &'r RawValue) {
    let members: Option<Members<'_>> = serde_json::from_str(value.get()).ok();
    let mut is_mistyped = members.is_none();
    for (key, value) in members.into_iter().flat_map(|members| members.0) {
        match scalar(value) {
            Some(text) => parameters.add_key_value(Cow::Owned(key), text),
            None => is_mistyped = true,
        }
    }
    if is_mistyped {
        parameters.extend_mistyped(name, "an object of strings");
    }
}

/// A string's characters, or a number's or boolean's own text.
fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => string(text),
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

/// The characters of a JSON string. Without an escape they are what stands between its quotes.
fn string(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('\\') {
        return serde_json::from_str(text).ok().map(Cow::Owned);
    }
    text.strip_prefix('"')?.strip_suffix('"').map(Cow::Borrowed)
}

/// An object's members in order, repeated names included, so that a repeated scalar can be refused.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The members of a body.
    ///
    /// # Errors
    /// If it is no JSON object.
    pub(super) fn read(body: &'a Body) -> Result<Self, Problem> {
        let text = match body {
            Body::Text(text) => text.as_str(),
            Body::Binary(bytes) => {
                std::str::from_utf8(bytes).map_err(|_| Problem::invalid_body("The body must be UTF-8."))?
            }
            _ => "",
        };
        serde_json::from_str(text).map_err(|error| {
            // Line and column alone: the message itself may repeat what was sent.
            let (line, column) = (error.line(), error.column());
            Problem::invalid_body(format!("The body must be a JSON object (line {line}, column {column})."))
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}
