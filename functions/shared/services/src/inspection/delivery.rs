//! What an item would deliver: impressions of a period, and until its flight ends.

use std::collections::BTreeMap;

use lockfill_catalog::{Cap, LineItem};
use lockfill_decision::Item;
use lockfill_models::time::{EpochSeconds, Window};

const WEEK_SECONDS: f64 = 7.0 * 86_400.0;

/// What an item would deliver without a budget or a goal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// Impressions of the period by unit.
    pub by_unit: BTreeMap<String, f64>,
    /// Impressions until the flight ends; `None`: it has no end, or the requests were not tried in the time to come.
    pub until_end: Option<f64>,
    /// About how many users a week it can reach: requests that it fits, of users who had seen nothing in their week.
    pub users: f64,
}

/// The time of a forecast.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub now: EpochSeconds,
    pub period_seconds: f64,
}

impl Delivery {
    /// Impressions of the period.
    #[must_use]
    pub fn impressions(&self) -> f64 {
        self.by_unit.values().sum()
    }

    /// Holds back what caps of a week and of a lifetime do, which no sampled request has used up, and looks to the end.
    pub(super) fn finish(&mut self, item: Item<'_>, time: Time) {
        let Item::LineItem(item) = item else { return };
        let Some(flight) = item.flight() else { return };
        let of_window = |window| {
            limits(item).filter(|cap| cap.window == window).map(|cap| f64::from(cap.limit)).reduce(f64::min)
        };
        let is_long = time.period_seconds >= WEEK_SECONDS;
        if let Some(limit) = of_window(Window::Week).filter(|_| is_long) {
            self.hold(limit, self.impressions(), self.users);
        }
        if flight.until != EpochSeconds::MAX {
            #[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
            let left = (flight.until.0 - flight.from.max(time.now).0).max(0) as f64;
            // Requests after the end of a flight do not fit it.
            let periods = (left / time.period_seconds).max(1.0);
            let possible = self.impressions() * periods;
            if let Some(limit) = of_window(Window::Lifetime) {
                let kept = self.hold(limit, possible, self.users);
                self.until_end = Some(possible * kept);
            } else {
                self.until_end = Some(possible);
            }
        }
    }

    /// Lets users see a limited number of so many impressions; what is left of them as a part.
    fn hold(&mut self, limit: f64, impressions: f64, users: f64) -> f64 {
        let part = part_within(limit, impressions / users);
        for impressions in self.by_unit.values_mut() {
            *impressions *= part;
        }
        part
    }
}

/// What part of the impressions a cap lets through, where users see so many of them in the mean.
///
/// Users differ: some look at their phone ten times as often as others. The numbers of impressions are taken for
/// exponentially distributed, of which `1 - exp(-limit / mean)` are within a limit.
fn part_within(limit: f64, mean: f64) -> f64 {
    if mean.is_finite() && mean > 0.0 { 1.0 - (-limit / mean).exp() } else { 1.0 }
}

/// Caps of the line item and of its campaign; what an advertiser's allows is shared by others.
fn limits(item: LineItem<'_>) -> impl Iterator<Item = Cap> {
    item.caps().iter().chain(item.campaign().caps().iter())
}
