//! A version that cannot be served, whatever the reason: the newest servable one before it serves, marked, in
//! environments that serve and in new ones.

use std::sync::Arc;

use crate::world::{Environment, Fate, Read, Store, behind_by_one, blob};

/// Publishes version 3 so that it cannot be served.
type Fault = fn(&Store);

const FAULTS: [(&str, Fault); 6] = [
    ("a pointer to nothing", |store| store.catalog.point_to(9)),
    ("no blob", |store| store.catalog.publish(3, b"no blob at all".to_vec())),
    ("an empty blob", |store| store.catalog.publish(3, Vec::new())),
    ("a blob cut short", |store| store.catalog.publish(3, blob(3)[..3_000_000].to_vec())),
    ("a blob with a flipped bit", |store| {
        let mut blob = blob(3);
        blob[4_321_000] ^= 4;
        store.catalog.publish(3, blob);
    }),
    ("a blob of another version", |store| store.catalog.publish(3, blob(4))),
];

#[tokio::test(start_paused = true)]
async fn an_environment_that_serves_goes_on_and_loads_what_is_newer_and_servable() {
    for (name, fault) in FAULTS {
        let store = Store::new();
        store.publish(1);
        let environment = Environment::new(&store);
        assert_eq!(environment.get().await, Some((1, false)), "{name}");
        store.publish(2);
        fault(&store);
        for _ in 0..3 {
            environment.wait(1_000).await;
            environment.get().await;
        }
        environment.wait(1_000).await;
        assert_eq!(environment.get().await, Some((2, true)), "{name}");
        store.publish(10);
        environment.wait(1_000).await;
        environment.get().await;
        environment.wait(500).await;
        assert_eq!(environment.get().await, Some((10, false)), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_environment_serves_the_newest_servable_version() {
    for (name, fault) in FAULTS {
        let store = Store::new();
        store.publish(1);
        store.publish(2);
        fault(&store);
        let environment = Environment::new(&store);
        assert_eq!(environment.get().await, Some((2, true)), "{name}");
        // Of several in a row, too.
        store.catalog.publish(2, b"broken".to_vec());
        fault(&store);
        assert_eq!(Environment::new(&store).get().await, Some((1, true)), "{name}");
        store.catalog.publish(1, b"broken".to_vec());
        fault(&store);
        assert_eq!(Environment::new(&store).get().await, None, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_version_is_read_again_after_a_minute_and_then_more_and_more_rarely() {
    let store = Store::new();
    store.publish(1);
    store.catalog.publish(2, b"broken".to_vec());
    let environment = Environment::new(&store);
    assert_eq!(environment.get().await, Some((1, true)));
    let tries = |store: &Arc<Store>| store.count(|read| read == Read::Manifest(2));
    for _ in 0..58 {
        environment.wait(1_000).await;
        assert_eq!(environment.get().await, Some((1, true)));
    }
    assert_eq!(tries(&store), 1);
    for _ in 0..300 {
        environment.wait(1_000).await;
        environment.get().await;
    }
    assert!((2..=4).contains(&tries(&store)), "{}", tries(&store));
    // It was compiled meanwhile, in this program's format.
    store.publish(2);
    let mut served = None;
    for _ in 0..400 {
        environment.wait(1_000).await;
        served = environment.get().await;
    }
    assert_eq!(served, Some((2, false)));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_no_refusal() {
    let (store, environment) = behind_by_one().await;
    store.rule(|read, before| match read {
        Read::Manifest(2) | Read::Chunk(2, _) if before < 2 => Fate::Fail,
        _ => Fate::Answer,
    });
    let mut served = None;
    for _ in 0..20 {
        environment.wait(1_000).await;
        served = environment.get().await;
    }
    assert_eq!(served, Some((2, false)));
}
