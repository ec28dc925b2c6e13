//! The API's socket.

use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::invocables::Invocables;
use super::service;
use crate::server::Phase;

/// The most connections at a time.
const CONNECTIONS_MAX: usize = 256;
/// The longest time from a connection's beginning, or from an answer, to the end of the next head.
const HEAD_MAX: Duration = Duration::from_secs(75);
/// The time that calls in progress get at the end.
const GRACE: Duration = Duration::from_secs(2);

/// Serves the newest functions until the phase changes.
pub async fn serve(
    listener: TcpListener,
    functions: watch::Receiver<Arc<Invocables>>,
    mut phase: watch::Receiver<Phase>,
) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    let (end, ending) = watch::channel(false);
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = async { (Arc::clone(&permits).acquire_owned().await, listener.accept().await) };
        let (permit, accepted) = tokio::select! {
            both = accepted => both,
            _ = phase.wait_for(|phase| *phase != Phase::Serving) => break,
        };
        // Most likely no file descriptor is left. Connections that end give theirs back.
        let (Ok(permit), Ok((stream, _))) = (permit, accepted) else {
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (functions, mut ending) = (functions.clone(), ending.clone());
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let functions = Arc::clone(&functions.borrow());
                async move { service::answer(&functions, request).await }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_MAX)
                .serve_connection(TokioIo::new(stream), service);
            tokio::pin!(connection);
            tokio::select! {
                _ = &mut connection => return,
                _ = ending.wait_for(|ending| *ending) => connection.as_mut().graceful_shutdown(),
            }
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    end.send_replace(true);
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
}
