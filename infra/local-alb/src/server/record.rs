//! What happens to a request, noted as it happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::header::{HOST, HeaderMap, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Method, Uri, Version};

use super::classification::{self, Classification};
use super::client::Client;
use super::forwarded::Unfit;
use super::guard::Refusal;
use crate::forwarding::trace_id::{self, TRACE_ID};
use crate::http_target::Turn;
use crate::routing::{Rule, TargetGroup, Transforms};
use crate::system;

/// AWS cuts the user agent after this many characters.
const USER_AGENT_MAX: usize = 8 * 1024;

/// The notes of a request.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) client: Arc<Client>,
    pub(super) began: Instant,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) version: Version,
    /// Whether the request stands for one that the guard refused.
    pub(super) malformed: bool,
    /// The rule's name and priority; 0 is the default's.
    pub(super) rule: Option<(String, u32)>,
    /// The action, as the access log names it.
    pub(super) action: &'static str,
    pub(super) target: String,
    pub(super) status: u16,
    /// The balancer's own trace id, once the request goes to a target.
    pub(super) trace: Option<String>,
    /// Held until all of the answer has been sent: so long the request counts as outstanding.
    pub(super) turn: Option<Arc<Turn>>,
    /// The fields of the access log only; `None` without an access log.
    pub(super) details: Option<Box<Details>>,
}

/// The fields of the access log only.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) created: Duration,
    pub(super) host: String,
    pub(super) user_agent: String,
    pub(super) class: Option<Classification>,
    /// Host and path as a transform has changed them, and how it went.
    pub(super) new_host: String,
    pub(super) new_uri: String,
    pub(super) transformed: &'static str,
    /// Whether a function was invoked.
    pub(super) invoked: bool,
    pub(super) trace_id: String,
    pub(super) group_arn: String,
    pub(super) location: String,
    pub(super) reason: &'static str,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) target_status: Option<u16>,
    /// When the request went to the target, and when its answer began.
    pub(super) dispatched: Option<Instant>,
    pub(super) answered: Option<Instant>,
}

impl Record {
    /// A request has arrived.
    pub(super) fn begin(client: &Arc<Client>, head: &Parts, refused: Option<Refusal>) -> Self {
        let malformed = refused.is_some();
        let text = |name| {
            let value = head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
            value.unwrap_or_default().into_owned()
        };
        let details = client.balancer.access_log.as_ref().map(|_| {
            let line = head.method.as_str().len() + head.uri.to_string().len() + " HTTP/1.1\r\n".len() + 1;
            Box::new(Details {
                created: system::unix_time(),
                host: if malformed { String::new() } else { text(HOST) },
                user_agent: text(USER_AGENT).chars().take(USER_AGENT_MAX).collect(),
                class: match refused {
                    Some(refusal) => refusal.class,
                    None => classification::of_answered(head),
                },
                received: size(line, &head.headers),
                ..Details::default()
            })
        });
        Self {
            client: Arc::clone(client),
            began: Instant::now(),
            method: head.method.clone(),
            uri: head.uri.clone(),
            version: head.version,
            malformed,
            rule: None,
            action: "-",
            target: "-".to_owned(),
            // The balancer's own number for a client that went away.
            status: 460,
            trace: None,
            turn: None,
            details,
        }
    }

    /// A rule has been found.
    pub(super) fn routed(&mut self, rule: &Rule, action: &'static str, target: &str) {
        self.rule = Some((rule.name.clone(), rule.priority.unwrap_or(0)));
        self.action = action;
        target.clone_into(&mut self.target);
    }

    /// The request goes to a target of this group, with these headers.
    pub(super) fn dispatched(&mut self, group: &TargetGroup, headers: &HeaderMap) {
        self.trace = trace_id::own(headers).map(str::to_owned);
        let Some(details) = &mut self.details else { return };
        details.group_arn.clone_from(&group.arn);
        let sent = headers.get(TRACE_ID).and_then(|value| value.to_str().ok());
        sent.unwrap_or_default().clone_into(&mut details.trace_id);
        details.dispatched = Some(Instant::now());
    }

    /// The rule's transforms have been applied to the head, or could not be.
    pub(super) fn rewritten(&mut self, transforms: &Transforms, head: &Parts, result: Result<(), Unfit>) {
        let Some(details) = &mut self.details else { return };
        if transforms.is_empty() {
            return;
        }
        details.transformed = match result {
            Ok(()) => "TransformSuccess",
            Err(Unfit::Url) => "TransformInvalidPath",
            Err(Unfit::Host) => "TransformInvalidHost",
        };
        if result.is_err() {
            return;
        }
        let host = head.headers.get(HOST).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let host = host.filter(|host| *host != details.host);
        details.new_host = host.unwrap_or_default().into_owned();
        let path = |uri: &Uri| uri.path_and_query().map(|path| path.as_str().to_owned());
        let new = path(&head.uri).filter(|new| Some(new) != path(&self.uri).as_ref());
        details.new_uri = new.unwrap_or_default();
    }

    /// The function is invoked now.
    pub(super) fn invoked(&mut self) {
        if let Some(details) = &mut self.details {
            details.invoked = true;
        }
    }

    /// A server has been chosen.
    pub(super) fn turn(&mut self, turn: Turn) -> Arc<Turn> {
        Arc::clone(self.turn.insert(Arc::new(turn)))
    }

    /// The target has answered.
    pub(super) fn target_answered(&mut self, status: u16) {
        if let Some(details) = &mut self.details {
            details.target_status = Some(status);
        }
    }

    /// The reason for which the target gave no answer, as the access log names it.
    pub(super) fn failed(&mut self, reason: &'static str) {
        if let Some(details) = &mut self.details {
            details.reason = reason;
        }
    }

    /// The head of the answer is known.
    pub(super) fn answered(&mut self, status: u16, headers: &HeaderMap) {
        self.status = status;
        if let Some(details) = &mut self.details {
            details.answered = Some(Instant::now());
            details.sent = size("HTTP/1.1 200 OK\r\n".len(), headers);
            let location = headers.get(hyper::header::LOCATION).and_then(|value| value.to_str().ok());
            location.unwrap_or_default().clone_into(&mut details.location);
        }
    }

    /// This many bytes of the answer's body go to the client.
    pub(super) fn sends(&mut self, bytes: usize) {
        if let Some(details) = &mut self.details {
            details.sent += u64::try_from(bytes).unwrap_or(u64::MAX);
        }
    }
}

fn size(line: usize, headers: &HeaderMap) -> u64 {
    let headers: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    u64::try_from(line + headers + 2).unwrap_or(u64::MAX)
}
