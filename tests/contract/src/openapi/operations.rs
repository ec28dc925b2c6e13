//! Paths, verbs and answers.

use lockfill_http::routes;
use lockfill_models::event::EventKind;
use serde_json::{Map, Value, json};

use super::parameters;

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
    for (event, summary, answers) in [
        (
            EventKind::Impression,
            "Counts a showing, once, and answers with a transparent pixel.",
            impression(),
        ),
        (EventKind::Click, "Counts a click and leads to the landing page.", click()),
    ] {
        let name = event.name();
        let operation = |id: &str, summary: &str, answers: Value| {
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
                    "schema": { "type": "string", "minLength": 1, "maxLength": 2_048 },
                }],
                "responses": answers,
            })
        };
        let operations = json!({
            "get": operation(name, summary, answers),
            "post": operation(
                &format!("{name}_by_beacon"),
                "Counts as GET does, once with it, for navigator.sendBeacon: a body is ignored.",
                beacon(event),
            ),
        });
        paths.insert(routes::event_path(event, "{token}"), operations);
    }
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

fn impression() -> Value {
    json!({
        "200": {
            "description": "Counted, now or before.",
            "headers": common_headers(),
            "content": { "image/gif": { "schema": { "type": "string", "contentEncoding": "binary" } } },
        },
        "400": { "$ref": "#/components/responses/Problem" },
        "410": { "$ref": "#/components/responses/Problem" },
        "414": { "$ref": "#/components/responses/TooLong" },
        "503": { "$ref": "#/components/responses/Unavailable" },
    })
}

fn click() -> Value {
    let mut headers = common_headers();
    headers["location"] = json!({
        "description": "The landing page, from the published catalog.",
        "required": true,
        "schema": { "type": "string", "format": "uri" },
    });
    json!({
        "302": { "description": "Counted; the landing page.", "headers": headers },
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
    answers["204"] = json!({ "description": "Counted, now or before.", "headers": common_headers() });
    answers["413"] = json!({ "$ref": "#/components/responses/TooLarge" });
    answers
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
        "Unavailable": problem("No catalog could be loaded yet.", Some("retry-after")),
        "TooLong": { "description": "A request line over 16 K, from the balancer.", "content": { "text/html": {} } },
        "TooLarge": {
            "description": "More than 1 MB: a page of the balancer, or where there is none a problem document.",
            "content": { "text/html": {}, "application/problem+json": schema("Problem") },
        },
    })
}

fn common_headers() -> Value {
    json!({
        "x-lockfill-served-by": { "$ref": "#/components/headers/served_by" },
        "x-lockfill-degraded": { "$ref": "#/components/headers/degraded" },
    })
}

fn headers_of_an_allocation() -> Value {
    let mut headers = common_headers();
    headers["x-lockfill-ignored"] = json!({ "$ref": "#/components/headers/ignored" });
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
            "schema": { "enum": ["redis", "catalog", "redis, catalog"] },
        },
        "ignored": {
            "description": "The optional parameters of which something could not be read, or was cut, and takes no \
                part in the answer, joined by commas; absent if there are none.",
            "schema": { "type": "string", "pattern": "^[a-z_]+(,[a-z_]+)*$" },
        },
    })
}
