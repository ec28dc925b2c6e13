//! How the device is connected.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.networks.admits(subject.query.network.as_ref());
    (!admitted).then_some(Rejection::Network)
}
