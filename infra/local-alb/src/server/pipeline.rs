//! One request from its arrival to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{COOKIE, HOST, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode, Version};

use super::balancer::Target;
use super::client::Client;
use super::exchange::Exchange;
use super::record::Record;
use super::tracked::Tracked;
use super::{answers, forwarded, lambda_target, limits};
use crate::body::Body;
use crate::forwarding::{self, Arrival};
use crate::http_target::{self, TargetError};
use crate::routing::{Action, RedirectSource, RequestFacts, TargetGroup};
use crate::system;

/// The part after the head: a body, or another protocol.
struct Rest {
    body: Incoming,
    upgrade: Option<OnUpgrade>,
}

/// Answers a request. It never fails: an error becomes an answer too.
pub(super) async fn handle(
    client: Arc<Client>,
    mut request: Request<Incoming>,
) -> Result<Response<Tracked>, Infallible> {
    let begun = client.gate.begin();
    let upgrade = http_target::is_websocket(request.headers()).then(|| hyper::upgrade::on(&mut request));
    let (mut head, body) = request.into_parts();
    normalize(&mut head);
    let mut exchange = Exchange::begin(&client, &head, begun.refused);
    let mut response = match begun.refused.map(|refusal| refusal.status).or_else(|| limits::refuse(&head)) {
        Some(status) => answers::error(status),
        None => dispatch(&client, head, Rest { body, upgrade }, &mut exchange).await,
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        begun.upgrade();
    }
    client.balancer.table.response_headers.apply(response.headers_mut());
    exchange.answered(response.status().as_u16(), response.headers());
    Ok(response.map(|body| Tracked::new(body, exchange, begun)))
}

async fn dispatch(client: &Client, mut head: Parts, rest: Rest, record: &mut Record) -> Response<Body> {
    let (balancer, arrival) = (&*client.balancer, client.arrival);
    let facts = facts(&head, arrival);
    let Some(rule) = balancer.table.route(&facts) else { return answers::error(503) };
    let forward = match &rule.action {
        Action::FixedResponse(answer) => {
            record.routed(rule, "fixed-response", "fixed-response");
            return answers::fixed(answer);
        }
        Action::Elsewhere(answer) => {
            record.routed(rule, "fixed-response", "fixed-response");
            return answers::elsewhere(answer);
        }
        Action::Redirect(redirect) => {
            record.routed(rule, "redirect", "redirect");
            let source = redirect_source(&facts, &head, arrival);
            return answers::redirect(redirect.status, &redirect.location(source));
        }
        Action::Forward(forward) => forward,
    };
    let Some((index, stickiness)) = forwarded::choose(balancer, forward, &head) else {
        record.routed(rule, "forward", "-");
        return answers::error(503);
    };
    let (Some(group), Some(target)) = (balancer.table.groups.get(index), balancer.targets.get(index)) else {
        return answers::error(503);
    };
    record.routed(rule, "forward", &group.id);
    let rewritten = forwarded::rewrite(&mut head, &rule.transforms);
    record.rewritten(&rule.transforms, &head, rewritten);
    if rewritten.is_err() {
        system::log(&format!("local-alb: {}: the transform gives no valid URL or host", rule.name));
        return answers::error(500);
    }
    let mut response = match target {
        Target::None => answers::error(503),
        Target::Lambda(function) => {
            let terms = lambda_target::ConnectionTerms::of(&head, balancer.table.attributes.idle_timeout);
            forwarding::prepare(&mut head.headers, arrival, &balancer.table.attributes);
            record.dispatched(group, &head.headers);
            let request = Request::from_parts(head, rest.body);
            lambda_target::answer(function, group, request, terms, record).await
        }
        Target::Http(members) => {
            forwarding::prepare(&mut head.headers, arrival, &balancer.table.attributes);
            let Some(turn) = members.choose() else { return answers::error(503) };
            let turn = record.turn(turn);
            record.dispatched(group, &head.headers);
            match turn.target().send(head, rest.body, rest.upgrade).await {
                Ok(response) => {
                    record.target_answered(response.status().as_u16());
                    response
                }
                Err(error) => refuse(group, &error),
            }
        }
    };
    if let Some(stickiness) = stickiness {
        forwarded::remember(&mut response, group, stickiness);
    }
    response
}

/// Gives an HTTP/2 request the form of HTTP/1.1, which targets get.
fn normalize(head: &mut Parts) {
    if head.version != Version::HTTP_2 {
        return;
    }
    if let Some(authority) = head.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        head.headers.insert(HOST, host);
    }
    // HTTP/2 may send cookies one by one (RFC 9113, section 8.2.3).
    let cookies: Vec<&[u8]> = head.headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        head.headers.insert(COOKIE, joined);
    }
}

fn facts(head: &Parts, arrival: Arrival) -> RequestFacts<'_> {
    let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    RequestFacts::new(head.method.as_str(), target, &head.headers, arrival.peer.ip())
}

fn redirect_source<'a>(facts: &RequestFacts<'a>, head: &'a Parts, arrival: Arrival) -> RedirectSource<'a> {
    RedirectSource {
        protocol: arrival.protocol(),
        host: facts.host.unwrap_or_default(),
        port: arrival.listener_port,
        path: head.uri.path(),
        query: facts.query,
    }
}

fn refuse(group: &TargetGroup, error: &TargetError) -> Response<Body> {
    system::log(&format!("local-alb: {}: {error}", group.id));
    match error {
        TargetError::ClientBroken => answers::error(400),
        TargetError::ClientIdle => answers::error(408),
        TargetError::Failed(_) => answers::error(502),
        TargetError::ConnectTimedOut | TargetError::Idle(_) => answers::error(504),
    }
}
