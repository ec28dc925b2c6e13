//! Where the device is: within any of some circles.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let is_inside = |place| targeting.geo.iter().any(|circle| circle.holds(place));
    let admitted = targeting.geo.is_empty() || subject.query.position.is_some_and(is_inside);
    (!admitted).then_some(Rejection::Geo)
}
