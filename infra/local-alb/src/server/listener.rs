//! An open listener: it accepts connections until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::balancer::Balancer;
use super::connection::Connection;
use crate::forwarding::Arrival;

/// The most connections at a time: a limit against mistakes on a development machine.
const CONNECTIONS_MAX: usize = 4096;
const PERMITS: u32 = 4096;
/// The time that requests in progress get at the end.
const GRACE: Duration = Duration::from_secs(2);

/// The phase of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It accepts connections.
    Serving,
    /// It accepts none, and lets requests in progress end.
    Draining,
    /// It accepts none, and gives requests in progress 2 seconds to end.
    Ending,
}

/// Serves with the newest balancer, until the phase has changed and the requests in progress have ended.
pub async fn serve(
    listener: TcpListener,
    mut balancers: watch::Receiver<Arc<Balancer>>,
    mut phase: watch::Receiver<Phase>,
) {
    let listener_port = listener.local_addr().map_or(0, |address| address.port());
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (end, ending) = watch::channel(false);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            // An error means that the sender is gone, which is the end of the program too.
            _ = phase.wait_for(|phase| *phase != Phase::Serving) => break,
        };
        // Most likely no file descriptor is left. Connections that end give theirs back.
        let Some((stream, peer, permit)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let tls = balancers.borrow_and_update().tls.clone();
        let arrival = Arrival { peer, listener_port, secure: tls.is_some() };
        let connection = Connection::new(balancers.clone(), arrival, ending.clone());
        tokio::spawn(async move {
            connection.serve(stream, tls).await;
            drop(permit);
        });
    }
    drop(listener);
    end.send_replace(true);
    tokio::select! {
        // All permits are back when all connections have ended.
        _ = connections.acquire_many(PERMITS) => {}
        () = grace(&mut phase) => {}
    }
}

/// Resolves [`GRACE`] after the phase has become [`Phase::Ending`].
async fn grace(phase: &mut watch::Receiver<Phase>) {
    let _ = phase.wait_for(|phase| *phase == Phase::Ending).await;
    tokio::time::sleep(GRACE).await;
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, connections: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    let (stream, peer) = listener.accept().await.ok()?;
    let _ = stream.set_nodelay(true);
    Some((stream, peer, permit))
}
