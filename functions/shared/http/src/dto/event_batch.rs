//! A batch of events: its body, and what became of each event.

use std::collections::BTreeMap;

use lambda_http::Body;
use lockfill_models::event::EventKind;
use lockfill_services::{EventOutcome, EventRecorded};
use serde::Serialize;
use serde_json::value::RawValue;

use super::json_body::Members;
use super::reported_event::AT;
use crate::Problem;
use crate::problem::FieldError;

/// The most events of a batch.
pub const EVENTS_MAX: usize = 100;
/// The most mistakes that a problem names.
const MISTAKES_MAX: usize = 20;
/// The longest body of a batch.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// The latest time that an event can have, as in a link.
const AT_MAX: i64 = 99_999_999_999;

/// An event of a batch.
#[derive(Debug)]
pub(crate) struct BatchEvent {
    pub kind: EventKind,
    pub token: String,
    /// When it happened, in epoch seconds.
    pub happened_at: Option<i64>,
    /// Whether a time was sent that cannot be read.
    pub is_at_ignored: bool,
}

/// The events of a body.
///
/// # Errors
/// If the body is too large, no JSON object, or its events are not what they must be; their first mistakes are named.
pub(crate) fn read(body: &Body) -> Result<Vec<BatchEvent>, Problem> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Problem::batch_too_large());
    }
    let members = Members::read(body)?.by_name();
    let events: Option<Vec<&RawValue>> = members.get("events").and_then(|events| parse(events));
    let Some(events) = events.filter(|events| (1..=EVENTS_MAX).contains(&events.len())) else {
        return Err(Problem::invalid_parameter(
            "events",
            format!("must be an array of 1 to {EVENTS_MAX} events"),
        ));
    };
    let mut errors = Vec::new();
    let read: Vec<_> = events
        .iter()
        .enumerate()
        .filter_map(|(index, event)| read_event(index, event, &mut errors))
        .collect();
    errors.truncate(MISTAKES_MAX);
    if errors.is_empty() { Ok(read) } else { Err(Problem::invalid_parameters(errors)) }
}

fn read_event(index: usize, event: &RawValue, errors: &mut Vec<FieldError>) -> Option<BatchEvent> {
    let mut reject = |member: &str, detail: &str| {
        errors.push(FieldError { field: format!("events[{index}]{member}"), detail: detail.to_owned() });
    };
    let Some(members) = parse::<Members<'_>>(event).map(Members::by_name) else {
        reject("", "must be an object");
        return None;
    };
    let token: Option<String> = members.get("token").and_then(|token| parse(token));
    if token.is_none() {
        reject(".token", "must be a string");
    }
    let kind: Option<String> = members.get("kind").and_then(|kind| parse(kind));
    let kind = kind
        .and_then(|name| [EventKind::Impression, EventKind::Click].into_iter().find(|it| it.name() == name));
    if kind.is_none() {
        reject(".kind", "must be impression or click");
    }
    let sent_at = members.get(AT).filter(|at| at.get() != "null");
    let happened_at = sent_at.and_then(|at| at.get().parse().ok()).filter(|at| (0..=AT_MAX).contains(at));
    // No mistake, as in a link: the device would send the same batch again and again.
    let is_at_ignored = sent_at.is_some() && happened_at.is_none();
    Some(BatchEvent { kind: kind?, token: token?, happened_at, is_at_ignored })
}

fn parse<'a, T: serde::Deserialize<'a>>(value: &'a RawValue) -> Option<T> {
    serde_json::from_str(value.get()).ok()
}

impl<'a> Members<'a> {
    /// The members by name; of several of one name the last.
    fn by_name(self) -> BTreeMap<String, &'a RawValue> {
        self.0.into_iter().collect()
    }
}

/// The answer to a batch, in the order of its events.
#[derive(Debug, Serialize)]
pub(crate) struct BatchAnswer {
    results: Vec<BatchResult>,
}

#[derive(Debug, Serialize)]
struct BatchResult {
    recorded: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<&'static str>,
}

impl BatchAnswer {
    /// The answer that says what became of the events.
    pub(crate) fn of(events: &[BatchEvent], outcomes: &[EventOutcome]) -> Self {
        let result = |(event, outcome): (&BatchEvent, &EventOutcome)| {
            let is_refused = outcome.recorded == EventRecorded::Refused;
            let is_ignored = !is_refused && (event.is_at_ignored || outcome.is_time_ignored);
            BatchResult {
                recorded: outcome.recorded.name(),
                problem: outcome.reason().map(|error| Problem::from(error).kind()),
                ignored: is_ignored.then_some(AT),
            }
        };
        Self { results: events.iter().zip(outcomes).map(result).collect() }
    }
}
