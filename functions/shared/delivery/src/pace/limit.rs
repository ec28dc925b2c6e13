//! One limit on a line item: how fast it may deliver by its plan, and what it may hand out without harm.

/// A plan is caught up with in so many minutes.
pub(super) const CATCH_UP_MINUTES: f64 = 5.0;
/// A table may be in force for so many minutes before the next one knows what it handed out.
const INTERVAL_MINUTES: f64 = 2.0;
/// At most this part of what is left may be handed out in that time.
const INTERVAL_PART: f64 = 0.5;
/// What is in flight is taken for this much more than expected.
const IN_FLIGHT_MARGIN: f64 = 0.02;
/// And for so many standard deviations more.
const SIGMAS: f64 = 1.5;

/// How far a line item may go. The least of all its limits counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Allowed {
    /// Impressions a minute by the plan; infinite without one.
    pub(super) a_minute: f64,
    /// Impressions that may still be handed out, whatever comes of those in flight.
    pub(super) safe: f64,
    /// Impressions a minute that the plan of the hour has in the mean; infinite without one.
    pub(super) planned: f64,
}

impl Allowed {
    /// No limit.
    pub(super) const ALL: Self =
        Self { a_minute: f64::INFINITY, safe: f64::INFINITY, planned: f64::INFINITY };

    /// Impressions a minute that others have to leave for the plan, of which an open gate now brings so many: to catch up
    /// up to twice of what is planned, and what others take of that now once more.
    pub(super) fn room(self, rate: f64) -> f64 {
        let wanted = self.a_minute.min(2.0 * self.planned);
        wanted + (wanted - rate).max(0.0)
    }

    /// The narrower of two limits.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            a_minute: self.a_minute.min(other.a_minute),
            safe: self.safe.min(other.safe),
            planned: self.planned.min(other.planned),
        }
    }
}

/// The part of an amount that is left when what is in flight brings more than expected: `expected` in all, with a
/// variance.
pub(super) fn safe_left(left: f64, expected: f64, variance: f64) -> f64 {
    (left - expected * (1.0 + IN_FLIGHT_MARGIN) - SIGMAS * variance.max(0.0).sqrt()).max(0.0)
}

/// Impressions a minute with an open gate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates {
    /// As it is now.
    pub(super) now: f64,
    /// As it has to be expected now where more would do harm.
    pub(super) cautious: f64,
    /// With a slot for each request: no gate that was opened little by little has seen more yet.
    pub(super) worst: f64,
    /// The highest one at any time.
    pub(super) highest: f64,
}

/// How far a gate may be open, from 0 to 1, and for how many minutes it may stay so. `before` is how far it was open.
pub(super) fn gate(allowed: &Allowed, rates: &Rates, before: f64) -> (f64, f64) {
    if allowed.safe <= 0.0 || allowed.a_minute <= 0.0 {
        return (0.0, f64::INFINITY);
    }
    let by_plan = allowed.a_minute / rates.now.max(1e-9);
    let safely = |rate: f64| allowed.safe * INTERVAL_PART / (INTERVAL_MINUTES * rate.max(1e-9));
    // A demand that was low behind a small gate may be higher: it opens to the double of before at most.
    let by_safety = safely(rates.cautious).min(2.0 * before).max(safely(rates.worst.max(rates.cautious)));
    let open = by_plan.min(by_safety).min(1.0);
    (open, allowed.safe / (open * rates.highest.max(1e-9)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "small fractions of two are exact, and so are equal sums")]

    use super::*;

    #[test]
    fn what_is_in_flight_may_bring_more_than_expected() {
        assert!((safe_left(2.0, 0.0, 0.0) - 2.0).abs() < 1e-9);
        assert!(safe_left(2.0, 1.0, 1.0) <= 0.0, "two impressions, and one of them is likely");
        assert!(safe_left(10_000.0, 100.0, 100.0) > 9_880.0);
    }

    #[test]
    fn a_gate_opens_by_its_plan_and_never_for_more_than_is_left() {
        let rates = Rates { now: 100.0, cautious: 100.0, worst: 100.0, highest: 400.0 };
        let open = |a_minute, safe| gate(&Allowed { a_minute, safe, planned: a_minute }, &rates, 0.0);
        assert_eq!(open(50.0, f64::INFINITY), (0.5, f64::INFINITY));
        assert_eq!(open(f64::INFINITY, 1_000.0), (1.0, 2.5));
        assert_eq!(open(f64::INFINITY, 2.0).0, 0.005);
        assert_eq!(open(0.0, 5.0).0, 0.0);
        assert_eq!(open(5.0, 0.0).0, 0.0);
    }

    #[test]
    fn a_demand_that_is_not_known_yet_is_tried_little_by_little() {
        let rates = Rates { now: 0.1, cautious: 0.1, worst: 100.0, highest: 400.0 };
        let allowed = Allowed { safe: 2.0, ..Allowed::ALL };
        let (mut open, mut opened) = (0.0, Vec::new());
        for _ in 0..4 {
            (open, _) = gate(&allowed, &rates, open);
            opened.push(open);
        }
        assert_eq!(opened, [0.005, 0.01, 0.02, 0.04]);
    }
}
