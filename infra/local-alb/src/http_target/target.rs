//! One HTTP server.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HOST, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use tokio::time::{Instant, sleep_until};

use super::connections::{Connections, RESPONSE_HEADERS_MAX, Sender};
use super::error::TargetError;
use super::health::CHECKER;
use super::idle::{Activity, Download, Upload};
use super::upgrade;
use crate::body::{self, Body};
use crate::forwarding::hop_by_hop;

/// A server that requests are passed on to.
#[derive(Debug, Clone)]
pub struct HttpTarget {
    /// Host and port, as the access log has them.
    pub address: Arc<str>,
    idle: Duration,
    connections: Connections,
}

impl HttpTarget {
    /// A target such as `http://127.0.0.1:8000`; `idle` is the balancer's idle timeout.
    ///
    /// # Errors
    /// Why the text is no such URL.
    pub fn parse(text: &str, idle: Duration) -> Result<Self, String> {
        let url: Uri = text.parse().map_err(|error| format!("{text} is not a URL: {error}"))?;
        let authority = match (url.scheme_str(), url.authority(), url.path(), url.query()) {
            (Some("http"), Some(authority), "" | "/", None) => authority.clone(),
            (Some("https"), ..) => return Err(format!("{text}: https is not supported yet")),
            _ => return Err(format!("{text} must be of the form http://HOST:PORT")),
        };
        let address = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
        Ok(Self { connections: Connections::new(&address), address: address.into(), idle })
    }

    /// Sends a request with exactly these headers. `upgrade` is the client's end of the WebSocket that the request asks
    /// for.
    ///
    /// # Errors
    /// The reason for which the target gave no answer.
    pub async fn send(
        &self,
        head: Parts,
        body: Incoming,
        upgrade: Option<OnUpgrade>,
    ) -> Result<Response<Body>, TargetError> {
        // The target may close a kept connection at the moment of sending. Only a request that may be repeated can
        // be sent again then; all others get a connection of their own.
        let replayable = upgrade.is_none()
            && body.is_end_stream()
            && matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if !replayable {
            let activity = Activity::begin();
            let body = body::boxed(Upload::new(body, activity.clone()));
            let request = self.request(head, body, upgrade.is_some());
            return self.exchange(self.connections.open().await?, request, &activity, upgrade).await;
        }
        let activity = Activity::none();
        if let Some(kept) = self.connections.take().await {
            let request = self.request(head.clone(), body::empty(), false);
            match self.exchange(kept, request, &activity, None).await {
                // Most likely the target had closed the kept connection, so the request is sent once more on a new one.
                Err(TargetError::Failed(_)) => activity.moved(),
                done => return done,
            }
        }
        let request = self.request(head, body::empty(), false);
        self.exchange(self.connections.open().await?, request, &activity, None).await
    }

    /// Sends the request of a health check and gives the status. `port` replaces the target's own port.
    ///
    /// # Errors
    /// The reason for which the target gave no answer.
    pub async fn probe(&self, path: &str, port: Option<u16>) -> Result<u16, TargetError> {
        let host = self.address.rsplit_once(':').map_or(&*self.address, |(host, _)| host);
        let address = port.map_or_else(|| self.address.to_string(), |port| format!("{host}:{port}"));
        let request = Request::get(path)
            .header(HOST, &address)
            .header(CONNECTION, "close")
            .header(hyper::header::USER_AGENT, CHECKER)
            .body(body::empty())
            .map_err(|error| TargetError::Failed(error.to_string()))?;
        let sender = Connections::new(&address).open().await?;
        let (response, _) = self.response(sender, request, &Activity::none()).await?;
        Ok(response.status().as_u16())
    }

    fn request(&self, head: Parts, body: Body, upgrades: bool) -> Request<Body> {
        let mut request = Request::new(body);
        *request.method_mut() = head.method;
        *request.headers_mut() = head.headers;
        if let Some(path) = head.uri.into_parts().path_and_query.filter(|path| path != "*") {
            *request.uri_mut() = Uri::from(path);
        }
        if upgrades {
            upgrade::restore(request.headers_mut());
        }
        if !request.headers().contains_key(HOST)
            && let Ok(host) = HeaderValue::from_str(&self.address)
        {
            request.headers_mut().insert(HOST, host);
        }
        request
    }

    async fn exchange(
        &self,
        sender: Sender,
        request: Request<Body>,
        activity: &Activity,
        upgrade: Option<OnUpgrade>,
    ) -> Result<Response<Body>, TargetError> {
        let (response, sender) = self.response(sender, request, activity).await?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let Some(client) = upgrade else {
                return Err(TargetError::Failed("it switches protocols without being asked".to_owned()));
            };
            return Ok(self.switched(client, response));
        }
        let (mut head, body) = response.into_parts();
        if size(&head.headers) > RESPONSE_HEADERS_MAX {
            return Err(TargetError::Failed("the response headers are over 32 K".to_owned()));
        }
        hop_by_hop::remove(&mut head.headers);
        // The version belongs to the connection: the client of an HTTP/1.0 target may keep its own connection open.
        head.version = Version::HTTP_11;
        let connection = sender.map(|sender| (sender, self.connections.clone()));
        Ok(Response::from_parts(head, body::boxed(Download::new(body, self.idle, connection))))
    }

    /// The head of an answer, and the connection if it still lives.
    async fn response(
        &self,
        mut sender: Sender,
        request: Request<Body>,
        activity: &Activity,
    ) -> Result<(Response<Incoming>, Option<Sender>), TargetError> {
        let response = sender.send_request(request);
        // A request that is handed over while the connection closes stays in their channel until this end drops the
        // sender. Without the drop the request would never fail.
        let sender = (!sender.is_closed()).then_some(sender);
        tokio::pin!(response);
        let silence = sleep_until(activity.last() + self.idle);
        tokio::pin!(silence);
        loop {
            tokio::select! {
                biased;
                response = &mut response => return match response {
                    Ok(response) => Ok((response, sender)),
                    Err(_) if activity.is_broken() => Err(TargetError::ClientBroken),
                    Err(error) => Err(TargetError::of(&error)),
                },
                () = &mut silence => {
                    // An upload that still moves resets the timeout.
                    if Instant::now() >= activity.last() + self.idle {
                        let client = activity.is_under_way();
                        return Err(if client { TargetError::ClientIdle } else { TargetError::Idle(self.idle) });
                    }
                    silence.as_mut().reset(activity.last() + self.idle);
                }
            }
        }
    }

    fn switched(&self, client: OnUpgrade, mut response: Response<Incoming>) -> Response<Body> {
        upgrade::join(client, hyper::upgrade::on(&mut response), self.idle);
        let (mut head, _) = response.into_parts();
        hop_by_hop::remove(&mut head.headers);
        upgrade::restore(&mut head.headers);
        Response::from_parts(head, body::empty())
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}
