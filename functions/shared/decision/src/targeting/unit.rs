//! The unit that asks.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.units.admits(Some(subject.query.unit_id.as_str()));
    (!admitted).then_some(Rejection::Unit)
}
