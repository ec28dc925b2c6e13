//! What the device runs.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.platforms.admits(subject.query.platform.as_ref());
    (!admitted).then_some(Rejection::Platform)
}
