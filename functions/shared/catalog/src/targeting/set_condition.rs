//! The shape of conditions on lists: any of these, all of these, none of these.

use std::fmt;

use lockfill_models::vocabulary::ShortText;
use serde::Deserialize;

/// What a list must have in common with others. Empty lists ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetCondition {
    /// At least one of these must be in the list.
    pub any: Vec<ShortText>,
    /// Every one of these must be in the list.
    pub all: Vec<ShortText>,
    /// None of these may be in the list.
    pub none: Vec<ShortText>,
}

impl SetCondition {
    /// Whether a list satisfies all three. A list that was not sent is empty: it meets no `any` or
    /// `all`, and trips no `none`.
    #[must_use]
    pub fn admits(&self, found: &[ShortText]) -> bool {
        let is_found = |wanted: &ShortText| found.contains(wanted);
        (self.any.is_empty() || self.any.iter().any(is_found))
            && self.all.iter().all(is_found)
            && !self.none.iter().any(is_found)
    }
}

impl fmt::Display for SetCondition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |name: &str, values: &[ShortText]| {
            (!values.is_empty()).then(|| format!("{name} of {}", joined(values)))
        };
        let parts = [part("any", &self.any), part("all", &self.all), part("none", &self.none)];
        formatter.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

fn joined(values: &[ShortText]) -> String {
    values.iter().map(|value| &**value).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::*;

    fn words(text: &str) -> Vec<ShortText> {
        text.split_whitespace().map(|word| ShortText::read(word).unwrap()).collect()
    }

    fn admits(any: &str, all: &str, none: &str, found: &str) -> bool {
        SetCondition { any: words(any), all: words(all), none: words(none) }.admits(&words(found))
    }

    #[test]
    fn a_list_must_have_one_of_any_each_of_all_and_nothing_of_none() {
        assert!(admits("a b", "", "", "b c"));
        assert!(!admits("a b", "", "", "c"));
        assert!(admits("", "a b", "", "b a c"));
        assert!(!admits("", "a b", "", "a"));
        assert!(!admits("a", "", "b", "a b"));
    }

    #[test]
    fn a_list_that_was_not_sent_matches_nothing_and_trips_nothing() {
        assert!(!admits("a", "", "", ""));
        assert!(!admits("", "a", "", ""));
        assert!(admits("", "", "a", ""));
    }
}
