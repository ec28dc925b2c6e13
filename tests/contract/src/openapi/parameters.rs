//! Parameters in the two ways that they travel: texts in a query, values in a JSON body.

use lockfill_http::dto::definitions::{Parameter, Shape, TABLE};
use lockfill_models::vocabulary::Form;
use serde_json::{Map, Value, json};

/// The component parameters of a query, by name.
pub(super) fn queries() -> Value {
    TABLE.iter().map(|row| (row.name.to_owned(), query(row))).collect::<Map<_, _>>().into()
}

/// References to all of them; key-values come after everything else that needs no debug token.
pub(super) fn references() -> Value {
    let place = |name: &str| match name {
        "explain" | "now" | "strict" => 2,
        "kv" => 1,
        _ => 0,
    };
    let mut names: Vec<_> = TABLE.iter().map(|row| row.name).collect();
    names.sort_by_key(|name| place(name));
    names.into_iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
}

fn required() -> Vec<&'static str> {
    TABLE.iter().filter(|row| row.is_required()).map(|row| row.name).collect()
}

fn query(row: &Parameter) -> Value {
    let (style, explode, schema) = match row.shape() {
        Shape::One => ("form", true, text(row.form())),
        Shape::List { length_max } => {
            // A comma ends an item, so there is none in it; empty ones are passed over.
            let item = without_commas(row.form());
            ("form", false, json!({ "type": "array", "maxItems": length_max, "items": item }))
        }
        Shape::KeyValues { length_max } => ("form", true, key_values(length_max, row)),
    };
    json!({
        "name": row.name,
        "in": "query",
        "description": row.describes,
        "required": row.is_required(),
        "style": style,
        "explode": explode,
        "schema": schema,
    })
}

/// In a query key-values are parameters of their own: `kv.NAME=VALUE`.
fn key_values(length_max: usize, row: &Parameter) -> Value {
    let name = "^kv\\.( |[^\\s\\u0000-\\u001f\\u007f-\\u009f\\ufffd]){1,64}$";
    json!({
        "type": "object",
        "maxProperties": length_max,
        "propertyNames": { "pattern": name },
        "additionalProperties": text(row.form()),
    })
}

/// A value as a query has it.
fn text(form: Form) -> Value {
    match form {
        Form::Degrees { pattern, .. } | Form::BooleanOr { pattern } => {
            json!({ "type": "string", "pattern": pattern })
        }
        Form::Boolean => json!({ "type": "string", "enum": ["true", "false", "1", "0"] }),
        Form::OneOf(names) => json!({ "type": "string", "enum": names }),
        Form::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Form::Instant => json!({ "type": "string", "format": "date-time" }),
        Form::Text { pattern, length } => {
            with_length(json!({ "type": "string", "pattern": pattern }), length)
        }
    }
}

fn without_commas(form: Form) -> Value {
    let mut schema = text(form);
    if let Some(pattern) = schema["pattern"].as_str() {
        schema["pattern"] = pattern.replace("[^\\s", "[^,\\s").into();
    }
    schema
}

fn with_length(mut schema: Value, length: Option<(usize, usize)>) -> Value {
    if let Some((min, max)) = length {
        schema["minLength"] = min.into();
        schema["maxLength"] = max.into();
    }
    schema
}

/// The schema of a JSON body.
pub(super) fn body() -> Value {
    let properties: Map<_, _> = TABLE.iter().map(|row| (row.name.to_owned(), property(row))).collect();
    json!({
        "title": "An allocation request",
        "description": "Unknown members are ignored; null is the same as left out. Numbers and booleans may \
            also be written as strings, as they stand in a query.",
        "type": "object",
        "required": required(),
        "anyOf": [position("number", &["lat", "lon"]), position("null", &[])],
        "properties": properties,
    })
}

/// Latitude and longitude, both of a type.
fn position(kind: &str, required: &[&str]) -> Value {
    let mut schema = json!({ "properties": { "lat": { "type": kind }, "lon": { "type": kind } } });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

fn property(row: &Parameter) -> Value {
    let mut schema = match row.shape() {
        Shape::One => value(row.form()),
        Shape::List { length_max } => {
            json!({ "type": "array", "maxItems": length_max, "items": value(row.form()) })
        }
        Shape::KeyValues { length_max } => json!({
            "type": "object",
            "maxProperties": length_max,
            "propertyNames": value(row.form()),
            "additionalProperties": value(row.form()),
        }),
    };
    if !row.is_required() {
        or_null(&mut schema);
    }
    schema["description"] = row.describes.into();
    schema
}

/// A value as JSON has it.
fn value(form: Form) -> Value {
    match form {
        Form::Degrees { max, .. } => json!({ "type": "number", "minimum": -max, "maximum": max }),
        Form::Boolean => json!({ "enum": [true, false, 1, 0] }),
        Form::BooleanOr { .. } => json!({ "anyOf": [{ "enum": [true, false, 1, 0] }, text(form)] }),
        Form::OneOf(names) => json!({ "enum": names }),
        _ => text(form),
    }
}

fn or_null(schema: &mut Value) {
    if let Some(choices) = schema["enum"].as_array_mut() {
        choices.push(Value::Null);
    } else if let Some(choices) = schema["anyOf"].as_array_mut() {
        choices.push(json!({ "type": "null" }));
    } else {
        schema["type"] = json!([schema["type"], "null"]);
    }
    // Looking for a member has made an empty one of it where it was not there.
    if let Some(members) = schema.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
}
