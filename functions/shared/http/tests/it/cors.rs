//! Pages of other origins: which may ask, and which may read the answer.

use lambda_http::Body;
use serde_json::{Value, json};

use crate::support::{Answer, LOCKSCREEN, World, payload, rows};

const LISTED: &str = "https://web.example";
/// Of the other unit.
const OTHER: &str = "http://localhost:3000";
const EVENT: &str = "/api/v1/events/impression/x";

/// Two units that list an origin each, and one that lists none.
fn listing() -> Value {
    let mut rows = rows();
    let unit = |id: &str, origins: Value| {
        let mut unit = rows["units"][0].clone();
        unit["id"] = id.into();
        unit["origins"] = origins;
        unit
    };
    rows["units"] = json!([
        unit("u-1", json!(["https://WEB.example:443/"])),
        unit("u-2", json!([OTHER])),
        unit("u-3", json!([])),
    ]);
    rows
}

fn world() -> World {
    let world = World::unpublished();
    world.publish(1, listing());
    world
}

fn preflight(path: &str, origin: &str) -> Value {
    payload("OPTIONS", path, "", &[("origin", origin), ("access-control-request-method", "POST")])
}

async fn ask(world: &World, query: &str, origin: &str) -> Answer {
    world.allocate(&payload("GET", LOCKSCREEN, query, &[("origin", origin)])).await
}

fn reader(answer: &Answer) -> Option<&str> {
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let exposed = "x-lockfill-degraded, x-lockfill-gates, x-lockfill-ignored, x-lockfill-served-by";
    let reader = answer.header("access-control-allow-origin");
    assert_eq!(answer.header("access-control-expose-headers"), reader.map(|_| exposed));
    reader
}

#[tokio::test]
async fn a_preflight_allows_an_origin_that_any_published_unit_lists() {
    let world = world();
    for origin in [LISTED, OTHER] {
        for answer in [
            world.allocate(&preflight(LOCKSCREEN, origin)).await,
            world.allocate(&preflight("/api/v1/allocation/lockscreen/", origin)).await,
            world.track(&preflight(EVENT, origin)).await,
        ] {
            assert_eq!((answer.status(), answer.response.body().len()), (204, 0));
            assert!(matches!(answer.response.body(), Body::Text(_)), "a balancer takes no null");
            for (name, value) in [
                ("access-control-allow-origin", Some(origin)),
                ("access-control-allow-methods", Some("GET, POST")),
                ("access-control-allow-headers", Some("content-type")),
                ("access-control-max-age", Some("600")),
                ("access-control-allow-credentials", None),
                ("vary", Some("origin, access-control-request-method")),
                ("content-type", None),
            ] {
                assert_eq!(answer.header(name), value, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_preflight_of_an_origin_that_no_unit_lists_is_refused() {
    let world = world();
    for origin in ["https://evil.example", "null", "", "*", "https://WEB.example", "https://web.example:443"]
    {
        for answer in [
            world.allocate(&preflight(LOCKSCREEN, origin)).await,
            world.track(&preflight(EVENT, origin)).await,
        ] {
            assert_eq!(answer.status(), 403, "{origin}");
            assert_eq!(answer.json["type"], "urn:lockfill:problem:origin-not-allowed");
            assert_eq!(reader(&answer), None);
        }
    }
    let mut twice = preflight(LOCKSCREEN, LISTED);
    twice["multiValueHeaders"]["origin"] = json!([LISTED, OTHER]);
    assert_eq!(world.allocate(&twice).await.status(), 403);
}

#[tokio::test]
async fn a_preflight_of_a_batch_is_refused_whatever_the_origin() {
    for world in [world(), World::unpublished()] {
        for (path, origin) in
            [("/api/v1/events", LISTED), ("/api/v1/events/", OTHER), ("/api/v1/events", "null")]
        {
            let answer = world.track(&preflight(path, origin)).await;
            assert_eq!(
                (answer.status(), answer.header("x-lockfill-degraded")),
                (403, None),
                "{path} {origin}"
            );
            assert_eq!(answer.json["type"], "urn:lockfill:problem:origin-not-allowed");
            assert_eq!((reader(&answer), answer.header("vary")), (None, None));
        }
    }
}

#[tokio::test]
async fn options_without_an_origin_or_a_method_is_no_preflight() {
    let world = world();
    for headers in [vec![], vec![("origin", LISTED)], vec![("access-control-request-method", "POST")]] {
        for answer in [
            world.allocate(&payload("OPTIONS", LOCKSCREEN, "", &headers)).await,
            world.track(&payload("OPTIONS", EVENT, "", &headers)).await,
        ] {
            assert_eq!((answer.status(), answer.header("allow")), (405, Some("GET, POST")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_preflight_without_a_catalog_lets_the_browser_ask_once() {
    let world = World::unpublished();
    let answer = world.allocate(&preflight(LOCKSCREEN, LISTED)).await;
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(LISTED));
    assert_eq!(answer.header("access-control-max-age"), Some("0"));
    assert_eq!(answer.header("x-lockfill-degraded"), Some("catalog"));
    let answer = ask(&world, "unit_id=u-1&user_id=u1", LISTED).await;
    assert_eq!((answer.status(), reader(&answer)), (503, None));
}

#[tokio::test]
async fn an_answer_lets_pages_of_its_own_unit_read_it() {
    let world = world();
    for (unit, origin, may_read, varies) in [
        ("u-1", LISTED, true, true),
        ("u-1", OTHER, false, true),
        ("u-1", "https://evil.example", false, true),
        ("u-2", OTHER, true, true),
        ("u-2", LISTED, false, true),
        ("u-3", LISTED, false, false),
    ] {
        let answer = ask(&world, &format!("unit_id={unit}&user_id=u1&gender=unknown"), origin).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(reader(&answer), may_read.then_some(origin), "{unit} {origin}");
        assert_eq!(answer.header("vary"), varies.then_some("origin"), "{unit} {origin}");
    }
    let answer = world.get("unit_id=u-1&user_id=u1").await;
    assert_eq!((reader(&answer), answer.header("vary")), (None, Some("origin")));
}

#[tokio::test]
async fn a_refusal_too_lets_pages_of_its_unit_read_it_once_the_unit_is_known() {
    let world = world();
    for (query, status, may_read) in [
        ("unit_id=u-1&user_id=u1&strict=1&gender=q", 400, true),
        ("unit_id=u-1", 400, true),
        ("unit_id=u-1&user_id=u1&explain=1", 401, true),
        ("unit_id=u-3&user_id=", 400, false),
        ("unit_id=u-9&user_id=u1", 404, false),
        ("unit_id=u-1&unit_id=u-1&user_id=u1", 400, false),
        ("user_id=u1", 400, false),
    ] {
        let answer = ask(&world, query, LISTED).await;
        assert_eq!(answer.status(), status, "{query}");
        assert_eq!(reader(&answer), may_read.then_some(LISTED), "{query}");
        assert_eq!(answer.header("vary"), may_read.then_some("origin"), "{query}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_older_catalog_says_of_origins_is_marked() {
    let world = world();
    let ask_all = async || {
        let not_listed = "https://later.example";
        let mut answers = Vec::new();
        for origin in [LISTED, not_listed] {
            answers.push(world.allocate(&preflight(LOCKSCREEN, origin)).await);
            answers.push(world.track(&preflight(EVENT, origin)).await);
        }
        for query in ["unit_id=u-1", "unit_id=u-9&user_id=u1"] {
            answers.push(ask(&world, query, LISTED).await);
        }
        let marks = answers.iter().map(|answer| answer.header("x-lockfill-degraded").map(str::to_owned));
        let statuses: Vec<_> = answers.iter().map(Answer::status).collect();
        assert_eq!(statuses, [204, 204, 403, 403, 400, 404]);
        marks.collect::<Vec<_>>()
    };
    assert_eq!(ask_all().await, vec![None; 6]);
    world.publish(2, rows());
    world.advance(1);
    assert_eq!(ask_all().await, vec![Some("catalog".to_owned()); 6]);
}

#[tokio::test]
async fn a_refusal_that_depends_on_no_unit_is_never_marked() {
    let world = World::unpublished();
    let answer = ask(&world, "user_id=u1", LISTED).await;
    assert_eq!((answer.status(), answer.header("x-lockfill-degraded")), (400, None));
    let answer = ask(&world, "unit_id=u-1", LISTED).await;
    assert_eq!((answer.status(), answer.header("x-lockfill-degraded")), (400, Some("catalog")));
}
