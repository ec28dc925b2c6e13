//! From a user to the node that has the user's keys, and an answer within the deadline.
//!
//! Everything begins at home, which is the server that the URL names. Whether it is alone or one of a cluster
//! is learned from itself: [`Route::warm`] asks for the map of slots, which a server alone refuses to give, and
//! a node that is asked about a slot of another's says so (`MOVED`) whether anybody asked or not.
//!
//! The map is fetched anew, beside the operations, whenever something was not where the map has it: by one task
//! at a time, which asks several nodes at once, because any of them may be the one that is gone.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockfill_dao::DaoError;
use redis::{FromRedisValue, RedisError, Value, from_redis_value};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::call::Call;
use crate::errors::{is_cut_off, is_dead, is_misplaced, is_under_way, malformed, translate, unavailable};
use crate::link::{Link, Node, lock};
use crate::map::Map;
use crate::slots::{self, Endpoint};
use crate::stream::Address;

/// How often an operation may be sent elsewhere. One redirection is usual, two happen while slots move.
const REDIRECTIONS_MAX: u32 = 4;
/// How long to wait for keys that are on their way from one node to another.
const PAUSE: Duration = Duration::from_millis(2);
/// How long a node may take to hand out its map, and as long again to be connected to.
const MAP_TIMEOUT: Duration = Duration::from_millis(500);
/// At least so much time lies between two maps, so that a cluster in trouble is not asked at every request.
const MAP_INTERVAL: Duration = Duration::from_millis(100);
/// To how many nodes connections are made before the first request. Later ones are made when they are needed.
const WARM_MAX: usize = 16;

/// The way to the nodes, and what is known of them.
pub(crate) struct Route {
    deadline: Duration,
    map: Mutex<Map>,
    looking: Mutex<Option<watch::Receiver<bool>>>,
}

/// Why there is no answer.
enum Failure {
    NoLink(String),
    Answer(RedisError),
    Lost,
}

/// The link in use, so that whoever stops an operation knows what it was waiting for.
type Used = Mutex<Option<(Arc<Node>, Arc<Link>)>>;

impl Route {
    pub(crate) fn new(address: Address, deadline: Duration) -> Self {
        let map = Mutex::new(Map::new(Arc::new(Node::new(address))));
        Self { deadline, map, looking: Mutex::default() }
    }

    /// Connects to the server, and to the nodes of its cluster if it is of one. It takes as long as attempts
    /// to connect may take.
    pub(crate) async fn warm(self: &Arc<Self>) -> Result<(), String> {
        let home = Arc::clone(lock(&self.map).home());
        home.link().await?;
        if self.fetch_map(vec![home]).await {
            let nodes: Vec<_> = lock(&self.map).nodes().iter().take(WARM_MAX).cloned().collect();
            let mut connecting: JoinSet<_> =
                nodes.into_iter().map(|node| async move { node.link().await.map(drop) }).collect();
            while connecting.join_next().await.is_some() {}
        }
        Ok(())
    }

    /// Asks about a user, within the deadline. It may be asked twice: the answer to the first time may have
    /// been lost with its connection.
    pub(crate) async fn run<T: FromRedisValue>(self: &Arc<Self>, call: &Call<'_>) -> Result<T, DaoError> {
        let used = Used::default();
        match timeout(self.deadline, self.follow(call, &used)).await {
            Ok(Ok(answer)) => from_redis_value(answer).map_err(|_| malformed("an answer of another type")),
            Ok(Err(Failure::Answer(error))) => Err(translate(&error)),
            Ok(Err(Failure::NoLink(reason))) => Err(unavailable(reason)),
            Ok(Err(Failure::Lost)) => Err(unavailable("its nodes do not agree on who has the user")),
            Err(_) => {
                if let Some((node, link)) = lock(&used).take() {
                    node.discard(&link);
                }
                self.look_again();
                Err(unavailable(format!("no answer within {} ms", self.deadline.as_millis())))
            }
        }
    }

    /// Sends a call to the node that has its slot, and wherever that node sends it.
    async fn follow(self: &Arc<Self>, call: &Call<'_>, used: &Used) -> Result<Value, Failure> {
        let mut node = lock(&self.map).owner(call.slot());
        let (mut is_asking, mut is_repeated, mut redirections) = (false, false, 0);
        while redirections <= REDIRECTIONS_MAX {
            let error = match attempt(&node, call, is_asking, used).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Answer(error)) => error,
                Err(failure) => {
                    node = self.successor(&node, call.slot()).await.ok_or(failure)?;
                    (is_asking, redirections) = (false, redirections + 1);
                    continue;
                }
            };
            if is_under_way(&error) {
                sleep(PAUSE).await;
                (node, is_asking, redirections) = (lock(&self.map).owner(call.slot()), false, 0);
            } else if let Some((address, _)) = error.redirect_node() {
                is_asking = error.code() == Some("ASK");
                let owned = (!is_asking).then_some(call.slot());
                node = self.redirected(&node, address, owned).ok_or(Failure::Lost)?;
                redirections += 1;
            } else if is_dead(&error) && !is_repeated {
                is_repeated = true;
            } else {
                if is_dead(&error) || is_misplaced(&error) || is_cut_off(&error) {
                    self.look_again();
                }
                return Err(Failure::Answer(error));
            }
        }
        Err(Failure::Lost)
    }

    /// The node that a redirection names. If the slot is its own from now on, that is kept in mind.
    fn redirected(self: &Arc<Self>, from: &Node, address: &str, owned: Option<u16>) -> Option<Arc<Node>> {
        let endpoint = Endpoint::parse(address, from.address().endpoint())?;
        let node = lock(&self.map).node(&endpoint)?;
        if let Some(slot) = owned {
            lock(&self.map).set_owner(slot, &node);
            // Where one slot has moved, others have.
            self.look_for_map();
        }
        Some(node)
    }

    /// Who has a slot now that a node cannot be reached; nobody if it is still that node.
    async fn successor(self: &Arc<Self>, gone: &Arc<Node>, slot: u16) -> Option<Arc<Node>> {
        let mut end = self.look_again()?;
        // An error means that nobody looks any more.
        let _ = end.wait_for(|&is_over| is_over).await;
        Some(lock(&self.map).owner(slot)).filter(|owner| !Arc::ptr_eq(owner, gone))
    }

    /// Fetches the map anew if there is one: a server alone has no other place for anything.
    fn look_again(self: &Arc<Self>) -> Option<watch::Receiver<bool>> {
        let is_cluster = lock(&self.map).is_known();
        is_cluster.then(|| self.look_for_map())
    }

    /// Fetches the map in a task, unless one is at it or has just been. What is given tells when it is over.
    fn look_for_map(self: &Arc<Self>) -> watch::Receiver<bool> {
        let mut looking = lock(&self.looking);
        if let Some(end) = looking.as_ref() {
            return end.clone();
        }
        let (sender, receiver) = watch::channel(false);
        *looking = Some(receiver.clone());
        let route = Arc::clone(self);
        tokio::spawn(async move {
            let candidates = lock(&route.map).candidates();
            route.fetch_map(candidates).await;
            sender.send_replace(true);
            sleep(MAP_INTERVAL).await;
            *lock(&route.looking) = None;
        });
        receiver
    }

    /// Asks nodes for the map and takes the first that comes; whether one came.
    async fn fetch_map(&self, nodes: Vec<Arc<Node>>) -> bool {
        let mut asked: JoinSet<_> =
            nodes.into_iter().map(|node| async move { ask_for_map(&node).await }).collect();
        while let Some(result) = asked.join_next().await {
            if let Ok(Some(ranges)) = result {
                lock(&self.map).replace(&ranges);
                return true;
            }
        }
        false
    }
}

async fn attempt(node: &Arc<Node>, call: &Call<'_>, is_asking: bool, used: &Used) -> Result<Value, Failure> {
    // The link before this one has answered.
    *lock(used) = None;
    let link = node.link().await.map_err(Failure::NoLink)?;
    *lock(used) = Some((Arc::clone(node), Arc::clone(&link)));
    call.send(&mut link.connection(), is_asking).await.map_err(|error| {
        if is_dead(&error) || is_misplaced(&error) {
            node.discard(&link);
        }
        Failure::Answer(error)
    })
}

/// The map as a node has it. A link on which it does not come in time is not used again.
async fn ask_for_map(node: &Arc<Node>) -> Option<Vec<slots::Range>> {
    let link = timeout(MAP_TIMEOUT, node.link()).await.ok()?.ok()?;
    let (mut connection, mut question) = (link.connection(), redis::cmd("CLUSTER"));
    match timeout(MAP_TIMEOUT, question.arg("SLOTS").query_async(&mut connection)).await {
        Ok(Ok(answer)) => slots::parse(&answer, node.address().endpoint()),
        Ok(Err(error)) if !is_dead(&error) => None,
        Ok(Err(_)) | Err(_) => {
            node.discard(&link);
            None
        }
    }
}
