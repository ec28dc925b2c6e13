//! A load goes on between an answer and the next request, for a time that is bounded.

use std::time::Duration;

use tokio::time::Instant;

use crate::world::{Environment, Fate, Read, behind_by_one};

/// A request, and what follows its answer, until the environment is frozen for eleven seconds: the answer, and how long
/// the load kept the environment awake.
async fn ask_and_freeze(environment: &Environment) -> (Option<(u64, bool)>, Duration) {
    ask_and_freeze_for(environment, 11_000).await
}

async fn ask_and_freeze_for(environment: &Environment, ms: i64) -> (Option<(u64, bool)>, Duration) {
    let answer = environment.get().await;
    let answered = Instant::now();
    environment.cache.catch_up().await;
    let kept_awake = answered.elapsed();
    // The clock of timers stands still meanwhile.
    environment.freeze(ms);
    (answer, kept_awake)
}

/// An environment that has not been asked for eleven seconds and misses a version, of which its store gives no chunk.
async fn whose_chunks_never_come() -> Environment {
    let (store, environment) = behind_by_one().await;
    store.rule(|read, _| match read {
        Read::Chunk(..) => Fate::Hang,
        _ => Fate::Answer,
    });
    environment.freeze(11_000);
    environment
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_is_seldom_asked_serves_a_new_version_after_a_few_requests() {
    let (store, environment) = behind_by_one().await;
    store.take_milliseconds();
    environment.freeze(11_000);
    // The manifest and four chunks, and then the others.
    for _ in 0..2 {
        let (answer, kept_awake) = ask_and_freeze(&environment).await;
        assert_eq!(answer, Some((1, true)));
        assert!(kept_awake <= Duration::from_millis(20), "{kept_awake:?}");
    }
    assert_eq!(ask_and_freeze(&environment).await.0, Some((2, false)));
}

#[tokio::test(start_paused = true)]
async fn an_environment_without_a_load_that_works_is_frozen_at_once() {
    let (store, environment) = behind_by_one().await;
    let nothing = (Some((1, false)), Duration::ZERO);
    assert_eq!(ask_and_freeze_for(&environment, 600).await, nothing, "its catalog is confirmed");
    assert_eq!(ask_and_freeze_for(&environment, 600).await, nothing, "its catalog is confirmed");
    store.rule(|read, _| match read {
        Read::Pointer => Fate::Answer,
        _ => Fate::Hang,
    });
    let (answer, kept_awake) = ask_and_freeze(&environment).await;
    assert_eq!((answer, kept_awake), (Some((1, true)), Duration::ZERO), "the load waits for its turn");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_keeps_an_environment_awake_for_half_a_second_in_all() {
    let environment = whose_chunks_never_come().await;
    let mut kept_awake = Duration::ZERO;
    for _ in 0..60 {
        let (answer, after_this) = ask_and_freeze(&environment).await;
        assert_eq!(answer, Some((1, true)));
        assert!(after_this <= Duration::from_millis(20), "{after_this:?}");
        kept_awake += after_this;
    }
    assert_eq!(kept_awake, Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn a_load_takes_a_quarter_of_the_time_between_requests_at_most() {
    let environment = whose_chunks_never_come().await;
    ask_and_freeze_for(&environment, 40).await;
    for (gap_ms, quarter_ms) in [(40, 10), (8, 2), (4, 1), (400, 20)] {
        ask_and_freeze_for(&environment, gap_ms).await;
        let (_, kept_awake) = ask_and_freeze_for(&environment, 0).await;
        assert_eq!(kept_awake, Duration::from_millis(quarter_ms), "{gap_ms} ms");
    }
}
