//! Tracking links: each counts once for its kind, and leads to the catalog's landing pages alone.

use serde_json::json;

use crate::support::{World, payload};

fn ad_url(answer: &crate::support::Answer, line_item_id: &str, kind: &str) -> String {
    let slot =
        answer.slots().iter().find(|slot| slot["id"] == line_item_id).expect("the line item has a slot");
    slot["tracking"][kind].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_line_item_has_no_slot_when_its_links_have_used_up_its_cap() {
    let world = World::new();
    for round in 0..2 {
        let answer = world.get("unit_id=u-1&user_id=u1").await;
        assert!(answer.ids().contains(&"li-1"), "round {round}: {:?}", answer.ids());
        let pixel = world.follow(&ad_url(&answer, "li-1", "impression_url")).await;
        assert_eq!((pixel.status(), pixel.header("content-type")), (200, Some("image/gif")));
    }
    assert!(!world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"));
    assert!(world.get("unit_id=u-1&user_id=u2").await.ids().contains(&"li-1"), "others still see it");
}

#[tokio::test]
async fn the_same_link_counts_once() {
    let world = World::new();
    let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", "impression_url");
    for _ in 0..5 {
        assert_eq!(world.follow(&url).await.status(), 200);
    }
    assert!(world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"));
}

#[tokio::test]
async fn a_day_cap_opens_again_at_local_midnight() {
    let world = World::new();
    for _ in 0..2 {
        let answer = world.get("unit_id=u-1&user_id=u1").await;
        world.follow(&ad_url(&answer, "li-1", "impression_url")).await;
    }
    // 09:00:30Z is 18:00:30 in Seoul, the unit's zone; midnight there is 15:00Z.
    world.advance(6 * 3_600 - 31);
    assert!(!world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"));
    world.advance(1);
    assert!(world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"));
}

#[tokio::test]
async fn one_showing_in_seoul_and_twelve_in_los_angeles_stay_within_a_daily_cap_of_2() {
    let world = World::new();
    // Monday in Seoul, Sunday in Los Angeles.
    world.set("2026-11-22T15:30:00Z");
    let mut shown = Vec::new();
    for zone in std::iter::once("Asia/Seoul").chain(std::iter::repeat_n("America/Los_Angeles", 12)) {
        let answer = world.get(&format!("unit_id=u-1&user_id=u1&timezone={zone}")).await;
        if answer.ids().contains(&"li-1") {
            world.follow(&ad_url(&answer, "li-1", "impression_url")).await;
            shown.push(zone);
        }
    }
    assert_eq!(shown, ["Asia/Seoul", "America/Los_Angeles"]);
}

#[tokio::test]
async fn a_click_leads_to_the_creatives_page_and_uses_up_no_cap() {
    let world = World::new();
    for _ in 0..3 {
        let answer = world.get("unit_id=u-1&user_id=u1").await;
        let click = world.follow(&ad_url(&answer, "li-1", "click_url")).await;
        assert_eq!((click.status(), click.header("location")), (302, Some("https://shop.example/cr-1")));
        assert_eq!(click.header("referrer-policy"), Some("no-referrer"));
    }
    assert!(world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"));
}

#[tokio::test]
async fn a_click_on_an_unpublished_item_leads_nowhere() {
    let world = World::new();
    let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", "click_url");
    let mut rows = crate::support::rows();
    rows["creatives"] = json!([rows["creatives"][1]]);
    world.publish(2, rows);
    world.advance(10);
    // The events' function has a catalog of its own, which loads when a link is followed.
    let mut answer = world.follow(&url).await;
    for _ in 0..100 {
        if answer.status() != 302 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        answer = world.follow(&url).await;
    }
    assert_eq!((answer.status(), answer.header("location")), (410, None));
}

#[tokio::test]
async fn forged_and_expired_links_are_told_apart() {
    let world = World::new();
    let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", "click_url");
    let forged = format!("{url}x");
    assert_eq!(world.follow(&forged).await.status(), 400);
    for token in ["", "x", "a.b.c", "k1..", "%2e%2e/x"] {
        let path = format!("/api/v1/events/click/{token}");
        assert_eq!(world.track(&payload("GET", &path, "", &[])).await.status(), 400, "{token}");
    }
    world.advance(8 * 24 * 3_600);
    assert_eq!(world.follow(&url).await.status(), 410);
}

#[tokio::test]
async fn a_head_request_is_no_event() {
    let world = World::new();
    let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", "impression_url");
    let path = url.strip_prefix("https://t.example").unwrap();
    let answer = world.track(&payload("HEAD", path, "", &[])).await;
    assert_eq!((answer.status(), answer.header("allow")), (405, Some("GET, POST")));
    assert!(world.users.is_empty());
}

#[tokio::test]
async fn a_seen_content_comes_last_next_time() {
    let world = World::new();
    let first = world.get("unit_id=u-1&user_id=u1&count=2").await;
    let content = first.slots().iter().find(|slot| slot["kind"] == "content").unwrap();
    world.follow(content["tracking"]["impression_url"].as_str().unwrap()).await;
    let second = world.get("unit_id=u-1&user_id=u1&count=2").await;
    assert!(!second.ids().contains(&content["id"].as_str().unwrap()), "{:?}", second.ids());
}

#[tokio::test]
async fn under_limit_ad_tracking_nothing_is_stored_about_the_user() {
    let world = World::new();
    let answer = world.get("unit_id=u-1&user_id=u1&limit_ad_tracking=true").await;
    for slot in answer.slots() {
        for kind in ["impression_url", "click_url"] {
            let answer = world.follow(slot["tracking"][kind].as_str().unwrap()).await;
            assert!([200, 302].contains(&answer.status()));
        }
    }
    assert!(world.users.is_empty());
}

#[tokio::test]
async fn a_beacon_counts_like_a_get_and_once_with_it() {
    let world = World::new();
    for round in 0..2 {
        let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", "impression_url");
        for content_type in
            ["text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/json"]
        {
            let path = url.strip_prefix("https://t.example").unwrap();
            let headers = [("content-type", content_type), ("origin", "https://web.example")];
            let mut beacon = payload("POST", path, "", &headers);
            beacon["body"] = "any\u{0} text {".into();
            let answer = world.track(&beacon).await;
            assert_eq!((answer.status(), answer.response.body().len()), (204, 0), "round {round}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        assert_eq!(world.follow(&url).await.status(), 200, "the same showing");
    }
    assert!(!world.get("unit_id=u-1&user_id=u1").await.ids().contains(&"li-1"), "two showings are the cap");
}

#[tokio::test]
async fn a_beacon_of_a_click_is_counted_and_led_nowhere() {
    let world = World::new();
    let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", "click_url");
    let path = url.strip_prefix("https://t.example").unwrap();
    let answer = world.track(&payload("POST", path, "", &[])).await;
    assert_eq!((answer.status(), answer.header("location")), (204, None));
    assert_eq!(world.track(&payload("POST", "/api/v1/events/click/x", "", &[])).await.status(), 400);
}

#[tokio::test]
async fn a_link_may_end_with_a_slash() {
    let world = World::new();
    for kind in ["impression_url", "click_url"] {
        let url = ad_url(&world.get("unit_id=u-1&user_id=u1").await, "li-1", kind);
        assert!(world.follow(&format!("{url}/")).await.status() < 400, "{kind}");
        assert_eq!(world.follow(&format!("{url}//")).await.status(), 400, "{kind}");
    }
}
