//! Batches of events: how long they take, and what is logged of them.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockfill_metrics::{Count, Family, METRICS};
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::Level;
use tracing::subscriber::DefaultGuard;

use crate::support::{Answer, World, payload, rows};

const SECOND: Duration = Duration::from_secs(1);

/// The token of the slot of that item, for that user.
async fn token(world: &World, id: &str, user: usize) -> String {
    let answer = world.get(&format!("unit_id=u-1&user_id=user-{user}")).await;
    let slot = answer.slots().iter().find(|slot| slot["id"] == id).expect("the item has a slot");
    slot["tracking"]["impression_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Impressions and clicks of so many slots of an item.
async fn events(world: &World, id: &str, slots: usize) -> Vec<Value> {
    let mut events = Vec::new();
    for user in 0..slots {
        let token = token(world, id, user).await;
        events.push(json!({ "token": token, "kind": "impression" }));
        events.push(json!({ "token": token, "kind": "click" }));
    }
    events
}

/// The answer to a batch, and how long it took.
async fn send(world: &World, events: &[Value]) -> (Answer, Duration) {
    let mut batch = payload("POST", "/api/v1/events", "", &[]);
    batch["body"] = json!({ "events": events }).to_string().into();
    let began = Instant::now();
    let answer = world.track(&batch).await;
    (answer, began.elapsed())
}

/// How many of the results are so.
fn count(answer: &Answer, result: &Value) -> usize {
    answer.json["results"].as_array().unwrap().iter().filter(|found| *found == result).count()
}

fn late() -> Value {
    json!({ "recorded": "no", "problem": "ledger-unavailable" })
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_does_not_answer_holds_a_batch_of_a_hundred_for_no_more_than_two_writes() {
    let world = World::new();
    let events = events(&world, "li-1", 50).await;
    world.advance(5);
    world.ledger.set_slow(SECOND);
    world.ledger.set_down(true);
    let (answer, took) = send(&world, &events).await;
    assert!(took <= 2 * SECOND, "{took:?}");
    assert_eq!((answer.status(), answer.header("x-lockfill-degraded")), (503, Some("ledger")));
    assert_eq!(answer.json["type"], "urn:lockfill:problem:ledger-unavailable");
    assert_eq!(world.ledger.asked(), 16);
    world.ledger.set_slow(Duration::ZERO);
    world.ledger.set_down(false);
    let (answer, _) = send(&world, &events).await;
    assert_eq!(count(&answer, &json!({ "recorded": "yes" })), 100);
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_ledger_has_no_time_for_may_be_sent_again() {
    let world = World::new();
    let events = events(&world, "li-1", 50).await;
    world.advance(5);
    world.ledger.set_slow(SECOND);
    for round in 0..2 {
        let (answer, took) = send(&world, &events).await;
        let word = if round == 0 { "yes" } else { "repeated" };
        assert!(took <= 2 * SECOND, "{took:?}");
        assert_eq!((answer.status(), answer.header("x-lockfill-degraded")), (200, Some("ledger")));
        assert_eq!((count(&answer, &json!({ "recorded": word })), count(&answer, &late())), (16, 84));
    }
    assert_eq!(world.ledger.entries().len(), 16);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_copies_of_an_event_that_is_not_recorded_ask_the_ledger_once() {
    let world = World::new();
    let event = json!({ "token": token(&world, "li-1", 0).await, "kind": "impression" });
    let forged = json!({ "token": "k1.x", "kind": "impression" });
    let mut copies = vec![event; 100];
    world.ledger.set_slow(SECOND);
    world.ledger.set_down(true);
    copies[7] = forged;
    copies[9]["at"] = 1.into();
    let (answer, took) = send(&world, &copies).await;
    assert!(took <= 2 * SECOND, "{took:?}");
    assert_eq!((count(&answer, &late()), world.ledger.asked()), (98, 1));
    let ignored = json!({ "recorded": "no", "problem": "ledger-unavailable", "ignored": "at" });
    assert_eq!(answer.json["results"][9], ignored);
    world.ledger.set_down(false);
    let (answer, took) = send(&world, &copies).await;
    assert!(took <= 2 * SECOND, "{took:?}");
    assert_eq!((count(&answer, &json!({ "recorded": "yes" })), count(&answer, &late())), (1, 97));
    world.ledger.set_slow(Duration::ZERO);
    let (answer, _) = send(&world, &copies).await;
    assert_eq!(count(&answer, &json!({ "recorded": "repeated" })), 98);
}

/// A world in which version 2 has an item, and the events' controller does not find that version; and events of it.
async fn world_behind() -> (World, Vec<Value>) {
    let world = World::new();
    // The events' controller loads version 1.
    let known = events(&world, "li-1", 1).await;
    send(&world, &known).await;
    let mut newer = rows();
    for (kind, parent) in [("line_items", None), ("creatives", Some("line_item_id"))] {
        let mut row = newer[kind][0].clone();
        row["id"] = format!("{kind}-new").into();
        if let Some(parent) = parent {
            row[parent] = "line_items-new".into();
        }
        newer[kind].as_array_mut().unwrap().push(row);
    }
    world.publish(2, newer);
    let events = events(&world.beside(), "line_items-new", 50).await;
    world.catalog.point_to(1);
    (world, events)
}

#[tokio::test(start_paused = true)]
async fn the_events_of_a_batch_wait_together_for_a_newer_version() {
    let (world, events) = world_behind().await;
    world.advance(5);
    world.ledger.set_slow(SECOND);
    let (answer, took) = send(&world, &events).await;
    assert!((SECOND..4 * SECOND).contains(&took), "{took:?}");
    assert_eq!((count(&answer, &json!({ "recorded": "yes" })), count(&answer, &late())), (16, 84));
}

#[tokio::test(start_paused = true)]
async fn an_expired_event_of_an_unknown_item_does_not_wait() {
    let (world, events) = world_behind().await;
    world.advance(8 * 24 * 3_600);
    let (answer, took) = send(&world, &events[..1]).await;
    assert_eq!(answer.json["results"][0], json!({ "recorded": "invalid", "problem": "expired-token" }));
    assert!(took < Duration::from_millis(500), "{took:?}");
}

/// The lines of a log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Begins to log on this thread.
    fn begin() -> (Self, DefaultGuard) {
        let lines = Self::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().json().with_max_level(Level::DEBUG);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (lines, tracing::subscriber::set_default(subscriber))
    }

    /// The fields of the lines so far.
    fn fields(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].clone()).collect()
    }

    /// The fields of the lines about events that do not count.
    fn uncounted(&self) -> Vec<Value> {
        self.fields().into_iter().filter(|fields| fields["message"] == "events do not count").collect()
    }

    fn with_message(&self, message: &str) -> usize {
        self.fields().iter().filter(|fields| fields["message"] == message).count()
    }
}

#[tokio::test]
async fn what_does_not_count_of_a_batch_is_one_line_for_all_that_are_alike() {
    let world = World::new();
    let mut events = events(&world, "li-1", 1).await;
    events.extend((0..90).map(|_| json!({ "token": "k1.x", "kind": "click" })));
    events.extend((0..5).map(|_| json!({ "token": "k1.x", "kind": "impression" })));
    let (lines, _guard) = Lines::begin();
    send(&world, &events).await;
    let line = |kind: &str, class: &str, recorded: &str, events: usize| {
        json!({ "message": "events do not count", "kind": kind, "class": class,
            "recorded": recorded, "events": events })
    };
    let expected = [
        line("click", "forged", "refused", 90),
        line("click", "too_fast", "invalid", 1),
        line("impression", "forged", "refused", 5),
    ];
    assert_eq!(lines.uncounted(), expected);
    world.follow("https://t.example/api/v1/events/click/k1.x").await;
    assert_eq!(lines.uncounted()[3..], [line("click", "forged", "refused", 1)]);
    // A process of a test counts nothing else.
    let counted = [Count::EventsRefused, Count::EventsInvalid, Count::EventsValid, Count::EventsUnrecorded];
    assert_eq!(counted.map(|count| METRICS.counted(count)), [96, 1, 1, 0]);
    let by_class = ["forged", "too_fast"].map(|class| METRICS.counted_by(Family::EventClasses, class));
    assert_eq!(by_class, [96, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_warning_of_one_kind_leaves_out_none_of_another() {
    let (world, unknown) = world_behind().await;
    let (lines, _guard) = Lines::begin();
    world.ledger.set_down(true);
    send(&world, &[json!({ "token": token(&world, "li-1", 1).await, "kind": "impression" })]).await;
    world.ledger.set_down(false);
    send(&world, &unknown[..1]).await;
    world.users.set_down(true);
    send(&world, &[json!({ "token": token(&world, "li-1", 2).await, "kind": "impression" })]).await;
    for message in [
        "an event could not be recorded",
        "an event of an unknown item is not counted",
        "an event could not be counted",
    ] {
        assert_eq!(lines.with_message(message), 1, "{message}: {:?}", lines.fields());
    }
}
