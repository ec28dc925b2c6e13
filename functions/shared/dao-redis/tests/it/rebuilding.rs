//! A loss is noticed, and counters are made anew from events.

use jiff::tz::TimeZone;
use lockfill_dao::{Begun, CounterStore, EventRecord, EventRecorder, Recorded, UserStateReader};
use lockfill_dao_redis::{RedisCounters, RedisRebuild, RedisUsers};
use lockfill_models::event::EventKind;
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::user_state::{Source, UserState};
use redis::AsyncCommands;

use crate::cluster::Cluster;
use crate::server::Server;
use crate::stories::{PATIENT, ad, at, clicked, content, event, event_in, patient, seen, state, user};

// Far ahead: Redis deletes what has expired by the clock of this machine.
const NOW: &str = "2036-11-25T03:00:00Z";

async fn flush(server: &Server) {
    let () = redis::cmd("FLUSHALL").query_async(&mut server.look().await).await.unwrap();
}

async fn begin(counters: &RedisCounters, name: &str) -> RedisRebuild {
    match counters.begin(name).await.unwrap() {
        Begun::Unknown(run) => run,
        other => panic!("{other:?}"),
    }
}

fn record(slot: &str, instant: &str) -> EventRecord {
    event(EventKind::Impression, slot, ad("li"), at(instant))
}

#[tokio::test]
async fn a_history_is_unknown_after_a_loss_and_has_what_was_counted_since() {
    let (server, users) = patient();
    seen(&users, "r:1", ad("li"), NOW).await;
    assert_eq!(state(&users).await.source, Source::Stored);
    flush(&server).await;
    assert_eq!(state(&users).await, UserState::default(), "lost is not new");
    seen(&users, "r:2", ad("li"), NOW).await;
    let lost = state(&users).await;
    assert_eq!((lost.source, lost.line_items["li"].lifetime), (Source::Unknown, 1));
}

#[tokio::test]
async fn an_empty_server_is_made_known_and_asked_again_is_known() {
    let (server, users) = patient();
    flush(&server).await;
    let counters = RedisCounters::new(&server.url()).unwrap();
    let run = begin(&counters, "one").await;
    assert!(matches!(counters.begin("two").await.unwrap(), Begun::Busy));
    assert_eq!(state(&users).await.source, Source::Unknown, "not before the end");
    assert!(counters.finish(run).await.unwrap());
    assert_eq!(state(&users).await, UserState::new_user());
    assert!(matches!(counters.begin("two").await.unwrap(), Begun::Known));
}

#[tokio::test]
async fn what_is_counted_meanwhile_is_neither_lost_nor_counted_twice() {
    let (server, users) = patient();
    flush(&server).await;
    let counters = RedisCounters::new(&server.url()).unwrap();
    let run = begin(&counters, "one").await;
    // Before the state is replaced: one that the ledger has, and one that it did not have when it was read.
    let early = record("r:1", NOW);
    assert_eq!(users.record(&early).await.unwrap(), Recorded::Counted);
    assert_eq!(seen(&users, "r:2", ad("li"), NOW).await, Recorded::Counted);
    let before = record("r:0", "2036-11-24T22:00:00Z");
    counters.restore(&run, &[vec![before.clone(), early.clone()]], at(NOW)).await.unwrap();
    // After it: one of each again, and a new one.
    for (slot, recorded) in [
        ("r:0", Recorded::Repeated),
        ("r:1", Recorded::Repeated),
        ("r:2", Recorded::Repeated),
        ("r:3", Recorded::Counted),
    ] {
        assert_eq!(seen(&users, slot, ad("li"), NOW).await, recorded, "{slot}");
    }
    // A rebuild that was given up and is begun again has what the ledger has by then.
    let all = ["r:1", "r:2"].map(|slot| record(slot, NOW));
    let again = [vec![before, all[0].clone(), all[1].clone()]];
    counters.restore(&run, &again, at(NOW)).await.unwrap();
    assert!(counters.finish(run).await.unwrap());
    let state = state(&users).await;
    let history = state.line_items["li"];
    assert_eq!((state.source, history.lifetime, history.day.count), (Source::Stored, 4, 4));
    assert_eq!(seen(&users, "r:3", ad("li"), NOW).await, Recorded::Repeated);
}

#[tokio::test]
async fn a_slot_that_is_lost_again_meanwhile_stays_unknown() {
    let (server, users) = patient();
    flush(&server).await;
    let counters = RedisCounters::new(&server.url()).unwrap();
    let run = begin(&counters, "one").await;
    flush(&server).await;
    counters.restore(&run, &[vec![record("r:1", NOW)]], at(NOW)).await.unwrap();
    assert!(!counters.finish(run).await.unwrap());
    assert_eq!(state(&users).await, UserState::default());
    let run = begin(&counters, "two").await;
    counters.restore(&run, &[vec![record("r:1", NOW)]], at(NOW)).await.unwrap();
    assert!(counters.finish(run).await.unwrap());
    assert_eq!(state(&users).await.line_items["li"].lifetime, 1);
}

#[tokio::test]
async fn a_state_whose_time_is_over_is_not_made_anew() {
    let (server, users) = patient();
    flush(&server).await;
    let counters = RedisCounters::new(&server.url()).unwrap();
    let run = begin(&counters, "one").await;
    let old = record("r:1", "2036-08-27T02:00:00Z");
    counters.restore(&run, &[vec![old.clone()]], at(NOW)).await.unwrap();
    assert!(state(&users).await.line_items.is_empty());
    let young = record("r:2", "2036-11-26T02:00:00Z");
    counters.restore(&run, &[vec![old, young]], at(NOW)).await.unwrap();
    assert_eq!(state(&users).await.line_items["li"].lifetime, 1, "the first state had expired");
}

#[tokio::test]
async fn a_state_made_anew_lives_as_long_as_the_one_that_counting_made() {
    let (server, users) = patient();
    let counters = RedisCounters::new(&server.url()).unwrap();
    let mut look = server.look().await;
    let (day, hour) = (86_400, 3_600);
    // Two events within an hour eight days ago, almost; then another one an hour after the first.
    for (arrivals, left) in [
        (&["2036-11-18T23:00:00Z", "2036-11-18T23:59:00Z"][..], day),
        (&["2036-11-18T23:00:00Z", "2036-11-18T23:59:00Z", "2036-11-19T00:00:00Z"][..], 83 * day + hour),
    ] {
        flush(&server).await;
        let run = begin(&counters, "one").await;
        let numbered = arrivals.iter().enumerate();
        let events: Vec<_> =
            numbered.map(|(number, arrival)| record(&format!("r:{number}"), arrival)).collect();
        counters.restore(&run, &[events], at("2036-11-25T23:00:00Z")).await.unwrap();
        let seconds: i64 = look.ttl("lockfill:{u}:state").await.unwrap();
        let (now, _): (i64, i64) = redis::cmd("TIME").query_async(&mut look).await.unwrap();
        let found = now + seconds - at("2036-11-25T23:00:00Z").0;
        assert!((found - left).abs() <= 5, "{found}");
    }
    // What no event has confirmed for eight days is gone.
    flush(&server).await;
    let run = begin(&counters, "two").await;
    counters
        .restore(&run, &[vec![record("r:1", "2036-11-18T22:00:00Z")]], at("2036-11-26T22:00:00Z"))
        .await
        .unwrap();
    assert!(state(&users).await.line_items.is_empty());
}

#[tokio::test]
async fn a_node_of_a_cluster_that_lost_its_data_is_the_only_one_that_is_made_anew() {
    let cluster = Cluster::start().await;
    let users = RedisUsers::new(&cluster.url(), PATIENT).unwrap();
    users.connect().await;
    let names = [cluster.user_of(0).await, cluster.user_of(1).await].map(|name| user(&name));
    for name in &names {
        users.record(&EventRecord { user: name.clone(), ..record("r:1", NOW) }).await.unwrap();
    }
    flush(&cluster.nodes[1]).await;
    let sources =
        async || [users.load(&names[0]).await.unwrap().source, users.load(&names[1]).await.unwrap().source];
    assert_eq!(sources().await, [Source::Stored, Source::Unknown]);
    let counters = RedisCounters::new(&cluster.url()).unwrap();
    counters.connect().await;
    let run = begin(&counters, "one").await;
    assert_eq!([0, 1].map(|index| counters.is_wanted(&run, &names[index])), [false, true]);
    let lost = EventRecord { user: names[1].clone(), ..record("r:1", NOW) };
    counters.restore(&run, &[vec![lost]], at(NOW)).await.unwrap();
    assert!(counters.finish(run).await.unwrap());
    assert_eq!(sources().await, [Source::Stored; 2]);
    assert_eq!(users.load(&names[1]).await.unwrap().line_items["li"].lifetime, 1);
}

/// Events of a user with all that makes counting hard: late ones, travels, clocks that are wrong, more items than are
/// kept, and repeated instants. `seed` chooses.
fn history(seed: u64) -> Vec<EventRecord> {
    let mut random = seed;
    let mut below = move |limit: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    let zones = ["Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns"];
    let items = [3, 40, 700][usize::try_from(seed % 3).unwrap()];
    let mut arrived = at("2036-11-21T09:00:00Z").0;
    let mut events = Vec::new();
    // More than 512 items are only met by many events.
    for number in 0..if items > 512 { 1_200 } else { 250 } {
        arrived +=
            [0, 7, 300, 3_600][usize::try_from(below(4)).unwrap()].min(i64::try_from(below(4_000)).unwrap());
        let late = [0, 0, 60, 20_000, 200_000][usize::try_from(below(5)).unwrap()];
        let zone = zones[usize::try_from(below(if seed.is_multiple_of(2) { 1 } else { 5 })).unwrap()];
        let item = below(items);
        let item = if below(4) == 0 { content(&format!("ct-{item}")) } else { ad(&format!("li-{item}")) };
        let kind = if below(5) == 0 { EventKind::Click } else { EventKind::Impression };
        let mut event = event_in(zone, kind, &format!("r-{number}:1"), item, EpochSeconds(arrived - late));
        event.arrived = Buckets::at(EpochSeconds(arrived), &TimeZone::get(zone).unwrap());
        events.push(event);
    }
    events
}

#[tokio::test]
async fn a_state_made_anew_is_to_the_digit_the_one_that_counting_made() {
    let (server, users) = patient();
    let counters = RedisCounters::new(&server.url()).unwrap();
    let mut look = server.look().await;
    for seed in 0..6 {
        flush(&server).await;
        let events = history(seed);
        for event in &events {
            assert_eq!(users.record(event).await.unwrap(), Recorded::Counted);
        }
        let read = async |look: &mut redis::aio::MultiplexedConnection| {
            let fields: std::collections::BTreeMap<String, String> =
                look.hgetall("lockfill:{u}:state").await.unwrap();
            fields
        };
        let counted = read(&mut look).await;
        assert!(counted.len() > 6);
        flush(&server).await;
        let run = begin(&counters, &seed.to_string()).await;
        counters.restore(&run, &[events], at(NOW)).await.unwrap();
        assert_eq!(read(&mut look).await, counted, "seed {seed}");
        assert!(counters.finish(run).await.unwrap());
    }
}

#[tokio::test]
async fn markers_live_as_long_as_a_token_may_and_the_lists_are_gone() {
    let (server, users) = patient();
    flush(&server).await;
    let counters = RedisCounters::new(&server.url()).unwrap();
    seen(&users, "r:9", ad("li"), NOW).await;
    clicked(&users, "r:9", ad("li"), NOW).await;
    let mut look = server.look().await;
    let waiting: u32 = look.llen("lockfill:{u}:unknown").await.unwrap();
    assert_eq!(waiting, 2);
    let run = begin(&counters, "one").await;
    let expired = EventRecord { repeatable_for_seconds: 0, ..record("r:0", NOW) };
    counters.restore(&run, &[vec![expired, record("r:1", NOW)]], at(NOW)).await.unwrap();
    assert!(counters.finish(run).await.unwrap());
    let seconds: i64 = look.ttl("lockfill:{u}:impression:r:1").await.unwrap();
    assert!((3_000..=3_600).contains(&seconds), "{seconds}");
    let is_there: bool = look.exists("lockfill:{u}:impression:r:0").await.unwrap();
    assert!(!is_there, "the token has expired");
    let clicks: u32 = look.hget("lockfill:{u}:state", "k:li").await.unwrap();
    assert_eq!((clicks, state(&users).await.line_items["li"].lifetime), (1, 3));
}
