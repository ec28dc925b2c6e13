//! One client, which sends one request after another.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::requests::Asked;
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
    count_header: Option<&'a str>,
    connection: Option<SendRequest<Full<Bytes>>>,
}

type Failure = Box<dyn Error>;

impl<'a> Client<'a> {
    pub(crate) fn new(server: SocketAddr, count_header: Option<&'a str>) -> Self {
        Self { server, count_header, connection: None }
    }

    /// Sends requests until `until`, or until there are no more. `pause` is the time from the start of one request to the start
    /// of the next; without it a request follows the answer at once. A latency counts from the start of its request.
    pub(crate) async fn send_requests(
        &mut self,
        requests: impl Iterator<Item = Asked>,
        until: Instant,
        pause: Option<Duration>,
    ) -> Tally {
        let mut tally = Tally::default();
        let mut ticks = pause.map(|pause| {
            let mut ticks = interval(pause);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        for asked in requests.take(REQUESTS_MAX) {
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            let started = Instant::now();
            if started >= until {
                break;
            }
            if let Ok(Ok(answer)) = timeout(ANSWER_TIMEOUT, self.answer(asked)).await {
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

    async fn answer(&mut self, asked: Asked) -> Result<Response<()>, Failure> {
        let Asked { target, body } = asked;
        let request = match body {
            None => Request::get(target).body(Full::default()),
            Some(body) => {
                Request::post(target).header(CONTENT_TYPE, "application/json").body(Full::from(body))
            }
        };
        let mut request = request?;
        request.headers_mut().insert(HOST, self.server.to_string().try_into()?);
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

async fn connect(server: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (sender, driver) = handshake(TokioIo::new(stream)).await?;
    // The task ends with the connection.
    tokio::task::spawn_local(driver);
    Ok(sender)
}
