//! The shape that most targeting dimensions share: values to allow, values to deny.

use std::fmt;

use serde::Deserialize;

/// Values that an attribute must, and must not, have. Empty lists ask for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowDeny<T> {
    /// The attribute must be one of these.
    #[serde(default = "Vec::new")]
    pub allow: Vec<T>,
    /// The attribute must be none of these.
    #[serde(default = "Vec::new")]
    pub deny: Vec<T>,
}

// Written out because the derived one would ask `T: Default`.
impl<T> Default for AllowDeny<T> {
    fn default() -> Self {
        Self { allow: Vec::new(), deny: Vec::new() }
    }
}

impl<T> AllowDeny<T> {
    /// Whether an attribute satisfies both lists. An absent attribute never matches `allow` and
    /// never trips `deny`.
    #[must_use]
    pub fn admits<V: ?Sized>(&self, value: Option<&V>) -> bool
    where
        T: PartialEq<V>,
    {
        match value {
            None => self.allow.is_empty(),
            Some(value) => {
                let listed = |values: &[T]| values.iter().any(|wanted| wanted == value);
                (self.allow.is_empty() || listed(&self.allow)) && !listed(&self.deny)
            }
        }
    }
}

impl<T: fmt::Display> fmt::Display for AllowDeny<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |values: &[T]| values.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
        match (self.allow.as_slice(), self.deny.as_slice()) {
            ([], []) => formatter.write_str("any"),
            (allow, []) => write!(formatter, "one of {}", joined(allow)),
            ([], deny) => write!(formatter, "none of {}", joined(deny)),
            (allow, deny) => write!(formatter, "one of {}, none of {}", joined(allow), joined(deny)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(allow: &[&str], deny: &[&str]) -> AllowDeny<String> {
        let owned = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        AllowDeny { allow: owned(allow), deny: owned(deny) }
    }

    #[test]
    fn an_absent_attribute_never_matches_a_positive_condition_and_never_trips_a_negative_one() {
        assert!(!condition(&["KR"], &[]).admits::<str>(None));
        assert!(condition(&[], &["KR"]).admits::<str>(None));
        assert!(condition(&[], &[]).admits::<str>(None));
    }

    #[test]
    fn a_value_both_allowed_and_denied_is_denied() {
        let both = condition(&["KR", "JP"], &["KR"]);
        assert!(!both.admits(Some("KR")));
        assert!(both.admits(Some("JP")));
        assert!(!both.admits(Some("US")));
    }
}
