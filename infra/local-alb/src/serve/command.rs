//! From the start of the command to its end.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::plan::Setup;
use super::reload::Watch;
use super::running::Running;
use super::system_error::system;
use crate::cli::ServeArgs;
use crate::lambda::environment::Spawner;
use crate::server::AccessLog;
use crate::system;
use crate::template::{FilesRead, LoadError};

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps it from starting: the template, an option, or an address to listen on.
pub async fn serve(args: ServeArgs) -> Result<(), LoadError> {
    let spawner = Spawner::new().map_err(system)?;
    let access_log = access_log(args.access_log.as_deref())?;
    let setup = Setup { args, spawner, access_log };
    let files = FilesRead::default();
    let plan = setup.plan(None, &files)?;
    for warning in &plan.warnings {
        system::log(&format!("local-alb: {warning}"));
    }
    // Set up before the line is printed, because a process that waits for the line may send the signal at once.
    let shutdown = shutdown().map_err(system)?;
    let mut running = Running::default();
    let text = running.serve(&setup, plan).await?;
    let mut watch = Watch::new(&setup, files);
    system::print(&text);
    tokio::select! {
        () = shutdown => {}
        () = watch.run(&mut running), if !setup.args.no_reload => {}
    }
    running.end().await;
    setup.spawner.kill_all().await;
    if let Some(log) = &setup.access_log {
        log.flush();
    }
    Ok(())
}

fn access_log(path: Option<&Path>) -> Result<Option<Arc<AccessLog>>, LoadError> {
    let Some(path) = path else { return Ok(None) };
    match AccessLog::open(path) {
        Ok(log) => Ok(Some(Arc::new(log))),
        Err(error) => Err(LoadError::of(format!("--access-log {}", path.display()), error.to_string())),
    }
}

fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
