//! `explain` and `now` need the debug token.

use crate::support::{Answer, DEBUG_TOKEN, LOCKSCREEN, World, payload};

async fn debug(world: &World, query: &str, authorization: &str) -> Answer {
    world.allocate(&payload("GET", LOCKSCREEN, query, &[("authorization", authorization)])).await
}

#[tokio::test]
async fn without_the_token_debugging_is_401_before_anything_else() {
    let world = World::new();
    let bearer = format!("Bearer {DEBUG_TOKEN}");
    for authorization in ["", "Bearer", "Bearer ", "Bearer wrong", &bearer[..bearer.len() - 1], "Basic abc"] {
        for query in ["unit_id=u-1&user_id=u&explain=1", "now=2026-11-22T00:00:00Z", "explain=false"] {
            let answer = debug(&world, query, authorization).await;
            let challenge = answer.header("www-authenticate");
            assert_eq!((answer.status(), challenge), (401, Some("Bearer")), "{authorization:?} {query}");
        }
    }
}

#[tokio::test]
async fn now_decides_for_another_instant_and_tracks_nothing() {
    let world = World::new();
    let query = "unit_id=u-1&user_id=u1&now=2026-11-23T00:00:59%2B09:00";
    let answer = debug(&world, query, &format!("bearer {DEBUG_TOKEN}")).await;
    assert_eq!(answer.json["valid_until"], "2026-11-22T19:00:00Z");
    assert!(answer.slots().iter().all(|slot| slot.get("tracking").is_none()));
}

#[tokio::test]
async fn explain_names_the_rule_that_rejected_each_item() {
    let world = World::new();
    let query = "unit_id=u-1&user_id=u1&country=US&explain=1";
    let answer = debug(&world, query, &format!("Bearer {DEBUG_TOKEN}")).await;
    let explain = answer.json["explain"].as_array().unwrap();
    assert_eq!(
        explain,
        &[serde_json::json!({ "id": "li-2", "rule": "country", "wanted": "one of KR", "found": "US" })]
    );
    assert_eq!(answer.json["explain_rules"], serde_json::json!({ "country": 1 }));
}

#[tokio::test]
async fn explain_names_the_items_that_it_asks_about_and_counts_all() {
    let world = World::new();
    for (asked, listed) in [("li-2", 1), ("ct-404,li-2", 1), ("li-1,ct-404", 0), ("li-22", 0)] {
        let query = format!("unit_id=u-1&user_id=u1&country=US&explain={asked}");
        let answer = debug(&world, &query, &format!("Bearer {DEBUG_TOKEN}")).await;
        assert_eq!(answer.json["explain"].as_array().map(Vec::len), Some(listed), "{asked}");
        assert_eq!(answer.json["explain_rules"], serde_json::json!({ "country": 1 }), "{asked}");
    }
    let query = "unit_id=u-1&user_id=u1&country=US&explain=false";
    let answer = debug(&world, query, &format!("Bearer {DEBUG_TOKEN}")).await;
    assert_eq!((answer.json.get("explain"), answer.json.get("explain_rules")), (None, None));
}
