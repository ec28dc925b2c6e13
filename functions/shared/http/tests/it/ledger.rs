//! What is recorded, and when it is counted. `tests/fixtures/vectors/ledger.json` has the answers and the entries.

use lockfill_models::event::EventClass;
use serde_json::{Value, json};

use crate::support::{Answer, World, payload};

async fn link(world: &World, query: &str, kind: &str) -> String {
    let answer = world.get(&format!("unit_id=u-1&user_id=u1{query}")).await;
    let slot = answer.slots().iter().find(|slot| slot["id"] == "li-1").expect("the line item has a slot");
    slot["tracking"][kind].as_str().unwrap().to_owned()
}

async fn has_li_1(world: &World) -> bool {
    world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1")
}

fn recorded(answer: &Answer) -> Option<&str> {
    answer.header("x-lockfill-recorded")
}

fn token(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

async fn send(world: &World, body: &str) -> Answer {
    let mut batch = payload("POST", "/api/v1/events", "", &[("content-type", "application/json")]);
    batch["body"] = body.into();
    world.track(&batch).await
}

#[tokio::test]
async fn a_repetition_makes_up_for_a_count_that_the_store_of_users_did_not_take() {
    let world = World::new();
    for _ in 0..2 {
        let url = link(&world, "", "impression_url").await;
        world.users.set_down(true);
        let first = world.follow(&url).await;
        assert_eq!((recorded(&first), first.header("x-lockfill-degraded")), (Some("yes"), Some("redis")));
        world.users.set_down(false);
        assert!(has_li_1(&world).await, "it is recorded, and not counted yet");
        let second = world.follow(&url).await;
        assert_eq!((recorded(&second), second.header("x-lockfill-degraded")), (Some("repeated"), None));
    }
    assert!(!has_li_1(&world).await, "two showings are the cap");
    assert_eq!(world.ledger.classes(), [EventClass::Valid; 2]);
}

#[tokio::test]
async fn what_the_ledger_does_not_take_is_not_counted_and_can_be_sent_again() {
    let world = World::new();
    let url = link(&world, "", "impression_url").await;
    world.ledger.set_down(true);
    let answer = world.follow(&url).await;
    assert_eq!((answer.status(), answer.header("retry-after")), (503, Some("5")));
    assert!(world.users.is_empty());
    world.ledger.set_down(false);
    assert_eq!(recorded(&world.follow(&url).await), Some("yes"));
    assert_eq!(world.users.len(), 1);
}

#[tokio::test]
async fn what_is_invalid_uses_up_no_cap() {
    let world = World::new();
    for _ in 0..4 {
        let url = link(&world, "", "impression_url").await;
        let bot = world.follow_with(&url, "", &[("user-agent", "curl/8.4.0")]).await;
        let prefetch = world.follow_with(&url, "", &[("sec-purpose", "prefetch")]).await;
        assert_eq!([recorded(&bot), recorded(&prefetch)], [Some("invalid"); 2]);
    }
    assert!(world.users.is_empty() && has_li_1(&world).await);
    assert_eq!(world.ledger.entries().len(), 8);
}

#[tokio::test]
async fn a_late_report_uses_up_the_cap_of_the_day_it_happened_on() {
    let world = World::new();
    let mut urls = Vec::new();
    for number in 0..2 {
        urls.push(link(&world, &format!("&country=KR&count={}", number + 2), "impression_url").await);
    }
    // The next evening in Seoul.
    world.advance(24 * 3_600);
    let happened_at = "2026-11-22T09:05:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    for url in &urls {
        assert_eq!(recorded(&world.follow_with(url, &format!("at={happened_at}"), &[]).await), Some("yes"));
    }
    assert!(has_li_1(&world).await, "yesterday's showings leave today's cap unused");
    for _ in 0..2 {
        world.follow(&link(&world, "", "impression_url").await).await;
    }
    assert!(!has_li_1(&world).await);
    let happened: Vec<_> = world.ledger.entries().iter().map(|entry| entry.happened_at.0).collect();
    assert_eq!(happened.iter().filter(|at| **at == happened_at).count(), 2);
}

#[tokio::test]
async fn under_limit_ad_tracking_an_event_is_recorded_without_its_user() {
    let world = World::new();
    let url = link(&world, "&limit_ad_tracking=1", "impression_url").await;
    assert_eq!(recorded(&world.follow(&url).await), Some("yes"));
    let [entry] = <[_; 1]>::try_from(world.ledger.entries()).unwrap();
    assert_eq!((entry.user, entry.item.shown.unwrap().id()), (None, "li-1"));
    assert!(world.users.is_empty());
}

#[tokio::test]
async fn a_batch_of_a_hundred_events_is_answered_in_its_order() {
    let world = World::new();
    let mut events = Vec::new();
    for number in 0..50 {
        for kind in ["impression", "click"] {
            let url =
                link(&world, &format!("&limit_ad_tracking=1&birth_year={}", 1950 + number), "click_url")
                    .await;
            let is_forged = number % 7 == 3;
            let token = if is_forged { format!("{}x", token(&url)) } else { token(&url).to_owned() };
            events.push(json!({ "token": token, "kind": kind }));
        }
    }
    world.advance(5);
    let answer = send(&world, &json!({ "events": events }).to_string()).await;
    assert_eq!((answer.status(), answer.header("content-type")), (200, Some("application/json")));
    let found: Vec<_> =
        answer.json["results"].as_array().unwrap().iter().map(|row| &row["recorded"]).collect();
    let expected = |number: usize| if (number / 2) % 7 == 3 { "refused" } else { "yes" };
    assert_eq!(found, (0..100).map(expected).collect::<Vec<_>>());
    assert_eq!(world.ledger.entries().len(), 100 - 14);
}

#[tokio::test]
async fn a_large_batch_and_another_method_are_refused() {
    let world = World::new();
    let body = json!({ "events": [{ "token": "x", "kind": "click" }], "padding": "y".repeat(65_536) });
    let answer = send(&world, &body.to_string()).await;
    assert_eq!((answer.status(), &answer.json["type"]), (413, &json!("urn:lockfill:problem:body-too-large")));
    let answer = world.track(&payload("GET", "/api/v1/events/", "", &[])).await;
    assert_eq!((answer.status(), answer.header("allow")), (405, Some("POST")));
}

/// Any cut and any changed byte of a batch is answered as a client's mistake, or as a batch.
#[tokio::test]
async fn a_hostile_batch_is_a_4xx_or_a_batch_that_refuses_its_events() {
    let world = World::new();
    let event = json!({ "token": "k1.AAAA", "kind": "click", "at": 1_795_338_031 });
    let good = json!({ "events": [event, event] }).to_string();
    let mut bodies: Vec<String> = (0..good.len()).map(|end| good[..end].to_owned()).collect();
    for position in 0..good.len() {
        for other in ["[", "{", "\"", "\\", "9", "-", "null", "\u{0}", "\u{1F512}", "}", "]", ","] {
            let mut body = good.clone();
            body.replace_range(position..=position, other);
            bodies.push(body);
        }
    }
    bodies.push(format!("{{\"events\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000)));
    bodies.push(json!({ "events": vec![json!({}); 100] }).to_string());
    bodies.push(json!({ "events": vec![Value::Null; 10_000] }).to_string());
    for body in &bodies {
        let answer = send(&world, body).await;
        let is_refused = |row: &Value| row["recorded"] == "refused";
        match answer.status() {
            200 => assert!(answer.json["results"].as_array().unwrap().iter().all(is_refused), "{body}"),
            status => assert!([400, 413].contains(&status), "{status}: {body}"),
        }
        assert!(answer.response.body().len() < 8_192, "{body}");
    }
    assert!(world.ledger.entries().is_empty());
}
