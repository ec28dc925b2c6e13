//! Invocations that no client waits for (`Event`).

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::lambda::{Function, InvokeError};
use crate::system;

/// The most invocations that wait or run at a time, with at most 1 MB each.
const WAITING_MAX: usize = 100;
/// How long a throttled invocation is tried again. Lambda tries for hours.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

static WAITING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(WAITING_MAX)));

/// Leaves an invocation to run; `false` if too many wait already. A failure is a line on stderr and is not repeated.
pub(super) fn queue(function: Function, request_id: String, payload: Bytes, trace_id: String) -> bool {
    let Ok(permit) = Arc::clone(&WAITING).try_acquire_owned() else { return false };
    tokio::spawn(async move {
        let give_up = Instant::now() + PATIENCE;
        let failed = loop {
            match function.invoke_as(&request_id, payload.clone(), &trace_id).await {
                Err(InvokeError::Throttled(_) | InvokeError::QueueFull) if Instant::now() < give_up => {
                    sleep(PAUSE).await;
                }
                outcome => break outcome.err(),
            }
        };
        if let Some(error) = failed {
            system::log(&format!("local-alb: {}: invoked by Event: {error}", function.id));
        }
        drop(permit);
    });
    true
}
