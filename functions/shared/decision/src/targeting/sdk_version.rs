//! The version of the SDK that asks, compared part by part.

use lockfill_catalog::targeting::Targeting;

use super::subject::Subject;
use crate::rejection::Rejection;

pub(super) fn check(targeting: &Targeting, subject: &Subject<'_>) -> Option<Rejection> {
    let admitted = targeting.sdk_versions.admits(subject.query.sdk_version);
    (!admitted).then_some(Rejection::SdkVersion)
}
