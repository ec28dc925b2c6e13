//! What the command line says about the routing.

use std::collections::BTreeMap;
use std::str::FromStr;

/// What the command line says about the routing.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The names given by `--target`. A parameter among them holds the ARN of another stack's group.
    pub stand_ins: Vec<String>,
    /// `--allow-unauthenticated`.
    pub allow_unauthenticated: bool,
    /// `--listener-protocol`, by the name of a listener of another stack.
    pub protocols: BTreeMap<String, Protocol>,
    /// `--listener-default`, by the name of a listener of another stack.
    pub defaults: BTreeMap<String, DefaultAction>,
}

/// The protocol of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `HTTP`.
    Http,
    /// `HTTPS`.
    Https,
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "HTTP" => Ok(Self::Http),
            "HTTPS" => Ok(Self::Https),
            _ => Err("the protocol must be HTTP or HTTPS".to_owned()),
        }
    }
}

/// The default action of a listener of another stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultAction {
    /// A fixed response of this status, 2xx, 4xx or 5xx.
    FixedResponse(u16),
    /// A forward to this target group: its logical id, or its name of `--target`.
    Forward(String),
}

impl FromStr for DefaultAction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<u16>() {
            Ok(status @ (200..=299 | 400..=599)) => Ok(Self::FixedResponse(status)),
            Ok(_) => Err("a status must be 2xx, 4xx or 5xx".to_owned()),
            Err(_) if text.is_empty() => Err("it needs a status or a target group".to_owned()),
            Err(_) => Ok(Self::Forward(text.to_owned())),
        }
    }
}
