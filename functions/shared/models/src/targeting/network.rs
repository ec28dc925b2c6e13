//! How the device is connected.

use super::{Subject, Targeting};
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.networks.admits(subject.query.network.as_ref());
    (!admitted).then_some(Rejection::Network)
}
