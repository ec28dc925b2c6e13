//! One execution environment: a process and its Runtime API.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::memory::Meter;
use super::process::{Process, Spawner};
use super::runtime_api::{Invocation, RuntimeApi, Signal};
use super::settings::PoolSettings;
use super::{child, logs};
use crate::lambda::error::{InvokeError, excerpt};

/// Lambda's limit of the init phase.
const INIT_MAX: Duration = Duration::from_secs(10);
/// How long a response may still be in transit after its process has ended.
const FINAL_SIGNALS_MAX: Duration = Duration::from_millis(100);

/// From one measurement of the memory to the next. A function cannot fill much in that time.
const LOOK: Duration = Duration::from_millis(10);

/// An environment. Dropping it kills its process.
#[derive(Debug)]
pub(super) struct Instance {
    process: Process,
    api: RuntimeApi,
    meter: Meter,
    memory_mb: u32,
    /// How long the start took; `None` once the first report has it.
    init: Option<Duration>,
}

/// The outcome of an invocation.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The response document.
    Response(Bytes),
    /// The function failed, but its environment lives.
    Failed(InvokeError),
    /// The environment must not be used again.
    Dead(InvokeError),
    /// The process had ended before it got the invocation, so another environment may take it.
    Untouched,
}

impl Instance {
    /// A cold start: waits until the runtime asks for its first invocation.
    pub(super) async fn start(settings: &PoolSettings, spawner: &Spawner) -> Result<Self, InvokeError> {
        let (mut instance, began) = Self::spawn(settings, spawner)
            .await
            .map_err(|error| InvokeError::Init(format!("{}: {error}", settings.program.display())))?;
        let limit = began + INIT_MAX;
        let mut looks = looks();
        loop {
            tokio::select! {
                biased;
                signal = instance.api.signals.recv() => match signal {
                    Some(Signal::Next) => {
                        instance.init = Some(began.elapsed());
                        return Ok(instance);
                    }
                    Some(Signal::InitError(body)) => return Err(InvokeError::Init(excerpt(&body))),
                    _ => {}
                },
                status = instance.process.exited() => {
                    return Err(InvokeError::Init(format!("the runtime exited: {status}")));
                }
                _ = looks.tick() => {
                    instance.meter.look_around();
                    if let Some(error) = instance.out_of_memory() {
                        return Err(InvokeError::Init(error.to_string()));
                    }
                }
                () = sleep_until(limit) => {
                    let message = format!("the runtime did not ask for an invocation within {} seconds", INIT_MAX.as_secs());
                    return Err(InvokeError::Init(message));
                }
            }
        }
    }

    async fn spawn(settings: &PoolSettings, spawner: &Spawner) -> io::Result<(Self, Instant)> {
        let api = RuntimeApi::start().await?;
        let mut command = child::command(&settings.program);
        command.env_clear().envs(&settings.variables).current_dir(&settings.task_root);
        command.env("AWS_LAMBDA_RUNTIME_API", api.address.to_string());
        command.env("AWS_LAMBDA_LOG_STREAM_NAME", format!("local/[$LATEST]{:032x}", fastrand::u128(..)));
        let (mut process, (mut child, began)) = spawner.start(command).await?;
        if let Some(stdout) = child.stdout.take() {
            logs::forward(stdout, &settings.function.id);
        }
        if let Some(stderr) = child.stderr.take() {
            logs::forward(stderr, &settings.function.id);
        }
        process.reap(child);
        let meter = Meter::of(process.pid());
        Ok((Self { process, api, meter, memory_mb: settings.function.memory_mb, init: None }, began))
    }

    /// Hands an invocation over and waits for its outcome, at most until `deadline`.
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
        let mut looks = looks();
        loop {
            tokio::select! {
                biased;
                signal = self.api.signals.recv() => {
                    match signal {
                        Some(Signal::Delivered) => delivered = true,
                        Some(signal) => if let Some(outcome) = finished(signal) {
                            self.meter.look();
                            return self.out_of_memory().map_or(outcome, Outcome::Dead);
                        },
                        None => return Outcome::Dead(InvokeError::Crashed("no runtime API".to_owned())),
                    }
                }
                status = self.process.exited() => return self.final_signals(status, delivered).await,
                _ = looks.tick() => {
                    self.meter.look_around();
                    if let Some(error) = self.out_of_memory() {
                        return Outcome::Dead(error);
                    }
                }
                () = sleep_until(deadline) => return Outcome::Dead(InvokeError::TimedOut(limit)),
            }
        }
    }

    async fn final_signals(&mut self, status: String, delivered: bool) -> Outcome {
        let mut delivered = delivered;
        while let Ok(Some(signal)) = timeout(FINAL_SIGNALS_MAX, self.api.signals.recv()).await {
            if let Some(outcome) = finished(signal) {
                return outcome;
            }
            // Each signal of the runtime comes after the invocation has arrived.
            delivered = true;
        }
        if delivered { Outcome::Dead(InvokeError::Crashed(status)) } else { Outcome::Untouched }
    }

    /// Waits until the runtime asks for its next invocation. `false` if it does not before `deadline`.
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

    fn out_of_memory(&self) -> Option<InvokeError> {
        let used_mb = self.memory()?.div_ceil(1024 * 1024);
        let limit_mb = self.memory_mb;
        (used_mb > u64::from(limit_mb)).then_some(InvokeError::OutOfMemory { used_mb, limit_mb })
    }

    /// The most memory that it has used so far, in bytes.
    pub(super) fn memory(&self) -> Option<u64> {
        self.meter.peak()
    }

    /// How long its start took; only once.
    pub(super) fn take_init(&mut self) -> Option<Duration> {
        self.init.take()
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

fn looks() -> Interval {
    let mut looks = interval_at(Instant::now() + LOOK, LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}

fn finished(signal: Signal) -> Option<Outcome> {
    match signal {
        Signal::Response(body) => Some(Outcome::Response(body)),
        Signal::Error(body) => Some(Outcome::Failed(InvokeError::Function(body))),
        Signal::Next | Signal::Delivered | Signal::InitError(_) => None,
    }
}
