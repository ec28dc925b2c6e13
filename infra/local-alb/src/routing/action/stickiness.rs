//! Stickiness of an action's target groups: a client stays with the group of its first request.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html>
//! (sticky sessions). AWS does not document the content of its cookie. Here it is the time of expiry and a hash of the
//! group's ARN.

use std::fmt;
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh64::xxh64;

use super::super::place::Place;
use super::super::target_group::TargetGroup;
use crate::template::{LoadError, Value};

pub(super) const NAME: &str = "AWSALBTG";
/// The cookie for requests from other sites: browsers send it because of its attributes.
pub(super) const CROSS_SITE_NAME: &str = "AWSALBTGCORS";
const SECONDS_MAX: u64 = 604_800;

/// The settings of the stickiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stickiness {
    /// 1 second to 7 days.
    pub duration: Duration,
}

impl Stickiness {
    pub(super) fn read(place: Place<'_>, config: &Value) -> Result<Option<Self>, LoadError> {
        let text = |key: &str| config.get(key).and_then(Value::text);
        if !text("Enabled").is_some_and(|enabled| enabled.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let seconds = text("DurationSeconds").and_then(|text| text.parse().ok());
        let Some(seconds) = seconds.filter(|seconds| (1..=SECONDS_MAX).contains(seconds)) else {
            let message = format!("DurationSeconds must be a number from 1 to {SECONDS_MAX}");
            return Err(place.error(config.line, message));
        };
        Ok(Some(Self { duration: Duration::from_secs(seconds) }))
    }

    /// The `Set-Cookie` headers that keep a client with a group; `now` is the time since the Unix epoch.
    #[must_use]
    pub fn cookies(self, group: &TargetGroup, now: Duration) -> [String; 2] {
        let until = Duration::from_secs((now + self.duration).as_secs());
        let expires = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + until);
        let value = format!("{:x}-{}", until.as_secs(), token(group));
        [
            format!("{NAME}={value}; Expires={expires}; Path=/"),
            format!("{CROSS_SITE_NAME}={value}; Expires={expires}; Path=/; SameSite=None; Secure"),
        ]
    }
}

/// What names a group in a cookie.
pub(super) fn token(group: &TargetGroup) -> String {
    format!("{:016x}", xxh64(group.arn.as_bytes(), 0))
}

impl fmt::Display for Stickiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sticky for {} s", self.duration.as_secs())
    }
}
