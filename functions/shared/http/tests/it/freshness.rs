//! A published catalog reaches answers as the contract says, and an unconfirmed one is marked.

use std::time::Duration;

use crate::support::{World, rows};

async fn version(world: &World) -> (u64, Option<String>) {
    let answer = world.get("unit_id=u-1&user_id=u1").await;
    let degraded = answer.header("x-lockfill-degraded").map(str::to_owned);
    (answer.json["catalog_version"].as_u64().unwrap(), degraded)
}

/// Lets background tasks run to their end.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(800)).await;
}

fn marked(version: u64) -> (u64, Option<String>) {
    (version, Some("catalog".to_owned()))
}

#[tokio::test(start_paused = true)]
async fn a_newer_version_loads_in_the_background_while_the_old_one_serves_marked() {
    let world = World::new();
    assert_eq!(version(&world).await, (1, None));
    world.publish(2, rows());
    assert_eq!(version(&world).await, (1, None), "within a second the pointer is not read again");
    world.advance(1);
    assert_eq!(version(&world).await, marked(1), "the pointer names a newer version");
    settle().await;
    assert_eq!(version(&world).await, (2, None));
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_after_a_freeze_says_that_something_was_published_meanwhile() {
    let world = World::new();
    assert_eq!(version(&world).await, (1, None));
    world.publish(2, rows());
    world.advance(60);
    assert_eq!(version(&world).await, marked(1));
    settle().await;
    assert_eq!(version(&world).await, (2, None));
}

#[tokio::test(start_paused = true)]
async fn a_catalog_that_cannot_be_confirmed_is_served_and_marked_after_a_second() {
    let world = World::new();
    assert_eq!(version(&world).await, (1, None));
    world.catalog.set_down(true);
    assert_eq!(version(&world).await, (1, None));
    world.advance(1);
    assert_eq!(version(&world).await, marked(1));
    world.catalog.set_down(false);
    assert_eq!(version(&world).await, marked(1), "the pointer is read once a second");
    world.advance(1);
    assert_eq!(version(&world).await, (1, None));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_back_makes_the_catalog_old_not_young() {
    let world = World::new();
    assert_eq!(version(&world).await.0, 1);
    world.publish(2, rows());
    world.advance(-3_600);
    assert_eq!(version(&world).await, marked(1));
    settle().await;
    assert_eq!(version(&world).await, (2, None));
}

#[tokio::test]
async fn a_request_that_overlaps_with_a_later_one_takes_the_later_ones_confirmation() {
    let world = World::new();
    assert_eq!(version(&world).await.0, 1);
    world.publish(2, rows());
    world.advance(-2);
    assert_eq!(
        version(&world).await,
        (1, None),
        "the catalog is confirmed, and the pointer is not read again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_that_cannot_be_served_leaves_the_one_before_in_place_and_is_marked() {
    let world = World::new();
    assert_eq!(version(&world).await.0, 1);
    world.catalog.publish(2, b"no blob".to_vec());
    world.advance(10);
    assert_eq!(version(&world).await, marked(1));
    settle().await;
    assert_eq!(version(&world).await, marked(1));
    world.publish(3, rows());
    world.advance(10);
    assert_eq!(version(&world).await, marked(1));
    settle().await;
    assert_eq!(version(&world).await, (3, None));
}

#[tokio::test(start_paused = true)]
async fn a_new_environment_serves_the_newest_version_that_can_be_served() {
    let world = World::new();
    world.publish(2, rows());
    world.catalog.publish(3, b"no blob".to_vec());
    world.catalog.point_to(9);
    assert_eq!(version(&world).await, marked(2));
}

#[tokio::test(start_paused = true)]
async fn without_any_catalog_the_answer_is_503_until_there_is_one() {
    let world = World::unpublished();
    let answer = world.get("unit_id=u-1&user_id=u1").await;
    assert_eq!((answer.status(), answer.header("retry-after")), (503, Some("1")));
    world.publish(1, rows());
    world.advance(2);
    assert_eq!(version(&world).await, (1, None));
}
