//! The command `serve`: everything is wired here.

use std::fmt::Write as _;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cli::ServeArgs;
use crate::input::Input;
use crate::lambda::environment::{EnvVars, Spawner};
use crate::report;
use crate::routing::{self, Table};
use crate::server::{self, AccessLog, Balancer};
use crate::targets::{self, Wired, Wiring};
use crate::template::LoadError;
use crate::tls::Tls;
use crate::{edge, health};

/// Where the only listener listens if nothing is said.
const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// Where each of several does.
const FREE_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Serves until SIGINT or SIGTERM.
///
/// # Errors
/// What keeps it from starting: the template, an option, or an address to listen on.
pub async fn serve(args: ServeArgs) -> Result<(), LoadError> {
    let named: Vec<String> = args.listen.iter().filter_map(|listen| listen.listener.clone()).collect();
    let input = Input::read(&args.template, &named)?;
    let mut tables = Vec::new();
    let mut addresses = Vec::new();
    for (table, address) in listening(&input, &args)? {
        tables.push(table);
        addresses.push(address);
    }
    let env_vars = args.env_vars.as_deref().map(EnvVars::read).transpose()?.unwrap_or_default();
    let spawner = Spawner::new().map_err(system)?;
    let wiring = Wiring {
        functions: &args.functions,
        targets: &args.template.targets,
        environments_max: usize::from(args.max_environments),
        freeze: !args.no_freeze,
        env_vars: &env_vars,
        inherited: &edge::inherited_variables(),
        spawner: &spawner,
    };
    let wired = targets::wire(&input.template, &tables, &wiring)?;
    for warning in input.warnings.iter().chain(&unauthenticated(&tables)).chain(&wired.warnings) {
        edge::log(&format!("local-alb: {warning}"));
    }
    let access_log = access_log(args.access_log.as_deref())?;
    let tls = tls(&args, &tables, &addresses)?;
    let mut listeners = Vec::new();
    for address in addresses {
        let bound = TcpListener::bind(address).await;
        listeners
            .push(bound.map_err(|error| LoadError::of(format!("--listen {address}"), error.to_string()))?);
    }
    // Before the line is printed: who waits for it may send the signal at once.
    let shutdown = shutdown().map_err(system)?;
    let text = announcement(&listeners, &tables, &wired.descriptions, tls.as_ref()).map_err(system)?;
    edge::print(&text);
    let mut checks = JoinSet::new();
    for (table, targets) in tables.iter().zip(&wired.targets) {
        health::start(&mut checks, table, targets, args.health_checks, args.health_check_interval);
    }
    run(listeners, tables, wired, Shared { tls, access_log: access_log.clone() }, shutdown).await;
    drop(checks);
    spawner.kill_all().await;
    if let Some(log) = access_log {
        log.flush();
    }
    Ok(())
}

/// What the listeners share.
struct Shared {
    tls: Option<Tls>,
    access_log: Option<Arc<AccessLog>>,
}

fn access_log(path: Option<&Path>) -> Result<Option<Arc<AccessLog>>, LoadError> {
    let Some(path) = path else { return Ok(None) };
    match AccessLog::open(path) {
        Ok(log) => Ok(Some(Arc::new(log))),
        Err(error) => Err(LoadError::of(format!("--access-log {}", path.display()), error.to_string())),
    }
}

/// The TLS of the HTTPS listeners; nothing if there is none, or if they are served as plain HTTP.
fn tls(args: &ServeArgs, tables: &[Table], addresses: &[SocketAddr]) -> Result<Option<Tls>, LoadError> {
    if !tables.iter().any(|table| table.secure) {
        if args.tls_cert.is_some() {
            edge::log("local-alb: --tls-cert is not used: no listener speaks HTTPS");
        }
        return Ok(None);
    }
    if args.plain_http {
        edge::log("local-alb: the listener is an HTTPS one; it is served as plain HTTP here");
        return Ok(None);
    }
    match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Tls::read(certificate, key).map(Some),
        _ => Tls::self_signed(addresses.iter().map(SocketAddr::ip)).map(Some),
    }
}

fn system(error: impl std::fmt::Display) -> LoadError {
    LoadError::of("local-alb", error.to_string())
}

/// The listeners to serve, compiled, and where each of them listens.
fn listening(input: &Input, args: &ServeArgs) -> Result<Vec<(Table, SocketAddr)>, LoadError> {
    let listeners = input.listeners(args.template.listener.as_deref())?;
    let compile = |listener| routing::compile(&input.template, listener, &input.options);
    let names = listeners.iter().map(|listener| listener.name.as_str()).collect::<Vec<_>>().join(", ");
    let unnamed = args.listen.iter().find(|listen| listen.listener.is_none());
    match (&listeners[..], unnamed) {
        ([only], Some(listen)) if args.listen.len() == 1 => Ok(vec![(compile(only)?, listen.address)]),
        (_, Some(_)) if args.listen.len() > 1 => {
            Err(LoadError::of("--listen", "several of them must be of the form LISTENER=ADDR"))
        }
        (several, Some(_)) => {
            let message = format!(
                "there are several listeners ({names}): pass --listener LOGICAL_ID, \
                 or --listen LISTENER=ADDR for each that is wanted"
            );
            let last = several.last().map(|listener| listener.error(&message));
            Err(last.unwrap_or_else(|| LoadError::of("--listen", message)))
        }
        ([only], None) if args.listen.is_empty() => Ok(vec![(compile(only)?, DEFAULT_ADDRESS)]),
        (several, None) if args.listen.is_empty() => {
            several.iter().map(|listener| Ok((compile(listener)?, FREE_PORT))).collect()
        }
        (several, None) => args
            .listen
            .iter()
            .map(|listen| {
                let name = listen.listener.as_deref().unwrap_or_default();
                let found = several.iter().find(|listener| listener.name == name);
                let message = format!("there is no such listener; the template has: {names}");
                let listener = found.ok_or_else(|| LoadError::of(format!("--listen {name}"), message))?;
                Ok((compile(listener)?, listen.address))
            })
            .collect(),
    }
}

fn unauthenticated(tables: &[Table]) -> Vec<String> {
    let rules = tables.iter().flat_map(|table| &table.rules);
    let kinds = rules.flat_map(|rule| rule.unauthenticated.iter().map(move |kind| (rule, kind)));
    kinds
        .map(|(rule, kind)| format!("rule {}: {kind} is not performed, every request passes", rule.name))
        .collect()
}

/// Where each listener listens, and its rules.
fn announcement(
    listeners: &[TcpListener],
    tables: &[Table],
    descriptions: &[Vec<String>],
    tls: Option<&Tls>,
) -> io::Result<String> {
    let mut text = String::new();
    for ((listener, table), descriptions) in listeners.iter().zip(tables).zip(descriptions) {
        let name = if tables.len() > 1 { format!(" ({})", table.listener) } else { String::new() };
        let tls = tls.filter(|_| table.secure);
        let protocol = if tls.is_some() { "https" } else { "http" };
        let _ = writeln!(text, "local-alb: listening on {protocol}://{}{name}", listener.local_addr()?);
        if let Some(tls) = tls {
            text.push_str(&tls.describe());
        }
        text.push_str(&report::lines(table, descriptions));
    }
    Ok(text)
}

/// Serves all listeners until `shutdown` resolves.
async fn run(
    listeners: Vec<TcpListener>,
    tables: Vec<Table>,
    wired: Wired,
    shared: Shared,
    shutdown: impl Future<Output = ()>,
) {
    let (stop, stopped) = watch::channel(false);
    let mut servers = JoinSet::new();
    for ((listener, table), targets) in listeners.into_iter().zip(tables).zip(wired.targets) {
        let mut stopped = stopped.clone();
        let end = async move {
            // An error is the sender's end, which is the end of all too.
            let _ = stopped.changed().await;
        };
        let tls = shared.tls.clone().filter(|_| table.secure);
        let access_log = shared.access_log.clone();
        let balancer = Balancer { table, targets, access_log, random: edge::random };
        servers.spawn(server::serve(listener, tls, balancer, end));
    }
    shutdown.await;
    let _ = stop.send(true);
    while servers.join_next().await.is_some() {}
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
