//! One request from its arrival to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response};

use super::access::AccessLine;
use super::{Balancer, Target, answers, forwarded, lambda_target, limits};
use crate::body::Body;
use crate::edge;
use crate::forwarding::{self, Arrival};
use crate::http_target::TargetError;
use crate::routing::{Action, RedirectSource, RequestFacts, TargetGroup};

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
    let facts = facts(&head, arrival);
    let Some(rule) = balancer.table.route(&facts) else { return answers::error(503) };
    let forward = match &rule.action {
        Action::FixedResponse(answer) => {
            line.routed(&rule.name, "fixed-response");
            return answers::fixed(answer);
        }
        Action::Redirect(redirect) => {
            line.routed(&rule.name, "redirect");
            let source = redirect_source(&facts, &head, arrival);
            return answers::redirect(redirect.status, &redirect.location(source));
        }
        Action::Forward(forward) => forward,
    };
    let Some((index, stickiness)) = forwarded::choose(balancer, forward, &head) else {
        line.routed(&rule.name, "-");
        return answers::error(503);
    };
    let (Some(group), Some(target)) = (balancer.table.groups.get(index), balancer.targets.get(index)) else {
        return answers::error(503);
    };
    line.routed(&rule.name, &group.id);
    if forwarded::rewrite(&mut head, &rule.transforms).is_none() {
        edge::log(&format!("local-alb: {}: the transform gives no valid URL or host", rule.name));
        return answers::error(500);
    }
    let mut response = match target {
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
    };
    if let Some(stickiness) = stickiness {
        forwarded::remember(&mut response, group, stickiness);
    }
    response
}

fn facts(head: &Parts, arrival: Arrival) -> RequestFacts<'_> {
    let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    RequestFacts::new(head.method.as_str(), target, &head.headers, arrival.peer.ip())
}

fn redirect_source<'a>(facts: &RequestFacts<'a>, head: &'a Parts, arrival: Arrival) -> RedirectSource<'a> {
    RedirectSource {
        protocol: "http",
        host: facts.host.unwrap_or_default(),
        port: arrival.listener_port,
        path: head.uri.path(),
        query: facts.query,
    }
}

fn refuse(group: &TargetGroup, error: &TargetError) -> Response<Body> {
    edge::log(&format!("local-alb: {}: {error}", group.id));
    match error {
        TargetError::ClientIdle => answers::error(408),
        TargetError::Failed(_) => answers::error(502),
        TargetError::ConnectTimedOut | TargetError::Idle(_) => answers::error(504),
    }
}
