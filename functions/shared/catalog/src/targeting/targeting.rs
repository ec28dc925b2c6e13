//! The conditions of an item, as published: the one table of their fields and shapes.

use std::fmt;

use lockfill_models::vocabulary::{Country, Folded, Gender, Identifier, Language, Network, Platform, Region};
use serde::Deserialize;

use super::age_range::AgeRanges;
use super::allow_deny::AllowDeny;
use super::circle::Circles;
use super::conditions::{Condition, ConditionsWriter};
use super::key_values::KeyValues;
use super::set_condition::SetCondition;
use super::shape::{Shape, StoredCondition};
use super::user_age::UserAge;
use super::version_range::VersionRange;
use crate::stored::TextWriter;

/// Defines the fields of a targeting, in the order in which conditions are checked. How conditions are read, written
/// to a blob, checked in it and viewed follows.
macro_rules! targeting {
    ($($(#[$attribute:meta])* $field:ident: $shape:ty,)+) => {
        /// Every condition of an item. A user must meet all of them; a condition that is left out sets no condition.
        ///
        /// A catalog with an unknown condition is refused: to ignore the condition would show the item to users for
        /// whom it is not meant.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Targeting {
            $($(#[$attribute])* pub $field: $shape,)+
        }

        /// The fields, numbered in their order.
        #[expect(non_camel_case_types, reason = "the names of the fields")]
        enum Number {
            $($field,)+
        }

        /// The numbers of the fields in blobs, from 0.
        #[derive(Debug, Clone, Copy)]
        pub struct Field;

        #[expect(non_upper_case_globals, reason = "the names of the fields")]
        impl Field {
            $($(#[$attribute])* pub const $field: usize = Number::$field as usize;)+
            /// How many fields there are.
            pub const COUNT: usize = [$(Self::$field),+].len();
        }

        impl Targeting {
            /// The conditions that ask for something, as numbers of a blob.
            pub(crate) fn write(&self, texts: &mut TextWriter) -> Vec<u32> {
                let mut writer = ConditionsWriter::default();
                $(writer.add(Field::$field, &self.$field, texts);)+
                writer.finish()
            }
        }

        /// Sees the fields one by one.
        pub(crate) trait FieldVisitor {
            /// Sees a field by its number, and what has its condition in a targeting.
            fn visit<S: Shape>(&mut self, field: usize, of: fn(&Targeting) -> &S);
        }

        impl Targeting {
            /// Shows all fields in their order.
            pub(crate) fn visit_fields(visitor: &mut impl FieldVisitor) {
                $(visitor.visit(Field::$field, |targeting| &targeting.$field);)+
            }
        }

        impl<'c> Condition<'c> {
            $($(#[$attribute])* #[must_use] pub fn $field(self) -> <$shape as Shape>::View<'c> {
                <$shape as Shape>::view(self.stored)
            })+
        }

        impl fmt::Display for Condition<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.field {
                    $(Field::$field => self.$field().fmt(formatter),)+
                    _ => formatter.write_str("unknown"),
                }
            }
        }

        /// Whether a condition is one of the shape that its field has.
        pub(crate) fn is_sound(field: usize, stored: StoredCondition<'_>) -> bool {
            match field {
                $(Field::$field => <$shape as Shape>::is_sound(stored),)+
                _ => false,
            }
        }
    };
}

targeting! {
    /// Unit ids.
    units: AllowDeny<Identifier>,
    /// The publisher's apps, by id.
    apps: AllowDeny<Identifier>,
    /// Countries.
    countries: AllowDeny<Country>,
    /// Regions of countries.
    regions: AllowDeny<Region>,
    /// Languages that the app reports.
    languages: AllowDeny<Language>,
    /// Genders.
    genders: AllowDeny<Gender>,
    /// Ages in years.
    ages: AgeRanges,
    /// Platforms.
    platforms: AllowDeny<Platform>,
    /// Versions of the operating system.
    os_versions: VersionRange,
    /// Versions of the SDK.
    sdk_versions: VersionRange,
    /// Makers of devices; letters count in either case.
    device_makers: AllowDeny<Folded>,
    /// Models of devices; letters count in either case.
    device_models: AllowDeny<Folded>,
    /// Mobile carriers; letters count in either case.
    carriers: AllowDeny<Folded>,
    /// Connections.
    networks: AllowDeny<Network>,
    /// Apps on the device.
    packages: SetCondition,
    /// Audiences.
    segments: SetCondition,
    /// Interests.
    interests: SetCondition,
    /// Places.
    geo: Circles,
    /// New or returning users.
    user_age: Option<UserAge>,
    /// Free keys and the values that they must and must not have.
    key_values: KeyValues,
}
