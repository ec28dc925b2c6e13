//! Apps that are, or are not, on the device.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.packages.admits(&subject.query.packages);
    (!admitted).then_some(Rejection::Packages)
}
