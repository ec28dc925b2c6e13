//! Whether a user is new or comes back.

use std::fmt;

use serde::Deserialize;

use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{Source, UserState};

use super::point::{Axis, Name, Point};
use super::shape::{Shape, StoredCondition};
use crate::stored::TextWriter;

/// For so long after the first tracking event a user is new.
const NEW_FOR_SECONDS: i64 = 7 * 24 * 3_600;

/// Whether a user is new or comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserAge {
    /// Never seen, or first seen less than seven days ago.
    New,
    /// First seen seven days ago or earlier.
    Returning,
}

impl fmt::Display for UserAge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl UserAge {
    /// The name in catalogs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Returning => "returning",
        }
    }

    /// Whether the user of a state is new. `None` if the state is not the stored one: a device reports the
    /// current day alone.
    #[must_use]
    pub fn of(state: &UserState, now: EpochSeconds) -> Option<Self> {
        if state.source != Source::Stored {
            return None;
        }
        let is_new = state.first_seen_at.is_none_or(|first| now < first.plus_seconds(NEW_FOR_SECONDS));
        Some(if is_new { Self::New } else { Self::Returning })
    }
}

impl Shape for Option<UserAge> {
    type View<'c> = UserAge;

    fn is_open(&self) -> bool {
        self.is_none()
    }

    /// 0: new, 1: returning.
    fn write(&self, _texts: &mut TextWriter, words: &mut Vec<u32>) {
        words.extend(self.map(|age| u32::from(age == UserAge::Returning)));
    }

    fn view(stored: StoredCondition<'_>) -> UserAge {
        if stored.words == [1] { UserAge::Returning } else { UserAge::New }
    }

    fn is_sound(stored: StoredCondition<'_>) -> bool {
        matches!(stored.words, [0 | 1])
    }

    const AXIS: Axis = Axis::Texts { is_folded: false };

    fn names(&self) -> Vec<Name<'_>> {
        self.iter().map(|age| Name::Text { text: age.name().into(), is_admitted: true }).collect()
    }

    fn may_admit(&self, point: Point<'_>) -> bool {
        match point {
            Point::Text(text) => self.is_none_or(|age| age.name() == text),
            Point::Absent | Point::Unnamed => self.is_none(),
            Point::Number(_) | Point::List(_) | Point::Present => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::view;
    use super::*;

    #[test]
    fn both_kinds_of_users_are_stored() {
        for age in [UserAge::New, UserAge::Returning] {
            view(&Some(age), |view| assert_eq!(view, age));
        }
    }
}
