//! The forward action: the choice of a group, the transforms, and the cookie of the stickiness.

use hyper::header::{HOST, HeaderValue, SET_COOKIE};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Response, Uri};

use super::balancer::Balancer;
use crate::body::Body;
use crate::routing::{Forward, Stickiness, TargetGroup, Transforms, without_port};
use crate::system;

/// The index of the group that a request goes to, and the stickiness that its answer must carry.
pub(super) fn choose(
    balancer: &Balancer,
    forward: &Forward,
    head: &Parts,
) -> Option<(usize, Option<Stickiness>)> {
    let remembered = forward
        .stickiness
        .and_then(|_| forward.remembered(&head.headers, &balancer.table.groups, system::unix_time()));
    let chosen = remembered.or_else(|| forward.choose(balancer.random))?;
    Some((chosen, forward.stickiness))
}

/// The part of a request that a transform made invalid. The answer is a 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    Url,
    Host,
}

/// Applies the transforms of a rule.
pub(super) fn rewrite(head: &mut Parts, transforms: &Transforms) -> Result<(), Unfit> {
    if let Some(rewrite) = &transforms.url {
        let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        if let Some(rewritten) = rewrite.apply(target) {
            let target = rewritten.parse::<PathAndQuery>().ok().filter(|_| rewritten.starts_with('/'));
            let target = target.ok_or(Unfit::Url)?;
            // In origin form, also if the client sent an absolute URI: the host is in the Host header.
            head.uri = Uri::from(target);
        }
    }
    if let Some(rewrite) = &transforms.host {
        let sent = head.headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (name, port) = sent.split_at(without_port(sent).len());
        if let Some(rewritten) = rewrite.apply(name) {
            let valid = !rewritten.is_empty() && rewritten.bytes().all(|byte| byte.is_ascii_graphic());
            let value = valid.then(|| HeaderValue::from_str(&format!("{rewritten}{port}")).ok()).flatten();
            head.headers.insert(HOST, value.ok_or(Unfit::Host)?);
        }
    }
    Ok(())
}

/// Sets the cookies that keep the client with the group.
pub(super) fn remember(response: &mut Response<Body>, group: &TargetGroup, stickiness: Stickiness) {
    for cookie in stickiness.cookies(group, system::unix_time()) {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}
