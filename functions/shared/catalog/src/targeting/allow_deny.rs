//! The shape that most targeting dimensions share: values to allow, values to deny.

use std::fmt;

use lockfill_models::vocabulary::{
    Country, Folded, Gender, Identifier, Language, Network, Platform, Region, ShortText,
};
use serde::Deserialize;

use super::point::{Axis, Name, Point, folded};
use super::shape::{Shape, StoredCondition, length, split};
use crate::stored::TextWriter;

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

/// A value that is compared by its text.
pub trait ConditionText: fmt::Display {
    /// Whether ASCII letters count in either case.
    const IS_FOLDED: bool = false;

    /// The text.
    fn text(&self) -> &str;
}

impl ConditionText for Identifier {
    fn text(&self) -> &str {
        self
    }
}
impl ConditionText for Country {
    fn text(&self) -> &str {
        self
    }
}
impl ConditionText for Region {
    fn text(&self) -> &str {
        self
    }
}
impl ConditionText for Language {
    fn text(&self) -> &str {
        self
    }
}
impl ConditionText for ShortText {
    fn text(&self) -> &str {
        self
    }
}
impl ConditionText for Gender {
    fn text(&self) -> &str {
        self.name()
    }
}
impl ConditionText for Platform {
    fn text(&self) -> &str {
        self.name()
    }
}
impl ConditionText for Network {
    fn text(&self) -> &str {
        self.name()
    }
}
impl ConditionText for Folded {
    const IS_FOLDED: bool = true;

    fn text(&self) -> &str {
        self.as_text()
    }
}

impl<T: ConditionText> Shape for AllowDeny<T> {
    type View<'c> = AllowDenyView<'c>;

    fn is_open(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    /// The length of `allow`, its texts, and the texts of `deny`.
    fn write(&self, texts: &mut TextWriter, words: &mut Vec<u32>) {
        words.push(length(&self.allow));
        words.extend(self.allow.iter().chain(&self.deny).map(|value| texts.add(&value.to_string())));
    }

    fn view(stored: StoredCondition<'_>) -> AllowDenyView<'_> {
        let (allow, deny) = split(stored.words).unwrap_or_default();
        AllowDenyView { allow: stored.with(allow), deny: stored.with(deny), is_folded: T::IS_FOLDED }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        split(stored.words).is_some_and(|(allow, deny)| {
            !(allow.is_empty() && deny.is_empty())
                && stored.with(allow).are_texts()
                && stored.with(deny).are_texts()
        })
    }

    const AXIS: Axis = Axis::Texts { is_folded: T::IS_FOLDED };

    fn names(&self) -> Vec<Name<'_>> {
        // What is both allowed and denied is denied.
        let allowed = self.allow.iter().map(|value: &T| (value, true));
        let listed = allowed.chain(self.deny.iter().map(|value| (value, false)));
        let name = |(value, is_admitted)| {
            let text = folded(ConditionText::text(value), T::IS_FOLDED);
            Name::Text { text, is_admitted }
        };
        listed.map(name).collect()
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        let lists = |values: &[T], text: &str| {
            values.iter().any(|value| {
                if T::IS_FOLDED { value.text().eq_ignore_ascii_case(text) } else { value.text() == text }
            })
        };
        match point {
            Point::Text(text) => {
                (self.allow.is_empty() || lists(&self.allow, text)) && !lists(&self.deny, text)
            }
            Point::Absent | Point::Unnamed => self.allow.is_empty(),
            Point::Number(_) | Point::List(_) | Point::Present => true,
        }
    }
}

/// Values to allow and to deny, in a blob.
#[derive(Debug, Clone, Copy)]
pub struct AllowDenyView<'c> {
    allow: StoredCondition<'c>,
    deny: StoredCondition<'c>,
    is_folded: bool,
}

impl AllowDenyView<'_> {
    /// Whether an attribute satisfies both lists. An absent attribute never matches `allow` and
    /// never trips `deny`.
    #[must_use]
    pub fn admits(&self, value: Option<&str>) -> bool {
        let is_open = self.allow.words.is_empty();
        value.map_or(is_open, |value| {
            (is_open || self.lists(self.allow, value)) && !self.lists(self.deny, value)
        })
    }

    fn lists(&self, listed: StoredCondition<'_>, value: &str) -> bool {
        if self.is_folded {
            listed
                .words
                .iter()
                .any(|&number| listed.texts.bytes(number).eq_ignore_ascii_case(value.as_bytes()))
        } else {
            listed.names(value)
        }
    }
}

impl fmt::Display for AllowDenyView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.allow.words, self.deny.words) {
            ([], []) => formatter.write_str("any"),
            (_, []) => write!(formatter, "one of {}", self.allow.joined()),
            ([], _) => write!(formatter, "none of {}", self.deny.joined()),
            _ => write!(formatter, "one of {}, none of {}", self.allow.joined(), self.deny.joined()),
        }
    }
}

#[cfg(test)]
mod tests {
    use lockfill_models::vocabulary::Vocabulary;

    use super::super::testing::view;
    use super::*;

    fn admits(allow: &[&str], deny: &[&str], value: Option<&str>) -> bool {
        let read = |values: &[&str]| values.iter().map(|value| ShortText::read(value).unwrap()).collect();
        view(&AllowDeny::<ShortText> { allow: read(allow), deny: read(deny) }, |view| view.admits(value))
    }

    #[test]
    fn an_absent_attribute_never_matches_a_positive_condition_and_never_trips_a_negative_one() {
        assert!(!admits(&["KR"], &[], None));
        assert!(admits(&[], &["KR"], None));
        assert!(AllowDeny::<ShortText>::default().is_open());
    }

    #[test]
    fn a_value_both_allowed_and_denied_is_denied() {
        let both = |value| admits(&["KR", "JP"], &["KR"], Some(value));
        assert!(!both("KR") && both("JP") && !both("US"));
    }
}
