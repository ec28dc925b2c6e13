//! The headers that a listener's attributes set in, or remove from, every response.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html>.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue, SERVER};

use super::attributes;
use crate::template::{LoadError, Resource};

const SERVER_ENABLED: &str = "routing.http.response.server.enabled";

/// The headers that may be set, by the attribute of each.
const SETTABLE: [(&str, &str); 10] = [
    ("routing.http.response.strict_transport_security.header_value", "strict-transport-security"),
    ("routing.http.response.access_control_allow_origin.header_value", "access-control-allow-origin"),
    ("routing.http.response.access_control_allow_methods.header_value", "access-control-allow-methods"),
    ("routing.http.response.access_control_allow_headers.header_value", "access-control-allow-headers"),
    (
        "routing.http.response.access_control_allow_credentials.header_value",
        "access-control-allow-credentials",
    ),
    ("routing.http.response.access_control_expose_headers.header_value", "access-control-expose-headers"),
    ("routing.http.response.access_control_max_age.header_value", "access-control-max-age"),
    ("routing.http.response.content_security_policy.header_value", "content-security-policy"),
    ("routing.http.response.x_content_type_options.header_value", "x-content-type-options"),
    ("routing.http.response.x_frame_options.header_value", "x-frame-options"),
];

/// The changes of a listener's responses.
#[derive(Debug, Clone, Default)]
pub struct ResponseHeaders {
    set: Vec<(HeaderName, HeaderValue)>,
    removes_server: bool,
}

impl ResponseHeaders {
    pub(super) fn read(listener: &Resource<'_>) -> Result<Self, LoadError> {
        let mut keys = vec![SERVER_ENABLED];
        keys.extend(SETTABLE.map(|(key, _)| key));
        let written = attributes::read(listener, "ListenerAttributes", &keys)?;
        let mut set = Vec::new();
        for (key, name) in SETTABLE {
            let Some(value) = written.get(key).filter(|value| !value.is_empty()) else { continue };
            let value = HeaderValue::from_str(value).map_err(|_| {
                let message = format!("{key} is not a valid header value ({})", listener.path());
                listener.error(listener.node.line, message)
            })?;
            set.push((HeaderName::from_static(name), value));
        }
        let removes_server =
            written.get(SERVER_ENABLED).is_some_and(|value| value.eq_ignore_ascii_case("false"));
        Ok(Self { set, removes_server })
    }

    /// Changes the headers of a response. A header that is set replaces that of the target.
    pub fn apply(&self, headers: &mut HeaderMap) {
        if self.removes_server {
            headers.remove(SERVER);
        }
        for (name, value) in &self.set {
            headers.insert(name, value.clone());
        }
    }
}
