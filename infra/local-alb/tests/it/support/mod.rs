//! What the tests share.

pub mod balancer;
pub mod client;
pub mod origin;
pub mod proc;
pub mod templates;

use std::time::{Duration, Instant};

/// Longer than anything should take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < give_up, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
