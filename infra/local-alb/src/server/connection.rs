//! One connection of a client.

use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::guard::{Gate, Guard};
use super::{Balancer, limits, pipeline};
use crate::forwarding::Arrival;

/// What the requests of a connection have in common.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) balancer: Arc<Balancer>,
    pub(super) arrival: Arrival,
    /// What the guard of an HTTP/1 connection knows.
    pub(super) gate: Option<Arc<Gate>>,
}

/// A connection that has been accepted.
#[derive(Debug)]
pub(super) struct Connection {
    balancer: Arc<Balancer>,
    arrival: Arrival,
    ending: watch::Receiver<bool>,
}

impl Connection {
    pub(super) fn new(balancer: Arc<Balancer>, arrival: Arrival, ending: watch::Receiver<bool>) -> Self {
        Self { balancer, arrival, ending }
    }

    /// Serves until the client or the program ends it.
    pub(super) async fn serve(self, stream: TcpStream) {
        self.http1(stream).await;
    }

    async fn http1(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let idle = self.balancer.table.attributes.idle_timeout;
        let gate = Arc::new(Gate::new());
        let client = Arc::new(Client {
            balancer: Arc::clone(&self.balancer),
            arrival: self.arrival,
            gate: Some(Arc::clone(&gate)),
        });
        let guard = Guard::new(stream, gate, idle);
        let service = service_fn(move |request| pipeline::handle(Arc::clone(&client), request));
        // The guard has the deadlines, and counts the headers.
        let connection = hyper::server::conn::http1::Builder::new()
            .header_read_timeout(None)
            .max_buf_size(limits::PARSER_MAX)
            .max_headers(limits::HEADERS_MAX)
            .serve_connection(TokioIo::new(guard), service)
            .with_upgrades();
        tokio::pin!(connection);
        // A client that breaks its connection is no news.
        tokio::select! {
            _ = &mut connection => return,
            _ = self.ending.wait_for(|ending| *ending) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}
