//! Runs over a ledger and a store in memory.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lockfill_accounting::{Limits, RollUpError, RollUpLedger, RollUpService, RolledUp};
use lockfill_dao::memory::{MemoryArrivals, MemoryDelivery, Stored};
use lockfill_dao::{DaoError, DeliveryStore, Lease};
use lockfill_delivery::facts::{FactKey, Facts, NO_IMPRESSION};
use lockfill_delivery::rollup::{ArrivedEvent, RollUp, Slot, Totals};
use lockfill_models::time::EpochSeconds;

const HOUR: i64 = 498_705;
const FIRST: i64 = HOUR * 60;

struct World {
    ledger: Arc<MemoryArrivals>,
    store: Arc<MemoryDelivery>,
    service: RollUpService<Arc<MemoryArrivals>, Arc<MemoryDelivery>>,
}

impl World {
    fn new() -> Self {
        Self::within(Limits { time: Duration::from_hours(1), patience: Duration::ZERO })
    }

    fn within(limits: Limits) -> Self {
        let (ledger, store) = (Arc::<MemoryArrivals>::default(), Arc::<MemoryDelivery>::default());
        let service = RollUpService::new(Arc::clone(&ledger), Arc::clone(&store)).within(limits);
        Self { ledger, store, service }
    }

    /// An event of a slot that arrives in a minute of the world.
    fn arrive(&self, slot: u32, kind: &str, minute: i64) {
        self.ledger.add(event(slot, kind, "valid", minute));
    }

    /// A run in which that many minutes of the world are closed.
    async fn run(&self, closed: i64) -> RolledUp {
        self.service.run(at(closed)).await.unwrap()
    }

    async fn rebuild(&self, from: i64, until: i64, closed: i64) -> u64 {
        let from_until = (EpochSeconds((FIRST + from) * 60), EpochSeconds((FIRST + until) * 60));
        let rebuilt = self.service.rebuild(from_until.0, from_until.1, at(closed)).await.unwrap();
        assert!(rebuilt.is_complete);
        rebuilt.written
    }

    fn stored(&self) -> Stored {
        self.store.stored()
    }

    /// Minutes of the world that were read from the ledger since the last call.
    fn read(&self) -> Vec<i64> {
        self.ledger.take_minutes_read().into_iter().map(|minute| minute - FIRST).collect()
    }

    fn written(&self) -> Vec<i64> {
        self.store.take_minutes_written().into_iter().map(|minute| minute - FIRST).collect()
    }
}

/// 15 seconds after the end of the last closed minute.
fn at(closed: i64) -> Timestamp {
    Timestamp::from_second((FIRST + closed) * 60 + 15).unwrap()
}

fn event(slot: u32, kind: &str, class: &str, minute: i64) -> ArrivedEvent {
    let some = |text: &str| Some(text.to_owned());
    ArrivedEvent {
        slot: Slot { request_id: u128::from(slot).to_be_bytes(), position: 1 },
        issued_hour: HOUR,
        arrived_at: EpochSeconds((FIRST + minute) * 60 + 7),
        key: FactKey {
            hour: HOUR,
            item_kind: "line_item".to_owned(),
            item: format!("li-{}", slot % 3),
            creative: some("cr"),
            unit: some("u"),
            campaign: some("c"),
            advertiser: some("a"),
            kind: kind.to_owned(),
            class: class.to_owned(),
            pricing: some("cpc"),
            currency: some("KRW"),
        },
        price_micros: 5,
    }
}

/// All facts of minutes, by kind and class.
fn counts(minutes: &Stored) -> Vec<(String, String, i64)> {
    let mut facts = Facts::default();
    minutes.minutes.values().for_each(|rolled| facts.add_all(&rolled.facts));
    let mut counts = std::collections::BTreeMap::new();
    for (key, sum) in facts.iter() {
        *counts.entry((key.kind.clone(), key.class.clone())).or_insert(0) += sum.count;
    }
    counts.into_iter().map(|((kind, class), count)| (kind, class, count)).collect()
}

fn text(counts: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    counts.iter().map(|(kind, class, count)| ((*kind).to_owned(), (*class).to_owned(), *count)).collect()
}

#[tokio::test]
async fn a_run_reads_young_minutes_three_times_and_once_more_when_they_are_settled() {
    let world = World::new();
    world.run(30).await;
    world.read();
    for closed in 31..=33 {
        world.arrive(u32::try_from(closed).unwrap(), "impression", closed - 1);
        world.run(closed).await;
        assert_eq!(world.read(), [closed - 16, closed - 3, closed - 2, closed - 1]);
        assert_eq!(world.written(), [closed - 1], "what is stored already is not written again");
    }
    let rolled = world.run(33).await;
    assert_eq!((rolled.until, rolled.minutes_behind), (EpochSeconds((FIRST + 33) * 60), 0));
}

#[tokio::test]
async fn a_minute_is_closed_a_quarter_of_a_minute_after_its_end() {
    let world = World::new();
    world.arrive(1, "impression", 30);
    world.service.run(at(31).checked_sub(jiff::SignedDuration::from_secs(1)).unwrap()).await.unwrap();
    assert_eq!(counts(&world.stored()), []);
    world.run(31).await;
    assert_eq!(counts(&world.stored()), text(&[("impression", "valid", 1)]));
}

#[tokio::test]
async fn a_click_without_an_impression_does_not_count_until_the_impression_arrives() {
    let world = World::new();
    world.arrive(1, "click", 30);
    world.run(31).await;
    assert_eq!(counts(&world.stored()), text(&[("click", NO_IMPRESSION, 1)]));
    world.arrive(1, "impression", 200);
    for closed in [60, 100, 201, 202, 260, 300] {
        world.run(closed).await;
    }
    assert_eq!(counts(&world.stored()), text(&[("click", "valid", 1), ("impression", "valid", 1)]));
    let stored = world.stored();
    let (_, totals) = stored.totals.last_key_value().unwrap();
    let items: Vec<_> = totals.items.iter().map(|(_, item)| (item.impressions, item.clicks)).collect();
    assert_eq!((items, totals.orphans.len()), (vec![(1, 1)], 0));
}

#[tokio::test]
async fn hours_and_totals_are_written_once_their_minutes_are_settled() {
    let world = World::new();
    for minute in 0..120 {
        world.arrive(u32::try_from(minute).unwrap(), "impression", minute);
    }
    world.run(74).await;
    assert!(!world.stored().hours.contains_key(&HOUR));
    let rolled = world.run(75).await;
    assert_eq!(rolled.hours_closed, 1);
    let stored = world.stored();
    let sum: i64 = stored.hours[&HOUR].facts.iter().map(|(_, sum)| sum.count).sum();
    assert_eq!(sum, 60);
    let impressions: i64 = stored.totals[&HOUR].items.iter().map(|(_, item)| item.impressions).sum();
    assert_eq!(impressions, 60);
}

#[tokio::test]
async fn what_comes_late_into_the_index_is_counted_when_its_minute_is_settled() {
    let world = World::new();
    world.arrive(1, "click", 30);
    world.arrive(1, "impression", 36);
    world.run(40).await;
    // The click of the slot 2 was recorded in minute 30, and could not be read before.
    world.arrive(2, "click", 30);
    world.arrive(2, "impression", 36);
    world.run(41).await;
    for closed in 42..60 {
        world.run(closed).await;
    }
    assert_eq!(counts(&world.stored()), text(&[("click", "valid", 2), ("impression", "valid", 2)]));
}

#[tokio::test]
async fn runs_that_were_late_or_that_end_early_leave_the_rest_to_the_next() {
    let regular = World::new();
    let late = World::new();
    let slow = World::within(Limits { time: Duration::ZERO, patience: Duration::ZERO });
    for world in [&regular, &late, &slow] {
        world.run(1).await;
        for slot in 0..400_u32 {
            let minute = i64::from(slot * 37 % 300);
            world.arrive(slot, "impression", minute);
            world.arrive(slot + 200, "click", 300 - minute);
        }
    }
    for closed in 2..=320 {
        regular.run(closed).await;
    }
    let behind = slow.run(320).await.minutes_behind;
    assert!(behind > 200, "{behind}");
    late.run(320).await;
    assert_eq!(regular.stored(), late.stored());
    // A run without time does nothing but keep what is there.
    let again = slow.run(320).await;
    assert_eq!(again.minutes_behind, behind);
}

#[tokio::test]
async fn two_runs_at_once_do_no_harm_and_the_second_says_that_it_is_busy() {
    let world = World::new();
    let lease = Lease { owner: "another".to_owned(), until: EpochSeconds((FIRST + 40) * 60) };
    world.store.take_lease(&lease, EpochSeconds(0)).await.unwrap();
    assert_eq!(world.service.run(at(30)).await, Err(RollUpError::Busy));
    assert!(world.read().is_empty());
    // A run that died holds its lease for a while.
    assert!(world.service.run(at(41)).await.is_ok());
}

#[tokio::test]
async fn a_store_that_fails_ends_the_run_and_the_next_one_goes_on() {
    let world = World::new();
    world.run(10).await;
    world.arrive(1, "impression", 11);
    world.ledger.set_down(true);
    let failed = world.service.run(at(12)).await;
    assert!(matches!(failed, Err(RollUpError::StoreUnavailable(DaoError::Unavailable { .. }))), "{failed:?}");
    world.ledger.set_down(false);
    assert_eq!(counts(&world.stored()), []);
    // The lease of the failed run has ended by then.
    world.run(13).await;
    assert_eq!(counts(&world.stored()), text(&[("impression", "valid", 1)]));
}

/// A world of some hours, rolled up.
async fn of_hours() -> World {
    let world = World::new();
    world.run(1).await;
    for slot in 0..600_u32 {
        let minute = i64::from(slot * 37 % 299);
        world.arrive(slot, "impression", minute);
        world.arrive(slot + 300, "click", 298 - minute);
        world.ledger.add(event(slot, "impression", "bot", minute));
    }
    world.run(330).await;
    world
}

/// What happens to a store.
type Damage<'a> = &'a dyn Fn(&mut Stored);

#[tokio::test]
async fn what_is_damaged_or_lost_is_rebuilt_to_the_digit() {
    let world = of_hours().await;
    let whole = world.stored();
    assert_eq!(world.rebuild(-60, 330, 330).await, 0, "what is right is not written");
    let wrong = whole.minutes[&(FIRST + 3)].clone();
    let damages: [(&str, Damage<'_>); 5] = [
        ("a minute has another's facts", &|stored| drop(stored.minutes.insert(FIRST + 100, wrong.clone()))),
        ("a minute is gone", &|stored| drop(stored.minutes.remove(&(FIRST + 3)))),
        ("hours are gone", &|stored| stored.hours.clear()),
        ("totals are wrong", &|stored| drop(stored.totals.insert(HOUR + 1, Totals::default()))),
        ("all is gone but the cursor", &|stored| {
            *stored = Stored { cursor: stored.cursor, ..Stored::default() };
        }),
    ];
    for (name, damage) in damages {
        world.store.change(damage);
        assert_ne!(world.stored(), whole, "{name}");
        assert!(world.rebuild(-60, 330, 330).await > 0, "{name}");
        world.run(330).await;
        assert_eq!(world.stored(), whole, "{name}");
    }
    world.store.change(|stored| *stored = Stored::default());
    world.rebuild(-60, 330, 330).await;
    world.run(330).await;
    assert_eq!(world.stored(), whole, "all is gone");
}

#[tokio::test]
async fn a_rebuild_of_some_hours_carries_the_totals_on_to_the_last() {
    let world = of_hours().await;
    let whole = world.stored();
    world.store.change(|stored| {
        stored.hours.insert(HOUR, RollUp::default());
        stored.minutes.retain(|minute, _| *minute >= FIRST + 60);
        for totals in stored.totals.values_mut() {
            *totals = Totals::default();
        }
    });
    world.read();
    world.rebuild(0, 60, 330).await;
    assert!(world.read().iter().all(|minute| (0..60).contains(minute)), "later hours are not read again");
    world.run(330).await;
    assert_eq!(world.stored(), whole);
}

#[tokio::test]
async fn a_rebuild_reaches_what_arrived_before_the_first_run() {
    let world = World::new();
    world.arrive(1, "click", -1_000);
    world.arrive(1, "impression", 10);
    world.run(100).await;
    assert_eq!(counts(&world.stored()), text(&[("impression", "valid", 1)]));
    world.rebuild(-1_000, -900, 100).await;
    world.run(100).await;
    let stored = world.stored();
    // The minute of the impression was rolled up before its click was known.
    world.rebuild(-1_000, 100, 100).await;
    world.run(100).await;
    assert_eq!(counts(&world.stored()), text(&[("click", "valid", 1), ("impression", "valid", 1)]));
    assert_eq!(stored.cursor.map(|cursor| cursor.first), Some((FIRST - 1_000).div_euclid(60) * 60));
}

#[tokio::test]
async fn totals_that_are_lost_are_made_again_by_the_next_run() {
    let world = of_hours().await;
    let whole = world.stored();
    world.store.change(|stored| stored.totals.clear());
    world.run(330).await;
    assert_eq!(world.stored(), whole);
}
