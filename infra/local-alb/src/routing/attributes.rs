//! Attributes of load balancers and target groups, which templates write as lists of keys and values.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html>.

use std::collections::HashMap;
use std::time::Duration;

use crate::template::{LoadError, Resource};

/// The treatment of the X-Forwarded-For header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedFor {
    /// The client's address is appended.
    Append,
    /// The header is passed on as it came.
    Preserve,
    /// The header is removed.
    Remove,
}

/// The attributes of a balancer that change its behavior here.
#[derive(Debug, Clone)]
pub struct BalancerAttributes {
    /// `routing.http.preserve_host_header.enabled`.
    pub preserve_host_header: bool,
    /// `routing.http.xff_header_processing.mode`.
    pub forwarded_for: ForwardedFor,
    /// `routing.http.xff_client_port.enabled`.
    pub client_port: bool,
    /// `routing.http.drop_invalid_header_fields.enabled`: only letters, digits and hyphens are valid in a name.
    pub drop_invalid_headers: bool,
    /// `idle_timeout.timeout_seconds`, 60 s by default.
    pub idle_timeout: Duration,
}

impl Default for BalancerAttributes {
    fn default() -> Self {
        Self {
            preserve_host_header: false,
            forwarded_for: ForwardedFor::Append,
            client_port: false,
            drop_invalid_headers: false,
            idle_timeout: Duration::from_mins(1),
        }
    }
}

const HOST: &str = "routing.http.preserve_host_header.enabled";
const FORWARDED_FOR: &str = "routing.http.xff_header_processing.mode";
const CLIENT_PORT: &str = "routing.http.xff_client_port.enabled";
const DROP_INVALID: &str = "routing.http.drop_invalid_header_fields.enabled";
const IDLE_TIMEOUT: &str = "idle_timeout.timeout_seconds";

impl BalancerAttributes {
    pub(super) fn read(balancer: &Resource<'_>) -> Result<Self, LoadError> {
        let keys = [HOST, FORWARDED_FOR, CLIENT_PORT, DROP_INVALID, IDLE_TIMEOUT];
        let written = read(balancer, "LoadBalancerAttributes", &keys)?;
        let enabled = |key: &str| written.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let wrong = |key: &str, takes: &str| {
            balancer.error(balancer.node.line, format!("{key} must be {takes} ({})", balancer.id))
        };
        let forwarded_for = match written.get(FORWARDED_FOR).map(String::as_str) {
            None | Some("append") => ForwardedFor::Append,
            Some("preserve") => ForwardedFor::Preserve,
            Some("remove") => ForwardedFor::Remove,
            Some(_) => return Err(wrong(FORWARDED_FOR, "append, preserve or remove")),
        };
        let idle = written.get(IDLE_TIMEOUT).map_or("60", String::as_str).parse::<u64>().ok();
        let Some(idle) = idle.filter(|seconds| (1..=4000).contains(seconds)) else {
            return Err(wrong(IDLE_TIMEOUT, "1 to 4000"));
        };
        Ok(Self {
            preserve_host_header: enabled(HOST),
            forwarded_for,
            client_port: enabled(CLIENT_PORT),
            drop_invalid_headers: enabled(DROP_INVALID),
            idle_timeout: Duration::from_secs(idle),
        })
    }
}

/// The attributes of these keys, from a list of `Key` and `Value`. Other values are not resolved, because only AWS may
/// know them.
pub(super) fn read(
    resource: &Resource<'_>,
    property: &str,
    keys: &[&str],
) -> Result<HashMap<String, String>, LoadError> {
    let mut attributes = HashMap::new();
    let template = resource.template;
    let Some(list) = resource.property(property) else { return Ok(attributes) };
    for item in template.branch(list)?.items().unwrap_or_default() {
        let item = template.branch(item)?;
        let (Some(key), Some(value)) = (item.get("Key"), item.get("Value")) else { continue };
        let key = template.resolve(key)?;
        let Some(key) = key.text().filter(|key| keys.contains(key)) else { continue };
        match template.resolve(value)?.text() {
            Some(value) => attributes.insert(key.to_owned(), value.to_owned()),
            None => return Err(template.error(value.line, format!("{key} must be text ({})", resource.id))),
        };
    }
    Ok(attributes)
}
