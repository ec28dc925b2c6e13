//! The command `serve`: everything is wired here.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::ServeArgs;
use crate::lambda::environment::{EnvVars, Spawner};
use crate::routing::{self, Action, Table};
use crate::server::{self, AccessLog, Balancer};
use crate::targets::{self, Wiring};
use crate::template::{Inputs, LoadError, Template};
use crate::tls::Tls;
use crate::{edge, health};

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps it from starting: the template, an option, or the address to listen on.
pub async fn serve(args: ServeArgs) -> Result<(), LoadError> {
    let stand_ins: Vec<String> = args.targets.iter().map(|(name, _)| name.clone()).collect();
    let inputs = Inputs {
        parameters: args.parameters.iter().cloned().collect(),
        imports: args.imports.iter().cloned().collect(),
        stand_ins: stand_ins.clone(),
    };
    let template = Template::read(&args.template, inputs)?;
    let table = routing::load(&template, args.listener.as_deref(), &stand_ins)?;
    let env_vars = args.env_vars.as_deref().map(EnvVars::read).transpose()?.unwrap_or_default();
    let system = |error: io::Error| LoadError::of("local-alb", error.to_string());
    let spawner = Spawner::new().map_err(system)?;
    let wiring = Wiring {
        functions: &args.functions,
        targets: &args.targets,
        environments_max: usize::from(args.max_environments),
        freeze: !args.no_freeze,
        env_vars: &env_vars,
        inherited: &edge::inherited_variables(),
        spawner: &spawner,
    };
    let wired = targets::wire(&template, &table, &wiring)?;
    for warning in wired.warnings {
        edge::log(&format!("local-alb: {warning}"));
    }
    let access_log = access_log(args.access_log.as_deref())?;
    let tls = tls(&args, table.secure)?;
    let bound = TcpListener::bind(args.listen).await;
    let listener =
        bound.map_err(|error| LoadError::of(format!("--listen {}", args.listen), error.to_string()))?;
    let address = listener.local_addr().map_err(system)?;
    // Before the line is printed: who waits for it may send the signal at once.
    let shutdown = shutdown().map_err(system)?;
    let (protocol, certificate) = match &tls {
        Some(tls) => ("https", tls.describe()),
        None => ("http", String::new()),
    };
    edge::print(&format!(
        "local-alb: listening on {protocol}://{address}\n{certificate}{}",
        describe(&table, &wired.descriptions)
    ));
    let checks = health::start(&table, &wired.targets, args.health_checks, args.health_check_interval);
    let balancer = Balancer { table, targets: wired.targets, access_log: access_log.clone() };
    server::serve(listener, tls, balancer, shutdown).await;
    drop(checks);
    spawner.kill_all().await;
    if let Some(log) = access_log {
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

fn tls(args: &ServeArgs, secure: bool) -> Result<Option<Tls>, LoadError> {
    match (secure, &args.tls_cert, &args.tls_key) {
        (false, Some(_), _) => {
            edge::log("local-alb: --tls-cert is not used: the listener speaks HTTP");
            Ok(None)
        }
        (false, ..) => Ok(None),
        (true, ..) if args.plain_http => {
            edge::log("local-alb: the listener is an HTTPS one; it is served as plain HTTP here");
            Ok(None)
        }
        (true, Some(certificate), Some(key)) => Tls::read(certificate, key).map(Some),
        (true, ..) => Tls::self_signed(args.listen.ip()).map(Some),
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

/// The rules, a line each: priority, conditions, target.
fn describe(table: &Table, targets: &[String]) -> String {
    let mut text = String::new();
    for rule in &table.rules {
        let priority = rule.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string());
        let conditions: Vec<String> = rule.conditions.iter().map(ToString::to_string).collect();
        let target = match &rule.action {
            Action::Forward(index) => targets.get(*index).cloned().unwrap_or_default(),
            action @ Action::FixedResponse(_) => action.to_string(),
        };
        let conditions = conditions.join(", ");
        let _ = writeln!(
            text,
            "{priority:>9}  {conditions}{}-> {target}",
            if conditions.is_empty() { "" } else { " " }
        );
    }
    text
}
