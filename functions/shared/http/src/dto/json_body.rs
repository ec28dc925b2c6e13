//! A JSON body, flattened to parameters. Numbers keep the digits they were written with, because no
//! floating-point number takes part in a decision.

use std::fmt;

use lambda_http::Body;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::definitions::{self, KEY_VALUES};
use super::parameters::{KEY_VALUE_PREFIX, Parameters};
use crate::Problem;

/// Adds what a body holds to parameters.
pub(super) fn read(body: &Body, parameters: &mut Parameters) -> Result<(), Problem> {
    for (name, value) in Members::read(body)?.0 {
        if value.get() != "null" {
            add(parameters, &name, value);
        }
    }
    Ok(())
}

fn add(parameters: &mut Parameters, name: &str, value: &RawValue) {
    if name == KEY_VALUES {
        add_key_values(parameters, value);
    } else if definitions::is_list(name) {
        add_items(parameters, name, value);
    } else if let Some(text) = scalar(value) {
        parameters.extend(name, [text]);
    } else if definitions::shape(name).is_some() {
        parameters.extend_mistyped(name, "a string, a number or a boolean");
    }
}

fn add_items(parameters: &mut Parameters, name: &str, value: &RawValue) {
    let values: Option<Vec<&RawValue>> = serde_json::from_str(value.get()).ok();
    let items: Vec<_> = values.iter().flatten().map(|value| scalar(value)).collect();
    if values.is_none() || items.contains(&None) {
        parameters.extend_mistyped(name, "an array of strings");
    }
    parameters.extend(name, items.into_iter().flatten());
}

fn add_key_values(parameters: &mut Parameters, value: &RawValue) {
    let members: Option<Members<'_>> = serde_json::from_str(value.get()).ok();
    let mut is_mistyped = members.is_none();
    for (key, value) in members.into_iter().flat_map(|members| members.0) {
        match scalar(value) {
            Some(text) => parameters.extend(&format!("{KEY_VALUE_PREFIX}{key}"), [text]),
            None => is_mistyped = true,
        }
    }
    if is_mistyped {
        parameters.extend_mistyped(KEY_VALUES, "an object of strings");
    }
}

/// A string's characters, or a number's or boolean's own text.
fn scalar(value: &RawValue) -> Option<String> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(text.to_owned()),
    }
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
