//! The size of a user's state is limited.

use lockfill_dao::EventRecorder;
use lockfill_dao_redis::RedisUsers;
use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::time::EpochSeconds;
use redis::AsyncCommands;

use crate::stories::{ad, clicked, content, event, patient, state};

const START: i64 = 1_780_000_000;

/// Shows line items of increasing numbers, a second apart.
async fn show(users: &RedisUsers, numbers: std::ops::Range<i64>) {
    for number in numbers {
        let now = EpochSeconds(START + number);
        let event = event(EventKind::Impression, &format!("r:{number}"), ad(&format!("li-{number}")), now);
        users.record(&event).await.unwrap();
    }
}

#[tokio::test]
async fn the_oldest_line_items_are_deleted_first_and_their_campaign_stays() {
    let (server, users) = patient();
    let mut look = server.look().await;
    show(&users, 0..510).await;
    // 510 line items, a campaign and an advertiser are the 512 fields that are allowed.
    assert_eq!(state(&users).await.line_items.len(), 510);
    show(&users, 510..511).await;
    let trimmed = state(&users).await;
    assert_eq!(trimmed.line_items.len(), 446, "with campaign and advertiser 448");
    assert!(!trimmed.line_items.contains_key("li-64") && trimmed.line_items.contains_key("li-65"));
    assert!(trimmed.line_items.contains_key("li-510"));
    assert_eq!(trimmed.campaigns["c-1"].lifetime, 511);
    show(&users, 511..800).await;
    let fields: usize = look.hlen("lockfill:{u}:state").await.unwrap();
    assert!(fields <= 513, "{fields}");
}

#[tokio::test]
async fn clicks_are_deleted_with_their_item_and_the_first_showing_never() {
    let (server, users) = patient();
    let mut look = server.look().await;
    show(&users, 0..1).await;
    clicked(&users, "r:0", ad("li-0"), "2026-05-28T20:26:41Z").await;
    show(&users, 1..508).await;
    clicked(&users, "r:507", ad("li-507"), "2026-05-28T20:35:07Z").await;
    show(&users, 508..509).await;
    let kept: Vec<bool> = redis::pipe()
        .hexists("lockfill:{u}:state", "k:li-0")
        .hexists("lockfill:{u}:state", "k:li-507")
        .hexists("lockfill:{u}:state", "f")
        .query_async(&mut look)
        .await
        .unwrap();
    assert_eq!(kept, [false, true, true]);
}

#[tokio::test]
async fn an_item_shown_long_ago_is_deleted_before_a_content_seen_later() {
    let (_server, users) = patient();
    show(&users, 0..300).await;
    for number in 300..511 {
        let item = content(&format!("ct-{number}"));
        let now = EpochSeconds(START + number);
        users.record(&event(EventKind::Impression, &format!("r:{number}"), item, now)).await.unwrap();
    }
    let state = state(&users).await;
    assert_eq!(state.contents.len(), 211);
    assert!(!state.line_items.contains_key("li-0") && state.line_items.contains_key("li-299"));
}

#[tokio::test]
async fn of_items_shown_at_one_instant_line_items_are_deleted_before_campaigns_and_advertisers() {
    let (_server, users) = patient();
    for number in 0..171 {
        let item = ShownItem::Ad {
            line_item_id: format!("li-{number}"),
            campaign_id: format!("c-{number}"),
            advertiser_id: format!("a-{number}"),
        };
        let event = event(EventKind::Impression, &format!("r:{number}"), item, EpochSeconds(START));
        users.record(&event).await.unwrap();
    }
    let state = state(&users).await;
    // 513 fields were one too many.
    assert_eq!(state.line_items.len(), 106);
    assert_eq!((state.campaigns.len(), state.advertisers.len()), (171, 171));
}
