//! Audiences that the user is, or is not, in.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.segments.admits(&subject.query.segments);
    (!admitted).then_some(Rejection::Segments)
}
