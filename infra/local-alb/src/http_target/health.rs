//! What health checks say of a target.

use std::sync::atomic::{AtomicBool, Ordering};

/// What a health checker calls itself.
pub const CHECKER: &str = "ELB-HealthChecker/2.0";

/// Until the checks have said anything a target counts as healthy.
#[derive(Debug, Default)]
pub struct Health {
    unhealthy: AtomicBool,
}

impl Health {
    /// Whether the target may get requests.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        !self.unhealthy.load(Ordering::Relaxed)
    }

    /// The checks have come to another verdict.
    pub fn set(&self, healthy: bool) {
        self.unhealthy.store(!healthy, Ordering::Relaxed);
    }
}
