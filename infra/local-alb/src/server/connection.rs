//! One connection of a client.

use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::balancer::Balancer;
use super::client::{Client, Clients};
use super::guard::{Gate, Guard};
use super::{limits, pipeline};
use crate::forwarding::Arrival;
use crate::tls::{Session, Tls};

/// The longest time of a TLS handshake.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// The interval of HTTP/2 pings, which find dead clients.
const PING: Duration = Duration::from_secs(20);

/// A connection that has been accepted.
#[derive(Debug)]
pub(super) struct Connection {
    balancers: watch::Receiver<Arc<Balancer>>,
    arrival: Arrival,
    ending: watch::Receiver<bool>,
}

impl Connection {
    pub(super) fn new(
        balancers: watch::Receiver<Arc<Balancer>>,
        arrival: Arrival,
        ending: watch::Receiver<bool>,
    ) -> Self {
        Self { balancers, arrival, ending }
    }

    /// Serves until the client or the program ends it.
    pub(super) async fn serve(mut self, stream: TcpStream, tls: Option<Tls>) {
        let Some(tls) = tls else { return self.http1(stream, None).await };
        let accepted = tokio::select! {
            accepted = timeout(HANDSHAKE_MAX, tls.accept(stream)) => accepted,
            _ = self.ending.wait_for(|ending| *ending) => return,
        };
        let Ok(Ok((stream, session))) = accepted else { return };
        if session.http2 {
            self.http2(stream, session).await;
        } else {
            self.http1(stream, Some(session)).await;
        }
    }

    fn client(&self, session: Option<Session>) -> Client {
        Client {
            balancer: Arc::clone(&self.balancers.borrow()),
            arrival: self.arrival,
            session,
            gate: Arc::new(Gate::new()),
            trace: format!("TID_{:032x}", fastrand::u128(..)),
        }
    }

    async fn http1<S>(mut self, stream: S, session: Option<Session>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let client = self.client(session);
        // A changed idle timeout holds for later connections.
        let idle = client.balancer.table.attributes.idle_timeout;
        let guard = Guard::new(stream, Arc::clone(&client.gate), idle);
        let clients = Clients::new(client, self.balancers);
        let service = service_fn(move |request| pipeline::handle(clients.current(), request));
        // The guard holds the deadlines and the limits of the headers.
        let connection = hyper::server::conn::http1::Builder::new()
            .header_read_timeout(None)
            .max_buf_size(limits::PARSER_MAX)
            .max_headers(limits::HEADERS_MAX)
            .serve_connection(TokioIo::new(guard), service)
            .with_upgrades();
        tokio::pin!(connection);
        // A broken connection is not logged.
        tokio::select! {
            _ = &mut connection => return,
            _ = self.ending.wait_for(|ending| *ending) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    /// HTTP/2 needs no guard: its frames carry the lengths, and the library refuses deviations.
    async fn http2<S>(mut self, stream: S, session: Session)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let client = self.client(Some(session));
        let idle = client.balancer.table.attributes.idle_timeout;
        let gate = Arc::clone(&client.gate);
        let clients = Clients::new(client, self.balancers);
        let service = service_fn(move |request| pipeline::handle(clients.current(), request));
        let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING)
            .max_header_list_size(limits::LIST_MAX)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let mut looks = interval(idle.min(PING));
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = &mut connection => return,
                _ = self.ending.wait_for(|ending| *ending) => break,
                _ = looks.tick() => if gate.is_idle_for(idle) { break },
            }
        }
        connection.as_mut().graceful_shutdown();
        // A client that does not close after GOAWAY is cut off.
        let _ = timeout(idle, connection).await;
    }
}
