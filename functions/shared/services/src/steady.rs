//! Reads that survive freezes.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::select_all;
use lockfill_dao::DaoError;
use tokio::sync::watch;
use tokio::time::sleep;

/// Waking time is counted in such steps, because all timers seem to have passed after a freeze.
const STEP: Duration = Duration::from_millis(250);
/// After so many steps a read is repeated beside the first.
const STEPS_UNTIL_REPEATED: u32 = 8;
/// After so many steps a read is in vain.
const STEPS_MAX: u32 = 32;

/// The answer of a read, which is repeated beside itself if it may have been lost: a connection may die during a
/// freeze without notice, and the answer may also have arrived. The first answer counts.
///
/// An environment may be awake for so short a time that a read takes many pauses. So two attempts are under way at most,
/// and each begins after twice as many pauses as the one before: one of them lasts long enough.
///
/// `pauses` changes with each request before which the environment may have been frozen.
pub(crate) async fn steady<T, F>(
    mut pauses: watch::Receiver<u64>,
    read: impl Fn() -> F,
) -> Result<T, DaoError>
where
    F: Future<Output = Result<T, DaoError>>,
{
    pauses.mark_unchanged();
    let mut reads = VecDeque::from([Box::pin(read())]);
    let mut steps = 0;
    let (mut pauses_left, mut pauses_allowed) = (1_u32, 1_u32);
    loop {
        let is_lost = tokio::select! {
            biased;
            (answer, index, _) = select_all(reads.iter_mut()) => match answer {
                // The other attempt may still be answered.
                Err(DaoError::Unavailable { .. }) if reads.len() > 1 => {
                    reads.remove(index);
                    false
                }
                answer => return answer,
            },
            Ok(()) = pauses.changed() => {
                pauses_left -= 1;
                pauses_left == 0
            }
            () = sleep(STEP) => {
                steps += 1;
                if steps >= STEPS_MAX {
                    let reason = "no answer in time".to_owned();
                    return Err(DaoError::Unavailable { store: "the catalog's store", reason });
                }
                steps == STEPS_UNTIL_REPEATED
            }
        };
        if is_lost {
            pauses_allowed = pauses_allowed.saturating_mul(2);
            pauses_left = pauses_allowed;
            if reads.len() > 1 {
                reads.pop_front();
            }
            reads.push_back(Box::pin(read()));
        }
    }
}
