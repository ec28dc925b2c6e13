//! Answers while the store of users fails.

use crate::support::{World, rows};

fn with_cap_kind(kind: &str) -> serde_json::Value {
    let mut rows = rows();
    rows["line_items"][0]["cap_kind"] = kind.into();
    rows
}

#[tokio::test]
async fn without_the_store_of_users_an_answer_is_marked_until_the_store_is_back() {
    let world = World::new();
    world.users.set_down(true);
    let answer = world.get("unit_id=u-1&user_id=u1&country=KR").await;
    assert_eq!((answer.status(), answer.header("x-lockfill-degraded")), (200, Some("redis")));
    world.users.set_down(false);
    assert_eq!(world.get("unit_id=u-1&user_id=u1").await.header("x-lockfill-degraded"), None);
}

#[tokio::test]
async fn a_hard_cap_rejects_a_line_item_while_the_history_is_unknown() {
    let world = World::unpublished();
    world.publish(1, with_cap_kind("hard"));
    world.users.set_down(true);
    assert!(!world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"));
}

#[tokio::test]
async fn a_devices_own_report_replaces_the_stored_history() {
    let world = World::unpublished();
    world.publish(1, with_cap_kind("hard"));
    world.users.set_down(true);
    let below = world.get("unit_id=u-1&user_id=u1&shown=li-1:1:1795338000").await;
    assert!(below.ids().contains(&"li-1"));
    let used_up = world.get("unit_id=u-1&user_id=u1&shown=li-1:2:1795338000").await;
    assert!(!used_up.ids().contains(&"li-1"));
}

#[tokio::test]
async fn limit_ad_tracking_is_no_degradation() {
    let world = World::new();
    world.users.set_down(true);
    let answer = world.get("unit_id=u-1&user_id=u1&limit_ad_tracking=1").await;
    assert_eq!(answer.header("x-lockfill-degraded"), None);
}

#[tokio::test]
async fn an_impression_that_cannot_be_counted_is_marked() {
    let world = World::new();
    let answer = world.get("unit_id=u-1&user_id=u1").await;
    world.users.set_down(true);
    let url = answer.slots()[0]["tracking"]["impression_url"].as_str().unwrap();
    let pixel = world.follow(url).await;
    assert_eq!((pixel.status(), pixel.header("x-lockfill-degraded")), (200, Some("redis")));
}
