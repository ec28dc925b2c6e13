//! The demonstration catalog shows what its README promises.

use std::collections::BTreeSet;

use lockfill_catalog::Catalog;
use lockfill_decision::{AllocationKind, Inputs, decide};
use lockfill_models::pacing::Gates;
use lockfill_models::time::{Buckets, EpochSeconds, Window};
use lockfill_models::user_state::{History, Source, UserState, WindowCount};
use lockfill_test_contract::catalogs::compile;
use lockfill_test_contract::files::{read, root};
use lockfill_test_contract::requests::query;
use serde_json::{Value, json};

/// Monday, 07:30 in Seoul and 17:30 the evening before in New York.
const COMMUTE: &str = "2026-11-22T22:30:00Z";
/// Monday, 14:00 in Seoul: lunch is over, and the four hours of a slate end when the evening begins.
const AFTERNOON: &str = "2026-11-23T05:00:00Z";
/// Monday, 19:00 in Seoul.
const EVENING: &str = "2026-11-23T10:00:00Z";
/// Monday, 23:00 in Seoul.
const NIGHT: &str = "2026-11-23T14:00:00Z";

fn demo() -> Catalog {
    compile(read(&root().join("infra/demo/catalog.json")))
}

fn korean(more: &Value) -> Value {
    let mut request = json!({ "unit_id": "1001", "user_id": "u1", "country": "KR" });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

fn show(kind: AllocationKind, request: &Value, now: &str, state: &UserState) -> Vec<String> {
    let catalog = demo();
    let now: EpochSeconds = now.parse().unwrap();
    let query = query(request, now).unwrap();
    let unit = catalog.unit(&query.unit_id).unwrap();
    let gates = Gates::default();
    let inputs =
        Inputs { catalog: &catalog, unit, query: &query, state, gates: &gates, gate_columns: None, now };
    let decision = decide(kind, &inputs, &mut ());
    decision.slots.iter().map(|slot| slot.item().id().to_owned()).collect()
}

fn lockscreen(request: &Value, now: &str) -> Vec<String> {
    show(AllocationKind::Lockscreen, request, now, &UserState::new_user())
}

fn has(items: &[String], id: &str) -> bool {
    items.iter().any(|item| item == id)
}

#[test]
fn the_korean_unit_mixes_ads_and_contents() {
    let items = lockscreen(&korean(&json!({})), AFTERNOON);
    assert_eq!(items.len(), 10);
    assert_eq!(items.iter().filter(|id| id.starts_with("li-")).count(), 4, "{items:?}");
    assert!(has(&items, "li-1001"));
}

#[test]
fn another_country_age_gender_platform_and_interest_get_another_lock_screen() {
    let plain = lockscreen(&korean(&json!({})), AFTERNOON);
    let promised = [
        (json!({ "birth_year": 2001 }), "li-1010"),
        (json!({ "birth_year": 1985 }), "li-1011"),
        (json!({ "birth_year": 1970 }), "li-1033"),
        (json!({ "gender": "F" }), "li-1015"),
        (json!({ "gender": "M" }), "li-1016"),
        (json!({ "platform": "android", "os_version": "14" }), "li-1012"),
        (json!({ "platform": "ios", "os_version": "17.1" }), "li-1013"),
        (json!({ "country": "US", "birth_year": 1990 }), "li-1018"),
        (json!({ "country": "JP" }), "li-1023"),
    ];
    for (more, id) in promised {
        let items = lockscreen(&korean(&more), AFTERNOON);
        assert!(has(&items, id) && !has(&plain, id), "{more} shows {items:?}");
    }
    let reader = lockscreen(&korean(&json!({ "interests": ["books", "sports"] })), AFTERNOON);
    assert_ne!(reader, plain);
}

#[test]
fn another_hour_gets_another_lock_screen() {
    let promised = [(COMMUTE, json!({}), "li-1002"), (EVENING, json!({ "birth_year": 1985 }), "li-1003")];
    for (now, more, id) in promised {
        assert!(has(&lockscreen(&korean(&more), now), id), "{id} at {now}");
        assert!(!has(&lockscreen(&korean(&more), AFTERNOON), id), "{id} in the afternoon");
    }
    let ads = |now| show(AllocationKind::Ads, &korean(&json!({})), now, &UserState::new_user());
    assert!(has(&ads(NIGHT), "li-1030") && !has(&ads(AFTERNOON), "li-1030"));
}

#[test]
fn a_language_chooses_the_contents() {
    let catalog = demo();
    for (language, count) in [("ko", 30), ("en", 23), ("ja", 5)] {
        let found = catalog.contents().filter(|content| *content.language() == *language).count();
        assert!(found >= count, "{found} contents in {language}");
    }
    let request = korean(&json!({ "country": "JP", "language": "ja" }));
    let contents = show(AllocationKind::Contents, &request, AFTERNOON, &UserState::new_user());
    assert_eq!(contents.len(), 5, "{contents:?}");
}

#[test]
fn the_english_unit_begins_with_an_ad_and_the_quiet_one_has_none() {
    let english = json!({ "unit_id": "1002", "user_id": "u1", "country": "US", "birth_year": 1990 });
    let items = lockscreen(&english, COMMUTE);
    assert!(items[0].starts_with("li-"), "{items:?}");
    let quiet = lockscreen(&json!({ "unit_id": "1003", "user_id": "u1" }), AFTERNOON);
    assert_eq!(quiet.len(), 8);
    assert!(quiet.iter().all(|id| id.starts_with("ct-")), "{quiet:?}");
}

#[test]
fn what_is_for_everybody_twice_a_day_is_used_up_after_two_showings() {
    let catalog = demo();
    let item = catalog.line_item("li-1001").unwrap();
    assert!(item.targeting().is_empty());
    assert!(item.dayparts().is_none() && item.creatives().len() == 1);
    let caps: Vec<_> = item.caps().iter().map(|cap| (cap.window, cap.limit)).collect();
    assert_eq!(caps, [(Window::Day, 2)]);

    let now: EpochSeconds = AFTERNOON.parse().unwrap();
    let today = Buckets::at(now, &catalog.unit("1001").unwrap().time_zone);
    for (shown, is_left) in [(1, true), (2, false)] {
        let count = |bucket| WindowCount { bucket, count: shown };
        let history = History {
            lifetime: shown,
            last_shown_at: now,
            minute: count(today.minute),
            hour: count(today.hour),
            day: count(today.day),
            week: count(today.week),
        };
        let line_items = [("li-1001".to_owned(), history)].into();
        let state = UserState { source: Source::Stored, line_items, ..UserState::default() };
        for request in [korean(&json!({})), json!({ "unit_id": "1001", "user_id": "u1" })] {
            let items = show(AllocationKind::Ads, &request, AFTERNOON, &state);
            assert_eq!(has(&items, "li-1001"), is_left, "{shown} showings: {items:?}");
        }
    }
}

#[test]
fn of_two_rival_car_makers_a_slate_has_one() {
    let catalog = demo();
    let request = korean(&json!({ "birth_year": 1985, "count": 50 }));
    let ads = show(AllocationKind::Ads, &request, EVENING, &UserState::new_user());
    let cars = ads
        .iter()
        .filter(|id| catalog.line_item(id).is_some_and(|item| item.exclusion_labels().contains("car")));
    assert_eq!(cars.count(), 1, "{ads:?}");
}

#[test]
fn house_ads_come_last_and_ended_or_future_ones_never() {
    let ads = show(AllocationKind::Ads, &korean(&json!({ "count": 50 })), AFTERNOON, &UserState::new_user());
    let first: Vec<_> = {
        let mut seen = BTreeSet::new();
        ads.iter().filter(|id| seen.insert(*id)).collect()
    };
    let house = first.iter().position(|id| *id == "li-1037").unwrap();
    assert!(first[house..].iter().all(|id| ["li-1037", "li-1039"].contains(&id.as_str())), "{first:?}");
    for id in ["li-1025", "li-1040", "li-1041", "li-1042", "li-1043"] {
        assert!(!has(&ads, id), "{id} is shown");
    }
}

#[test]
fn every_line_item_has_a_creative_and_several_have_more() {
    let catalog = demo();
    assert!(catalog.line_items().all(|item| item.creatives().len() > 0));
    let several = catalog.line_items().filter(|item| item.creatives().len() > 1).count();
    assert!(several >= 5, "{several} with several creatives");
}
