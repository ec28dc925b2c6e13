//! Users are named under a secret; what is stored under the names of before still counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::World;

const OLD: &str = "an older secret for the names of users";
const NEW: &str = "a newer secret for the names of users";
const QUERY: &str = "unit_id=u-1&user_id=1234567";

/// The impression link of the line item whose cap is two a day.
async fn link(world: &World) -> String {
    let answer = world.get(QUERY).await;
    let slot = answer.slots().iter().find(|slot| slot["id"] == "li-1").expect("the cap is not reached");
    slot["tracking"]["impression_url"].as_str().unwrap().to_owned()
}

async fn is_capped(world: &World) -> bool {
    !world.get(QUERY).await.ids().contains(&"li-1")
}

/// The name of the user in a link's token.
fn name(link: &str) -> String {
    let payload = link.split('.').nth(2).expect("a token has three parts");
    let claims: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    claims["u"]["k"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_user_id_of_seven_digits_cannot_be_recovered_from_a_link() {
    let plain = World::new();
    let guessed = name(&link(&plain).await);
    let keyed = name(&link(&plain.naming_users(&format!("{NEW},none"))).await);
    let other = name(&link(&plain.naming_users(OLD)).await);
    assert_ne!(keyed.trim_start_matches('1'), guessed, "trying all digests finds it");
    assert_ne!(keyed, other, "the name depends on the secret");
}

#[tokio::test]
async fn showings_of_before_the_secret_still_count() {
    let before = World::new();
    before.follow(&link(&before).await).await;
    let world = before.naming_users(&format!("{NEW},none"));
    assert!(!is_capped(&world).await);
    world.follow(&link(&world).await).await;
    assert!(is_capped(&world).await, "one under the old name and one under the new are two");
    assert!(!is_capped(&before.naming_users(NEW)).await, "the old name is read until it is left out");
}

#[tokio::test]
async fn a_link_of_before_the_secret_counts_once() {
    let before = World::new();
    let (used, unused) = (link(&before).await, link(&before).await);
    before.follow(&used).await;
    let world = before.naming_users(&format!("{NEW},none"));
    world.follow(&used).await;
    assert!(!is_capped(&world).await, "it was counted before");
    world.follow(&unused).await;
    assert!(is_capped(&world).await);
}

#[tokio::test]
async fn a_link_of_before_counts_under_the_secret_when_the_old_name_is_not_read_any_more() {
    let before = World::new();
    let links = [link(&before).await, link(&before).await];
    let world = before.naming_users(NEW);
    for link in &links {
        world.follow(link).await;
    }
    assert!(is_capped(&world).await);
}

#[tokio::test]
async fn a_secret_can_be_rotated_without_losing_a_showing() {
    let before = World::new().naming_users(OLD);
    let late = link(&before).await;
    before.follow(&link(&before).await).await;
    let world = before.naming_users(&format!("{NEW},{OLD}"));
    assert!(!is_capped(&world).await);
    world.follow(&late).await;
    assert!(is_capped(&world).await);
}
