//! Conditions that ask for more than others, and the parts of conditions, by the shape of each.

use lockfill_models::vocabulary::{Version, Vocabulary};
use serde_json::{Map, Value, json};

use super::conditions::Conditions;

/// The fields whose attributes are not parameters that a request may leave out.
const NOT_SENT: [&str; 3] = ["units", "apps", "user_age"];

impl Conditions {
    /// Conditions that ask for all that these ask, and for what others ask beside it.
    pub(crate) fn narrowed(&self, by: &Self) -> Self {
        let mut narrow = by.0.clone();
        for (field, wide) in &self.0 {
            let condition = narrow.get(field).map_or_else(|| wide.clone(), |by| both(wide, by));
            narrow.insert(field.clone(), condition);
        }
        Self(narrow)
    }

    /// Whether a request must send something to meet them.
    pub(crate) fn ask_for_an_attribute(&self) -> bool {
        self.of_attributes().any(|(_, condition)| is_positive(condition))
    }

    /// What of them a request can trip by an attribute that it sends.
    pub(crate) fn denials(&self) -> Self {
        Self(self.of_attributes().map(|(field, condition)| (field.clone(), denial(condition))).collect())
    }

    fn of_attributes(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter().filter(|(field, _)| !NOT_SENT.contains(&field.as_str()))
    }
}

/// Both conditions, where that can be said in one.
fn both(wide: &Value, by: &Value) -> Value {
    let (allow, any) = (common(wide, by, "allow"), either(wide, by, "any"));
    if has(wide, &["allow", "deny"]) {
        json!({ "allow": allow, "deny": joined(wide, by, "deny") })
    } else if has(wide, &["any", "all", "none"]) {
        json!({ "any": any, "all": joined(wide, by, "all"), "none": joined(wide, by, "none") })
    } else if has(wide, &["min", "max"]) {
        let version = |value: &Value| value.as_str().map(|text| Version::read(text).unwrap());
        let ends = |name: &str| [&wide[name], &by[name]].into_iter().filter(|end| !end.is_null()).cloned();
        json!({ "min": ends("min").max_by_key(version), "max": ends("max").min_by_key(version) })
    } else {
        let is_empty = wide.is_null() || wide.as_array().is_some_and(Vec::is_empty);
        if is_empty { by.clone() } else { wide.clone() }
    }
}

/// Whether an attribute that was not sent does not meet a condition.
fn is_positive(condition: &Value) -> bool {
    match condition {
        Value::Array(choices) => !choices.is_empty(),
        _ if has(condition, &["allow", "deny"]) => !list(condition, "allow").is_empty(),
        _ if has(condition, &["any", "all", "none"]) => {
            !list(condition, "any").is_empty() || !list(condition, "all").is_empty()
        }
        _ if has(condition, &["min", "max"]) => !condition["min"].is_null() || !condition["max"].is_null(),
        Value::Object(by_key) => by_key.values().any(is_positive),
        _ => false,
    }
}

/// What of a condition names values that an attribute must not have.
fn denial(condition: &Value) -> Value {
    match condition {
        Value::Array(_) => json!([]),
        _ if has(condition, &["allow", "deny"]) => json!({ "deny": condition["deny"] }),
        _ if has(condition, &["any", "all", "none"]) => json!({ "none": condition["none"] }),
        _ if has(condition, &["min", "max"]) => json!({}),
        Value::Object(by_key) => {
            let denials = by_key.iter().map(|(key, condition)| (key.clone(), denial(condition)));
            denials.collect::<Map<_, _>>().into()
        }
        _ => Value::Null,
    }
}

/// Whether a condition has members of these names, and no other.
fn has(condition: &Value, names: &[&str]) -> bool {
    let members = condition.as_object().filter(|members| !members.is_empty());
    members.is_some_and(|members| members.keys().all(|name| names.contains(&name.as_str())))
}

fn list(condition: &Value, name: &str) -> Vec<Value> {
    condition[name].as_array().cloned().unwrap_or_default()
}

fn joined(wide: &Value, by: &Value, name: &str) -> Vec<Value> {
    [list(wide, name), list(by, name)].concat()
}

fn either(wide: &Value, by: &Value, name: &str) -> Vec<Value> {
    let wide = list(wide, name);
    if wide.is_empty() { list(by, name) } else { wide }
}

/// What both lists hold, if they have something in common, or else what the first holds; a list that is empty
/// sets no condition.
fn common(wide: &Value, by: &Value, name: &str) -> Vec<Value> {
    let (wide, by) = (list(wide, name), list(by, name));
    let common: Vec<_> = wide.iter().filter(|value| by.contains(value)).cloned().collect();
    match (wide.is_empty(), common.is_empty()) {
        (true, _) => by,
        (false, true) => wide,
        (false, false) => common,
    }
}
