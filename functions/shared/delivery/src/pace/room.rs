//! What is left for line items that are delivered as fast as possible.
//!
//! Such a line item takes all slots that it wins. Where many begin together they would take those of even deliveries for
//! hours, whose gates can do no more than be open. So together they get what the plans of the others leave of all slots.

use serde::{Deserialize, Serialize};

use super::in_flight::single;

/// Impressions of a request are the mean of about so many minutes: they come up to hours after it.
const MEAN_MINUTES: f32 = 60.0;
/// The most of them is forgotten by half in so many minutes: a day.
const HALF_LIFE_MINUTES: f32 = 1_440.0;
/// Fewer requests tell nothing of how many impressions they bring.
const REQUESTS_MIN: f32 = 100.0;
/// Whatever the plans want, so much of all is left: a plan may be more than its targeting ever allows.
const LEFT_MIN: f64 = 0.25;

/// Impressions that requests bring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Supply {
    /// Impressions that arrived, and requests, lately.
    lately: (f32, f32),
    /// The most impressions of a request. Gates that hold back make no room smaller.
    highest: f32,
}

impl Supply {
    /// Learns how many impressions of all line items arrived while there were so many requests.
    pub(super) fn learn(&mut self, impressions: f64, requests: f64, minutes: f64) {
        let minutes = single(minutes);
        let keeps = (-minutes / MEAN_MINUTES).exp();
        self.lately = (self.lately.0 * keeps + single(impressions), self.lately.1 * keeps + single(requests));
        self.highest *= (-minutes / HALF_LIFE_MINUTES * std::f32::consts::LN_2).exp();
        // Reports go on where requests end.
        if self.lately.1 >= REQUESTS_MIN {
            self.highest = self.highest.max(self.lately.0 / self.lately.1);
        }
    }

    /// How far gates of line items may open that are delivered as fast as possible and bring `wanted` impressions a minute
    /// with open gates, beside plans that need `planned` a minute. `requests` are those of a minute.
    pub(super) fn open(&self, requests: f64, planned: f64, wanted: f64) -> f64 {
        let all = f64::from(self.highest) * requests;
        if all <= 0.0 || planned <= 0.0 {
            return 1.0;
        }
        ((all - planned).max(all * LEFT_MIN) / wanted.max(1e-9)).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_as_fast_as_possible_gets_what_plans_leave_and_a_quarter_at_least() {
        let mut supply = Supply::default();
        assert!((supply.open(100.0, 60.0, 500.0) - 1.0).abs() < 1e-9, "nothing is known");
        for _ in 0..60 {
            supply.learn(200.0, 100.0, 1.0);
        }
        let open = |planned, wanted| supply.open(100.0, planned, wanted);
        assert!((open(50.0, 100.0) - 1.0).abs() < 1e-9, "there is room for all");
        assert!((open(50.0, 300.0) - 0.5).abs() < 0.01);
        assert!((open(1_000.0, 100.0) - 0.5).abs() < 0.01);
        // Gates hold back what nothing else fills.
        for _ in 0..60 {
            supply.learn(50.0, 100.0, 1.0);
        }
        assert!(supply.open(100.0, 50.0, 300.0) > 0.4);
    }
}
