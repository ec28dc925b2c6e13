//! What the user is, or is not, interested in.

use super::{Subject, Targeting};
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.interests.admits(&subject.query.interests);
    (!admitted).then_some(Rejection::Interests)
}
