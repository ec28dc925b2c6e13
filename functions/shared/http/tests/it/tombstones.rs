//! What was withdrawn: links that were handed out before lead to the landing page for eight days, count for what
//! happened before, and lead nowhere if it was blocked.

use std::time::Duration;

use lockfill_models::event::EventClass;
use serde_json::{Value, json};

use crate::support::{Answer, World, rows};

/// The landing page of the tombstone differs from the creative's, so that an answer tells which of them it is from.
const LANDING_URL: &str = "https://shop.example/withdrawn";

fn without_creative(tombstone: &Value) -> Value {
    let mut rows = rows();
    rows["creatives"].as_array_mut().unwrap().retain(|creative| creative["id"] != "cr-1");
    let mut row = json!({
        "id": "cr-1", "kind": "creative", "landing_url": LANDING_URL, "line_item_id": "li-1",
        "campaign_id": "c-1", "advertiser_id": "a-1",
    });
    row.as_object_mut().unwrap().extend(tombstone.as_object().unwrap().clone());
    rows["tombstones"] = json!([row]);
    rows
}

/// The links of `li-1` from an answer before its creative was withdrawn.
async fn links(world: &World) -> [String; 2] {
    let answer = world.get("unit_id=u-1&user_id=u1").await;
    let slot = answer.slots().iter().find(|slot| slot["id"] == "li-1").expect("the line item has a slot");
    ["click_url", "impression_url"].map(|kind| slot["tracking"][kind].as_str().unwrap().to_owned())
}

/// Follows a click until the answer is no longer that of the version before, which loads in the background.
async fn follow_withdrawn(world: &World, click: &str) -> Answer {
    world.advance(2);
    for _ in 0..200 {
        let answer = world.follow(click).await;
        if answer.header("location") != Some("https://shop.example/cr-1") {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the creative is served after two seconds");
}

#[tokio::test]
async fn a_withdrawn_items_links_redirect_for_eight_days_and_are_recorded_as_withdrawn() {
    let world = World::new();
    let [click, impression] = links(&world).await;
    // The eight days end a minute after the world's present.
    world.publish(2, without_creative(&json!({ "withdrawn_at": "2026-11-14T09:01:30Z" })));
    let answer = follow_withdrawn(&world, &click).await;
    assert_eq!((answer.status(), answer.header("location")), (302, Some(LANDING_URL)));
    let pixel = world.follow(&impression).await;
    assert_eq!((pixel.status(), pixel.header("x-lockfill-degraded")), (200, None));
    assert_eq!(pixel.header("x-lockfill-recorded"), Some("invalid"));
    assert_eq!(world.ledger.classes(), [EventClass::Withdrawn; 2]);
    assert!(world.users.is_empty(), "what happened after the withdrawal is not counted");
    world.advance(120);
    let late = world.follow(&click).await;
    assert_eq!((late.status(), late.header("location")), (410, None), "{}", late.json);
}

#[tokio::test]
async fn what_happened_before_a_withdrawal_counts_whenever_it_is_reported() {
    let world = World::new();
    let [click, impression] = links(&world).await;
    world.publish(2, without_creative(&json!({ "withdrawn_at": "2026-11-22T09:00:40Z" })));
    world.advance(3_600);
    follow_withdrawn(&world, &click).await;
    let before = "2026-11-22T09:00:40Z".parse::<jiff::Timestamp>().unwrap().as_second();
    let pixel = world.follow_with(&impression, &format!("at={before}"), &[]).await;
    assert_eq!((pixel.status(), pixel.header("x-lockfill-recorded")), (200, Some("yes")));
    let click = world.follow_with(&click, &format!("at={before}"), &[]).await;
    assert_eq!((click.status(), click.header("location")), (302, Some(LANDING_URL)));
    assert_eq!(world.users.len(), 1, "the events are counted");
    assert_eq!(world.ledger.entries().last().unwrap().happened_at.0, before);
}

#[tokio::test]
async fn a_blocked_items_click_does_not_redirect() {
    let world = World::new();
    let [click, _] = links(&world).await;
    let blocked = json!({ "withdrawn_at": "2026-11-22T09:00:00Z", "blocked": true });
    world.publish(2, without_creative(&blocked));
    let answer = follow_withdrawn(&world, &click).await;
    assert_eq!((answer.status(), answer.header("location")), (410, None), "{}", answer.json);
}
