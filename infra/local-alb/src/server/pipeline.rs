//! One request from its arrival to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{COOKIE, HOST, HeaderValue};
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode, Version};

use super::access::Exchange;
use super::connection::Client;
use super::tracked::Tracked;
use super::{Balancer, Target, answers, lambda_target, limits};
use crate::body::Body;
use crate::edge;
use crate::forwarding;
use crate::http_target::{self, TargetError};
use crate::routing::{Action, RequestFacts, Rule, TargetGroup};

/// What comes after the head: a body, or another protocol.
struct Rest {
    body: Incoming,
    upgrade: Option<OnUpgrade>,
}

/// Answers a request. It never fails: what goes wrong is an answer too.
pub(super) async fn handle(
    client: Arc<Client>,
    mut request: Request<Incoming>,
) -> Result<Response<Tracked>, Infallible> {
    let begun = client.gate.begin();
    let upgrade = http_target::is_websocket(request.headers()).then(|| hyper::upgrade::on(&mut request));
    let (mut head, body) = request.into_parts();
    normalize(&mut head);
    let mut exchange = Exchange::begin(&client, &head, begun.refused.is_some());
    let response = match begun.refused.or_else(|| limits::refuse(&head)) {
        Some(status) => answers::error(status),
        None => dispatch(&client, head, Rest { body, upgrade }, &mut exchange).await,
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        begun.upgrade();
    }
    exchange.answered(response.status().as_u16(), response.headers());
    Ok(response.map(|body| Tracked::new(body, exchange, begun)))
}

async fn dispatch(client: &Client, mut head: Parts, rest: Rest, exchange: &mut Exchange) -> Response<Body> {
    let (balancer, arrival) = (&*client.balancer, client.arrival);
    let Some(rule) = route(balancer, &head) else { return answers::error(503) };
    let index = match &rule.action {
        Action::FixedResponse(answer) => {
            exchange.routed(rule, "fixed-response", "fixed-response");
            return answers::fixed(answer);
        }
        Action::Forward(index) => *index,
    };
    let (Some(group), Some(target)) = (balancer.table.groups.get(index), balancer.targets.get(index)) else {
        return answers::error(503);
    };
    exchange.routed(rule, "forward", &group.id);
    match target {
        Target::None => answers::error(503),
        Target::Lambda(function) => {
            let wishes = lambda_target::Wishes::of(&head, balancer.table.attributes.idle_timeout);
            forwarding::prepare(&mut head.headers, arrival, &balancer.table.attributes);
            exchange.dispatched(group, &head.headers);
            let request = Request::from_parts(head, rest.body);
            lambda_target::answer(function, group, request, wishes, exchange).await
        }
        Target::Http(members) => {
            forwarding::prepare(&mut head.headers, arrival, &balancer.table.attributes);
            let Some(turn) = members.choose() else { return answers::error(503) };
            let turn = exchange.turn(turn);
            exchange.dispatched(group, &head.headers);
            match turn.target().send(head, rest.body, rest.upgrade).await {
                Ok(response) => {
                    exchange.target_answered(response.status().as_u16());
                    response
                }
                Err(error) => refuse(group, &error),
            }
        }
    }
}

/// Gives an HTTP/2 request the form of an HTTP/1.1 one, which is what targets get.
fn normalize(head: &mut Parts) {
    if head.version != Version::HTTP_2 {
        return;
    }
    if let Some(authority) = head.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        head.headers.insert(HOST, host);
    }
    // HTTP/2 may send them one by one (RFC 9113, section 8.2.3).
    let cookies: Vec<&[u8]> = head.headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        head.headers.insert(COOKIE, joined);
    }
}

fn route<'b>(balancer: &'b Balancer, head: &Parts) -> Option<&'b Rule> {
    let host = head.headers.get(HOST).and_then(|value| value.to_str().ok());
    balancer.table.route(&RequestFacts::new(head.method.as_str(), host, head.uri.path()))
}

fn refuse(group: &TargetGroup, error: &TargetError) -> Response<Body> {
    edge::log(&format!("local-alb: {}: {error}", group.id));
    match error {
        TargetError::ClientBroken => answers::error(400),
        TargetError::ClientIdle => answers::error(408),
        TargetError::Failed(_) => answers::error(502),
        TargetError::ConnectTimedOut | TargetError::Idle(_) => answers::error(504),
    }
}
