//! Stickiness of target groups: a client comes back to the group that it was first sent to.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html>
//! (sticky sessions). The cookie's content is AWS's own affair; here it is the end of its time and a hash of
//! the group's ARN.

use std::fmt;
use std::time::{Duration, SystemTime};

use hyper::HeaderMap;
use hyper::header::COOKIE;
use xxhash_rust::xxh64::xxh64;

use super::super::load::Place;
use super::super::target_group::TargetGroup;
use super::Forward;
use crate::template::{LoadError, Value};

const NAME: &str = "AWSALBTG";
/// The same for requests from other sites, which browsers send only with these attributes.
const CROSS_SITE_NAME: &str = "AWSALBTGCORS";
const SECONDS_MAX: u64 = 604_800;

/// How long a client stays with its group.
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

impl Forward {
    /// The group that a request's cookie names, if it is one of the action's and its time is not over.
    #[must_use]
    pub fn remembered(&self, headers: &HeaderMap, groups: &[TargetGroup], now: Duration) -> Option<usize> {
        self.stickiness?;
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values =
            pairs.filter(|(name, _)| matches!(*name, NAME | CROSS_SITE_NAME)).map(|(_, value)| value);
        values.find_map(|value| {
            let (until, token_sent) = value.split_once('-')?;
            let until = Duration::from_secs(u64::from_str_radix(until, 16).ok()?);
            let named = |index: usize| groups.get(index).is_some_and(|group| token(group) == token_sent);
            let entry = self.groups.iter().find(|entry| named(entry.group))?;
            (now < until).then_some(entry.group)
        })
    }
}

fn token(group: &TargetGroup) -> String {
    format!("{:016x}", xxh64(group.arn.as_bytes(), 0))
}

impl fmt::Display for Stickiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sticky for {} s", self.duration.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::super::WeightedGroup;
    use super::*;

    const NOW: Duration = Duration::from_secs(1_700_000_000);

    fn groups() -> Vec<TargetGroup> {
        ["a", "b", "c"].map(|name| TargetGroup::external(name, &format!("arn:{name}"))).to_vec()
    }

    fn remembered(cookie: &str, now: Duration, sticky: bool) -> Option<usize> {
        let stickiness = sticky.then_some(Stickiness { duration: Duration::from_mins(1) });
        // The third group is not one of the action's.
        let entries = [0, 1].map(|group| WeightedGroup { group, weight: 1 }).to_vec();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(cookie).expect("a cookie"));
        Forward { groups: entries, stickiness }.remembered(&headers, &groups(), now)
    }

    fn cookie(group: usize) -> String {
        let [cookie, _] = Stickiness { duration: Duration::from_mins(1) }.cookies(&groups()[group], NOW);
        cookie.split(';').next().expect("the pair").to_owned()
    }

    #[test]
    fn cookies_say_when_they_end() {
        let [own, cross_site] = Stickiness { duration: Duration::from_mins(1) }.cookies(&groups()[0], NOW);
        assert!(own.starts_with("AWSALBTG="), "{own}");
        assert!(own.ends_with("; Expires=Tue, 14 Nov 2023 22:14:20 GMT; Path=/"), "{own}");
        assert!(cross_site.starts_with("AWSALBTGCORS=") && cross_site.ends_with("; SameSite=None; Secure"));
    }

    #[test]
    fn a_cookie_leads_back_to_its_group_until_its_time_is_over() {
        assert_eq!(remembered(&cookie(1), NOW, true), Some(1));
        assert_eq!(remembered(&format!("x=y; {}; z", cookie(0)), NOW, true), Some(0));
        assert_eq!(remembered(&cookie(1).replace('=', "CORS="), NOW, true), Some(1));
        assert_eq!(remembered(&cookie(1), NOW + Duration::from_secs(59), true), Some(1));
        assert_eq!(remembered(&cookie(1), NOW + Duration::from_mins(1), true), None);
    }

    #[test]
    fn other_cookies_lead_nowhere() {
        assert_eq!(remembered(&cookie(2), NOW, true), None);
        assert_eq!(remembered(&cookie(1), NOW, false), None);
        for cookie in ["AWSALBTG=", "AWSALBTG=x-y", "AWSALBTG=ffffffffff-0", "AWSALB=1", "a"] {
            assert_eq!(remembered(cookie, NOW, true), None, "{cookie}");
        }
    }
}
