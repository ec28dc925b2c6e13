//! The listener: connections, and for each request a rule and its action.

mod access;
mod answers;
mod forwarded;
mod lambda_target;
mod limits;
mod pipeline;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::forwarding::Arrival;
use crate::http_target::HttpTarget;
use crate::lambda::Function;
use crate::routing::Table;

/// Connections at a time. More would only be a mistake on a development machine.
const CONNECTIONS_MAX: usize = 4096;
/// What requests under way get at the end before they are cut off.
const GRACE: Duration = Duration::from_secs(2);

/// Where a target group's requests go.
#[derive(Debug, Clone)]
pub enum Target {
    /// To a function.
    Lambda(Function),
    /// To an HTTP server.
    Http(Box<HttpTarget>),
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
    /// Chooses between weighted target groups: a number below the one it gets.
    pub random: fn(u32) -> u32,
}

/// Serves until `shutdown` resolves, then lets requests under way end for a short while.
pub async fn serve(listener: TcpListener, balancer: Balancer, shutdown: impl Future<Output = ()>) {
    let listener_port = listener.local_addr().map_or(0, |address| address.port());
    let balancer = Arc::new(balancer);
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
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
        let connection = connection(stream, Arc::clone(&balancer), Arrival { peer, listener_port });
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks its connection is no news.
            let _ = watched.await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, connections: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    let (stream, peer) = listener.accept().await.ok()?;
    let _ = stream.set_nodelay(true);
    Some((stream, peer, permit))
}

fn connection(
    stream: TcpStream,
    balancer: Arc<Balancer>,
    arrival: Arrival,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let idle = balancer.table.attributes.idle_timeout;
    let service = service_fn(move |request| pipeline::handle(Arc::clone(&balancer), arrival, request));
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(idle)
        .max_buf_size(limits::PARSER_MAX)
        .max_headers(limits::HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service)
}
