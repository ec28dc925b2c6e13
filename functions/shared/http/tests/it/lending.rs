//! A unit that lends: the slots of one device's answer count for the user's other devices.

use serde_json::Value;

use crate::support::{Answer, DEBUG_TOKEN, LOCKSCREEN, World, payload, rows};

/// A world whose unit lends, and whose line item `li-1` a user sees once a day.
fn lending() -> World {
    let world = World::unpublished();
    world.publish(1, lending_rows(true));
    world
}

fn lending_rows(lends: bool) -> Value {
    let mut rows = rows();
    rows["units"][0]["lends_to_devices"] = lends.into();
    rows["line_items"][0]["caps"][0]["limit"] = 1.into();
    rows
}

async fn ask(world: &World, device: &str) -> Answer {
    world.get(&format!("unit_id=u-1&user_id=u1&country=KR&device_id={device}")).await
}

fn has(answer: &Answer) -> bool {
    answer.ids().contains(&"li-1")
}

fn impression(answer: &Answer) -> &str {
    let slot = answer.slots().iter().find(|slot| slot["id"] == "li-1").unwrap();
    slot["tracking"]["impression_url"].as_str().unwrap()
}

#[tokio::test]
async fn what_one_device_was_lent_another_is_not_and_asking_twice_gives_the_same_slots() {
    let world = lending();
    let first = ask(&world, "phone").await;
    assert!(has(&first));
    for _ in 0..3 {
        assert!(!has(&ask(&world, "tablet").await), "the only showing of the day is the phone's");
        assert_eq!(ask(&world, "phone").await.ids(), first.ids());
    }
    world.advance(4 * 3_600);
    assert!(has(&ask(&world, "tablet").await), "the phone's answer is over, and nothing was shown");
    assert!(!has(&ask(&world, "phone").await));
}

#[tokio::test]
async fn a_slot_that_was_shown_counts_once_and_no_more_as_a_loan() {
    let world = World::unpublished();
    let mut rows = lending_rows(true);
    rows["line_items"][0]["caps"][0]["limit"] = 2.into();
    world.publish(1, rows);
    let answer = ask(&world, "phone").await;
    assert_eq!(world.follow_with(impression(&answer), "", &[("user-agent", "phone")]).await.status(), 200);
    let tablet = ask(&world, "tablet").await;
    assert!(has(&tablet), "one of two showings is left");
    assert!(!has(&ask(&world, "watch").await), "one was shown, and one is the tablet's");
}

#[tokio::test]
async fn a_device_without_a_name_is_one_device() {
    let world = lending();
    let unnamed = "unit_id=u-1&user_id=u1&country=KR";
    let first = world.get(unnamed).await;
    assert!(has(&first));
    assert_eq!(world.get(unnamed).await.ids(), first.ids());
    assert!(!has(&ask(&world, "phone").await));
    assert!(has(&world.get("unit_id=u-1&user_id=u2&country=KR&device_id=phone").await), "another user");
}

#[tokio::test]
async fn nothing_is_lent_where_the_unit_does_not_lend_or_the_user_limits_tracking_or_explains() {
    let world = World::unpublished();
    world.publish(1, lending_rows(false));
    assert!(has(&ask(&world, "phone").await) && has(&ask(&world, "tablet").await), "off by default");
    let world = lending();
    assert!(has(&ask(&world, "phone&limit_ad_tracking=1").await));
    let query = "unit_id=u-1&user_id=u1&country=KR&device_id=tablet&explain=1";
    let bearer = format!("Bearer {DEBUG_TOKEN}");
    let explain = payload("GET", LOCKSCREEN, query, &[("authorization", &bearer)]);
    assert!(has(&world.allocate(&explain).await));
    assert!(has(&ask(&world, "phone").await), "neither has noted anything");
    let explained = world.allocate(&explain).await;
    assert!(!has(&explained), "a debugging client sees what a device would be answered");
    let (ids, why) = (explained.ids().len(), &explained.json["explain"]);
    assert!(ids > 0 && why.to_string().contains("frequency_cap"), "{why}");
}

#[tokio::test]
async fn without_the_store_an_answer_is_marked_and_nothing_is_lent() {
    let world = lending();
    world.users.set_down(true);
    let answer = ask(&world, "phone").await;
    assert_eq!((answer.status(), answer.header("x-lockfill-degraded")), (200, Some("redis")));
    world.users.set_down(false);
    assert_eq!(ask(&world, "tablet").await.header("x-lockfill-degraded"), None);
}
