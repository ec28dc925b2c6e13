//! What is counted of answers, when it is flushed, and that it names no user.

use lockfill_models::counts::{EnvironmentCounts, HistoryClass};
use serde_json::json;

use crate::support::{DEBUG_TOKEN, LOCKSCREEN, World, payload};

const ASKED: &str = "unit_id=u-1&user_id=u1&country=KR";

fn sums(flushes: &[EnvironmentCounts]) -> (u64, u64) {
    let requests = flushes.iter().flat_map(|counts| &counts.requests).map(|row| row.3).sum();
    let handed_out = flushes.iter().flat_map(|counts| &counts.handed_out).map(|row| row.1).sum();
    (requests, handed_out)
}

fn flushed(world: &World) -> Vec<EnvironmentCounts> {
    world.counts.flushes().into_iter().map(|(_, counts)| counts).collect()
}

#[tokio::test]
async fn answers_are_summed_and_flushed_by_the_first_request_after_ten_seconds() {
    let world = World::new();
    for _ in 0..3 {
        world.get(ASKED).await;
    }
    world.get("unit_id=u-1&user_id=u1&country=KR&content_language=ja&count=1").await;
    world.advance(9);
    let answer = world.get(ASKED).await;
    assert!(world.counts.flushes().is_empty());
    world.advance(1);
    world.get(ASKED).await;
    let flushes = world.counts.flushes();
    let [(name, counts)] = &*flushes else { panic!("{flushes:?}") };
    assert_eq!((name.sequence, counts.until - counts.from), (1, 10));
    let filled = ("lockscreen".to_owned(), "u-1".to_owned(), "filled".to_owned(), 5);
    assert_eq!((&*counts.requests, counts.samples.of, counts.samples.requests.len()), (&[filled][..], 5, 5));
    let ads = answer.ids().into_iter().filter(|id| id.starts_with("li-")).count() as u64;
    assert!(ads > 0 && sums(std::slice::from_ref(counts)).1 >= 4 * ads, "{counts:?}");
    world.end().await;
    assert_eq!(sums(&flushed(&world)).0, 6, "the last request is flushed at the end");
    world.end().await;
    assert_eq!(world.counts.flushes().len(), 2, "nothing is left");
}

#[tokio::test]
async fn an_environment_that_is_killed_loses_at_most_ten_seconds() {
    let world = World::new();
    let mut second_of = Vec::new();
    for second in 0..95_i64 {
        world.get(ASKED).await;
        second_of.push(second);
        world.advance(1);
    }
    // It ends here without a word.
    let (counted, _) = sums(&flushed(&world));
    let lost = second_of.len() as u64 - counted;
    assert!(lost <= 10, "{lost} of one request a second");
}

#[tokio::test]
async fn what_cannot_be_written_is_lost_and_fails_no_allocation() {
    let world = World::new();
    world.counts.set_down(true);
    for _ in 0..5 {
        assert_eq!(world.get(ASKED).await.status(), 200);
        world.advance(10);
    }
    world.counts.set_down(false);
    world.get(ASKED).await;
    world.end().await;
    assert_eq!(sums(&flushed(&world)).0, 2, "the one before it, and the last one");
}

#[tokio::test]
async fn an_allocation_that_explains_is_not_counted() {
    let world = World::new();
    let bearer = format!("Bearer {DEBUG_TOKEN}");
    let query = format!("{ASKED}&explain=1");
    world.allocate(&payload("GET", LOCKSCREEN, &query, &[("authorization", &bearer)])).await;
    world.end().await;
    assert!(world.counts.flushes().is_empty());
}

#[tokio::test]
async fn a_sample_holds_no_user_no_device_and_no_precise_position() {
    let world = World::new();
    let secret = ["an-unmistakable-user", "an-unmistakable-device", "37.123456", "126.987654", "shown-item"];
    for limited in [false, true] {
        let body = json!({ "unit_id": "u-1", "user_id": secret[0], "device_id": secret[1], "lat": 37.123_456,
            "lon": 126.987_654, "country": "KR", "segments": ["sports"], "packages": ["com.example.app"],
            "gender": "F", "birth_year": 1990, "kv": { "tier": "gold" }, "limit_ad_tracking": limited,
            "shown": [{ "id": secret[4], "count": 1, "at": 1_795_338_000 }] });
        assert_eq!(world.post(&body.to_string()).await.status(), 200);
    }
    world.end().await;
    let flushes = flushed(&world);
    let text = serde_json::to_string(&flushes).unwrap();
    for secret in ["an-unmistakable", "37.1", "371234", "126.9", "1269876", "shown"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let [tracked, limited] = &*flushes[0].samples.requests else { panic!("{text}") };
    assert_eq!((&*tracked.segments, tracked.history), (&["sports".to_owned()][..], HistoryClass::New));
    assert_eq!(tracked.tenths_of_degrees, Some((371, 1269)));
    let personal = (limited.segments.len(), limited.packages.len(), limited.key_values.len());
    assert_eq!((personal, limited.birth_year, limited.tenths_of_degrees), ((0, 0, 0), None, None));
    assert_eq!(
        (limited.history, limited.phone.get("country").map(String::as_str)),
        (HistoryClass::Unknown, Some("KR"))
    );
}

#[tokio::test]
async fn what_a_thousand_units_and_many_line_items_do_not_fit_is_summed() {
    let world = World::unpublished();
    let mut rows = crate::support::rows();
    let unit = rows["units"][0].clone();
    let units = (0..1_200).map(|number| {
        let mut unit = unit.clone();
        unit["id"] = format!("unit-{number}").into();
        unit
    });
    rows["units"] = units.collect();
    world.publish(1, rows);
    for number in 0..1_200 {
        assert_eq!(world.get(&format!("unit_id=unit-{number}&user_id=u1")).await.status(), 200);
    }
    world.end().await;
    let flushes = flushed(&world);
    assert_eq!((flushes[0].requests.len(), sums(&flushes).0), (1_001, 1_200));
    let others: Vec<_> = flushes[0].requests.iter().filter(|row| row.1 == "*").collect();
    assert_eq!((others.len(), others[0].3), (1, 200));
    assert_eq!((flushes[0].samples.of, flushes[0].samples.requests.len()), (1_200, 20));
    let late = flushes[0].samples.requests.iter().filter(|sample| sample.unit_id.len() > "unit-999".len());
    assert!(late.count() < 15, "every request has the same chance");
}
