//! The headers of a request, as its target gets them.

use std::net::SocketAddr;

use hyper::HeaderMap;
use hyper::header::{EXPECT, HOST, HeaderName, HeaderValue};

use super::{hop_by_hop, trace_id};
use crate::routing::{BalancerAttributes, ForwardedFor};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

/// A request with more addresses than this in X-Forwarded-For is a 463.
pub const FORWARDED_FOR_MAX: usize = 30;

/// The connection that a request came on.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// The client.
    pub peer: SocketAddr,
    /// The port that the listener is bound to. It may differ from the template's.
    pub listener_port: u16,
    /// Whether the listener speaks HTTPS.
    pub secure: bool,
}

impl Arrival {
    /// The protocol of the client.
    #[must_use]
    pub fn protocol(self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}

/// Rewrites the headers of a request for its target.
pub fn prepare(headers: &mut HeaderMap, arrival: Arrival, attributes: &BalancerAttributes) {
    hop_by_hop::remove(headers);
    // The balancer has answered `Expect` with "100 Continue" already.
    headers.remove(EXPECT);
    if attributes.drop_invalid_headers {
        drop_invalid(headers);
    }
    forwarded_for(headers, arrival.peer, attributes);
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(arrival.protocol()));
    headers.insert(FORWARDED_PORT, HeaderValue::from(arrival.listener_port));
    if !attributes.preserve_host_header {
        host(headers, arrival.listener_port);
    }
    trace_id::renew(headers);
}

/// Removes headers whose names have other characters than letters, digits and hyphens.
fn drop_invalid(headers: &mut HeaderMap) {
    let is_valid =
        |name: &&HeaderName| name.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let invalid: Vec<HeaderName> = headers.keys().filter(|name| !is_valid(name)).cloned().collect();
    for name in invalid {
        headers.remove(name);
    }
}

/// The number of addresses in a request's X-Forwarded-For.
#[must_use]
pub fn addresses(headers: &HeaderMap) -> usize {
    let values = headers.get_all(&FORWARDED_FOR).iter();
    values.map(|value| value.as_bytes().split(|byte| *byte == b',').count()).sum()
}

fn forwarded_for(headers: &mut HeaderMap, peer: SocketAddr, attributes: &BalancerAttributes) {
    match attributes.forwarded_for {
        ForwardedFor::Preserve => return,
        ForwardedFor::Remove => {
            headers.remove(&FORWARDED_FOR);
            return;
        }
        ForwardedFor::Append => {}
    }
    let mut value: Vec<u8> = Vec::new();
    for sent in headers.get_all(&FORWARDED_FOR) {
        value.extend_from_slice(sent.as_bytes());
        value.extend_from_slice(b", ");
    }
    // An IPv6 listener sees an IPv4 client as an IPv4-mapped address; the header has the IPv4 address.
    let address = peer.ip().to_canonical();
    let own = if attributes.client_port {
        SocketAddr::new(address, peer.port()).to_string()
    } else {
        address.to_string()
    };
    value.extend_from_slice(own.as_bytes());
    if let Ok(value) = HeaderValue::from_bytes(&value) {
        headers.insert(FORWARDED_FOR, value);
    }
}

/// Sets the port of the Host header: none for listeners on 80 and 443, else the listener's.
fn host(headers: &mut HeaderMap, listener_port: u16) {
    let Some(sent) = headers.get(HOST).and_then(|value| value.to_str().ok()) else { return };
    let name = crate::routing::without_port(sent);
    let rewritten = match listener_port {
        80 | 443 => name.to_owned(),
        port => format!("{name}:{port}"),
    };
    if let Ok(value) = HeaderValue::from_str(&rewritten) {
        headers.insert(HOST, value);
    }
}
