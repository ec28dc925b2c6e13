//! Connections to one HTTP server.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::error::TargetError;
use crate::body::Body;

/// Response headers beyond this many bytes are a 502.
pub(super) const RESPONSE_HEADERS_MAX: usize = 32 * 1024;
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Shorter than the keep-alive time of development servers, so that this end closes an idle connection first.
const IDLE_MAX: Duration = Duration::from_millis(900);
/// The most connections that are kept.
const KEPT_MAX: usize = 256;

pub(super) type Sender = SendRequest<Body>;

/// Opens connections and keeps those that may be used again.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    /// Host and port.
    address: Arc<str>,
    kept: Arc<Mutex<Vec<(Sender, Instant)>>>,
}

impl Connections {
    pub(super) fn new(address: &str) -> Self {
        Self { address: address.into(), kept: Arc::default() }
    }

    /// A kept connection, if there is one: the last used, because it is the most likely to be open.
    pub(super) async fn take(&self) -> Option<Sender> {
        loop {
            let (mut sender, since) = self.lock().pop()?;
            if since.elapsed() < IDLE_MAX && !sender.is_closed() && sender.ready().await.is_ok() {
                return Some(sender);
            }
        }
    }

    /// A new connection.
    pub(super) async fn open(&self) -> Result<Sender, TargetError> {
        let connected = timeout(CONNECT_MAX, TcpStream::connect(&*self.address)).await;
        let stream = match connected {
            Err(_) => return Err(TargetError::ConnectTimedOut),
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(TargetError::ConnectTimedOut);
            }
            Ok(Err(error)) => return Err(TargetError::Failed(format!("cannot connect: {error}"))),
            Ok(Ok(stream)) => stream,
        };
        let _ = stream.set_nodelay(true);
        let opened =
            Builder::new().max_buf_size(RESPONSE_HEADERS_MAX * 4).handshake(TokioIo::new(stream)).await;
        let (sender, connection) = opened.map_err(|error| TargetError::Failed(error.to_string()))?;
        tokio::spawn(async move {
            // The sender gets the errors of the connection.
            let _ = connection.with_upgrades().await;
        });
        Ok(sender)
    }

    /// Keeps a connection whose answer has been read.
    pub(super) fn keep(&self, sender: Sender) {
        let mut kept = self.lock();
        if kept.len() >= KEPT_MAX {
            return;
        }
        kept.push((sender, Instant::now()));
        if kept.len() == 1 {
            tokio::spawn(close_idle(Arc::clone(&self.kept)));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Sender, Instant)>> {
        lock(&self.kept)
    }
}

/// Closes connections that have become idle, until none is kept.
async fn close_idle(kept: Arc<Mutex<Vec<(Sender, Instant)>>>) {
    loop {
        sleep(IDLE_MAX).await;
        let mut kept = lock(&kept);
        kept.retain(|(sender, since)| since.elapsed() < IDLE_MAX && !sender.is_closed());
        if kept.is_empty() {
            return;
        }
    }
}

fn lock<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
