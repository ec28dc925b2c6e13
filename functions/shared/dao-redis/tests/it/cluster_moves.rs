//! Users of a cluster are counted on the node of their slot, also while the slot moves.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lockfill_dao::{EventRecorder, Recorded, UserStateReader};
use lockfill_dao_redis::RedisUsers;
use lockfill_models::event::EventKind;
use tokio::task::JoinSet;

use crate::cluster::Cluster;
use crate::stories::{PATIENT, ad, at, event, user};

const SHOWN_AT: &str = "2026-11-22T03:00:00Z";

/// Shows a line item to a user.
pub async fn show(users: &RedisUsers, name: &str, slot: &str) -> Recorded {
    let mut event = event(EventKind::Impression, slot, ad("li"), at(SHOWN_AT));
    event.user = user(name);
    users.record(&event).await.unwrap()
}

/// How often a line item was shown to a user.
pub async fn shown(users: &RedisUsers, name: &str) -> u32 {
    users.load(&user(name)).await.unwrap().line_items.get("li").map_or(0, |history| history.lifetime)
}

#[tokio::test]
async fn a_hundred_events_at_once_of_each_of_many_users_count_exactly_a_hundred_times() {
    let cluster = Cluster::start().await;
    let users = Arc::new(RedisUsers::new(&cluster.url(), PATIENT).unwrap());
    users.connect().await;
    let mut tasks = JoinSet::new();
    for number in 0..4_000 {
        let users = Arc::clone(&users);
        // Twenty users, and every event comes twice.
        tasks.spawn(async move {
            show(&users, &format!("u-{}", number % 20), &format!("r:{}", number / 40)).await
        });
    }
    let recorded = tasks.join_all().await;
    assert_eq!(recorded.iter().filter(|&&recorded| recorded == Recorded::Counted).count(), 2_000);
    for number in 0..20 {
        assert_eq!(shown(&users, &format!("u-{number}")).await, 100);
    }
    for node in 0..3 {
        assert!(cluster.ask::<u32>(node, &["DBSIZE"]).await > 100, "node {node} has its share");
    }
}

#[tokio::test]
async fn a_store_without_a_map_learns_from_redirections() {
    let cluster = Cluster::start().await;
    let users = RedisUsers::new(&cluster.url(), PATIENT).unwrap();
    for node in 0..3 {
        let name = cluster.user_of(node).await;
        assert_eq!(show(&users, &name, "r:1").await, Recorded::Counted);
        assert_eq!(shown(&users, &name).await, 1);
    }
}

#[tokio::test]
async fn a_slot_moves_to_another_node_while_its_user_is_read_and_counted() {
    let cluster = Cluster::start().await;
    let users = Arc::new(RedisUsers::new(&cluster.url(), PATIENT).unwrap());
    users.connect().await;
    let name = cluster.user_of(0).await;
    show(&users, &name, "r:first").await;

    let is_over = Arc::new(AtomicBool::new(false));
    let reader = {
        let (users, name, is_over) = (Arc::clone(&users), name.clone(), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut seen = HashSet::new();
            while !is_over.load(Ordering::SeqCst) {
                seen.insert(shown(&users, &name).await);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            seen
        })
    };
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        let (users, name) = (Arc::clone(&users), name.clone());
        writers.spawn(async move {
            for number in 0..50 {
                assert_eq!(show(&users, &name, &format!("r{writer}:{number}")).await, Recorded::Counted);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    move_slot(&cluster, cluster.slot(&name).await, 0, 2).await;
    writers.join_all().await;
    is_over.store(true, Ordering::SeqCst);

    let seen = reader.await.unwrap();
    assert!(!seen.contains(&0), "the user never looked like a new one: {seen:?}");
    assert_eq!(shown(&users, &name).await, 201);
    assert!(cluster.ask::<u32>(2, &["EXISTS", &format!("lockfill:{{{name}}}:state")]).await == 1);
}

/// Moves a slot with everything in it, as `redis-cli --cluster reshard` does.
async fn move_slot(cluster: &Cluster, slot: u16, from: usize, to: usize) {
    let (slot, port) = (slot.to_string(), cluster.nodes[to].port().to_string());
    let (source, target) = (cluster.id(from).await, cluster.id(to).await);
    cluster.tell(to, &["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source]).await;
    cluster.tell(from, &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target]).await;
    // During this pause every kind of operation meets a slot whose keys are split between two nodes.
    tokio::time::sleep(Duration::from_millis(30)).await;
    loop {
        let keys: Vec<String> = cluster.ask(from, &["CLUSTER", "GETKEYSINSLOT", &slot, "10"]).await;
        if keys.is_empty() {
            break;
        }
        let mut words = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"];
        words.extend(keys.iter().map(String::as_str));
        cluster.tell(from, &words).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for node in [to, from, 1] {
        cluster.tell(node, &["CLUSTER", "SETSLOT", &slot, "NODE", &target]).await;
    }
}
