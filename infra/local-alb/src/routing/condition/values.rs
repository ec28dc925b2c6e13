//! The values of a condition, which templates write in an old and in a new way.

use super::super::load::Place;
use crate::template::{LoadError, Value};

/// At most this many values stand in one condition.
const VALUES_MAX: usize = 3;

/// Whether the field may be written the old way, with `Values` next to `Field`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Legacy {
    Allowed,
    Refused,
}

/// Reads the values of a condition, from `Values` or from the field's own `...Config`.
pub(super) fn read<'v>(
    place: Place<'_>,
    condition: &'v Value,
    config: &str,
    legacy: Legacy,
) -> Result<Vec<(usize, &'v str)>, LoadError> {
    for (key, value) in condition.entries() {
        if !matches!(key.as_str(), "Field" | "Values") && key != config {
            return Err(place.error(value.line, format!("{key} is not supported yet in this condition")));
        }
    }
    let typed = condition.get(config);
    for (key, value) in typed.map_or(&[][..], Value::entries) {
        if key != "Values" {
            return Err(place.error(value.line, format!("{key} is not supported yet in {config}")));
        }
    }
    let old = condition.get("Values");
    let list = match (old, typed.and_then(|typed| typed.get("Values"))) {
        (Some(old), None) if legacy == Legacy::Allowed => old,
        (None, Some(typed)) => typed,
        (Some(old), Some(_)) => {
            return Err(place.error(old.line, format!("either Values or {config} may be given, not both")));
        }
        _ => return Err(place.error(condition.line, format!("the condition needs {config} with Values"))),
    };
    texts(place, list)
}

fn texts<'v>(place: Place<'_>, list: &'v Value) -> Result<Vec<(usize, &'v str)>, LoadError> {
    let mut texts = Vec::new();
    for item in list.items() {
        match item.text() {
            Some(text) => texts.push((item.line, text)),
            None => return Err(place.error(item.line, "a value of a condition must be text")),
        }
    }
    if texts.is_empty() || texts.len() > VALUES_MAX {
        let message = format!("a condition has 1 to {VALUES_MAX} values, this one has {}", texts.len());
        return Err(place.error(list.line, message));
    }
    Ok(texts)
}
