//! The actions of a rule, of which the last one answers.

use std::fmt;

use super::super::groups::Groups;
use super::super::place::Place;
use super::fixed_response::FixedResponse;
use super::forward::Forward;
use super::redirect::Redirect;
use crate::template::{LoadError, Value};

/// The action that ends a rule.
#[derive(Debug, Clone)]
pub enum Action {
    /// `forward`.
    Forward(Forward),
    /// `redirect`.
    Redirect(Redirect),
    /// `fixed-response`.
    FixedResponse(FixedResponse),
    /// The default action of a listener in another stack: unknown, so this answer stands in its place.
    Elsewhere(FixedResponse),
}

/// The actions of a rule.
#[derive(Debug, Clone)]
pub struct Actions {
    /// The types of the actions before the last one, which authenticate. They are not performed here: every request
    /// passes.
    pub skipped: Vec<String>,
    /// The action that answers.
    pub last: Action,
}

impl Actions {
    /// Reads the actions of a rule: by ascending `Order`, the last of them ends it.
    pub(in crate::routing) fn read(
        place: Place<'_>,
        list: &Value,
        groups: &mut Groups<'_>,
    ) -> Result<Self, LoadError> {
        let mut actions: Vec<(u32, &Value)> = Vec::new();
        for action in list.items() {
            actions.push((order(place, action)?, action));
        }
        actions.sort_by_key(|(order, _)| *order);
        if let Some(pair) = actions.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[0].0 != 0) {
            return Err(place.error(pair[1].1.line, format!("two actions have the Order {}", pair[1].0)));
        }
        let mut skipped = Vec::new();
        let mut last = None;
        for (_, action) in actions {
            if last.is_some() {
                let message = "only the last action may be forward, redirect or fixed-response";
                return Err(place.error(action.line, message));
            }
            match kind(place, action)? {
                "forward" => last = Some(Action::Forward(Forward::read(place, action, groups)?)),
                "redirect" => last = Some(Action::Redirect(Redirect::read(place, action)?)),
                "fixed-response" => last = Some(Action::FixedResponse(FixedResponse::read(place, action)?)),
                guard @ ("authenticate-cognito" | "authenticate-oidc" | "jwt-validation") => {
                    if !groups.options.allow_unauthenticated {
                        let message = format!(
                            "{guard} cannot be performed here: \
                             pass --allow-unauthenticated to let every request pass it"
                        );
                        return Err(place.error(action.line, message));
                    }
                    skipped.push(guard.to_owned());
                }
                other => {
                    let line = action.get("Type").map_or(action.line, |node| node.line);
                    return Err(place.error(line, format!("there is no action type \"{other}\"")));
                }
            }
        }
        match last {
            Some(last) => Ok(Self { skipped, last }),
            None if skipped.is_empty() => Err(place.error(list.line, "there is no action")),
            None => {
                Err(place.error(list.line, "the last action must be forward, redirect or fixed-response"))
            }
        }
    }
}

/// `Order`, or 0 where there is none.
fn order(place: Place<'_>, action: &Value) -> Result<u32, LoadError> {
    let Some(node) = action.get("Order") else { return Ok(0) };
    let order = node.text().and_then(|text| text.parse().ok()).filter(|order| (1..=50_000).contains(order));
    order.ok_or_else(|| place.error(node.line, "the Order of an action must be a number from 1 to 50000"))
}

fn kind<'v>(place: Place<'_>, action: &'v Value) -> Result<&'v str, LoadError> {
    let kind = action.get("Type").and_then(Value::text);
    kind.ok_or_else(|| place.error(action.line, "an action needs a Type"))
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forward(_) => f.write_str("forward"),
            Self::Redirect(redirect) => redirect.fmt(f),
            Self::FixedResponse(response) => write!(f, "fixed-response {}", response.status),
            Self::Elsewhere(_) => f.write_str("(in another stack)"),
        }
    }
}
