//! The kinds of values that parameters have: how each is read, and what a document says of it.

use jiff::tz::TimeZone;
use lockfill_models::query::Shown;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::Version;
use lockfill_models::vocabulary::{Gender, Network, Platform};

use super::values;

/// A kind of value.
pub(super) struct Kind<T> {
    /// Reads a text, in a request received at that time.
    pub read: fn(&str, EpochSeconds) -> Result<T, String>,
    /// What a text must be like, for documents.
    pub form: Form,
}

/// What a value must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Text that a regular expression matches, of so many characters where that does not say it.
    Text { pattern: &'static str, length: Option<(usize, usize)> },
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer { min: i64, max: i64 },
    /// Decimal degrees, and the regular expression of their text.
    Degrees { max: i64, pattern: &'static str },
    /// `true`, `false`, `1` or `0`.
    Boolean,
    /// RFC 3339.
    Instant,
}

const fn pattern(pattern: &'static str) -> Form {
    Form::Text { pattern, length: None }
}

pub(super) const IDENTIFIER: Kind<String> =
    Kind { read: |text, _| values::identifier(text), form: pattern("^[A-Za-z0-9_.-]{1,64}$") };
pub(super) const USER_ID: Kind<String> = Kind {
    read: |text, _| values::user_id(text),
    form: Form::Text {
        pattern: r"^[^\s\u0000-\u001f\u007f-\u009f\ufffd]+$",
        length: Some((1, values::USER_ID_LENGTH_MAX)),
    },
};
pub(super) const SHORT_TEXT: Kind<String> = Kind {
    read: |text, _| values::short_text(text),
    form: Form::Text {
        pattern: r"^( |[^\s\u0000-\u001f\u007f-\u009f\ufffd])+$",
        length: Some((1, values::SHORT_TEXT_LENGTH_MAX)),
    },
};
pub(super) const COUNTRY: Kind<String> =
    Kind { read: |text, _| values::country(text), form: pattern("^[A-Za-z]{2}$") };
pub(super) const REGION: Kind<String> =
    Kind { read: |text, _| values::region(text), form: pattern("^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$") };
pub(super) const LANGUAGE: Kind<String> =
    Kind { read: |text, _| values::language(text), form: pattern("^[A-Za-z]{2,8}$") };
pub(super) const GENDER: Kind<Gender> = Kind {
    read: |text, _| values::one_of(text, &values::GENDERS),
    form: Form::OneOf(&names(values::GENDERS)),
};
pub(super) const PLATFORM: Kind<Platform> = Kind {
    read: |text, _| values::one_of(text, &values::PLATFORMS),
    form: Form::OneOf(&names(values::PLATFORMS)),
};
pub(super) const NETWORK: Kind<Network> = Kind {
    read: |text, _| values::one_of(text, &values::NETWORKS),
    form: Form::OneOf(&names(values::NETWORKS)),
};
pub(super) const BOOLEAN: Kind<bool> =
    Kind { read: |text, _| values::one_of(text, &values::BOOLEANS), form: Form::Boolean };
pub(super) const BIRTH_YEAR: Kind<i16> = Kind {
    read: values::birth_year,
    // A document cannot say which year it is.
    form: Form::Integer { min: values::BIRTH_YEAR_MIN as i64, max: 2_100 },
};
pub(super) const COUNT: Kind<usize> = Kind {
    read: |text, _| values::count(text),
    form: Form::Integer { min: 1, max: values::COUNT_MAX as i64 },
};
pub(super) const VERSION: Kind<Version> = Kind {
    read: |text, _| values::version(text),
    form: pattern(
        r"^(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})(\.(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})){0,3}$",
    ),
};
pub(super) const TIME_ZONE: Kind<TimeZone> = Kind {
    read: |text, _| values::time_zone(text),
    form: Form::Text { pattern: "^[A-Za-z0-9_+/-]+$", length: Some((1, 64)) },
};
pub(super) const INSTANT: Kind<EpochSeconds> =
    Kind { read: |text, _| values::instant(text), form: Form::Instant };
pub(super) const SHOWN: Kind<Shown> = Kind {
    read: |text, _| values::shown(text),
    form: pattern("^[A-Za-z0-9_.-]{1,64}:[0-9]{1,9}:[0-9]{1,11}$"),
};
pub(super) const LATITUDE: Kind<i64> = Kind {
    read: |text, _| values::microdegrees(text, 90),
    form: Form::Degrees {
        max: 90,
        pattern: r"^-?(0?90(\.(0{1,5}|0{6}[0-9]*))?|0{0,2}[0-9](\.[0-9]+)?|0?[1-8][0-9](\.[0-9]+)?|[0-9](\.[0-9]+)?[eE]-[0-9]{1,3})$",
    },
};
pub(super) const LONGITUDE: Kind<i64> = Kind {
    read: |text, _| values::microdegrees(text, 180),
    form: Form::Degrees {
        max: 180,
        pattern: r"^-?(180(\.(0{1,5}|0{6}[0-9]*))?|0{0,2}[0-9](\.[0-9]+)?|0?[1-9][0-9](\.[0-9]+)?|1[0-7][0-9](\.[0-9]+)?|[0-9](\.[0-9]+)?[eE]-[0-9]{1,3})$",
    },
};

/// The names of choices.
const fn names<T: Copy, const N: usize>(choices: [(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = choices[index].0;
        index += 1;
    }
    names
}
