//! One execution environment: a process and its Runtime API.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until, timeout};

use super::pool::PoolSettings;
use super::process::{Process, Spawner};
use super::runtime_api::{Invocation, RuntimeApi, Signal};
use super::{child, logs};
use crate::lambda::InvokeError;

/// Lambda's limit of the init phase.
const INIT_MAX: Duration = Duration::from_secs(10);
/// How long a response may still be on its way when the process has ended right after sending it.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// An environment. Dropping it kills its process.
#[derive(Debug)]
pub(super) struct Instance {
    process: Process,
    api: RuntimeApi,
}

/// How an invocation went.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The response document.
    Response(Bytes),
    /// The function failed, but its environment lives.
    Failed(InvokeError),
    /// The environment is of no more use.
    Dead(InvokeError),
    /// The process had ended before it got the event, so another environment may have it.
    Untouched,
}

impl Instance {
    /// A cold start: until the runtime asks for its first event.
    pub(super) async fn start(settings: &PoolSettings, spawner: &Spawner) -> Result<Self, InvokeError> {
        let mut instance = Self::spawn(settings, spawner)
            .await
            .map_err(|error| InvokeError::Init(format!("{}: {error}", settings.program.display())))?;
        let limit = Instant::now() + INIT_MAX;
        loop {
            tokio::select! {
                biased;
                signal = instance.api.signals.recv() => match signal {
                    Some(Signal::Next) => return Ok(instance),
                    Some(Signal::InitError(body)) => return Err(InvokeError::Init(excerpt(&body))),
                    _ => {}
                },
                status = instance.process.exited() => {
                    return Err(InvokeError::Init(format!("the runtime exited: {status}")));
                }
                () = sleep_until(limit) => {
                    let message = format!("no event was asked for within {} seconds", INIT_MAX.as_secs());
                    return Err(InvokeError::Init(message));
                }
            }
        }
    }

    async fn spawn(settings: &PoolSettings, spawner: &Spawner) -> io::Result<Self> {
        let api = RuntimeApi::start().await?;
        let mut command = child::command(&settings.program);
        command.env_clear().envs(&settings.variables).current_dir(&settings.task_root);
        command.env("AWS_LAMBDA_RUNTIME_API", api.address.to_string());
        command.env("AWS_LAMBDA_LOG_STREAM_NAME", format!("local/[$LATEST]{:032x}", fastrand::u128(..)));
        let (mut process, mut child) = spawner.start(command).await?;
        if let Some(stdout) = child.stdout.take() {
            logs::forward(stdout, &settings.function.id);
        }
        if let Some(stderr) = child.stderr.take() {
            logs::forward(stderr, &settings.function.id);
        }
        process.reap(child);
        Ok(Self { process, api })
    }

    /// Hands an event over and waits for what becomes of it, at most until `deadline`.
    pub(super) async fn invoke(
        &mut self,
        invocation: Invocation,
        limit: Duration,
        deadline: Instant,
    ) -> Outcome {
        self.process.thaw();
        if self.process.has_exited() || !self.api.offer(invocation) {
            return Outcome::Untouched;
        }
        let mut delivered = false;
        loop {
            tokio::select! {
                biased;
                signal = self.api.signals.recv() => {
                    match signal {
                        Some(Signal::Delivered) => delivered = true,
                        Some(signal) => if let Some(outcome) = finished(signal) { return outcome },
                        None => return Outcome::Dead(InvokeError::Crashed("no runtime API".to_owned())),
                    }
                }
                status = self.process.exited() => return self.last_words(status, delivered).await,
                () = sleep_until(deadline) => return Outcome::Dead(InvokeError::TimedOut(limit)),
            }
        }
    }

    async fn last_words(&mut self, status: String, delivered: bool) -> Outcome {
        let mut delivered = delivered;
        while let Ok(Some(signal)) = timeout(LAST_WORDS, self.api.signals.recv()).await {
            if let Some(outcome) = finished(signal) {
                return outcome;
            }
            // Anything that is said at all was said after the event had arrived.
            delivered = true;
        }
        if delivered { Outcome::Dead(InvokeError::Crashed(status)) } else { Outcome::Untouched }
    }

    /// Waits until the runtime asks for its next event. `false` if it does not before `deadline`.
    pub(super) async fn settle(&mut self, deadline: Instant) -> bool {
        loop {
            tokio::select! {
                biased;
                signal = self.api.signals.recv() => match signal {
                    Some(Signal::Next) => return true,
                    Some(_) => {}
                    None => return false,
                },
                _ = self.process.exited() => return false,
                () = sleep_until(deadline) => return false,
            }
        }
    }

    /// Freezes the environment until the next invocation.
    pub(super) fn freeze(&self) {
        self.process.freeze();
    }

    /// Whether its process has ended.
    pub(super) fn is_dead(&self) -> bool {
        self.process.has_exited()
    }
}

fn finished(signal: Signal) -> Option<Outcome> {
    match signal {
        Signal::Response(body) => Some(Outcome::Response(body)),
        Signal::Error(body) => Some(Outcome::Failed(InvokeError::Function(excerpt(&body)))),
        Signal::Next | Signal::Delivered | Signal::InitError(_) => None,
    }
}

/// The beginning of an error document, for the log.
fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(500)]).into_owned()
}
