//! Requests: what is accepted, and how mistakes are reported.

use crate::support::{LOCKSCREEN, World, payload};

#[tokio::test]
async fn a_lock_screen_mixes_ads_and_contents_in_the_documented_form() {
    let world = World::new();
    let answer = world.get("unit_id=u-1&user_id=u1&country=KR").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-lockfill-served-by"), Some("lambda"));
    assert_eq!(answer.header("x-lockfill-degraded"), None);
    let kinds: Vec<_> = answer.slots().iter().map(|slot| slot["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["content", "ad", "content", "ad"]);
    assert_eq!(answer.json["valid_until"], "2026-11-22T13:00:00Z");
    assert_eq!(answer.json["next_request_at"], "2026-11-22T09:30:00Z");
    assert_eq!(answer.json["no_fill_reason"], serde_json::Value::Null);
    let text = std::str::from_utf8(answer.response.body()).unwrap();
    let keys = ["request_id", "catalog_version", "valid_until", "next_request_at", "slots", "no_fill_reason"];
    let places: Vec<_> = keys.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "keys keep their order: {text}");
    assert!(text.contains("제목 \\\"1\\\""), "text stays UTF-8: {text}");
}

#[tokio::test]
async fn the_same_request_in_the_same_minute_has_the_same_slots_and_another_name() {
    let world = World::new();
    let first = world.get("unit_id=u-1&user_id=u1&country=KR").await;
    world.advance(29);
    let second = world.get("unit_id=u-1&user_id=u1&country=KR").await;
    assert_eq!(first.ids(), second.ids());
    assert_ne!(first.json["request_id"], second.json["request_id"]);
    let tokens = |slot: &serde_json::Value| slot["tracking"]["impression_url"].clone();
    assert_ne!(tokens(&first.slots()[0]), tokens(&second.slots()[0]));
}

#[tokio::test]
async fn a_posted_body_means_what_the_query_means() {
    let world = World::new();
    let query = "unit_id=u-1&user_id=%EC%82%AC%EC%9A%A9%EC%9E%90&country=kr&count=3&birth_year=1990\
        &interests=a,b&interests=c&lat=37.5&lon=-127&limit_ad_tracking=1&kv.plan=a%26b&os_version=14.2";
    let body = r#"{"unit_id":"u-1","user_id":"사용자","country":"kr","count":3,"birth_year":1990,
        "interests":["a","b","c"],"lat":37.5,"lon":-127,"limit_ad_tracking":true,"kv":{"plan":"a&b"},
        "os_version":"14.2","unheard_of":{"x":[1]},"region":null}"#;
    let (got, posted) = (world.get(query).await, world.post(body).await);
    assert_eq!((got.status(), posted.status()), (200, 200), "{} {}", got.json, posted.json);
    assert_eq!(got.ids(), posted.ids());
    assert_eq!(got.slots().len(), 3);
}

#[tokio::test]
async fn all_mistakes_are_named_at_once() {
    let world = World::new();
    let query = "user_id=a%20b&country=KOR&gender=m&birth_year=1850&platform=symbian&os_version=1.2.3.4.5\
        &timezone=Mars%2FOlympus&lat=91&count=0&count=1&shown=li-1&limit_ad_tracking=yes&network=5g&kv.a=&strict=1";
    let answer = world.get(query).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(
        answer.wrong_fields(),
        [
            "unit_id",
            "user_id",
            "country",
            "gender",
            "birth_year",
            "platform",
            "os_version",
            "network",
            "timezone",
            "lat",
            "lon",
            "kv.a",
            "limit_ad_tracking",
            "count",
            "shown"
        ]
    );
}

#[tokio::test]
async fn bodies_that_are_not_an_object_of_known_shapes_are_refused() {
    let world = World::new();
    for body in ["", "[]", "1", "{", "null", "{\"unit_id\":1,}", "\u{feff}{}"] {
        let answer = world.post(body).await;
        assert_eq!((answer.status(), &answer.json["title"]), (400, &"Invalid body".into()), "{body}");
    }
    for (body, field) in [
        (r#"{"unit_id":["u-1"],"user_id":"u"}"#, "unit_id"),
        (r#"{"unit_id":"u-1","user_id":"u","interests":"a"}"#, "interests"),
        (r#"{"unit_id":"u-1","user_id":"u","interests":[["a"]]}"#, "interests"),
        (r#"{"unit_id":"u-1","user_id":"u","kv":["a"]}"#, "kv"),
        (r#"{"unit_id":"u-1","user_id":"u","count":1e1}"#, "count"),
        (r#"{"unit_id":"u-1","user_id":"u","user_id":"v"}"#, "user_id"),
    ] {
        let answer = world.post(&body.replacen('{', "{\"strict\":true,", 1)).await;
        assert_eq!((answer.status(), answer.wrong_fields()), (400, vec![field]), "{body}");
    }
}

#[tokio::test]
async fn lists_have_limits() {
    let world = World::new();
    let interests = vec!["x"; 65].join(",");
    let answer = world.get(&format!("unit_id=u-1&user_id=u&interests={interests}&strict=1")).await;
    assert_eq!(answer.wrong_fields(), ["interests"]);
    let kv: Vec<_> = (0..21).map(|index| format!("kv.k{index}=v")).collect();
    let answer = world.get(&format!("unit_id=u-1&user_id=u&strict=1&{}", kv.join("&"))).await;
    assert_eq!(answer.wrong_fields(), ["kv"]);
}

#[tokio::test]
async fn what_a_phone_sends_that_cannot_be_changed_leaves_no_lock_screen_empty() {
    let world = World::new();
    let interests = format!("interests={}", vec!["x"; 65].join(","));
    for (sent, ignored) in [
        ("language=ko-KR", None),
        ("language=ko_KR", None),
        ("os_version=15.0.1-beta", None),
        ("gender=m", None),
        ("gender=unknown", Some("gender")),
        ("timezone=GMT%2B9", Some("timezone")),
        (&*interests, Some("interests")),
        ("os_version=1.2.3.4.5&language=", Some("language,os_version")),
        ("count=51&kv.a=&kv.b=x&shown=li-1", Some("kv,count,shown")),
    ] {
        let answer = world.get(&format!("unit_id=u-1&user_id=u1&country=KR&{sent}")).await;
        assert_eq!((answer.status(), answer.header("x-lockfill-ignored")), (200, ignored), "{sent}");
        assert!(!answer.slots().is_empty(), "{sent}");
    }
}

#[tokio::test]
async fn a_body_may_have_numbers_for_texts() {
    let world = World::new();
    let mut rows = crate::support::rows();
    rows["units"][0]["id"] = "1001".into();
    world.publish(9, rows);
    world.advance(10);
    let answer = world.post(r#"{"unit_id":1001,"user_id":7,"os_version":15,"country":"KR"}"#).await;
    assert_eq!((answer.status(), answer.header("x-lockfill-ignored")), (200, None), "{}", answer.json);
}

#[tokio::test]
async fn the_last_of_several_values_counts_and_an_opt_out_always() {
    let world = World::new();
    let count = world.get("unit_id=u-1&user_id=u1&country=KR&count=x&count=1").await;
    assert_eq!((count.slots().len(), count.header("x-lockfill-ignored")), (1, Some("count")));
    let unreadable = world.get("unit_id=u-1&user_id=u1&country=KR&count=1&count=x").await;
    assert_eq!((unreadable.slots().len(), unreadable.header("x-lockfill-ignored")), (4, Some("count")));
    for sent in ["limit_ad_tracking=1&limit_ad_tracking=0", "limit_ad_tracking=maybe", "limit_ad_tracking="] {
        let answer = world.get(&format!("unit_id=u-1&user_id=u1&country=KR&{sent}")).await;
        assert_eq!(answer.header("x-lockfill-ignored"), Some("limit_ad_tracking"), "{sent}");
        let limited = world.get("unit_id=u-1&user_id=u1&country=KR&limit_ad_tracking=1").await;
        assert_eq!(answer.ids(), limited.ids(), "{sent}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_refused() {
    let world = World::new();
    let answer = world.get("unit_id=u-1&user_id=%ff%fe").await;
    assert_eq!((answer.status(), answer.wrong_fields()), (400, vec!["user_id"]));
    let mut posted = payload("POST", LOCKSCREEN, "", &[]);
    // The base64 of ff fe.
    posted["body"] = "//4=".into();
    posted["isBase64Encoded"] = true.into();
    assert_eq!(world.allocate(&posted).await.status(), 400);
}

#[tokio::test]
async fn an_unknown_unit_is_404_and_another_method_405() {
    let world = World::new();
    assert_eq!(world.get("unit_id=unknown&user_id=u1").await.status(), 404);
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"] {
        let answer = world.allocate(&payload(method, LOCKSCREEN, "unit_id=u-1&user_id=u", &[])).await;
        assert_eq!((answer.status(), answer.header("allow")), (405, Some("GET, POST")), "{method}");
    }
}

#[tokio::test]
async fn a_function_answers_its_own_path_alone() {
    let world = World::new();
    for path in
        ["/", "/api/v1/allocation/ads", "/api/v1/allocation/lockscreen//", "/api/v1/allocation/lockscreenx"]
    {
        let answer = world.allocate(&payload("GET", path, "unit_id=u-1&user_id=u", &[])).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn nothing_to_show_is_an_answer_with_a_reason() {
    let world = World::unpublished();
    let mut rows = crate::support::rows();
    rows["contents"] = serde_json::json!([]);
    rows["line_items"][0]["targeting"] = serde_json::json!({ "countries": { "allow": ["JP"] } });
    world.publish(1, rows);
    let answer = world.get("unit_id=u-1&user_id=u1&country=US").await;
    assert_eq!((answer.status(), answer.slots().len()), (200, 0));
    assert_eq!(answer.json["no_fill_reason"], "country");
}

#[tokio::test]
async fn a_device_is_told_to_ask_again_when_its_first_slot_ends_although_the_unit_would_let_it_wait() {
    let world = World::unpublished();
    let mut rows = crate::support::rows();
    rows["line_items"][0]["ends_at"] = "2026-11-22T09:10:00Z".into();
    world.publish(1, rows.clone());
    assert_eq!(world.get("unit_id=u-1&user_id=u1").await.json["next_request_at"], "2026-11-22T09:10:00Z");
    // Within this minute the answer would be the same.
    rows["line_items"][0]["ends_at"] = "2026-11-22T09:00:20Z".into();
    world.publish(2, rows);
    world.advance(10);
    world.serves(2).await;
    assert_eq!(world.get("unit_id=u-1&user_id=u1").await.json["next_request_at"], "2026-11-22T09:01:00Z");
}

#[tokio::test]
async fn a_path_may_end_with_a_slash() {
    let world = World::new();
    let path = format!("{LOCKSCREEN}/");
    let asked = world.allocate(&payload("GET", &path, "unit_id=u-1&user_id=u1", &[])).await;
    let posted = world.post_to(&path, r#"{"unit_id":"u-1","user_id":"u1"}"#).await;
    assert_eq!((asked.status(), posted.status()), (200, 200));
    assert_eq!(asked.ids(), posted.ids());
}
