//! The guard itself: the state of a connection, and the verdict on its bytes.

use std::io;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::time::Instant;

use super::super::classification;
use super::chunks::ChunkScanner;
use super::gate::{Gate, Refusal};
use super::head::{Framing, HeadScanner};
use super::timer::Timer;

/// Stands for a request that was refused.
pub(super) const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";
pub(super) const READ_SIZE: usize = 16 * 1024;

/// A connection whose incoming bytes are checked.
#[derive(Debug)]
pub(in crate::server) struct Guard<S> {
    pub(super) inner: S,
    pub(super) gate: Arc<Gate>,
    pub(super) idle: Duration,
    pub(super) state: State,
    /// The bytes that have arrived and have not been passed.
    pub(super) buffer: BytesMut,
    /// The number of bytes at its beginning that may be passed.
    pub(super) approved: usize,
    /// When the first byte of a head arrived.
    pub(super) head_began: Instant,
    pub(super) reading: Timer,
    pub(super) writing: Timer,
    pub(super) lingered: usize,
}

#[derive(Debug)]
pub(super) enum State {
    Head(HeadScanner),
    Length(u64),
    Chunks(ChunkScanner),
    /// A request to upgrade is being answered. The next bytes are a request or another protocol.
    Undecided(u64),
    /// Another protocol.
    Open,
    Refused,
}

impl<S> Guard<S> {
    /// `idle` is the longest silence of a client, and the longest time for a head.
    pub(in crate::server) fn new(inner: S, gate: Arc<Gate>, idle: Duration) -> Self {
        Self {
            inner,
            gate,
            idle,
            state: State::Head(HeadScanner::default()),
            buffer: BytesMut::with_capacity(READ_SIZE),
            approved: 0,
            head_began: Instant::now(),
            reading: Timer::default(),
            writing: Timer::default(),
            lingered: 0,
        }
    }

    pub(super) fn refuse(&mut self, status: u16) {
        let class = classification::of_refused(&self.buffer, status);
        self.gate.refuse(Refusal { status, class });
        self.state = State::Refused;
        self.buffer.clear();
        self.buffer.extend_from_slice(STAND_IN);
        self.approved = STAND_IN.len();
    }

    /// Checks the buffer. An error breaks a body off.
    pub(super) fn judge(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Head(scanner) => {
                while self.buffer.starts_with(b"\r\n") {
                    self.buffer.advance(2);
                }
                if matches!(self.buffer.first(), Some(b'\r') | None) && self.buffer.len() < 2 {
                    return Ok(());
                }
                match scanner.advance(&self.buffer) {
                    Ok(None) => {}
                    Ok(Some(head)) => {
                        let number = self.gate.pass();
                        self.approved = head.length;
                        self.state = match head.framing {
                            Framing::Length(0) if head.upgrades => State::Undecided(number),
                            framing => after(framing),
                        };
                    }
                    Err(status) => self.refuse(status),
                }
            }
            State::Length(rest) => {
                let taken = usize::try_from(*rest).unwrap_or(usize::MAX).min(self.buffer.len());
                *rest -= u64::try_from(taken).unwrap_or(u64::MAX);
                self.approved = taken;
                if *rest == 0 {
                    self.state = State::Head(HeadScanner::default());
                }
            }
            State::Chunks(scanner) => {
                let taken = scanner.advance(&self.buffer);
                self.approved = taken.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
                if scanner.is_done() {
                    self.state = State::Head(HeadScanner::default());
                }
            }
            State::Undecided(number) => {
                // Read in this order, because an upgrade is noted before its answer.
                let finished = self.gate.is_finished(*number);
                if self.gate.is_upgraded(*number) {
                    self.state = State::Open;
                    self.approved = self.buffer.len();
                } else if finished {
                    self.state = State::Head(HeadScanner::default());
                    return self.judge();
                }
            }
            State::Open => self.approved = self.buffer.len(),
            State::Refused => self.buffer.clear(),
        }
        Ok(())
    }

    /// Whether the client has been silent for too long between its requests, or takes too long for a head.
    ///
    /// Requests do not reset the timer. When it fires, the time since the last answer decides.
    pub(super) fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        if !matches!(self.state, State::Head(_)) {
            return false;
        }
        loop {
            self.reading.arm(self.idle);
            if self.reading.poll(context).is_pending() {
                return false;
            }
            let since = self.head_began.max(self.gate.last()).elapsed();
            match self.idle.checked_sub(since) {
                _ if self.gate.is_busy() => self.reading.arm_again(self.idle),
                Some(rest) if !rest.is_zero() => self.reading.arm_again(rest),
                _ => return true,
            }
        }
    }
}

fn after(framing: Framing) -> State {
    match framing {
        Framing::Length(0) => State::Head(HeadScanner::default()),
        Framing::Length(length) => State::Length(length),
        Framing::Chunked => State::Chunks(ChunkScanner::default()),
    }
}
