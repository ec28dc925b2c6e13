//! The dimensions of targeting: the one table from which the check, the name of the rejection and the
//! explanation follow.
//!
//! A row names the dimension, the field of a targeting that holds its condition, and the attribute of the subject
//! that the condition is held against. A new dimension is a new row. The rows are in the order of the fields, because
//! an item's conditions are stored, and checked, in that order.

use std::fmt::{self, Display};

use lockfill_catalog::targeting::{
    AllowDenyView, Condition, Conditions, Field, Point, UserAge, number_of_age, number_of_version,
};
use lockfill_models::vocabulary::{Gender, Network, Platform, Position, ShortText, Version};

use super::subject::Subject;
use crate::explain::Finding;

/// One dimension.
struct Row {
    name: &'static str,
    field: usize,
    admits: fn(Condition<'_>, &Subject<'_>) -> bool,
    point: for<'s> fn(&'s Subject<'s>) -> Point<'s>,
    explain: fn(Condition<'_>, &Subject<'_>) -> Finding,
}

/// A row for a condition that can be held against an attribute (`admits`) and written out (`Display`).
macro_rules! row {
    ($name:literal, $field:ident, $subject:ident => $attribute:expr) => {
        Row {
            name: $name,
            field: Field::$field,
            admits: |condition, $subject| condition.$field().admits($attribute),
            point: |$subject| $attribute.to_point(),
            explain: |condition, $subject| {
                Finding::new(condition.$field().to_string(), $attribute.in_words())
            },
        }
    };
}

/// The dimensions in the order in which they are checked; the first that does not admit the subject is the
/// reason given.
static TABLE: &[Row] = &[
    row!("unit", units, subject => Some(&*subject.query.unit_id)),
    row!("app", apps, subject => Some(subject.app_id)),
    row!("country", countries, subject => subject.query.country.as_deref()),
    row!("region", regions, subject => subject.query.region.as_deref()),
    // The language that the app reports; a unit's own language does not stand in for it.
    row!("language", languages, subject => subject.query.language.as_deref()),
    row!("gender", genders, subject => subject.query.gender.map(Gender::name)),
    row!("age", ages, subject => subject.age()),
    row!("platform", platforms, subject => subject.query.platform.map(Platform::name)),
    row!("os_version", os_versions, subject => subject.query.os_version),
    row!("sdk_version", sdk_versions, subject => subject.query.sdk_version),
    row!("device_maker", device_makers, subject => subject.query.device_maker.as_deref()),
    row!("device_model", device_models, subject => subject.query.device_model.as_deref()),
    row!("carrier", carriers, subject => subject.query.carrier.as_deref()),
    row!("network", networks, subject => subject.query.network.map(Network::name)),
    row!("packages", packages, subject => subject.query.packages.as_slice()),
    row!("segments", segments, subject => subject.query.segments.as_slice()),
    row!("interests", interests, subject => subject.query.interests.as_slice()),
    row!("geo", geo, subject => subject.query.position),
    Row {
        name: "user_age",
        field: Field::user_age,
        admits: |condition, subject| subject.user_age == Some(condition.user_age()),
        point: |subject| subject.user_age.map(UserAge::name).to_point(),
        explain: |condition, subject| {
            let found = subject.user_age.map(|age| format!("a {age} one"));
            let wanted = format!("a {} user", condition.user_age());
            Finding::new(wanted, found.unwrap_or_else(|| "history unknown".to_owned()))
        },
    },
    Row {
        name: "key_values",
        field: Field::key_values,
        admits: |condition, subject| failed_key(condition, subject).is_none(),
        point: |subject| said(!subject.query.key_values.is_empty()),
        explain: explain_key,
    },
];

/// Every field has its row, at the place that the field's number says.
const _: () = {
    let mut index = 0;
    while index < TABLE.len() {
        assert!(TABLE[index].field == index, "a dimension is not at the place of its field");
        index += 1;
    }
    assert!(index == Field::COUNT, "a field has no dimension");
};

/// The first key whose value does not meet its condition, and that condition.
fn failed_key<'c>(condition: Condition<'c>, subject: &Subject<'_>) -> Option<(&'c str, AllowDenyView<'c>)> {
    let value = |key: &str| subject.query.key_values.get(key).map(|value| &**value);
    condition.key_values().iter().find(|(key, condition)| !condition.admits(value(key)))
}

fn explain_key(condition: Condition<'_>, subject: &Subject<'_>) -> Finding {
    failed_key(condition, subject).map_or_else(
        || Finding::new("", ""),
        |(key, condition)| {
            Finding::new(format!("{key}: {condition}"), subject.query.key_values.get(key).in_words())
        },
    )
}

/// An attribute as an index tells it apart.
trait ToPoint<'a> {
    fn to_point(self) -> Point<'a>;
}

impl<'a> ToPoint<'a> for Option<&'a str> {
    fn to_point(self) -> Point<'a> {
        self.map_or(Point::Absent, Point::Text)
    }
}

impl<'a> ToPoint<'a> for Option<i16> {
    fn to_point(self) -> Point<'a> {
        self.map_or(Point::Absent, |age| Point::Number(number_of_age(age)))
    }
}

impl<'a> ToPoint<'a> for Option<Version> {
    fn to_point(self) -> Point<'a> {
        self.map_or(Point::Absent, |version| Point::Number(number_of_version(version)))
    }
}

impl<'a> ToPoint<'a> for Option<Position> {
    fn to_point(self) -> Point<'a> {
        said(self.is_some())
    }
}

impl<'a> ToPoint<'a> for &'a [ShortText] {
    fn to_point(self) -> Point<'a> {
        if self.is_empty() { Point::Absent } else { Point::List(self) }
    }
}

/// An attribute whose values no index tells apart.
const fn said<'a>(is_present: bool) -> Point<'a> {
    if is_present { Point::Present } else { Point::Absent }
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

    /// The number of its field in a catalog.
    pub(crate) const fn field(self) -> usize {
        self.0
    }

    /// What a subject says of its attribute.
    pub(crate) fn point<'s>(self, subject: &'s Subject<'s>) -> Point<'s> {
        (TABLE[self.0].point)(subject)
    }

    /// Whether an item has a condition of it.
    pub(crate) fn is_in(self, targeting: Conditions<'_>) -> bool {
        targeting.of(self.0).is_some()
    }

    /// Whether the item's condition admits a subject.
    pub(crate) fn admits(self, targeting: Conditions<'_>, subject: &Subject<'_>) -> bool {
        targeting.of(self.0).is_none_or(|condition| (TABLE[self.0].admits)(condition, subject))
    }

    /// The dimension's name in answers, logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self.0].name
    }

    /// What the condition wanted, and what the subject has.
    pub(crate) fn explain(self, targeting: Conditions<'_>, subject: &Subject<'_>) -> Finding {
        let condition = targeting.of(self.0);
        condition
            .map_or_else(|| Finding::new("any", ""), |condition| (TABLE[self.0].explain)(condition, subject))
    }
}

impl fmt::Debug for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The first dimension that does not admit the subject, if there is one. A condition that asks for nothing is not
/// stored, and admits all.
#[must_use]
pub fn check(targeting: Conditions<'_>, subject: &Subject<'_>) -> Option<Dimension> {
    let admits = |condition: Condition<'_>| {
        TABLE.get(condition.field).is_some_and(|row| (row.admits)(condition, subject))
    };
    targeting.iter().find(|&condition| !admits(condition)).map(|condition| Dimension(condition.field))
}
