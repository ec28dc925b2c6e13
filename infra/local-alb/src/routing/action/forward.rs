//! `forward`: to one target group, named by `TargetGroupArn` or in a `ForwardConfig`.

use super::super::load::{Groups, Place};
use crate::template::{LoadError, Value};

/// The index of the target group in `groups`.
pub(super) fn read(place: Place<'_>, action: &Value, groups: &mut Groups<'_>) -> Result<usize, LoadError> {
    let simple = action.get("TargetGroupArn");
    let config = action.get("ForwardConfig");
    let configured = config.and_then(|config| config.get("TargetGroups")).map_or(&[][..], Value::items);
    if let [_, second, ..] = configured {
        return Err(place.error(second.line, "several weighted target groups are not supported yet"));
    }
    let configured = match configured.first() {
        Some(entry) => match entry.get("TargetGroupArn") {
            Some(arn) => Some(arn),
            None => return Err(place.error(entry.line, "a target group needs a TargetGroupArn")),
        },
        None => None,
    };
    let arn = match (simple, configured) {
        (Some(simple), Some(configured)) if simple.text() != configured.text() => {
            return Err(
                place.error(simple.line, "TargetGroupArn and ForwardConfig name different target groups")
            );
        }
        (Some(arn), _) | (None, Some(arn)) => arn,
        (None, None) => return Err(place.error(action.line, "a forward action needs a TargetGroupArn")),
    };
    match arn.text() {
        Some(text) if !text.is_empty() => groups.index_of(text),
        _ => Err(place.error(arn.line, "TargetGroupArn is empty")),
    }
}
