//! The version of the SDK that asks, compared part by part.

use super::{Subject, Targeting};
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.sdk_versions.admits(subject.query.sdk_version);
    (!admitted).then_some(Rejection::SdkVersion)
}
