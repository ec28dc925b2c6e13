//! The health of a target.

use std::sync::atomic::{AtomicBool, Ordering};

/// The user agent of health checks.
pub const CHECKER: &str = "ELB-HealthChecker/2.0";

/// A target counts as healthy until its checks have failed.
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

    /// Sets the verdict of the checks.
    pub fn set(&self, healthy: bool) {
        self.unhealthy.store(!healthy, Ordering::Relaxed);
    }
}
