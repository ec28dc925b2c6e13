//! The guard without a connection, for tests that compare it with an HTTP library.

use std::sync::Arc;
use std::time::Duration;

use bytes::Buf;

use super::gate::Gate;
use super::guarded::{Guard, STAND_IN, State};

/// The verdict of the guard on a client's bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The bytes that the HTTP library gets, without the request that stands for a refused one.
    pub passed: Vec<u8>,
    /// The number of heads in these bytes.
    pub heads: u64,
    /// Whether the passed bytes end at the end of a request.
    pub is_complete: bool,
    /// The status with which the next request was refused.
    pub refused: Option<u16>,
    /// Whether a body was broken off because it was not well formed.
    pub is_broken: bool,
}

/// Gives the guard a client's bytes in these pieces. Every request counts as answered, without a change of protocol.
#[must_use]
pub fn inspect<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Inspection {
    let gate = Arc::new(Gate::new());
    let mut guard = Guard::new((), Arc::clone(&gate), Duration::MAX);
    let mut inspection = Inspection::default();
    for piece in pieces {
        guard.buffer.extend_from_slice(piece);
        loop {
            if guard.judge().is_err() {
                inspection.is_broken = true;
                return inspection;
            }
            if matches!(guard.state, State::Refused) {
                debug_assert_eq!(guard.approved, STAND_IN.len());
                inspection.is_complete = true;
                inspection.refused = gate.begin().refused.map(|refusal| refusal.status);
                return inspection;
            }
            let approved = std::mem::take(&mut guard.approved);
            if approved == 0 {
                break;
            }
            inspection.passed.extend_from_slice(&guard.buffer[..approved]);
            guard.buffer.advance(approved);
            while gate.is_busy() {
                drop(gate.begin());
                inspection.heads += 1;
            }
        }
    }
    inspection.is_complete = matches!(guard.state, State::Head(_) | State::Undecided(_));
    inspection
}
