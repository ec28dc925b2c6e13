//! Paths, verbs and answers.

use lockfill_http::routes;
use serde_json::{Map, Value, json};

use super::headers::common_headers;
use super::{events, parameters};

const KINDS: [(&str, &str); 3] = [
    ("ads", "The ads for one unit and user."),
    ("contents", "The contents for one unit and user."),
    ("lockscreen", "A lock screen: ads and contents mixed as the unit says."),
];

pub(super) fn paths() -> Value {
    let mut paths = Map::new();
    for (kind, summary) in KINDS {
        let operations = json!({ "get": ask(kind, summary), "post": post(kind, summary) });
        paths.insert(routes::allocation_path(kind), operations);
    }
    paths.extend(events::paths());
    paths.into()
}

fn ask(kind: &str, summary: &str) -> Value {
    let mut answers = answers_to_an_allocation();
    answers["414"] = json!({ "$ref": "#/components/responses/TooLong" });
    json!({
        "operationId": format!("{kind}_by_query"),
        "tags": ["allocation"],
        "summary": summary,
        "description": "For trying out. Apps post, which keeps parameters out of access logs.",
        "security": [{}, { "debugToken": [] }],
        "parameters": parameters::references(),
        "responses": answers,
    })
}

fn post(kind: &str, summary: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/AllocationRequest" });
    let mut answers = answers_to_an_allocation();
    answers["413"] = json!({ "$ref": "#/components/responses/TooLarge" });
    json!({
        "operationId": kind,
        "tags": ["allocation"],
        "summary": summary,
        "security": [{}, { "debugToken": [] }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": schema } } },
        "responses": answers,
    })
}

fn answers_to_an_allocation() -> Value {
    json!({
        "200": { "$ref": "#/components/responses/Allocation" },
        "400": { "$ref": "#/components/responses/Problem" },
        "401": { "$ref": "#/components/responses/Unauthorized" },
        "404": { "$ref": "#/components/responses/Problem" },
        "503": { "$ref": "#/components/responses/Unavailable" },
    })
}

/// The component responses.
pub(super) fn responses() -> Value {
    let schema = |name: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
    let problem = |description: &str, header: Option<&str>| {
        let mut headers = json!({ "x-lockfill-served-by": { "$ref": "#/components/headers/served_by" } });
        if let Some(name) = header {
            headers[name] = json!({ "required": true, "schema": { "type": "string" } });
        }
        json!({
            "description": description,
            "headers": headers,
            "content": { "application/problem+json": schema("Problem") },
        })
    };
    json!({
        "Allocation": {
            "description": "A slate, which may be empty.",
            "headers": headers_of_an_allocation(),
            "content": { "application/json": schema("AllocationResponse") },
        },
        "Problem": problem("What is wrong with the request; all of it at once.", None),
        "Unauthorized": problem("The parameters explain and now need the debug token.", Some("www-authenticate")),
        "Unavailable": problem("No catalog could be loaded yet, or the ledger took no event.", Some("retry-after")),
        "TooLong": { "description": "A request line over 16 K, from the balancer.", "content": { "text/html": {} } },
        "TooLarge": {
            "description": "More than 1 MB: a page of the balancer, or where there is none a problem document.",
            "content": { "text/html": {}, "application/problem+json": schema("Problem") },
        },
    })
}

fn headers_of_an_allocation() -> Value {
    let mut headers = common_headers();
    headers["x-lockfill-ignored"] = json!({ "$ref": "#/components/headers/ignored" });
    headers["x-lockfill-gates"] = json!({ "$ref": "#/components/headers/gates" });
    headers["access-control-allow-origin"] = json!({ "$ref": "#/components/headers/reader" });
    headers["vary"] = json!({ "$ref": "#/components/headers/vary" });
    headers
}

/// The component headers.
pub(super) fn headers() -> Value {
    json!({
        "served_by": {
            "description": "Who answered.",
            "required": true,
            "schema": { "enum": ["lambda", "django", "http"] },
        },
        "reader": {
            "description": "The request's Origin, if the unit lists it. Problem documents have it too, once the unit \
                is known.",
            "schema": { "type": "string" },
        },
        "vary": {
            "description": "There if the unit lists origins.",
            "schema": { "const": "origin" },
        },
        "degraded": {
            "description": "What was missing while answering; absent if nothing was.",
            "schema": { "enum": [
                "redis", "catalog", "ledger", "redis, catalog", "redis, ledger", "catalog, ledger",
                "redis, catalog, ledger", "gates", "redis, gates", "catalog, gates", "redis, catalog, gates",
            ] },
        },
        "gates": {
            "description": "The version of the table of gates that was decided on: the epoch minute in which it was \
                made. Absent without a table.",
            "schema": { "type": "string", "pattern": "^[0-9]{1,20}$" },
        },
        "recorded": {
            "description": "What became of an event: recorded, recorded before, recorded as one that does not count, \
                or not recorded, so that it may be sent again. Absent if the event is refused.",
            "schema": { "enum": ["yes", "repeated", "invalid", "no"] },
        },
        "ignored": {
            "description": "The optional parameters of which something could not be read, or was cut, and takes no \
                part in the answer, joined by commas; absent if there are none.",
            "schema": { "type": "string", "pattern": "^[a-z_]+(,[a-z_]+)*$" },
        },
    })
}
