//! Who made the device; letters count in either case.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.device_makers.admits(subject.query.device_maker.as_deref());
    (!admitted).then_some(Rejection::DeviceMaker)
}
