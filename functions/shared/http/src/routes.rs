//! Finds the operation of a path and a method.

use lambda_http::http::Method;
use lockfill_decision::AllocationKind;
use lockfill_models::event::EventKind;

use crate::problem::Problem;

const ALLOCATION_PREFIX: &str = "/api/v1/allocation/";
const BATCH_PATH: &str = "/api/v1/events";
const IMPRESSION_PREFIX: &str = "/api/v1/events/impression/";
const HEALTH_PATH: &str = "/healthz";
/// The name of a health check, for logs.
pub(crate) const HEALTH_OPERATION: &str = "healthz";
/// The path of the Invoke API, around a name of the function. A process is one function, so any name is its own.
const INVOCATION_PATH: (&str, &str) = ("/2015-03-31/functions/", "/invocations");
const CLICK_PREFIX: &str = "/api/v1/events/click/";

/// The methods of every operation. HEAD is refused: an allocation is of no use without its slots, and checking a link
/// is no event.
pub(crate) const METHODS: &str = "GET, POST";

/// Whether a request is a target group's health check. No listener rule has this path, so clients cannot send one.
pub(crate) fn is_health_check(path: &str, method: &Method) -> bool {
    path == HEALTH_PATH && *method == Method::GET
}

/// Refuses methods that no operation has.
pub(crate) fn require_method(method: &Method) -> Result<(), Problem> {
    let is_known = *method == Method::GET || *method == Method::POST;
    if is_known { Ok(()) } else { Err(Problem::method_not_allowed(METHODS)) }
}

/// A path without the slash at its end. Clients of the old monolith send one; a redirect would lose a POST's body.
fn without_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// The allocation at a path.
pub(crate) fn allocation(path: &str) -> Result<AllocationKind, Problem> {
    match without_slash(path).strip_prefix(ALLOCATION_PREFIX) {
        Some("ads") => Ok(AllocationKind::Ads),
        Some("contents") => Ok(AllocationKind::Contents),
        Some("lockscreen") => Ok(AllocationKind::Lockscreen),
        _ => Err(Problem::no_such_path()),
    }
}

/// The name of the operation at a path, for logs: without the token, and `None` where there is no operation.
pub(crate) fn operation(path: &str) -> Option<&'static str> {
    const OPERATIONS: [(&str, &str); 4] = [
        (BATCH_PATH, "events"),
        ("/api/v1/allocation/ads", "allocation/ads"),
        ("/api/v1/allocation/contents", "allocation/contents"),
        ("/api/v1/allocation/lockscreen", "allocation/lockscreen"),
    ];
    const LINKS: [(&str, &str); 2] =
        [(IMPRESSION_PREFIX, "events/impression"), (CLICK_PREFIX, "events/click")];
    if path == HEALTH_PATH {
        return Some(HEALTH_OPERATION);
    }
    if require_invocation(path).is_ok() {
        return Some("invocation");
    }
    let one = OPERATIONS.into_iter().find(|(own, _)| without_slash(path) == *own);
    let link = || LINKS.into_iter().find(|(prefix, _)| path.starts_with(prefix));
    one.or_else(link).map(|(_, name)| name)
}

/// Refuses paths that are not the Invoke API's.
pub(crate) fn require_invocation(path: &str) -> Result<(), Problem> {
    let (prefix, suffix) = INVOCATION_PATH;
    let name = path.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    let is_name = |name: &str| !name.is_empty() && !name.contains('/');
    if name.is_some_and(is_name) { Ok(()) } else { Err(Problem::no_such_path()) }
}

/// The path of a kind of allocation.
#[must_use]
pub fn allocation_path(kind: &str) -> String {
    format!("{ALLOCATION_PREFIX}{kind}")
}

/// The methods of a batch of events, which has to have a body.
pub(crate) const BATCH_METHODS: &str = "POST";

/// Whether a path is that of a batch of events.
pub(crate) fn is_batch(path: &str) -> bool {
    without_slash(path) == BATCH_PATH
}

/// The path of a batch of events.
#[must_use]
pub const fn batch_path() -> &'static str {
    BATCH_PATH
}

/// The kind of event at a path, and the token in the path.
pub(crate) fn event(path: &str) -> Result<(EventKind, &str), Problem> {
    let impression = path.strip_prefix(IMPRESSION_PREFIX).map(|token| (EventKind::Impression, token));
    let click = || path.strip_prefix(CLICK_PREFIX).map(|token| (EventKind::Click, token));
    let (kind, token) = impression.or_else(click).ok_or_else(Problem::no_such_path)?;
    Ok((kind, without_slash(token)))
}

/// The path of a tracking link.
#[must_use]
pub fn event_path(kind: EventKind, token: &str) -> String {
    format!("{}{token}", event_prefix(kind))
}

/// What a tracking link's path begins with.
pub(crate) const fn event_prefix(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Impression => IMPRESSION_PREFIX,
        EventKind::Click => CLICK_PREFIX,
    }
}
