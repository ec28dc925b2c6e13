//! What the user is, or is not, interested in.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.interests.admits(&subject.query.interests);
    (!admitted).then_some(Rejection::Interests)
}
