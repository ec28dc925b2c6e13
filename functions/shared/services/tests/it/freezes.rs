//! A load that freezes interrupt goes on, and nothing that was read is lost.

use std::time::Duration;

use crate::world::{Environment, Fate, Read, Store, behind_by_one};

#[tokio::test(start_paused = true)]
async fn an_environment_that_is_asked_every_eleven_seconds_for_five_milliseconds_gets_there() {
    let (store, environment) = behind_by_one().await;
    // A chunk takes longer than the environment is awake.
    store.take_milliseconds();
    let mut requests = 0;
    while environment.get().await != Some((2, false)) {
        environment.wait(5).await;
        environment.freeze(11_000);
        requests += 1;
        assert!(requests < 100, "it never gets there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_takes_many_wakings_is_let_end_and_repeated_ever_more_rarely() {
    let (store, environment) = behind_by_one().await;
    store.rule(|read, _| match read {
        Read::Chunk(..) => Fate::After(Duration::from_millis(72)),
        _ => Fate::Answer,
    });
    let mut requests = 0_u32;
    while environment.get().await != Some((2, false)) {
        environment.wait(5).await;
        environment.freeze(11_000);
        requests += 1;
        assert!(requests < 100, "it never gets there");
    }
    assert!(requests > 2 * 72 / 5, "six chunks, four at once");
    // After 1, 3, 7 and 15 requests.
    for index in 0..6 {
        assert_eq!(store.count(|read| read == Read::Chunk(2, index)), 5, "chunk {index}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_whose_connection_died_during_a_freeze_is_repeated_and_the_others_stay() {
    let (store, environment) = behind_by_one().await;
    // The first read of two of the chunks is never answered.
    store.rule(|read, before| match read {
        Read::Chunk(2, 1 | 4) if before == 0 => Fate::Hang,
        _ => Fate::Answer,
    });
    environment.freeze(1_000);
    environment.get().await;
    environment.wait(300).await;
    environment.freeze(60_000);
    assert_eq!(environment.get().await, Some((1, true)));
    environment.wait(100).await;
    assert_eq!(environment.get().await, Some((2, false)));
    assert_eq!(store.count(|read| read == Read::Manifest(2)), 1);
    for index in 0..6 {
        let expected = if index == 1 || index == 4 { 2 } else { 1 };
        assert_eq!(store.count(|read| read == Read::Chunk(2, index)), expected, "chunk {index}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_of_the_pointer_from_before_a_freeze_confirms_nothing() {
    let store = Store::new();
    store.publish(1);
    let environment = Environment::new(&store);
    assert_eq!(environment.get().await, Some((1, false)));
    store.rule(|read, before| match read {
        Read::Pointer if before == 1 => Fate::After(Duration::from_millis(50)),
        _ => Fate::Answer,
    });
    environment.freeze(1_000);
    assert_eq!(environment.get().await, Some((1, true)), "no answer within the deadline");
    environment.freeze(6_000);
    store.publish(2);
    assert_eq!(environment.get().await, Some((1, true)), "the pointer was read anew");
    environment.wait(300).await;
    assert_eq!(environment.get().await, Some((2, false)));
}
