//! Paths of tracking events: links, and batches.

use lockfill_http::dto::event_batch::EVENTS_MAX;
use lockfill_http::routes;
use lockfill_models::event::EventKind;
use serde_json::{Map, Value, json};

use super::headers::common_headers;

/// The latest time that an event can have, in epoch seconds.
const AT_MAX: i64 = 99_999_999_999;
/// The longest token that is looked at.
const TOKEN_LENGTH_MAX: u32 = 2_048;

/// The operations of all paths.
pub(super) fn paths() -> Map<String, Value> {
    let mut paths = Map::new();
    for (event, summary, answers) in [
        (
            EventKind::Impression,
            "Records a showing, once, and answers with a transparent pixel.",
            impression(),
        ),
        (EventKind::Click, "Records a click, once, and leads to the landing page.", click()),
    ] {
        let name = event.name();
        let beacon_summary =
            "Records as GET does, once with it, for navigator.sendBeacon: a body is ignored.";
        let operations = json!({
            "get": link(name, summary, &answers),
            "post": link(&format!("{name}_by_beacon"), beacon_summary, &beacon(event)),
        });
        paths.insert(routes::event_path(event, "{token}"), operations);
    }
    paths.insert(routes::batch_path().to_owned(), json!({ "post": batch() }));
    paths
}

fn link(id: &str, summary: &str, answers: &Value) -> Value {
    json!({
        "operationId": id,
        "tags": ["events"],
        "summary": summary,
        "description": "The whole address is in the answer to an allocation.",
        "parameters": [{
            "name": "token",
            "in": "path",
            "required": true,
            "description": "A token that was handed out in an allocation.",
            "schema": { "type": "string", "minLength": 1, "maxLength": TOKEN_LENGTH_MAX },
        }, {
            "name": "at",
            "in": "query",
            "description": "When the event happened, in epoch seconds, if it is reported late.",
            "schema": time(),
        }],
        "responses": answers,
    })
}

fn batch() -> Value {
    let event = json!({
        "type": "object",
        "required": ["token", "kind"],
        "properties": {
            "token": { "type": "string" },
            "kind": { "enum": ["impression", "click"] },
            "at": {
                "description": format!(
                    "When the event happened: a whole number of epoch seconds, from 0 to {AT_MAX}. Anything else counts \
                    as absent and, unless it is null, is named in the event's `ignored`."
                ),
            },
        },
    });
    let events = json!({ "type": "array", "minItems": 1, "maxItems": EVENTS_MAX, "items": event });
    let body = json!({ "type": "object", "required": ["events"], "properties": { "events": events } });
    json!({
        "operationId": "events",
        "tags": ["events"],
        "summary": "Records events, each once.",
        "description": "A batch may be sent again as a whole: what is recorded is not recorded twice.",
        "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
        "responses": {
            "200": {
                "description": "What became of each event, in order.",
                "headers": common_headers(),
                "content": { "application/json": { "schema": results() } },
            },
            "400": { "$ref": "#/components/responses/Problem" },
            "413": { "$ref": "#/components/responses/TooLarge" },
            "503": { "$ref": "#/components/responses/Unavailable" },
        },
    })
}

fn results() -> Value {
    let result = json!({
        "type": "object",
        "required": ["recorded"],
        "properties": {
            "recorded": { "enum": ["yes", "repeated", "invalid", "no", "refused"] },
            "problem": { "enum": ["invalid-token", "expired-token", "catalog-unavailable", "ledger-unavailable"] },
            "ignored": { "const": "at" },
        },
        "additionalProperties": false,
    });
    let results = json!({ "type": "array", "minItems": 1, "maxItems": EVENTS_MAX, "items": result });
    json!({ "type": "object", "required": ["results"], "properties": { "results": results }, "additionalProperties": false })
}

fn time() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": AT_MAX })
}

fn headers() -> Value {
    let mut headers = common_headers();
    headers["x-lockfill-recorded"] = json!({ "$ref": "#/components/headers/recorded" });
    headers["x-lockfill-ignored"] = json!({ "$ref": "#/components/headers/ignored" });
    headers
}

fn impression() -> Value {
    json!({
        "200": {
            "description": "Recorded, now or before.",
            "headers": headers(),
            "content": { "image/gif": { "schema": { "type": "string", "contentEncoding": "binary" } } },
        },
        "400": { "$ref": "#/components/responses/Problem" },
        "410": { "$ref": "#/components/responses/Problem" },
        "414": { "$ref": "#/components/responses/TooLong" },
        "503": { "$ref": "#/components/responses/Unavailable" },
    })
}

fn click() -> Value {
    let mut headers = headers();
    headers["location"] = json!({
        "description": "The landing page, from the published catalog.",
        "required": true,
        "schema": { "type": "string", "format": "uri" },
    });
    json!({
        "302": { "description": "The landing page, whether or not the click could be recorded.", "headers": headers },
        "400": { "$ref": "#/components/responses/Problem" },
        "410": { "$ref": "#/components/responses/Problem" },
        "414": { "$ref": "#/components/responses/TooLong" },
        "503": { "$ref": "#/components/responses/Unavailable" },
    })
}

fn beacon(event: EventKind) -> Value {
    let mut answers = match event {
        EventKind::Impression => impression(),
        EventKind::Click => click(),
    };
    if let Some(answers) = answers.as_object_mut() {
        answers.retain(|status, _| !matches!(status.as_str(), "200" | "302"));
    }
    answers["204"] = json!({ "description": "Recorded, now or before.", "headers": headers() });
    answers["413"] = json!({ "$ref": "#/components/responses/TooLarge" });
    answers
}
