//! Time zones and instants.

use jiff::tz::TimeZone;

use super::form::{Form, Invalid, Vocabulary};
use crate::time::EpochSeconds;

impl Vocabulary for TimeZone {
    const FORM: Form = Form::Text { pattern: "^[A-Za-z0-9_+/-]+$", length: Some((1, 64)) };

    fn read(text: &str) -> Result<Self, Invalid> {
        Self::get(text).map_err(|_| Invalid("an IANA time zone such as Asia/Seoul".to_owned()))
    }
}

impl Vocabulary for EpochSeconds {
    const FORM: Form = Form::Instant;

    fn read(text: &str) -> Result<Self, Invalid> {
        text.parse().map_err(|_| Invalid("an RFC 3339 time such as 2026-11-22T09:00:00Z".to_owned()))
    }
}
