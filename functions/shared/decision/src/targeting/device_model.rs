//! What the maker calls the device; letters count in either case.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.device_models.admits(subject.query.device_model.as_deref());
    (!admitted).then_some(Rejection::DeviceModel)
}
