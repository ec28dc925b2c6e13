//! `tests/fixtures/openapi.json` is what the code generates, and agrees with the schemas.
//!
//! After a change that is meant, `LOCKFILL_REWRITE=1 cargo test -p lockfill-test-contract openapi` writes it anew.

use lockfill_test_contract::files::{fixture, read_fixture};
use lockfill_test_contract::openapi;
use serde_json::{Value, json};

fn document() -> Value {
    let schema = |name: &str| read_fixture(&format!("schemas/{name}.schema.json"));
    openapi::document(&schema("allocation-response"), &schema("problem"))
}

/// A component schema as a validator of its own, its references included.
fn validator(name: &str) -> jsonschema::Validator {
    let mut root = document();
    root["$ref"] = format!("#/components/schemas/{name}").into();
    jsonschema::draft202012::options().should_validate_formats(true).build(&root).unwrap()
}

#[test]
fn the_file_is_what_the_code_says() {
    let path = fixture("openapi.json");
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    #[expect(clippy::disallowed_methods, reason = "whether to write anew is said on the command line")]
    if std::env::var("LOCKFILL_REWRITE").is_ok() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "{} is not up to date; see the head of this file", path.display());
}

#[test]
fn a_request_is_what_its_schema_says() {
    let (generated, schema) = (
        document()["components"]["schemas"]["AllocationRequest"].take(),
        read_fixture("schemas/allocation-request.schema.json"),
    );
    for member in ["type", "required", "anyOf"] {
        assert_eq!(generated[member], schema[member], "{member}");
    }
    let names =
        |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&generated), names(&schema));
    for (name, property) in schema["properties"].as_object().unwrap() {
        let expected = resolved(property, &schema["$defs"]);
        assert_eq!(resolved(&generated["properties"][name], &json!({})), expected, "{name}");
    }
}

/// A schema without its description, what it refers to put in.
fn resolved(schema: &Value, definitions: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str) {
                return definitions[name.rsplit('/').next().unwrap()].clone();
            }
            let kept = members.iter().filter(|(name, _)| *name != "description");
            kept.map(|(name, value)| (name.clone(), resolved(value, definitions))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn every_golden_request_and_answer_is_what_the_document_says() {
    let (request, answer) = (validator("AllocationRequest"), validator("AllocationResponse"));
    for name in ["ads", "contents", "lockscreen"] {
        let golden = read_fixture(&format!("golden/{name}.json"));
        assert!(request.is_valid(&golden["request"]), "{name}");
        assert!(answer.is_valid(&golden["response"]), "{name}");
        assert!(!answer.is_valid(&golden["request"]), "{name}");
    }
}

#[test]
fn a_query_has_every_parameter_that_a_body_has() {
    let document = document();
    let body = document["components"]["schemas"]["AllocationRequest"]["properties"].as_object().unwrap();
    let query = document["components"]["parameters"].as_object().unwrap();
    assert!(body.keys().eq(query.keys()));
    for path in ["ads", "contents", "lockscreen"] {
        let operation = &document["paths"][format!("/api/v1/allocation/{path}")]["get"];
        assert_eq!(operation["parameters"].as_array().unwrap().len(), query.len(), "{path}");
    }
}
