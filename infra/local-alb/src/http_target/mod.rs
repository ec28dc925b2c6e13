//! HTTP targets: requests and answers pass through, streaming in both directions.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
//! (which failure is which status).

mod idle;

use std::error::Error;
use std::io;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::http::request::Parts;
use hyper::http::uri::{Authority, Scheme};
use hyper::{HeaderMap, Method, Request, Response, Uri, Version};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use crate::body::{self, Body};
use crate::forwarding::hop_by_hop;
use idle::{Activity, Download, Upload};

const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Development servers close idle connections after a few seconds, so ours go first.
const POOL_IDLE: Duration = Duration::from_millis(900);
/// Response headers beyond this many bytes are a 502.
const RESPONSE_HEADERS_MAX: usize = 32 * 1024;

/// Why a target gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetError {
    /// 502: no connection, or one that broke, or an answer that is no HTTP.
    #[error("{0}")]
    Failed(String),
    /// 504: no connection in 10 s.
    #[error("no connection within 10 seconds")]
    ConnectTimedOut,
    /// 408: the client stopped sending its body.
    #[error("the client was silent for longer than the idle timeout")]
    ClientIdle,
    /// 504: silence for longer than the idle timeout.
    #[error("no answer within {} seconds", .0.as_secs_f64())]
    Idle(Duration),
}

/// A server that requests are passed on to.
#[derive(Debug, Clone)]
pub struct HttpTarget {
    authority: Authority,
    idle: Duration,
    /// For requests that may be sent again: connections are kept and used again.
    pooled: Client<HttpConnector, Body>,
    /// For all others: a kept connection may be closing at that very moment, and a request that was lost on
    /// it could neither be sent again nor be blamed on the target.
    fresh: Client<HttpConnector, Body>,
}

impl HttpTarget {
    /// A target such as `http://127.0.0.1:8000`; `idle` is the balancer's idle timeout.
    ///
    /// # Errors
    /// Why the text is no such URL.
    pub fn parse(text: &str, idle: Duration) -> Result<Self, String> {
        let url: Uri = text.parse().map_err(|error| format!("{text} is no URL: {error}"))?;
        let authority = match (url.scheme_str(), url.authority(), url.path(), url.query()) {
            (Some("http"), Some(authority), "" | "/", None) => authority.clone(),
            (Some("https"), ..) => return Err(format!("{text}: https is not supported yet")),
            _ => return Err(format!("{text} must be of the form http://HOST:PORT")),
        };
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_MAX));
        connector.set_nodelay(true);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(POOL_IDLE);
        builder.http1_max_buf_size(RESPONSE_HEADERS_MAX * 4);
        let pooled = builder.build(connector.clone());
        let fresh = builder.pool_max_idle_per_host(0).build(connector);
        Ok(Self { authority, idle, pooled, fresh })
    }

    /// Passes a request on. Its headers are those that the target shall see.
    ///
    /// # Errors
    /// Whatever kept the target from answering.
    pub async fn send(&self, head: Parts, body: Incoming) -> Result<Response<Body>, TargetError> {
        let replayable =
            body.is_end_stream() && matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if replayable {
            let request = self.request(&head, body::empty())?;
            match self.exchange(&self.pooled, request, &Activity::none()).await {
                // Most likely the target had closed the connection; only a fresh one can tell.
                Err(TargetError::Failed(_)) => {}
                done => return done,
            }
            return self.exchange(&self.fresh, self.request(&head, body::empty())?, &Activity::none()).await;
        }
        let activity = Activity::begin();
        let body = body::boxed(Upload::new(body, activity.clone()));
        self.exchange(&self.fresh, self.request(&head, body)?, &activity).await
    }

    fn request(&self, head: &Parts, body: Body) -> Result<Request<Body>, TargetError> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let uri = Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(if path == "*" { "/" } else { path })
            .build();
        let uri = uri.map_err(|error| TargetError::Failed(error.to_string()))?;
        let mut request = Request::new(body);
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = uri;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = head.headers.clone();
        Ok(request)
    }

    async fn exchange(
        &self,
        client: &Client<HttpConnector, Body>,
        request: Request<Body>,
        activity: &Activity,
    ) -> Result<Response<Body>, TargetError> {
        let response = client.request(request);
        tokio::pin!(response);
        let response = loop {
            tokio::select! {
                response = &mut response => break response.map_err(|error| classify(&error))?,
                () = sleep_until(activity.last() + self.idle) => {
                    // An upload that is still going on is no silence.
                    if Instant::now() >= activity.last() + self.idle {
                        let client = activity.is_under_way();
                        return Err(if client { TargetError::ClientIdle } else { TargetError::Idle(self.idle) });
                    }
                }
            }
        };
        let (mut head, body) = response.into_parts();
        if size(&head.headers) > RESPONSE_HEADERS_MAX {
            return Err(TargetError::Failed("the response headers are over 32 K".to_owned()));
        }
        hop_by_hop::remove(&mut head.headers);
        // The version belongs to the connection, too: an HTTP/1.0 target's client may still keep its own.
        head.version = Version::HTTP_11;
        Ok(Response::from_parts(head, body::boxed(Download::new(body, self.idle))))
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

fn classify(error: &hyper_util::client::legacy::Error) -> TargetError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let kind = inner.downcast_ref::<io::Error>().map(io::Error::kind);
        if error.is_connect() && kind == Some(io::ErrorKind::TimedOut) {
            return TargetError::ConnectTimedOut;
        }
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    TargetError::Failed(text)
}
