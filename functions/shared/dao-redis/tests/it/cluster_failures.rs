//! What happens to an operation when nodes of a cluster do not answer or have ended.

use std::time::{Duration, Instant};

use lockfill_dao::{DaoError, UserStateReader};
use lockfill_dao_redis::RedisUsers;
use lockfill_models::user_state::UserState;

use crate::cluster::Cluster;
use crate::cluster_moves::{show, shown};
use crate::proxy::Proxy;
use crate::stories::{PATIENT, user};

const DEADLINE: Duration = Duration::from_millis(50);
/// How much later than its deadline an answer may come on a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(400);

/// Reads a user's state, and asserts that the deadline was kept.
async fn read(users: &RedisUsers, name: &str) -> Result<UserState, DaoError> {
    let started = Instant::now();
    let result = users.load(&user(name)).await;
    assert!(started.elapsed() < DEADLINE + SLACK, "{:?}", started.elapsed());
    result
}

/// Reads until it works.
async fn is_back(users: &RedisUsers, name: &str) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENT {
        if read(users, name).await.is_ok() {
            return true;
        }
        // A refused connection fails at once, so the loop would spin.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

/// A cluster, a store that is connected to all of it, and a user of each node.
async fn connected() -> (Cluster, RedisUsers, [String; 3]) {
    let cluster = Cluster::start().await;
    let users = RedisUsers::new(&cluster.url(), DEADLINE).unwrap();
    users.connect().await;
    let names = [cluster.user_of(0).await, cluster.user_of(1).await, cluster.user_of(2).await];
    for name in &names {
        assert!(is_back(&users, name).await);
    }
    (cluster, users, names)
}

#[tokio::test]
async fn a_cluster_that_is_frozen_costs_the_deadline_and_no_more_and_is_back_by_itself() {
    let (cluster, users, names) = connected().await;
    for node in &cluster.nodes {
        node.freeze();
    }
    for name in names.iter().chain(&names) {
        let error = read(&users, name).await.unwrap_err();
        assert!(matches!(error, DaoError::Unavailable { .. }), "{error}");
    }
    for node in &cluster.nodes {
        node.thaw();
    }
    for name in &names {
        assert!(is_back(&users, name).await);
    }
}

#[tokio::test]
async fn a_frozen_node_affects_its_own_users_alone() {
    let (cluster, users, names) = connected().await;
    // The node of the store's URL.
    cluster.nodes[0].freeze();
    for _ in 0..3 {
        read(&users, &names[0]).await.unwrap_err();
        assert!(is_back(&users, &names[1]).await && is_back(&users, &names[2]).await);
    }
    cluster.nodes[0].thaw();
    assert!(is_back(&users, &names[0]).await);
}

#[tokio::test]
async fn a_node_that_was_killed_and_came_back_is_found_again() {
    let (mut cluster, users, names) = connected().await;
    cluster.nodes[1].kill();
    for _ in 0..3 {
        read(&users, &names[1]).await.unwrap_err();
        assert!(is_back(&users, &names[2]).await);
    }
    cluster.nodes[1].restart();
    assert!(is_back(&users, &names[1]).await);
}

#[tokio::test]
async fn another_node_takes_the_place_of_one_that_was_killed_and_the_counts_go_on() {
    let (mut cluster, users, names) = connected().await;
    let patient = RedisUsers::new(&cluster.url(), PATIENT).unwrap();
    patient.connect().await;
    let replica = cluster.add().await;
    cluster.join(replica).await;
    let replaced = cluster.id(1).await;
    // The replica must know every slot before it can take over some of them.
    cluster.wait_for(replica, &["CLUSTER", "INFO"], "cluster_slots_ok:16384").await;
    cluster.tell(replica, &["CLUSTER", "REPLICATE", &replaced]).await;
    cluster.wait_for(replica, &["INFO", "replication"], "master_link_status:up").await;
    show(&patient, &names[1], "r:1").await;
    // State and marker of the event, and the markers of the node's slots.
    cluster.wait_for(replica, &["INFO", "keyspace"], "keys=5463").await;

    cluster.nodes[1].kill();
    cluster.tell(replica, &["CLUSTER", "FAILOVER", "TAKEOVER"]).await;
    assert!(is_back(&users, &names[1]).await && is_back(&patient, &names[1]).await);
    assert_eq!(shown(&patient, &names[1]).await, 1, "the replica has the earlier count");
    show(&patient, &names[1], "r:2").await;
    assert_eq!(shown(&patient, &names[1]).await, 2);
}

#[tokio::test]
async fn connections_that_died_silently_in_a_freeze_cost_one_operation_each() {
    let proxies = tokio::sync::Mutex::new(Vec::new());
    let cluster = Cluster::start_announced(async |port| {
        let proxy = Proxy::start(port, Duration::ZERO).await;
        let announced = proxy.address.port();
        proxies.lock().await.push(proxy);
        announced
    })
    .await;
    let proxies = proxies.into_inner();
    let users =
        RedisUsers::new(&format!("redis://{}", proxies[0].address), Duration::from_millis(500)).unwrap();
    users.connect().await;
    for node in 0..3 {
        let name = cluster.user_of(node).await;
        let proxy = &proxies[usize::from(node)];
        users.load(&user(&name)).await.unwrap();
        proxy.block_present();
        users.load(&user(&name)).await.unwrap_err();
        users.load(&user(&name)).await.unwrap();
        assert_eq!(proxy.accepted(), 2, "the dead connection and its replacement");
    }
}
