//! The dimensions of targeting: the one table from which the check, the name of the rejection and the
//! explanation follow.
//!
//! A row names the dimension, the field of [`Targeting`] that holds its condition, and the attribute of the
//! subject that the condition is held against. A new dimension is a new row.

use std::fmt::{self, Display};

use lockfill_catalog::targeting::Targeting;
use lockfill_models::vocabulary::ShortText;

use super::subject::Subject;
use crate::explain::Finding;

/// One dimension.
struct Row {
    name: &'static str,
    admits: fn(&Targeting, &Subject<'_>) -> bool,
    explain: fn(&Targeting, &Subject<'_>) -> Finding,
}

/// A row for a condition that can be held against an attribute (`admits`) and written out (`Display`).
macro_rules! row {
    ($name:literal, $field:ident, $subject:ident => $attribute:expr) => {
        Row {
            name: $name,
            admits: |targeting, $subject| targeting.$field.admits($attribute),
            explain: |targeting, $subject| Finding::new(targeting.$field.to_string(), $attribute.in_words()),
        }
    };
}

/// The dimensions in the order in which they are checked; the first that does not admit the subject is the
/// reason given.
static TABLE: &[Row] = &[
    row!("unit", units, subject => Some(&*subject.query.unit_id)),
    row!("app", apps, subject => Some(subject.app_id)),
    row!("country", countries, subject => subject.query.country.as_ref()),
    row!("region", regions, subject => subject.query.region.as_ref()),
    // The language that the app reports; a unit's own language does not stand in for it.
    row!("language", languages, subject => subject.query.language.as_ref()),
    row!("gender", genders, subject => subject.query.gender.as_ref()),
    row!("age", ages, subject => subject.age()),
    row!("platform", platforms, subject => subject.query.platform.as_ref()),
    row!("os_version", os_versions, subject => subject.query.os_version),
    row!("sdk_version", sdk_versions, subject => subject.query.sdk_version),
    row!("device_maker", device_makers, subject => subject.query.device_maker.as_deref()),
    row!("device_model", device_models, subject => subject.query.device_model.as_deref()),
    row!("carrier", carriers, subject => subject.query.carrier.as_deref()),
    row!("network", networks, subject => subject.query.network.as_ref()),
    row!("packages", packages, subject => subject.query.packages.as_slice()),
    row!("segments", segments, subject => subject.query.segments.as_slice()),
    row!("interests", interests, subject => subject.query.interests.as_slice()),
    row!("geo", geo, subject => subject.query.position),
    Row {
        name: "user_age",
        admits: |targeting, subject| targeting.user_age.is_none() || targeting.user_age == subject.user_age,
        explain: |targeting, subject| {
            let wanted = targeting.user_age.map(|age| format!("a {age} user")).unwrap_or_default();
            let found = subject.user_age.map(|age| format!("a {age} one"));
            Finding::new(wanted, found.unwrap_or_else(|| "history unknown".to_owned()))
        },
    },
    Row {
        name: "key_values",
        admits: |targeting, subject| failed_key(targeting, subject).is_none(),
        explain: explain_key,
    },
];

/// The first key whose value does not meet its condition.
fn failed_key<'t>(targeting: &'t Targeting, subject: &Subject<'_>) -> Option<&'t ShortText> {
    let value = |key: &str| subject.query.key_values.get(key).map(|value| &**value);
    targeting.key_values.iter().find(|(key, condition)| !condition.admits(value(key))).map(|(key, _)| key)
}

fn explain_key(targeting: &Targeting, subject: &Subject<'_>) -> Finding {
    failed_key(targeting, subject).map_or_else(
        || Finding::new("", ""),
        |key| {
            let condition = &targeting.key_values[key];
            Finding::new(format!("{key}: {condition}"), subject.query.key_values.get(key).in_words())
        },
    )
}

/// An attribute as an explanation writes it.
trait InWords {
    fn in_words(&self) -> String;
}

impl<T: Display> InWords for Option<T> {
    fn in_words(&self) -> String {
        self.as_ref().map_or_else(|| "not sent".to_owned(), T::to_string)
    }
}

impl<T: Display> InWords for [T] {
    fn in_words(&self) -> String {
        if self.is_empty() {
            return "not sent".to_owned();
        }
        self.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// A dimension of targeting. Dimensions compare in the order in which they are checked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dimension(usize);

impl Dimension {
    /// All dimensions in the order in which they are checked.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TABLE.len()).map(Self)
    }

    /// The dimension's name in answers, logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self.0].name
    }

    /// What the condition wanted, and what the subject has.
    pub(crate) fn explain(self, targeting: &Targeting, subject: &Subject<'_>) -> Finding {
        (TABLE[self.0].explain)(targeting, subject)
    }
}

impl fmt::Debug for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The first dimension that does not admit the subject, if there is one.
#[must_use]
pub fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Dimension> {
    TABLE.iter().position(|row| !(row.admits)(targeting, subject)).map(Dimension)
}
