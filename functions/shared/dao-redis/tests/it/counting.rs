//! How an event changes a user's state.

use std::sync::Arc;

use jiff::tz::TimeZone;
use lockfill_dao::{DaoError, EventRecorder, Recorded, UserStateReader};
use lockfill_models::event::EventKind;
use lockfill_models::time::{Buckets, Window};
use lockfill_models::user_state::{History, Source, UserState};
use redis::AsyncCommands;

use crate::stories::{ad, at, clicked, content, event, patient, seen, state, user};

const STATE: &str = "lockfill:{u}:state";

/// Showings in minute, hour, day, week and lifetime, as of an instant in Seoul.
fn counts(history: &History, instant: &str) -> [u32; 5] {
    let now = Buckets::at(at(instant), &TimeZone::get("Asia/Seoul").unwrap());
    [Window::Minute, Window::Hour, Window::Day, Window::Week, Window::Lifetime]
        .map(|window| history.count(window, &now))
}

#[tokio::test]
async fn a_user_without_a_stored_state_is_a_new_user_with_a_known_history() {
    let (_server, users) = patient();
    assert_eq!(state(&users).await, UserState::new_user());
    assert_eq!(state(&users).await.source, Source::Stored);
}

#[tokio::test]
async fn a_showing_counts_for_the_line_item_its_campaign_and_its_advertiser_in_every_window() {
    let (_server, users) = patient();
    assert_eq!(seen(&users, "r:1", ad("li-1"), "2026-11-22T03:00:10Z").await, Recorded::Counted);
    seen(&users, "r:2", ad("li-2"), "2026-11-22T03:00:20Z").await;
    let state = state(&users).await;
    assert_eq!(counts(&state.line_items["li-1"], "2026-11-22T03:00:59Z"), [1; 5]);
    assert_eq!(counts(&state.line_items["li-2"], "2026-11-22T03:00:59Z"), [1; 5]);
    assert_eq!(counts(&state.campaigns["c-1"], "2026-11-22T03:00:59Z"), [2; 5]);
    assert_eq!(counts(&state.advertisers["a-1"], "2026-11-22T03:00:59Z"), [2; 5]);
    assert_eq!(state.campaigns["c-1"].last_shown_at, at("2026-11-22T03:00:20Z"));
    assert_eq!(state.first_seen_at, Some(at("2026-11-22T03:00:10Z")));
}

#[tokio::test]
async fn each_window_begins_anew_on_its_own_clock() {
    let (_server, users) = patient();
    // A Sunday evening in Seoul, its last minute, and then the first of Monday.
    let instants =
        ["2026-11-22T13:59:30Z", "2026-11-22T14:00:00Z", "2026-11-22T14:00:59Z", "2026-11-22T15:00:00Z"];
    let expected = [[1, 1, 1, 1, 1], [1, 1, 2, 2, 2], [2, 2, 3, 3, 3], [1, 1, 1, 1, 4]];
    for (slot, (instant, expected)) in instants.iter().zip(expected).enumerate() {
        seen(&users, &format!("r:{slot}"), ad("li"), instant).await;
        assert_eq!(counts(&state(&users).await.line_items["li"], instant), expected, "{instant}");
    }
}

#[tokio::test]
async fn a_late_event_adds_to_the_lifetime_count_and_leaves_newer_windows_unchanged() {
    let (_server, users) = patient();
    seen(&users, "r:1", ad("li"), "2026-11-25T03:00:30Z").await;
    seen(&users, "r:2", ad("li"), "2026-11-25T02:10:00Z").await;
    seen(&users, "r:3", ad("li"), "2026-11-10T02:10:00Z").await;
    let history = state(&users).await.line_items["li"];
    assert_eq!(counts(&history, "2026-11-25T03:00:30Z"), [1, 1, 2, 2, 3]);
    assert_eq!(history.last_shown_at, at("2026-11-25T03:00:30Z"));
    assert_eq!(state(&users).await.first_seen_at, Some(at("2026-11-10T02:10:00Z")));
}

#[tokio::test]
async fn an_event_that_arrives_late_counts_in_the_day_it_happened_in() {
    let (_server, users) = patient();
    let seoul = TimeZone::get("Asia/Seoul").unwrap();
    // Noon of a Wednesday in Seoul.
    let now = "2026-11-25T03:00:30Z";
    let late = async |slot: &str, instant: &str| {
        let mut event = event(EventKind::Impression, slot, ad("li"), at(instant));
        event.arrived = Buckets::at(at(now), &seoul);
        assert_eq!(users.record(&event).await.unwrap(), Recorded::Counted);
    };
    // Tuesday evening, before anything of Wednesday is stored: the report counts for Tuesday.
    late("r:1", "2026-11-24T11:00:00Z").await;
    assert_eq!(counts(&state(&users).await.line_items["li"], "2026-11-24T11:00:00Z"), [1; 5]);
    assert_eq!(counts(&state(&users).await.line_items["li"], now), [0, 0, 0, 1, 1]);
    seen(&users, "r:2", ad("li"), now).await;
    // Tuesday evening and Sunday, after a showing of Wednesday: the day's count stays what it is.
    late("r:3", "2026-11-24T12:00:00Z").await;
    assert_eq!(counts(&state(&users).await.line_items["li"], now), [1, 1, 1, 3, 3]);
    late("r:4", "2026-11-22T12:00:00Z").await;
    assert_eq!(counts(&state(&users).await.line_items["li"], now), [1, 1, 1, 3, 4]);
    assert_eq!(state(&users).await.line_items["li"].last_shown_at, at(now));
    assert_eq!(state(&users).await.first_seen_at, Some(at("2026-11-22T12:00:00Z")));
}

#[tokio::test]
async fn an_event_that_comes_again_is_counted_once_and_a_click_is_another_event() {
    let (server, users) = patient();
    assert_eq!(seen(&users, "r:1", ad("li"), "2026-11-22T03:00:00Z").await, Recorded::Counted);
    assert_eq!(seen(&users, "r:1", ad("li"), "2026-11-22T03:00:01Z").await, Recorded::Repeated);
    assert_eq!(clicked(&users, "r:1", ad("li"), "2026-11-22T03:00:02Z").await, Recorded::Counted);
    assert_eq!(clicked(&users, "r:1", ad("li"), "2026-11-22T03:00:03Z").await, Recorded::Repeated);
    let state = state(&users).await;
    assert_eq!(state.line_items["li"].lifetime, 1);
    assert_eq!(state.line_items["li"].last_shown_at, at("2026-11-22T03:00:00Z"), "a click is no showing");
    let clicks: u32 = server.look().await.hget(STATE, "k:li").await.unwrap();
    assert_eq!(clicks, 1);
}

#[tokio::test]
async fn a_content_is_remembered_with_its_latest_showing() {
    let (_server, users) = patient();
    seen(&users, "r:1", content("ct"), "2026-11-22T03:00:00Z").await;
    seen(&users, "r:2", content("ct"), "2026-11-22T04:00:00Z").await;
    seen(&users, "r:3", content("ct"), "2026-11-22T02:00:00Z").await;
    let state = state(&users).await;
    assert_eq!(state.contents["ct"], at("2026-11-22T04:00:00Z"));
    assert!(state.line_items.is_empty());
}

#[tokio::test]
async fn the_state_of_a_user_who_came_back_lives_ninety_days_and_a_marker_as_long_as_its_token() {
    let (server, users) = patient();
    let mut look = server.look().await;
    seen(&users, "r:1", ad("li"), "2026-11-22T03:00:00Z").await;
    let _: bool = look.expire(STATE, 5).await.unwrap();
    let mut expired = event(EventKind::Impression, "r:2", ad("li"), at("2026-11-22T03:00:00Z"));
    expired.repeatable_for_seconds = 0;
    assert_eq!(users.record(&expired).await.unwrap(), Recorded::Counted);
    let state_seconds: i64 = look.ttl(STATE).await.unwrap();
    let marker_seconds: i64 = look.ttl("lockfill:{u}:impression:r:1").await.unwrap();
    assert!((7_775_990..=7_776_000).contains(&state_seconds), "{state_seconds}");
    assert!((3_590..=3_600).contains(&marker_seconds), "{marker_seconds}");
}

#[tokio::test]
async fn the_state_of_a_user_who_may_be_invented_lives_eight_days_after_the_first_event() {
    let (server, users) = patient();
    let mut look = server.look().await;
    let mut left = async |slot: &str| {
        seen(&users, slot, ad("li"), "2026-11-22T03:00:00Z").await;
        let seconds: i64 = look.ttl(STATE).await.unwrap();
        seconds
    };
    assert!((691_190..=691_200).contains(&left("r:1").await));
    let mut clock = server.look().await;
    // As if the first event had arrived almost an hour ago, and then an hour ago.
    let _: bool = clock.expire(STATE, 691_200 - 3_590).await.unwrap();
    assert!((687_600..=687_610).contains(&left("r:2").await), "an event within the hour confirms nothing");
    let _: bool = clock.expire(STATE, 691_200 - 3_600).await.unwrap();
    assert!((7_775_990..=7_776_000).contains(&left("r:3").await));
    assert!((7_775_990..=7_776_000).contains(&left("r:4").await));
}

#[tokio::test]
async fn a_hundred_events_at_once_count_exactly_a_hundred_times() {
    let (_server, users) = patient();
    let users = Arc::new(users);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let users = Arc::clone(&users);
        // Every event comes twice.
        tasks.spawn(async move {
            seen(&users, &format!("r:{}", number / 2), ad("li"), "2026-11-22T03:00:00Z").await
        });
    }
    let recorded = tasks.join_all().await;
    assert_eq!(recorded.iter().filter(|&&recorded| recorded == Recorded::Counted).count(), 100);
    assert_eq!(counts(&state(&users).await.advertisers["a-1"], "2026-11-22T03:00:00Z"), [100; 5]);
}

#[tokio::test]
async fn users_are_kept_apart() {
    let (_server, users) = patient();
    seen(&users, "r:1", ad("li"), "2026-11-22T03:00:00Z").await;
    let mut other = event(EventKind::Impression, "r:1", ad("li"), at("2026-11-22T03:00:00Z"));
    other.user = user("other");
    assert_eq!(users.record(&other).await.unwrap(), Recorded::Counted);
    assert_eq!(users.load(&user("other")).await.unwrap().line_items["li"].lifetime, 1);
}

#[tokio::test]
async fn a_server_that_lost_the_script_receives_it_again() {
    let (server, users) = patient();
    seen(&users, "r:1", ad("li"), "2026-11-22T03:00:00Z").await;
    let () = redis::cmd("SCRIPT").arg("FLUSH").query_async(&mut server.look().await).await.unwrap();
    assert_eq!(seen(&users, "r:2", ad("li"), "2026-11-22T03:00:00Z").await, Recorded::Counted);
}

#[tokio::test]
async fn an_unreadable_field_is_an_error_for_a_reader_and_replaced_by_the_next_event() {
    let (server, users) = patient();
    let mut look = server.look().await;
    for (field, value) in [("l:li", "1 2 three"), ("c:c-1", ""), ("k:li", "x"), ("later", "a field")] {
        let () = look.hset(STATE, field, value).await.unwrap();
    }
    let error = users.load(&user("u")).await.unwrap_err();
    assert!(matches!(error, DaoError::Malformed { .. }), "{error}");
    seen(&users, "r:1", ad("li"), "2026-11-22T03:00:00Z").await;
    clicked(&users, "r:1", ad("li"), "2026-11-22T03:00:00Z").await;
    assert_eq!(counts(&state(&users).await.line_items["li"], "2026-11-22T03:00:00Z"), [1; 5]);
    let (clicks, unknown): (u32, String) = look.hmget(STATE, &["k:li", "later"]).await.unwrap();
    assert_eq!((clicks, unknown.as_str()), (1, "a field"));
}

#[tokio::test]
async fn an_event_that_cannot_be_counted_leaves_no_marker() {
    let (server, users) = patient();
    let mut look = server.look().await;
    let () = look.set(STATE, "no hash").await.unwrap();
    let event = event(EventKind::Impression, "r:1", ad("li"), at("2026-11-22T03:00:00Z"));
    let error = users.record(&event).await.unwrap_err();
    assert!(!error.to_string().contains("{u}"), "{error}");
    let () = look.del(STATE).await.unwrap();
    assert_eq!(users.record(&event).await.unwrap(), Recorded::Counted);
}

#[tokio::test]
async fn counts_stop_at_the_largest_number_that_a_reader_takes() {
    let (server, users) = patient();
    let full = format!("{0} 0 0 {0} 0 {0} 0 {0} 0 {0}", u32::MAX);
    let () = server.look().await.hset(STATE, "l:li", full).await.unwrap();
    seen(&users, "r:1", ad("li"), "1970-01-01T00:00:00Z").await;
    assert_eq!(state(&users).await.line_items["li"].lifetime, u32::MAX);
}
