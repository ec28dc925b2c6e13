//! The mobile carrier; letters count in either case.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.carriers.admits(subject.query.carrier.as_deref());
    (!admitted).then_some(Rejection::Carrier)
}
