//! The document as a whole.

use serde_json::{Map, Value, json};

use super::{operations, parameters};

/// The document, with the JSON Schemas of an answer and of a problem put in.
#[must_use]
pub fn document(allocation_response: &Value, problem: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Lockfill",
            "version": "1",
            "description": "What a phone's lock screen shows: ads and contents, in order, for the coming hours. \
                Unknown parameters are ignored. No answer is to be cached. A path may end with a slash. A preflight \
                (OPTIONS with Origin and Access-Control-Request-Method) is a 204 if any published unit lists the \
                origin, and else a 403, as always for a batch of events; an answer may be read by pages of the origins \
                that its own unit lists.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [],
        "tags": [
            { "name": "allocation", "description": "What to show." },
            { "name": "events", "description": "What was shown and followed." },
        ],
        "paths": operations::paths(),
        "components": {
            "schemas": {
                "AllocationRequest": parameters::body(),
                "AllocationResponse": embedded("AllocationResponse", allocation_response),
                "Problem": embedded("Problem", problem),
            },
            "parameters": parameters::queries(),
            "responses": operations::responses(),
            "headers": operations::headers(),
            "securitySchemes": {
                "debugToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "For explain and now; a request with neither needs no token.",
                },
            },
        },
    })
}

/// A schema as a component: without its name and its dialect, and with references that point to its new place.
fn embedded(name: &str, schema: &Value) -> Value {
    let mut schema = relocated(schema, &format!("#/components/schemas/{name}"));
    if let Some(members) = schema.as_object_mut() {
        members.retain(|member, _| !matches!(member.as_str(), "$schema" | "$id"));
    }
    schema
}

fn relocated(value: &Value, root: &str) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let target = value.as_str().and_then(|target| target.strip_prefix('#'));
                match (name.as_str(), target) {
                    ("$ref", Some(pointer)) => (name.clone(), format!("{root}{pointer}").into()),
                    _ => (name.clone(), relocated(value, root)),
                }
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| relocated(item, root)).collect(),
        other => other.clone(),
    }
}
