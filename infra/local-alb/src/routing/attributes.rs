//! Attributes of load balancers and target groups, which templates write as lists of keys and values.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html>.

use std::collections::HashMap;
use std::time::Duration;

use crate::template::{LoadError, Resource, Template, Value};

/// What becomes of the X-Forwarded-For header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedFor {
    /// The client's address is appended.
    Append,
    /// The header is passed on as it came.
    Preserve,
    /// The header is removed.
    Remove,
}

/// The attributes of a balancer that this program knows; the others change nothing here.
#[derive(Debug, Clone)]
pub struct BalancerAttributes {
    /// `routing.http.preserve_host_header.enabled`.
    pub preserve_host_header: bool,
    /// `routing.http.xff_header_processing.mode`.
    pub forwarded_for: ForwardedFor,
    /// `routing.http.xff_client_port.enabled`.
    pub client_port: bool,
    /// `idle_timeout.timeout_seconds`, 60 s by default.
    pub idle_timeout: Duration,
}

impl Default for BalancerAttributes {
    fn default() -> Self {
        Self {
            preserve_host_header: false,
            forwarded_for: ForwardedFor::Append,
            client_port: false,
            idle_timeout: Duration::from_secs(60),
        }
    }
}

impl BalancerAttributes {
    pub(super) fn read(template: &Template, balancer: &Resource<'_>) -> Result<Self, LoadError> {
        let written = read(template, balancer, "LoadBalancerAttributes")?;
        let enabled = |key: &str| written.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let mode = written.get("routing.http.xff_header_processing.mode").map(String::as_str);
        let forwarded_for = match mode {
            None | Some("append") => ForwardedFor::Append,
            Some("preserve") => ForwardedFor::Preserve,
            Some("remove") => ForwardedFor::Remove,
            Some(other) => {
                let message =
                    format!("xff_header_processing.mode \"{other}\" does not exist ({})", balancer.id);
                return Err(template.error(balancer.node.line, message));
            }
        };
        let idle = match written.get("idle_timeout.timeout_seconds") {
            None => Self::default().idle_timeout,
            Some(text) => match text.parse::<u64>() {
                Ok(seconds @ 1..=4000) => Duration::from_secs(seconds),
                _ => {
                    let message = format!("idle_timeout.timeout_seconds must be 1 to 4000 ({})", balancer.id);
                    return Err(template.error(balancer.node.line, message));
                }
            },
        };
        Ok(Self {
            preserve_host_header: enabled("routing.http.preserve_host_header.enabled"),
            forwarded_for,
            client_port: enabled("routing.http.xff_client_port.enabled"),
            idle_timeout: idle,
        })
    }
}

/// A list of `Key` and `Value` as a map.
pub(super) fn read(
    template: &Template,
    resource: &Resource<'_>,
    property: &str,
) -> Result<HashMap<String, String>, LoadError> {
    let list = resource.value(template, property)?;
    let mut attributes = HashMap::new();
    for item in list.as_ref().map_or(&[][..], Value::items) {
        if let (Some(key), Some(value)) =
            (item.get("Key").and_then(Value::text), item.get("Value").and_then(Value::text))
        {
            attributes.insert(key.to_owned(), value.to_owned());
        }
    }
    Ok(attributes)
}
