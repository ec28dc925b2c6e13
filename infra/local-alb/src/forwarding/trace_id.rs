//! The X-Amzn-Trace-Id header.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html>.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use crate::system;

/// The header.
pub const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// Gives a request its trace id: a new one, or the client's with the balancer's own `Self` in it.
pub fn renew(headers: &mut HeaderMap) {
    let sent = headers.get(&TRACE_ID).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let renewed = with_own(sent, &new_id());
    if let Ok(value) = HeaderValue::from_str(&renewed) {
        headers.insert(TRACE_ID, value);
    }
}

/// The balancer's own id in a header that [`renew`] made: `Self`, or the `Root` of a client without one.
#[must_use]
pub fn own(headers: &HeaderMap) -> Option<&str> {
    let fields = headers.get(&TRACE_ID)?.to_str().ok()?;
    let field = |name| fields.split(';').find_map(|field| field.trim().strip_prefix(name));
    field("Self=").or_else(|| field("Root="))
}

/// `1-<8 hex: seconds>-<24 hex: random>`.
fn new_id() -> String {
    let random = fastrand::u128(..) >> 32;
    format!("1-{:08x}-{random:024x}", system::unix_time().as_secs() & 0xffff_ffff)
}

fn with_own(sent: &str, id: &str) -> String {
    let fields: Vec<&str> = sent.split(';').map(str::trim).filter(|field| !field.is_empty()).collect();
    let has = |name: &str| fields.iter().any(|field| field.starts_with(name));
    let mut result: Vec<String> = Vec::with_capacity(fields.len() + 1);
    if !has("Root=") {
        // AWS does not document a header without Root. Its fields are kept.
        result.push(format!("Root={id}"));
    } else if !has("Self=") {
        result.push(format!("Self={id}"));
    }
    for field in fields {
        let own = field.starts_with("Self=");
        result.push(if own { format!("Self={id}") } else { field.to_owned() });
    }
    result.join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_id_gets_a_root_or_a_self_or_a_renewed_self() {
        for (sent, expected) in [
            ("", "Root=NEW"),
            ("Root=1-a-b", "Self=NEW;Root=1-a-b"),
            ("Self=1-x-y;Root=1-a-b;CalledFrom=app", "Self=NEW;Root=1-a-b;CalledFrom=app"),
            ("Root=1-a-b; Self=1-x-y", "Root=1-a-b;Self=NEW"),
            ("CalledFrom=app", "Root=NEW;CalledFrom=app"),
        ] {
            assert_eq!(with_own(sent, "NEW"), expected);
        }
    }

    #[test]
    fn the_own_id_is_never_the_clients() {
        for sent in ["", "Root=1-a-b", "Self=1-x-y;Root=1-a-b", "Root=user;CalledFrom=app"] {
            let mut headers = HeaderMap::from_iter([(TRACE_ID, HeaderValue::from_static(sent))]);
            renew(&mut headers);
            let own = own(&headers).expect("an own id");
            assert_eq!(own.len(), new_id().len(), "{sent}: {own}");
        }
    }

    #[test]
    fn a_new_id_has_the_documented_form() {
        let id = new_id();
        let parts: Vec<&str> = id.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [1, 8, 24]);
        assert!(parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
