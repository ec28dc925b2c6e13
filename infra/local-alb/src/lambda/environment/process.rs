//! The processes of functions: start, freeze, thaw and kill.

use std::collections::HashSet;
use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};

/// The most starts that wait for the spawner's thread; each takes about a millisecond.
const STARTS_MAX: usize = 64;

/// How long the end of the program waits for killed processes.
const REAP_MAX: Duration = Duration::from_secs(1);

/// The process groups that are alive. All are killed at the end.
#[derive(Debug, Default)]
struct Registry {
    closed: bool,
    groups: HashSet<Pid>,
}

type SharedRegistry = Arc<Mutex<Registry>>;

/// Starts processes from one thread of its own.
///
/// The kernel's parent-death signal watches the *thread* that forked. A thread of the async runtime may end at any time;
/// this thread ends with the program.
#[derive(Debug, Clone)]
pub struct Spawner {
    starts: mpsc::Sender<(Command, oneshot::Sender<io::Result<Started>>)>,
    registry: SharedRegistry,
}

/// A process that was started, and when. The thread that asked for it may get to run a while after the process does.
pub(super) type Started = (Child, Instant);

impl Spawner {
    /// Starts the thread. Must be called within an async runtime.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new() -> io::Result<Self> {
        let (starts, mut inbox) =
            mpsc::channel::<(Command, oneshot::Sender<io::Result<Started>>)>(STARTS_MAX);
        let runtime = tokio::runtime::Handle::current();
        std::thread::Builder::new().name("spawner".to_owned()).spawn(move || {
            let _guard = runtime.enter();
            while let Some((mut command, reply)) = inbox.blocking_recv() {
                // The requester may be gone: the child is killed with the dropped reply.
                let _ = reply.send(command.spawn().map(|child| (child, Instant::now())));
            }
        })?;
        Ok(Self { starts, registry: SharedRegistry::default() })
    }

    /// Starts a command in a process group of its own, with both outputs piped.
    pub(super) async fn start(&self, mut command: Command) -> io::Result<(Process, Started)> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        let (reply, child) = oneshot::channel();
        let gone = || io::Error::other("the spawner is gone");
        self.starts.send((command, reply)).await.map_err(|_| gone())?;
        let (child, began) = child.await.map_err(|_| gone())??;
        let raw = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let pid = raw.ok_or_else(|| io::Error::other("the process has no id"))?;
        let mut registry = lock(&self.registry);
        if registry.closed {
            return Err(io::Error::other("shutting down"));
        }
        registry.groups.insert(pid);
        drop(registry);
        let (exit, exited) = watch::channel(None);
        Ok((Process { pid, registry: Arc::clone(&self.registry), exited, exit: Some(exit) }, (child, began)))
    }

    /// Kills every process, frozen or not, refuses new starts, and waits up to a second until all are gone. (A
    /// process in an uninterruptible state may take longer.)
    pub async fn kill_all(&self) {
        let give_up = Instant::now() + REAP_MAX;
        self.signal_all();
        while !lock(&self.registry).groups.is_empty() && Instant::now() < give_up {
            sleep(Duration::from_millis(5)).await;
        }
    }

    fn signal_all(&self) {
        let mut registry = lock(&self.registry);
        registry.closed = true;
        for pid in &registry.groups {
            // SIGKILL reaches stopped processes too.
            let _ = kill_process_group(*pid, Signal::KILL);
        }
    }
}

/// A running process (and its group). Dropping it kills the group.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    registry: SharedRegistry,
    exited: watch::Receiver<Option<String>>,
    exit: Option<watch::Sender<Option<String>>>,
}

impl Process {
    /// Waits for the process in a task of its own, so that it never stays a zombie.
    pub(super) fn reap(&mut self, mut child: Child) {
        let Some(exit) = self.exit.take() else { return };
        let (pid, registry) = (self.pid, Arc::clone(&self.registry));
        tokio::spawn(async move {
            let status = child.wait().await;
            // The processes that the function started are in its group.
            let _ = kill_process_group(pid, Signal::KILL);
            lock(&registry).groups.remove(&pid);
            exit.send_replace(Some(
                status.map_or_else(|error| error.to_string(), |status| status.to_string()),
            ));
        });
    }

    /// The process's id.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Resolves to the exit status when the process has ended.
    pub(super) async fn exited(&mut self) -> String {
        match self.exited.wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_default(),
            Err(_) => "unknown".to_owned(),
        }
    }

    /// Whether the process has ended. It also asks the kernel, because the task that waits for the process may not have
    /// run yet.
    pub(super) fn has_exited(&self) -> bool {
        let how = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // An error means that the task has reaped the process already.
        let is_alive = || matches!(waitid(WaitId::Pid(self.pid), how), Ok(None));
        self.exited.borrow().is_some() || !is_alive()
    }

    /// Stops the group, as Lambda freezes an environment between invocations.
    pub(super) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets the group go on.
    pub(super) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let registry = lock(&self.registry);
        // After the end the system may give the id to another process.
        if registry.groups.contains(&self.pid) {
            let _ = kill_process_group(self.pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

fn lock(registry: &SharedRegistry) -> std::sync::MutexGuard<'_, Registry> {
    registry.lock().unwrap_or_else(PoisonError::into_inner)
}
