//! One complete request and answer for each allocation, in `tests/fixtures/golden`, readable by any language.
//! The fixtures have `*` for what differs from answer to answer: its id and its tokens.

use std::path::{Path, PathBuf};

use lockfill_decision::AllocationKind;
use serde_json::Value;

use crate::support::World;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/golden")
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn without_names(mut answer: Value) -> Value {
    answer["request_id"] = "*".into();
    for slot in answer["slots"].as_array_mut().unwrap() {
        for kind in ["impression", "click"] {
            let url = &mut slot["tracking"][format!("{kind}_url")];
            let prefix = format!("https://t.example/api/v1/events/{kind}/");
            assert!(url.as_str().unwrap().starts_with(&prefix), "{url}");
            *url = format!("{prefix}*").into();
        }
    }
    answer
}

async fn answers_as_written(kind: AllocationKind, name: &str) {
    let golden = read(&format!("{name}.json"));
    let world = World::of_kind(kind);
    world.publish(42, read("catalog.json"));
    world.set(golden["now"].as_str().unwrap());
    let answer = world.post_to(&format!("/api/v1/allocation/{name}"), &golden["request"].to_string()).await;
    assert_eq!(answer.status(), 200);
    let found = serde_json::to_string_pretty(&without_names(answer.json)).unwrap();
    let wanted = serde_json::to_string_pretty(&golden["response"]).unwrap();
    assert_eq!(found, wanted, "{found}");
}

#[tokio::test]
async fn ads_are_answered_as_the_golden_file_says() {
    answers_as_written(AllocationKind::Ads, "ads").await;
}

#[tokio::test]
async fn contents_are_answered_as_the_golden_file_says() {
    answers_as_written(AllocationKind::Contents, "contents").await;
}

#[tokio::test]
async fn a_lock_screen_is_answered_as_the_golden_file_says() {
    answers_as_written(AllocationKind::Lockscreen, "lockscreen").await;
}
