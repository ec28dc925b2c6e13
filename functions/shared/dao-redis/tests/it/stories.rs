//! Users, items and events that the tests share.

use std::time::Duration;

use jiff::tz::TimeZone;
use lockfill_dao::{EventRecord, EventRecorder, Recorded, UserKey, UserStateReader};
use lockfill_dao_redis::RedisUsers;
use lockfill_models::event::{EventKind, ShownItem};
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::user_state::UserState;

use crate::server::Server;

/// A deadline that a busy machine keeps, too.
pub const PATIENT: Duration = Duration::from_secs(10);

/// A server, and a store with a long deadline.
pub fn patient() -> (Server, RedisUsers) {
    let server = Server::start();
    let users = RedisUsers::new(&server.url(), PATIENT).unwrap();
    (server, users)
}

pub fn user(name: &str) -> UserKey {
    UserKey::from_digest(name.to_owned())
}

pub fn at(instant: &str) -> EpochSeconds {
    instant.parse().unwrap()
}

pub fn ad(line_item_id: &str) -> ShownItem {
    ShownItem::Ad {
        line_item_id: line_item_id.to_owned(),
        campaign_id: "c-1".to_owned(),
        advertiser_id: "a-1".to_owned(),
    }
}

pub fn content(id: &str) -> ShownItem {
    ShownItem::Content { content_id: id.to_owned() }
}

/// An event of the user `u` in Seoul.
pub fn event(kind: EventKind, slot: &str, item: ShownItem, now: EpochSeconds) -> EventRecord {
    event_in("Asia/Seoul", kind, slot, item, now)
}

/// An event of the user `u` in a zone.
pub fn event_in(zone: &str, kind: EventKind, slot: &str, item: ShownItem, now: EpochSeconds) -> EventRecord {
    EventRecord {
        kind,
        user: user("u"),
        slot_key: slot.to_owned(),
        item,
        occurred_at: now,
        buckets: Buckets::at(now, &TimeZone::get(zone).unwrap()),
        arrived: Buckets::at(now, &TimeZone::get(zone).unwrap()),
        repeatable_for_seconds: 3_600,
    }
}

pub async fn seen(users: &RedisUsers, slot: &str, item: ShownItem, instant: &str) -> Recorded {
    users.record(&event(EventKind::Impression, slot, item, at(instant))).await.unwrap()
}

pub async fn clicked(users: &RedisUsers, slot: &str, item: ShownItem, instant: &str) -> Recorded {
    users.record(&event(EventKind::Click, slot, item, at(instant))).await.unwrap()
}

pub async fn state(users: &RedisUsers) -> UserState {
    users.load(&user("u")).await.unwrap()
}
