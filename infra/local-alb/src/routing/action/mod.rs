//! What a rule does with a request, a file per type.

mod fixed_response;
mod forward;

use std::fmt;

pub use fixed_response::FixedResponse;

use super::load::{Groups, Place};
use crate::template::{LoadError, Value};

/// The action that ends a rule.
#[derive(Debug, Clone)]
pub enum Action {
    /// `forward`: the index of a target group in the table.
    Forward(usize),
    /// `fixed-response`.
    FixedResponse(FixedResponse),
}

impl Action {
    /// Reads the actions of a rule: by ascending `Order`, one of them ends it.
    pub(super) fn read(place: Place<'_>, list: &Value, groups: &mut Groups<'_>) -> Result<Self, LoadError> {
        let mut actions: Vec<(u32, &Value)> = Vec::new();
        for action in list.items() {
            let order = action.get("Order").and_then(Value::text).map(str::parse::<u32>);
            match order.transpose() {
                Ok(order) => actions.push((order.unwrap_or(0), action)),
                Err(_) => return Err(place.error(action.line, "the Order of an action must be a number")),
            }
        }
        actions.sort_by_key(|(order, _)| *order);
        let mut last = None;
        for (_, action) in actions {
            if last.is_some() {
                return Err(place.error(action.line, "only the last action may be forward or fixed-response"));
            }
            last = Some(Self::read_one(place, action, groups)?);
        }
        last.ok_or_else(|| place.error(list.line, "there is no action"))
    }

    fn read_one(place: Place<'_>, action: &Value, groups: &mut Groups<'_>) -> Result<Self, LoadError> {
        let Some(kind) = action.get("Type").and_then(Value::text) else {
            return Err(place.error(action.line, "an action needs a Type"));
        };
        match kind {
            "forward" => forward::read(place, action, groups).map(Self::Forward),
            "fixed-response" => FixedResponse::read(place, action).map(Self::FixedResponse),
            _ => {
                let line = action.get("Type").map_or(action.line, |node| node.line);
                Err(place.error(line, format!("action type \"{kind}\" is not supported yet")))
            }
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forward(_) => f.write_str("forward"),
            Self::FixedResponse(response) => write!(f, "fixed-response {}", response.status),
        }
    }
}
