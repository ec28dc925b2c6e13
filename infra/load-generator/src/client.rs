//! One client, which sends one request after another.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::tally::Tally;

/// An answer that takes longer counts as a failure.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// The pause after a failure.
const RETRY_AFTER: Duration = Duration::from_millis(10);
/// The most requests of one client, which bounds the memory for their latencies.
const REQUESTS_MAX: usize = 2_000_000;

/// A client with its connection.
pub(crate) struct Client<'a> {
    server: SocketAddr,
    target: &'a str,
    count_header: Option<&'a str>,
    connection: Option<SendRequest<Empty<Bytes>>>,
}

type Failure = Box<dyn Error>;

impl<'a> Client<'a> {
    pub(crate) fn new(server: SocketAddr, target: &'a str, count_header: Option<&'a str>) -> Self {
        Self { server, target, count_header, connection: None }
    }

    /// Sends one request for each user until `until`. `pause` is the time from the start of one request to the start
    /// of the next; without it a request follows the answer at once. A latency counts from the start of its request.
    pub(crate) async fn send_requests(
        &mut self,
        users: impl Iterator<Item = u64>,
        until: Instant,
        pause: Option<Duration>,
    ) -> Tally {
        let mut tally = Tally::default();
        let mut ticks = pause.map(|pause| {
            let mut ticks = interval(pause);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        for user in users.take(REQUESTS_MAX) {
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            let started = Instant::now();
            if started >= until {
                break;
            }
            if let Ok(Ok(answer)) = timeout(ANSWER_TIMEOUT, self.answer(user)).await {
                let mark = self
                    .count_header
                    .map(|name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap_or("?")));
                tally.count(started.elapsed(), answer.status().as_u16(), mark);
            } else {
                self.connection = None;
                tally.count_failure();
                sleep(RETRY_AFTER).await;
            }
        }
        tally
    }

    async fn answer(&mut self, user: u64) -> Result<Response<()>, Failure> {
        let target = self.target.replace("{user}", &user.to_string());
        let request = Request::get(target).header(HOST, self.server.to_string()).body(Empty::new())?;
        let connection = match &mut self.connection {
            Some(connection) if !connection.is_closed() => connection,
            connection => connection.insert(connect(self.server).await?),
        };
        connection.ready().await?;
        let (parts, body) = connection.send_request(request).await?.into_parts();
        body.collect().await?;
        Ok(Response::from_parts(parts, ()))
    }
}

async fn connect(server: SocketAddr) -> Result<SendRequest<Empty<Bytes>>, Failure> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (sender, driver) = handshake(TokioIo::new(stream)).await?;
    // The task ends with the connection.
    tokio::task::spawn_local(driver);
    Ok(sender)
}
