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

/// Whether a link's token holds these bytes.
fn holds(link: &str, bytes: &[u8]) -> bool {
    let (_, token) = link.rsplit_once('.').expect("a token has two parts");
    let payload = URL_SAFE_NO_PAD.decode(token).unwrap();
    payload.windows(bytes.len()).any(|found| found == bytes)
}

#[tokio::test]
async fn a_user_id_of_seven_digits_cannot_be_recovered_from_a_link() {
    let plain = World::new();
    // python3 -c 'import hashlib; print(hashlib.sha256(b"1234567").hexdigest()[:32])'
    let guessed = 0x8bb0_cf6e_b9b1_7d0f_7d22_b456_f121_257d_u128.to_be_bytes();
    assert!(holds(&link(&plain).await, &guessed), "without a secret, trying all digests finds it");
    let keyed = link(&plain.naming_users(&format!("{NEW},none"))).await;
    assert!(!holds(&keyed, &guessed));
    // The key is behind 26 bytes, one of a small version and two of a horizon of four hours.
    let key = |link: &str| URL_SAFE_NO_PAD.decode(link.rsplit_once('.').unwrap().1).unwrap()[29..45].to_vec();
    let other = link(&plain.naming_users(OLD)).await;
    assert_ne!(key(&keyed), key(&other), "the name depends on the secret");
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
