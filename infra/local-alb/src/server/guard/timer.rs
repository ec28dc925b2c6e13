//! A timer for deadlines that are rarely reached.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// A timer that costs nothing until it is armed.
#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    armed: bool,
}

impl Timer {
    /// Arms the timer, unless it is armed.
    pub(super) fn arm(&mut self, after: Duration) {
        if !self.armed {
            self.arm_again(after);
        }
    }

    /// Arms the timer anew.
    pub(super) fn arm_again(&mut self, after: Duration) {
        self.armed = true;
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(Instant::now() + after),
            None => self.sleep = Some(Box::pin(sleep(after))),
        }
    }

    pub(super) fn disarm(&mut self) {
        self.armed = false;
    }

    /// Ready when the time has passed. The timer stays armed until it is disarmed or armed again.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.sleep {
            Some(sleep) if self.armed => sleep.as_mut().poll(context),
            _ => Poll::Pending,
        }
    }
}
