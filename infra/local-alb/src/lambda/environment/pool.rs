//! The environments of one function.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

use super::instance::{Instance, Outcome};
use super::logs;
use super::process::Spawner;
use super::report::Report;
use super::runtime_api::Invocation;
use super::settings::PoolSettings;
use crate::lambda::error::InvokeError;
use crate::system;

/// The most requests that wait for an environment. A longer queue would only hide an overload.
const QUEUE_MAX: usize = 1000;
/// The most environments that are tried for one invocation, if they end before they get it.
const ATTEMPTS_MAX: usize = 3;

/// How long a request waits for an environment that has just answered, before another one is started. A client that
/// sends its next request at once is faster than the runtime; without the wait it would cause a cold start.
const RETURN_MAX: Duration = Duration::from_millis(50);

/// The environments that wait for an invocation; the last used is the last in the list.
#[derive(Debug, Default)]
struct Idle {
    instances: Vec<Instance>,
    /// Another pool has taken over, so that no environment is kept any more.
    retired: bool,
}

/// A function's environments: idle ones are used again (the last used first), and a new one is started
/// when all are busy, up to a maximum beyond which requests wait in the order of their arrival.
#[derive(Debug)]
pub struct Pool {
    settings: PoolSettings,
    spawner: Spawner,
    idle: Mutex<Idle>,
    slots: Arc<Semaphore>,
    reserved: Option<Arc<Semaphore>>,
    waiting: AtomicUsize,
    /// The number of environments that have answered and have not yet asked for their next invocation.
    returning: AtomicUsize,
    returned: Notify,
}

impl Pool {
    /// A pool without any environment yet.
    #[must_use]
    pub fn new(settings: PoolSettings, spawner: Spawner) -> Arc<Self> {
        let reserved = settings.function.reserved_concurrency;
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(settings.environments_max)),
            reserved: reserved.map(|count| Arc::new(Semaphore::new(count))),
            settings,
            spawner,
            idle: Mutex::default(),
            waiting: AtomicUsize::new(0),
            returning: AtomicUsize::new(0),
            returned: Notify::new(),
        })
    }

    /// The settings of the pool.
    #[must_use]
    pub fn settings(&self) -> &PoolSettings {
        &self.settings
    }

    /// Another pool has taken over: idle environments end now, busy ones after their invocation.
    pub fn retire(&self) {
        let mut idle = self.idle();
        idle.retired = true;
        idle.instances.clear();
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Invokes the function. An invocation that an environment has got runs to its end even if the client is gone:
    /// Lambda does not cancel an invocation either, and the environment returns in a known state.
    ///
    /// # Errors
    /// The reason for which the function gave no answer.
    pub async fn invoke(
        self: &Arc<Self>,
        request_id: &str,
        payload: Bytes,
        trace_id: &str,
    ) -> Result<Bytes, InvokeError> {
        let reserved = self.reserve()?;
        let slot = self.slot().await?;
        let (reply, answer) = oneshot::channel();
        let pool = Arc::clone(self);
        let (request_id, trace_id) = (request_id.to_owned(), trace_id.to_owned());
        tokio::spawn(async move {
            pool.run(request_id, payload, trace_id, reply).await;
            drop((slot, reserved));
        });
        answer.await.unwrap_or_else(|_| Err(InvokeError::Crashed("the environment was dropped".to_owned())))
    }

    fn reserve(&self) -> Result<Option<OwnedSemaphorePermit>, InvokeError> {
        let Some(reserved) = &self.reserved else { return Ok(None) };
        let count = self.settings.function.reserved_concurrency.unwrap_or_default();
        Arc::clone(reserved).try_acquire_owned().map(Some).map_err(|_| InvokeError::Throttled(count))
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit, InvokeError> {
        let _waiting = Waiting::enter(&self.waiting)?;
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        slot.map_err(|_| InvokeError::Init("shutting down".to_owned()))
    }

    async fn run(
        &self,
        request_id: String,
        payload: Bytes,
        trace_id: String,
        reply: oneshot::Sender<Result<Bytes, InvokeError>>,
    ) {
        for _ in 0..ATTEMPTS_MAX {
            let mut instance = match self.take().await {
                Ok(instance) => instance,
                Err(error) => return self.answer(reply, Err(error)),
            };
            let (limit, began) = (self.settings.function.timeout, Instant::now());
            let deadline = began + limit;
            let invocation = self.invocation(&request_id, payload.clone(), &trace_id);
            let outcome = instance.invoke(invocation, limit, deadline).await;
            let mut report = Report {
                function: &self.settings.function,
                request_id: &request_id,
                init: None,
                duration: Duration::ZERO,
                memory: None,
                error: None,
            };
            let answer = match outcome {
                Outcome::Untouched => continue,
                Outcome::Dead(error) => {
                    report.error = Some(&error);
                    self.log(&mut instance, report, began);
                    drop(instance);
                    return self.answer(reply, Err(error));
                }
                Outcome::Failed(error) => Err(error),
                Outcome::Response(body) => Ok(body),
            };
            let error = answer.as_ref().err().cloned();
            // Raised before the answer is sent, so that the client's next request sees it.
            self.returning.fetch_add(1, Ordering::SeqCst);
            self.answer(reply, answer);
            report.error = error.as_ref();
            return self.keep(instance, deadline, report, began).await;
        }
        self.answer(
            reply,
            Err(InvokeError::Crashed("environments end before they get the invocation".to_owned())),
        );
    }

    fn answer(&self, reply: oneshot::Sender<Result<Bytes, InvokeError>>, answer: Result<Bytes, InvokeError>) {
        // The client is gone, so the log is the only place for the error.
        if let Err(Err(error)) = reply.send(answer) {
            system::log(&format!("local-alb: {}: {error}", self.settings.function.id));
        }
    }

    async fn take(&self) -> Result<Instance, InvokeError> {
        let give_up = Instant::now() + RETURN_MAX;
        loop {
            // Subscribes before it looks, so that an environment which returns in between is not missed.
            let returned = self.returned.notified();
            if let Some(instance) = self.pop() {
                return Ok(instance);
            }
            let none_returns = self.returning.load(Ordering::SeqCst) == 0;
            if none_returns || timeout_at(give_up, returned).await.is_err() {
                return Instance::start(&self.settings, &self.spawner).await;
            }
        }
    }

    /// The idle environment that was used last. Dead ones are dropped.
    fn pop(&self) -> Option<Instance> {
        let mut idle = self.idle();
        while let Some(instance) = idle.instances.pop() {
            if !instance.is_dead() {
                return Some(instance);
            }
        }
        None
    }

    /// Waits until an environment that has answered asks for its next invocation, and puts it back.
    async fn keep(&self, mut instance: Instance, deadline: Instant, report: Report<'_>, began: Instant) {
        let is_back = instance.settle(deadline).await;
        self.log(&mut instance, report, began);
        if is_back {
            self.put_back(instance);
        } else if !instance.is_dead() {
            let id = &self.settings.function.id;
            system::log(&format!(
                "local-alb: {id}: the environment did not ask for its next invocation in time: killed"
            ));
        }
        self.returning.fetch_sub(1, Ordering::SeqCst);
        self.returned.notify_waiters();
    }

    /// Logs the report on an invocation that began at `began`.
    fn log(&self, instance: &mut Instance, report: Report<'_>, began: Instant) {
        let init = instance.take_init();
        let report = Report { init, duration: began.elapsed(), memory: instance.memory(), ..report };
        if let Some(line) = report.line(system::unix_time()) {
            logs::emit(&self.settings.function.id, &line);
        }
    }

    fn put_back(&self, instance: Instance) {
        let mut idle = self.idle();
        if idle.retired {
            return;
        }
        if self.settings.freeze {
            instance.freeze();
        }
        idle.instances.push(instance);
    }

    fn invocation(&self, request_id: &str, payload: Bytes, trace_id: &str) -> Invocation {
        let deadline = system::unix_time() + self.settings.function.timeout;
        Invocation {
            request_id: request_id.to_owned(),
            deadline_ms: deadline.as_millis(),
            function_arn: self.settings.function.arn.clone(),
            trace_id: trace_id.to_owned(),
            payload,
        }
    }
}

/// A place in the queue, given back when this is dropped (also when the client goes away).
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self, InvokeError> {
        let place = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) >= QUEUE_MAX {
            return Err(InvokeError::QueueFull);
        }
        Ok(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
