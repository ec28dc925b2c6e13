//! The values of a condition, in the old form (`Values`) or in the typed form (`...Config`).

use super::super::place::Place;
use crate::template::{LoadError, Value};

/// How a field may be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The key of the field's own settings.
    pub(super) config: &'static str,
    /// Whether `Values` may stand next to `Field`, the old form.
    pub(super) legacy: bool,
    /// Whether `RegexValues` are understood.
    pub(super) regex: bool,
    /// Another setting of the field.
    pub(super) setting: Option<&'static str>,
}

/// The values of a condition, or the regular expressions that stand in their place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'v> {
    pub(super) items: &'v [Value],
    pub(super) regex: bool,
}

/// Reads the values of a condition, from `Values` or from the field's own `...Config`.
pub(super) fn read<'v>(place: Place<'_>, condition: &'v Value, form: Form) -> Result<Written<'v>, LoadError> {
    let Form { config, .. } = form;
    for (key, value) in condition.entries() {
        let regex = form.legacy && form.regex && key == "RegexValues";
        if !matches!(key.as_str(), "Field" | "Values") && key != config && !regex {
            return Err(place.error(value.line, format!("{key} does not belong in this condition")));
        }
    }
    let typed = condition.get(config);
    for (key, value) in typed.map_or(&[][..], Value::entries) {
        let known = key == "Values" || form.regex && key == "RegexValues" || form.setting == Some(key);
        if !known {
            return Err(place.error(value.line, format!("{key} does not belong in {config}")));
        }
    }
    let lists = [
        condition.get("Values").filter(|_| form.legacy).map(|list| (list, false)),
        condition.get("RegexValues").map(|list| (list, true)),
        typed.and_then(|typed| typed.get("Values")).map(|list| (list, false)),
        typed.and_then(|typed| typed.get("RegexValues")).map(|list| (list, true)),
    ];
    let mut lists = lists.into_iter().flatten();
    let Some((list, regex)) = lists.next() else {
        return Err(place.error(condition.line, format!("the condition needs {config} with Values")));
    };
    if let Some((_, second)) = lists.next() {
        let message = match (regex, second) {
            (false, false) => format!("either Values or {config} may be given, not both"),
            _ => "either Values or RegexValues may be given, not both".to_owned(),
        };
        return Err(place.error(list.line, message));
    }
    let items = list.items();
    // The most values are those of the rule.
    if items.is_empty() {
        return Err(place.error(list.line, "the condition has no values"));
    }
    Ok(Written { items, regex })
}

impl<'v> Written<'v> {
    /// The values, which must be texts, with their lines.
    pub(super) fn texts(self, place: Place<'_>) -> Result<Vec<(usize, &'v str)>, LoadError> {
        let text = |item: &'v Value| match item.text() {
            Some(text) => Ok((item.line, text)),
            None => Err(place.error(item.line, "a value of a condition must be text")),
        };
        self.items.iter().map(text).collect()
    }
}
