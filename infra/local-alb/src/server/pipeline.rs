//! One request from its arrival to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::{Request, Response};

use super::access::AccessLine;
use super::{Balancer, Target, answers, lambda_target, limits};
use crate::body::Body;
use crate::edge;
use crate::forwarding::{self, Arrival};
use crate::http_target::TargetError;
use crate::routing::{Action, RequestFacts, Rule, TargetGroup};

/// Answers a request. It never fails: what goes wrong is an answer too.
pub(super) async fn handle(
    balancer: Arc<Balancer>,
    arrival: Arrival,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let mut line = AccessLine::begin(head.method.as_str(), head.uri.path());
    let response = match limits::refuse(&head) {
        Some(status) => answers::error(status),
        None => dispatch(&balancer, arrival, head, body, &mut line).await,
    };
    line.answered(response.status().as_u16());
    Ok(response)
}

async fn dispatch(
    balancer: &Balancer,
    arrival: Arrival,
    mut head: Parts,
    body: Incoming,
    line: &mut AccessLine,
) -> Response<Body> {
    let Some(rule) = route(balancer, &head) else { return answers::error(503) };
    let index = match &rule.action {
        Action::FixedResponse(answer) => {
            line.routed(&rule.name, "fixed-response");
            return answers::fixed(answer);
        }
        Action::Forward(index) => *index,
    };
    let (Some(group), Some(target)) = (balancer.table.groups.get(index), balancer.targets.get(index)) else {
        return answers::error(503);
    };
    line.routed(&rule.name, &group.id);
    match target {
        Target::None => answers::error(503),
        Target::Lambda(function) => {
            let client = lambda_target::Client::of(&head, balancer.table.attributes.idle_timeout);
            forwarding::prepare(&mut head.headers, arrival, &balancer.table.attributes);
            lambda_target::answer(function, group, head, body, client).await
        }
        Target::Http(target) => {
            forwarding::prepare(&mut head.headers, arrival, &balancer.table.attributes);
            target.send(head, body).await.unwrap_or_else(|error| refuse(group, &error))
        }
    }
}

fn route<'b>(balancer: &'b Balancer, head: &Parts) -> Option<&'b Rule> {
    let host = head.headers.get(HOST).and_then(|value| value.to_str().ok());
    balancer.table.route(&RequestFacts::new(head.method.as_str(), host, head.uri.path()))
}

fn refuse(group: &TargetGroup, error: &TargetError) -> Response<Body> {
    edge::log(&format!("local-alb: {}: {error}", group.id));
    match error {
        TargetError::ClientIdle => answers::error(408),
        TargetError::Failed(_) => answers::error(502),
        TargetError::ConnectTimedOut | TargetError::Idle(_) => answers::error(504),
    }
}
