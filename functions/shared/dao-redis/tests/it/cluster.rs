//! A cluster of three `redis-server` processes, each with a third of the slots.

use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue, Value};

use crate::ports::Port;
use crate::server::{Server, make_known};

const NODES: u16 = 3;
const SLOTS: u16 = 16_384;
/// How far above its port a node listens for other nodes.
const BUS_OFFSET: u16 = 10_000;
/// A node counts as failed after five seconds of silence, which is longer than any freeze in these tests. A node
/// serves its slots whatever the state of the other nodes.
const OPTIONS: &[&str] = &[
    "--cluster-enabled",
    "yes",
    "--cluster-node-timeout",
    "5000",
    "--cluster-require-full-coverage",
    "no",
    "--repl-diskless-sync",
    "yes",
    "--repl-diskless-sync-delay",
    "0",
];

pub struct Cluster {
    pub nodes: Vec<Server>,
}

impl Cluster {
    pub async fn start() -> Self {
        Self::start_announced(async |port| port).await
    }

    /// Starts a cluster whose nodes announce another port than the one on which they listen.
    pub async fn start_announced(announced: impl AsyncFn(u16) -> u16) -> Self {
        let mut cluster = Self { nodes: Vec::new() };
        for number in 0..NODES {
            let node = cluster.add_announced(&announced).await;
            cluster.tell(node, &["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()]).await;
            let slots =
                SLOTS / NODES * number..if number + 1 < NODES { SLOTS / NODES * (number + 1) } else { SLOTS };
            let mut command = redis::cmd("CLUSTER");
            command.arg("ADDSLOTS").arg(slots.collect::<Vec<_>>());
            let () = command.query_async(&mut cluster.nodes[node].look().await).await.unwrap();
        }
        for node in 1..cluster.nodes.len() {
            cluster.join(node).await;
        }
        for node in 0..cluster.nodes.len() {
            cluster.wait_for(node, &["CLUSTER", "INFO"], "cluster_slots_ok:16384").await;
            cluster.wait_for(node, &["CLUSTER", "INFO"], "cluster_state:ok").await;
            make_known(cluster.nodes[node].port(), 0..SLOTS);
        }
        cluster
    }

    /// Starts one more server, which has not joined the cluster yet; its index.
    pub async fn add(&mut self) -> usize {
        self.add_announced(async |port| port).await
    }

    async fn add_announced(&mut self, announced: impl AsyncFn(u16) -> u16) -> usize {
        let held = port_with_bus();
        let announced = announced(held[0].number()).await.to_string();
        let announcing = ["--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", &announced];
        let options = OPTIONS.iter().chain(&announcing).map(|&option| option.to_owned()).collect();
        self.nodes.push(Server::start_at(held, options));
        self.nodes.len() - 1
    }

    /// Makes a node join the first one.
    pub async fn join(&self, node: usize) {
        let first = self.nodes[0].port().to_string();
        // The announced port concerns clients; the bus keeps its own port.
        let bus = (self.nodes[0].port() + BUS_OFFSET).to_string();
        self.tell(node, &["CLUSTER", "MEET", "127.0.0.1", &first, &bus]).await;
    }

    pub fn url(&self) -> String {
        self.nodes[0].url()
    }

    /// Sends a command that must succeed to a node.
    pub async fn ask<T: FromRedisValue>(&self, node: usize, words: &[&str]) -> T {
        command(words).query_async(&mut self.nodes[node].look().await).await.unwrap()
    }

    pub async fn tell(&self, node: usize, words: &[&str]) {
        let _: Value = self.ask(node, words).await;
    }

    /// Waits until a node's answer contains a text.
    pub async fn wait_for(&self, node: usize, words: &[&str], expected: &str) {
        let mut look: MultiplexedConnection = self.nodes[node].look().await;
        let started = Instant::now();
        loop {
            let answer: String = command(words).query_async(&mut look).await.unwrap();
            if answer.contains(expected) {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "{words:?} is without {expected}: {answer}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn id(&self, node: usize) -> String {
        self.ask(node, &["CLUSTER", "MYID"]).await
    }

    /// The slot of a user, as the servers compute it.
    pub async fn slot(&self, user: &str) -> u16 {
        self.ask(0, &["CLUSTER", "KEYSLOT", &format!("lockfill:{{{user}}}:state")]).await
    }

    /// A user whose keys all lie on one of the first three nodes.
    pub async fn user_of(&self, node: u16) -> String {
        for number in 0..1_000 {
            let user = format!("user-{number}");
            if (self.slot(&user).await / (SLOTS / NODES)).min(NODES - 1) == node {
                return user;
            }
        }
        panic!("no user belongs to node {node}");
    }
}

fn command(words: &[&str]) -> Cmd {
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    command
}

/// A free port, and its bus port.
fn port_with_bus() -> Vec<Port> {
    loop {
        let port = Port::free();
        if let Some(Ok(bus)) = port.number().checked_add(BUS_OFFSET).map(Port::held) {
            return vec![port, bus];
        }
    }
}
