//! An open listener: it accepts connections until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::balancer::Balancer;
use super::connection::Connection;
use crate::forwarding::Arrival;

/// Connections at a time. More would only be a mistake on a development machine.
const CONNECTIONS_MAX: usize = 4096;
const PERMITS: u32 = 4096;
/// What requests under way get at the end before they are cut off.
const GRACE: Duration = Duration::from_secs(2);

/// What a listener does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It takes connections.
    Serving,
    /// It takes none, and lets requests under way end.
    Draining,
    /// It takes none, and lets requests under way end for a short while.
    Ending,
}

/// Serves, always with the newest balancer, until the phase is another one and requests under way have ended.
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
            // An error is the sender's end, which is the end of all too.
            _ = phase.wait_for(|phase| *phase != Phase::Serving) => break,
        };
        // Most likely there are no file descriptors left; they come back when connections end.
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

/// Resolves a short while after the end has been told.
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
