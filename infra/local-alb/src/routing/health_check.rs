//! The health check of a target group.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use crate::template::{LoadError, Resource};

/// The health check of a target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Whether targets are checked. The default is true, and false for Lambda groups.
    pub enabled: bool,
    /// From one check to the next.
    pub interval: Duration,
    /// The longest time for an answer.
    pub timeout: Duration,
    /// The path of the request.
    pub path: String,
    /// The port, if it is not that of the target.
    pub port: Option<u16>,
    /// The number of good checks in a row that make a target healthy.
    pub good: u32,
    /// The number of bad checks in a row that make a target unhealthy.
    pub bad: u32,
    /// The statuses that are good.
    pub matcher: Vec<RangeInclusive<u16>>,
}

impl HealthCheck {
    /// The defaults of AWS.
    #[must_use]
    pub fn default_of(lambda: bool) -> Self {
        Self {
            enabled: !lambda,
            interval: Duration::from_secs(if lambda { 35 } else { 30 }),
            timeout: Duration::from_secs(if lambda { 30 } else { 5 }),
            path: "/".to_owned(),
            port: None,
            good: 5,
            bad: 2,
            matcher: vec![200..=200],
        }
    }

    pub(super) fn read(group: &Resource<'_>, lambda: bool) -> Result<Self, LoadError> {
        let mut check = Self::default_of(lambda);
        if let Some(enabled) = group.text("HealthCheckEnabled")? {
            check.enabled = enabled.eq_ignore_ascii_case("true");
        }
        let seconds = |name: &str, range: RangeInclusive<u64>, default: Duration| {
            Ok::<_, LoadError>(number(group, name, range)?.map_or(default, Duration::from_secs))
        };
        check.interval = seconds("HealthCheckIntervalSeconds", 5..=300, check.interval)?;
        check.timeout = seconds("HealthCheckTimeoutSeconds", 2..=120, check.timeout)?;
        check.good = number(group, "HealthyThresholdCount", 2..=10)?.unwrap_or(check.good);
        check.bad = number(group, "UnhealthyThresholdCount", 2..=10)?.unwrap_or(check.bad);
        if let Some(path) = group.text("HealthCheckPath")? {
            check.path = path;
        }
        if group.text("HealthCheckPort")?.is_some_and(|port| port != "traffic-port") {
            check.port = number(group, "HealthCheckPort", 1..=65535)?;
        }
        if let Some(matcher) = group.value("Matcher")?
            && let Some(codes) = matcher.get("HttpCode").and_then(|codes| codes.text())
        {
            check.matcher = codes.split(',').filter_map(range).collect();
            if check.matcher.len() != codes.split(',').count() {
                let message = format!("HttpCode must be of the form 200,202 or 200-299 ({})", group.path());
                return Err(group.error(matcher.line, message));
            }
        }
        Ok(check)
    }

    /// Whether a status is good.
    #[must_use]
    pub fn accepts(&self, status: u16) -> bool {
        self.matcher.iter().any(|range| range.contains(&status))
    }
}

fn number<T: FromStr + PartialOrd + std::fmt::Display>(
    group: &Resource<'_>,
    name: &str,
    range: RangeInclusive<T>,
) -> Result<Option<T>, LoadError> {
    let Some(text) = group.text(name)? else { return Ok(None) };
    if let Some(number) = text.parse().ok().filter(|number| range.contains(number)) {
        return Ok(Some(number));
    }
    let line = group.property(name).map_or(group.node.line, |node| node.line);
    let message = format!("{name} must be {} to {} ({})", range.start(), range.end(), group.path());
    Err(group.error(line, message))
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.trim().split_once('-').unwrap_or((text.trim(), text.trim()));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (200..=599).contains(&first).then_some(first..=last)
}
