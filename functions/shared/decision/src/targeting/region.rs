//! The region that the app reports.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.regions.admits(subject.query.region.as_deref());
    (!admitted).then_some(Rejection::Region)
}
