//! Finds the node that has a user's keys, and gets an answer from it within the deadline.
//!
//! Every route begins at home, the server that the URL names. [`Route::warm`] asks home for the map of slots; a
//! single server refuses, a node of a cluster answers. A node that is asked about a slot of another node names
//! the owner (`MOVED`), whether or not a map was read before.
//!
//! Whenever a slot was not where the map has it, a task reads the map again, beside the operations. One such
//! task runs at a time. It asks several nodes at once, because any of them may be down.

use std::slice;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use lockfill_dao::DaoError;
use redis::{FromRedisValue, RedisError, Value, from_redis_value};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::admission::Admission;
use crate::beat::Beat;
use crate::call::Call;
use crate::errors::{is_cut_off, is_dead, is_misplaced, is_under_way, malformed, translate, unavailable};
use crate::locking::lock;
use crate::map::Map;
use crate::node::Node;
use crate::slots::{self, Endpoint};

/// The most redirections of one operation. One redirection is usual; two happen while slots move.
const REDIRECTIONS_MAX: u32 = 4;
/// The pause before a retry while keys move from one node to another.
const PAUSE: Duration = Duration::from_millis(2);
/// How long a node may take to answer with its map. Connecting to the node may take as long again.
const MAP_TIMEOUT: Duration = Duration::from_millis(500);
/// The shortest time between two reads of the map, so that a failing cluster is not asked at every request.
const MAP_INTERVAL: Duration = Duration::from_millis(100);
/// How many nodes are connected to before the first request. Requests connect to the other nodes.
const WARM_MAX: usize = 16;

/// The nodes, the map of slots, and the deadline of each operation.
pub(crate) struct Route {
    deadline: Duration,
    beat: Arc<Beat>,
    map: Mutex<Map>,
    /// Set while a task reads the map and for [`MAP_INTERVAL`] after; its value becomes `true` when the read ends.
    refreshing: Mutex<Option<watch::Receiver<bool>>>,
}

/// Why there is no answer.
enum Failure {
    /// There is no connection to the node; a short reason.
    NoLink(String),
    /// The node or the connection reported an error.
    Answer(RedisError),
    /// The node is sick, and was not asked.
    Sick,
    /// The nodes redirect to one another without end.
    Lost,
}

/// What a node has answered to the question for the map.
enum MapAnswer {
    Map(Vec<slots::Range>),
    /// It is no cluster.
    None,
    /// There was no answer, or one that tells nothing.
    Nothing,
}

/// What an operation waits for, so that its failure can be noted at the deadline.
type Used = Mutex<Option<Arc<Admission>>>;

impl Route {
    pub(crate) fn new(home: Node, deadline: Duration) -> Self {
        let map = Mutex::new(Map::new(Arc::new(home)));
        Self { deadline, beat: Arc::new(Beat::within(deadline)), map, refreshing: Mutex::default() }
    }

    /// Connects to the server and, in a cluster, to its nodes. Waits for as long as the attempts to connect take.
    ///
    /// # Errors
    /// A short reason if home cannot be connected to.
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

    /// Whether a map of a cluster is known.
    pub(crate) fn is_cluster(&self) -> bool {
        lock(&self.map).is_known()
    }

    /// Sends a call and returns its answer within the deadline. The call may be sent twice, because the first
    /// answer may have been lost with its connection.
    pub(crate) async fn run<T: FromRedisValue>(self: &Arc<Self>, call: &Call<'_>) -> Result<T, DaoError> {
        let answers = self.run_all(slice::from_ref(call)).await?;
        answers.into_iter().next().ok_or_else(|| malformed("no answer to a call"))
    }

    /// Sends calls side by side, and returns their answers in order, all within one deadline. A timer for each of them
    /// would wake the driver of the runtime once more.
    pub(crate) async fn run_all<T: FromRedisValue>(
        self: &Arc<Self>,
        calls: &[Call<'_>],
    ) -> Result<Vec<T>, DaoError> {
        self.beat.keep();
        let used: Vec<Used> = calls.iter().map(|_| Used::default()).collect();
        // Each call is waited for, also beside one that has failed: it may be the probe of a sick server.
        let followed = join_all(calls.iter().zip(&used).map(|(call, used)| self.follow(call, used)));
        let Ok(results) = timeout(self.deadline, followed).await else {
            for admission in used.iter().filter_map(|used| lock(used).take()) {
                admission.late();
            }
            self.refresh_map_of_cluster();
            return Err(unavailable(format!("no answer within {} ms", self.deadline.as_millis())));
        };
        let answer = |result| match result {
            Ok(answer) => from_redis_value(answer).map_err(|_| malformed("an answer of another type")),
            Err(Failure::Answer(error)) => Err(translate(&error)),
            Err(Failure::NoLink(reason)) => Err(unavailable(reason)),
            Err(Failure::Sick) => Err(unavailable("it failed a moment ago, and is not asked")),
            Err(Failure::Lost) => Err(unavailable("its nodes do not agree on who has the user")),
        };
        results.into_iter().map(answer).collect()
    }

    /// Sends a call to the node that owns its slot, and follows redirections.
    async fn follow(self: &Arc<Self>, call: &Call<'_>, used: &Used) -> Result<Value, Failure> {
        let mut node = lock(&self.map).owner(call.slot());
        let (mut is_asking, mut is_repeated, mut redirections) = (false, false, 0);
        while redirections <= REDIRECTIONS_MAX {
            let error = match attempt(&node, call, is_asking, used).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Answer(error)) => error,
                Err(Failure::Sick) => {
                    // Another node may have its slots by now. This operation does not wait for that.
                    self.refresh_map_of_cluster();
                    return Err(Failure::Sick);
                }
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
                    self.refresh_map_of_cluster();
                }
                return Err(Failure::Answer(error));
            }
        }
        Err(Failure::Lost)
    }

    /// The node that a redirection names. `owned` is the slot that the node owns from now on, if any.
    fn redirected(self: &Arc<Self>, from: &Node, address: &str, owned: Option<u16>) -> Option<Arc<Node>> {
        let endpoint = Endpoint::parse(address, from.address().endpoint())?;
        let node = lock(&self.map).node(&endpoint)?;
        if let Some(slot) = owned {
            lock(&self.map).set_owner(slot, &node);
            // Other slots have probably moved too.
            self.refresh_map();
        }
        Some(node)
    }

    /// The new owner of a slot whose owner cannot be reached; `None` if the map still names the same node.
    async fn successor(self: &Arc<Self>, gone: &Arc<Node>, slot: u16) -> Option<Arc<Node>> {
        let mut end = self.refresh_map_of_cluster()?;
        // An error means that the task has ended.
        let _ = end.wait_for(|&is_over| is_over).await;
        Some(lock(&self.map).owner(slot)).filter(|owner| !Arc::ptr_eq(owner, gone))
    }

    /// Starts a read of the map in a cluster. A single server has no map.
    fn refresh_map_of_cluster(self: &Arc<Self>) -> Option<watch::Receiver<bool>> {
        self.is_cluster().then(|| self.refresh_map())
    }

    /// Starts a task that reads the map, unless one runs or has just ended. The receiver tells the end of the read.
    fn refresh_map(self: &Arc<Self>) -> watch::Receiver<bool> {
        let mut refreshing = lock(&self.refreshing);
        if let Some(end) = refreshing.as_ref() {
            return end.clone();
        }
        let (sender, receiver) = watch::channel(false);
        *refreshing = Some(receiver.clone());
        let route = Arc::clone(self);
        tokio::spawn(async move {
            let candidates = lock(&route.map).candidates();
            route.fetch_map(candidates).await;
            sender.send_replace(true);
            sleep(MAP_INTERVAL).await;
            *lock(&route.refreshing) = None;
        });
        receiver
    }

    /// Asks nodes for the map and takes the first answer. `false` if there is no map.
    async fn fetch_map(&self, nodes: Vec<Arc<Node>>) -> bool {
        let mut asked: JoinSet<_> =
            nodes.into_iter().map(|node| async move { (ask_for_map(&node).await, node) }).collect();
        while let Some(result) = asked.join_next().await {
            match result {
                Ok((MapAnswer::Map(ranges), _)) => {
                    lock(&self.map).replace(&ranges);
                    return true;
                }
                // Only the server that the URL names decides whether it is a cluster.
                Ok((MapAnswer::None, node)) if Arc::ptr_eq(&node, lock(&self.map).home()) => {
                    lock(&self.map).forget();
                    return false;
                }
                _ => {}
            }
        }
        lock(&self.map).forget_hearsay();
        false
    }
}

async fn attempt(node: &Arc<Node>, call: &Call<'_>, is_asking: bool, used: &Used) -> Result<Value, Failure> {
    let admission = Arc::new(Admission::to(node).ok_or(Failure::Sick)?);
    *lock(used) = Some(Arc::clone(&admission));
    let result = match admission.link().await {
        Ok(link) => {
            let result = call.send(&mut link.connection(), is_asking).await;
            admission.answered(&link, result.as_ref().err());
            result.map_err(Failure::Answer)
        }
        Err(reason) => Err(Failure::NoLink(reason)),
    };
    // The deadline concerns the next attempt from here on.
    *lock(used) = None;
    result
}

/// The map of one node.
async fn ask_for_map(node: &Arc<Node>) -> MapAnswer {
    let Ok(Ok(link)) = timeout(MAP_TIMEOUT, node.link()).await else { return MapAnswer::Nothing };
    let (mut connection, mut question) = (link.connection(), redis::cmd("CLUSTER"));
    match timeout(MAP_TIMEOUT, question.arg("SLOTS").query_async(&mut connection)).await {
        Ok(Ok(answer)) => {
            slots::parse(&answer, node.address().endpoint()).map_or(MapAnswer::Nothing, MapAnswer::Map)
        }
        Ok(Err(error)) if error.code() == Some("ERR") => MapAnswer::None,
        Ok(Err(error)) if !is_dead(&error) => MapAnswer::Nothing,
        Ok(Err(_)) => {
            node.discard(&link);
            MapAnswer::Nothing
        }
        Err(_) => {
            link.suspect();
            MapAnswer::Nothing
        }
    }
}
