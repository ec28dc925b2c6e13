//! A user's day and week never go back, wherever the client says the user is.

use jiff::tz::TimeZone;
use lockfill_dao::EventRecorder;
use lockfill_dao_redis::RedisUsers;
use lockfill_models::event::EventKind;
use lockfill_models::time::{Buckets, Window};
use lockfill_models::user_state::History;

use crate::stories::{ad, at, event_in, patient, state};

const SEOUL: &str = "Asia/Seoul";
const LOS_ANGELES: &str = "America/Los_Angeles";

/// Showings, each at an instant in a zone, and the history that is stored afterwards. It is the one that the model of
/// a history comes to, too.
async fn seen(users: &RedisUsers, showings: &[(&str, &str)]) -> History {
    let mut expected: Option<History> = None;
    for (number, &(instant, zone)) in showings.iter().enumerate() {
        let event = event_in(zone, EventKind::Impression, &format!("r:{number}"), ad("li"), at(instant));
        users.record(&event).await.unwrap();
        let once = History::once(event.occurred_at, &event.buckets);
        expected = Some(expected.map_or(once, |mut history| {
            history.add(&once);
            history
        }));
    }
    let stored = state(users).await;
    let history = stored.line_items["li"];
    assert_eq!(Some(history), expected);
    assert_eq!((stored.campaigns["c-1"], stored.advertisers["a-1"]), (history, history));
    history
}

/// Showings of the minute, the hour, the day and the week, as of an instant in a zone.
fn counts(history: &History, instant: &str, zone: &str) -> [u32; 4] {
    let now = Buckets::at(at(instant), &TimeZone::get(zone).unwrap());
    [Window::Minute, Window::Hour, Window::Day, Window::Week].map(|window| history.count(window, &now))
}

#[tokio::test]
async fn one_showing_in_seoul_and_twelve_in_los_angeles_are_thirteen_of_one_day() {
    let (_server, users) = patient();
    let mut showings = vec![("2026-11-22T15:30:00Z", SEOUL)];
    showings.extend([("2026-11-22T15:30:30Z", LOS_ANGELES); 12]);
    let history = seen(&users, &showings).await;
    for zone in [SEOUL, LOS_ANGELES] {
        assert_eq!(counts(&history, "2026-11-22T15:30:59Z", zone), [13; 4], "{zone}");
    }
    // The day that began in Seoul ends in Los Angeles.
    assert_eq!(counts(&history, "2026-11-24T07:59:59Z", LOS_ANGELES), [0, 0, 13, 13]);
    assert_eq!(counts(&history, "2026-11-24T08:00:00Z", LOS_ANGELES), [0, 0, 0, 13]);
}

#[tokio::test]
async fn a_flight_east_begins_the_day_once() {
    let (_server, users) = patient();
    let showings = [
        ("2026-11-24T15:30:00Z", LOS_ANGELES),
        ("2026-11-24T15:31:00Z", SEOUL),
        ("2026-11-24T15:32:00Z", LOS_ANGELES),
        ("2026-11-24T15:33:00Z", SEOUL),
    ];
    let history = seen(&users, &showings).await;
    for zone in [SEOUL, LOS_ANGELES] {
        assert_eq!(counts(&history, "2026-11-24T15:33:00Z", zone), [1, 4, 3, 4], "{zone}");
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_over_midnight_stays_in_the_day_that_began() {
    let (_server, users) = patient();
    // At 00:01 on 2010-11-07 it was 23:01 on the day before in St. John's.
    let zone = "America/St_Johns";
    let history = seen(&users, &[("2010-11-07T02:30:30Z", zone), ("2010-11-07T02:31:00Z", zone)]).await;
    assert_eq!(counts(&history, "2010-11-07T02:31:00Z", zone), [1, 2, 2, 2]);
}

#[tokio::test]
async fn a_day_that_no_zone_has_reached_takes_no_showing() {
    let (_server, users) = patient();
    let history = seen(&users, &[("2026-12-24T03:00:00Z", SEOUL), ("2026-11-24T03:00:00Z", SEOUL)]).await;
    assert_eq!(counts(&history, "2026-11-24T03:00:00Z", SEOUL), [0; 4]);
    assert_eq!((counts(&history, "2026-12-24T03:00:00Z", SEOUL), history.lifetime), ([1; 4], 2));
}
