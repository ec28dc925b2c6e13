//! No request waits for a load while a catalog is at hand, and an old answer is marked.

use std::sync::mpsc;
use std::time::Duration;

use tokio::time::Instant;

use crate::world::{Environment, Fate, Read, Store, behind_by_one};

#[tokio::test(start_paused = true)]
async fn a_catalog_at_hand_is_served_at_once_whatever_the_store_does() {
    for fate in [Fate::Hang, Fate::Fail, Fate::After(Duration::from_secs(3))] {
        let (store, environment) = behind_by_one().await;
        store.rule(move |read, _| if read == Read::Pointer { Fate::Answer } else { fate });
        for _ in 0..5 {
            environment.wait(1_000).await;
            let begun = Instant::now();
            assert_eq!(environment.get().await, Some((1, true)), "{fate:?}");
            assert!(begun.elapsed() <= Duration::from_millis(1), "{fate:?}: {:?}", begun.elapsed());
        }
        store.rule(move |_, _| fate);
        environment.wait(1_000).await;
        let begun = Instant::now();
        assert!(environment.get().await.unwrap().1, "{fate:?}");
        assert!(begun.elapsed() <= Duration::from_millis(12), "{fate:?}: {:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_is_answered_while_a_chunk_of_the_newer_version_is_unpacked() {
    let (store, environment) = behind_by_one().await;
    let (end, may_end) = mpsc::channel();
    store.unpack_when_told(may_end);
    environment.wait(1_000).await;
    assert_eq!(environment.get().await, Some((1, true)));
    store.unpacking_has_begun.notified().await;
    assert_eq!(environment.get().await, Some((1, true)));
    end.send(()).unwrap();
    while environment.get().await != Some((2, false)) {
        environment.wait(50).await;
    }
}

/// What a start has written of a blob before its first chunk is there is none of the blob's bytes.
#[tokio::test(start_paused = true)]
async fn a_start_serves_the_same_catalog_however_long_its_first_chunk_takes() {
    for after_ms in [0, 1, 50] {
        let store = Store::new();
        store.publish(1);
        store.rule(move |read, _| match read {
            Read::Chunk(_, index) => Fate::After(Duration::from_millis(after_ms * (1 + index as u64))),
            _ => Fate::Answer,
        });
        assert_eq!(Environment::new(&store).get().await, Some((1, false)), "{after_ms} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unmarked_answer_never_has_the_old_version_a_second_after_the_flip() {
    let store = Store::new();
    store.publish(1);
    // Each read of the pointer takes longer than a request waits, now and then.
    store.rule(|read, before| match read {
        Read::Pointer if before % 3 == 1 => Fate::After(Duration::from_millis(40)),
        _ => Fate::After(Duration::from_millis(2)),
    });
    let environment = Environment::new(&store);
    let mut flipped_at = None;
    let mut is_new = false;
    for step in 0..400 {
        if step == 150 {
            store.publish(2);
            flipped_at = Some(*environment.clock_ms.lock().unwrap());
        }
        let (version, is_marked) = environment.get().await.unwrap();
        let now = *environment.clock_ms.lock().unwrap();
        let is_late = flipped_at.is_some_and(|flipped_at| now - flipped_at > 1_050);
        assert!(!(is_late && version == 1 && !is_marked), "{now} ms");
        is_new |= version == 2 && !is_marked;
        environment.wait(7 + step % 11).await;
    }
    assert!(is_new);
    let seconds = usize::try_from(*environment.clock_ms.lock().unwrap() / 1_000).unwrap();
    assert!(store.count(|read| read == Read::Pointer) <= seconds + 2, "once a second at most");
}

#[tokio::test(start_paused = true)]
async fn a_version_loads_once_however_many_requests_come_meanwhile() {
    let (store, environment) = behind_by_one().await;
    store.rule(|read, _| match read {
        Read::Chunk(..) => Fate::After(Duration::from_millis(1_500)),
        _ => Fate::Answer,
    });
    while environment.get().await != Some((2, false)) {
        environment.wait(100).await;
        assert!(*environment.clock_ms.lock().unwrap() < 20_000);
    }
    assert_eq!(store.count(|read| read == Read::Manifest(2)), 1);
    for index in 0..6 {
        assert_eq!(store.count(|read| read == Read::Chunk(2, index)), 1, "chunk {index}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_uses_its_time_and_a_first_request_its_own() {
    let store = Store::new();
    store.publish(1);
    // The first pointer, and half of the chunks, are not to be had for some seconds.
    store.rule(|read, before| match read {
        Read::Pointer if before < 2 => Fate::Fail,
        Read::Chunk(_, index) if index % 2 == 0 && before < 2 => Fate::Fail,
        _ => Fate::After(Duration::from_millis(300)),
    });
    let environment = Environment::new(&store);
    let begun = Instant::now();
    environment.cache.warm(crate::world::at(0)).await;
    assert!(begun.elapsed() < Duration::from_secs(9));
    assert_eq!(environment.get().await.unwrap().0, 1);

    store.rule(|_, _| Fate::Hang);
    let environment = Environment::new(&store);
    let begun = Instant::now();
    environment.cache.warm(crate::world::at(0)).await;
    assert!((8_900..9_200).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(environment.get().await, None);
    assert!((2_400..2_700).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn without_anything_published_nothing_waits() {
    let store = Store::new();
    let environment = Environment::new(&store);
    let begun = Instant::now();
    environment.cache.warm(crate::world::at(0)).await;
    assert_eq!(environment.get().await, None);
    assert!(begun.elapsed() < Duration::from_millis(100), "{:?}", begun.elapsed());
    store.publish(1);
    environment.wait(1_000).await;
    assert_eq!(environment.get().await, Some((1, false)));
}

#[tokio::test(start_paused = true)]
async fn what_was_read_of_a_version_stays_when_the_store_fails() {
    let store = Store::new();
    store.publish(1);
    store.rule(|read, before| match read {
        Read::Chunk(_, 5) if before < 3 => Fate::Fail,
        _ => Fate::Answer,
    });
    let environment = Environment::new(&store);
    environment.cache.warm(crate::world::at(0)).await;
    environment.wait(9_000).await;
    assert_eq!(environment.get().await, Some((1, false)));
    assert_eq!(store.count(|read| read == Read::Manifest(1)), 1);
    for index in 0..5 {
        assert_eq!(store.count(|read| read == Read::Chunk(1, index)), 1, "chunk {index}");
    }
    assert_eq!(store.count(|read| read == Read::Chunk(1, 5)), 4);
}
