//! The group that a client was sent to before, as its cookie says.

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::COOKIE;

use super::super::target_group::TargetGroup;
use super::forward::Forward;
use super::stickiness::{CROSS_SITE_NAME, NAME, token};

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

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::super::forward::WeightedGroup;
    use super::super::stickiness::Stickiness;
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
