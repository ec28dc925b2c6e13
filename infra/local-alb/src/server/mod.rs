//! The listener: connections, and for each request a rule and its action.

mod access;
mod access_log;
mod answers;
mod connection;
mod forwarded;
mod guard;
mod lambda_target;
mod limits;
mod pipeline;
mod tracked;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::forwarding::Arrival;
use crate::http_target::HttpGroup;
use crate::lambda::Function;
use crate::routing::Table;
use crate::tls::Tls;
pub use access_log::AccessLog;
use connection::Connection;

/// Connections at a time. More would only be a mistake on a development machine.
const CONNECTIONS_MAX: usize = 4096;
const PERMITS: u32 = 4096;
/// What requests under way get at the end before they are cut off.
const GRACE: Duration = Duration::from_secs(2);

/// Where a target group's requests go.
#[derive(Debug, Clone)]
pub enum Target {
    /// To a function.
    Lambda(Function),
    /// To HTTP servers.
    Http(HttpGroup),
    /// Nowhere: no target is registered.
    None,
}

/// A listener's rules, and a target for each of its target groups.
#[derive(Debug)]
pub struct Balancer {
    /// The rules.
    pub table: Table,
    /// The targets, in the order of the table's groups.
    pub targets: Vec<Target>,
    /// The access log, if there is one.
    pub access_log: Option<Arc<AccessLog>>,
    /// Chooses between weighted target groups: a number below the one it gets.
    pub random: fn(u32) -> u32,
}

/// Serves until `shutdown` resolves, then lets requests under way end for a short while.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    balancer: Balancer,
    shutdown: impl Future<Output = ()>,
) {
    let listener_port = listener.local_addr().map_or(0, |address| address.port());
    let balancer = Arc::new(balancer);
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (end, ending) = watch::channel(false);
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut shutdown => break,
        };
        // Most likely there are no file descriptors left; they come back when connections end.
        let Some((stream, peer, permit)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let balancer = Arc::clone(&balancer);
        let arrival = Arrival { peer, listener_port, secure: tls.is_some() };
        let connection = Connection::new(balancer, arrival, ending.clone());
        let tls = tls.clone();
        tokio::spawn(async move {
            connection.serve(stream, tls).await;
            drop(permit);
        });
    }
    drop(listener);
    end.send_replace(true);
    // All permits are back when all connections have ended.
    let all = connections.acquire_many(PERMITS);
    let _ = tokio::time::timeout(GRACE, all).await;
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, connections: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    let (stream, peer) = listener.accept().await.ok()?;
    let _ = stream.set_nodelay(true);
    Some((stream, peer, permit))
}
