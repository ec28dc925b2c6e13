//! The open listeners, and the change from one plan to the next.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::plan::{Plan, Planned, Served, Setup};
use super::system_error::system;
use crate::invoke_api::{self, Invocable, Invocables};
use crate::server::{self, Balancer, Phase};
use crate::targets::KeptTargets;
use crate::template::LoadError;
use crate::tls::Tls;
use crate::{health, report, system};

/// All that runs.
#[derive(Default)]
pub(super) struct Running {
    open: Vec<Open>,
    invoke_api: Option<InvokeApi>,
    kept: KeptTargets,
    tls: Option<Tls>,
    servers: JoinSet<()>,
    checks: JoinSet<()>,
    /// The phases of closed listeners whose requests have not ended.
    draining: Vec<watch::Sender<Phase>>,
}

/// A listener that is open.
struct Open {
    name: String,
    address: SocketAddr,
    /// The text that was printed about it.
    text: String,
    balancers: watch::Sender<Arc<Balancer>>,
    phase: watch::Sender<Phase>,
}

/// The open Invoke API.
struct InvokeApi {
    invocables: watch::Sender<Arc<Invocables>>,
    phase: watch::Sender<Phase>,
}

/// A listener that a plan needs and that is not open yet: its place in the plan, and its socket.
struct Bound(usize, TcpListener);

impl Running {
    /// The parts of the served plan that the next plan keeps.
    pub(super) fn served(&self) -> Served<'_> {
        Served { kept: &self.kept, tls: self.tls.as_ref() }
    }

    /// Replaces the served plan. On an error nothing has changed. Gives the text to print about changed listeners.
    pub(super) async fn serve(&mut self, setup: &Setup, plan: Plan) -> Result<String, LoadError> {
        let bound = self.bind(&plan).await?;
        let invoke_socket = self.bind_invoke_api(setup.args.invoke_address).await?;
        let mut old = std::mem::take(&mut self.open);
        // A single listener with a new name keeps its socket.
        if let ([only], [planned]) = (&mut old[..], &plan.listeners[..]) {
            only.name.clone_from(&planned.table.listener);
        }
        let (mut bound, several) = (bound.into_iter().peekable(), plan.listeners.len() > 1);
        // The checks of the plan before end with their set.
        self.checks = JoinSet::new();
        let mut news = String::new();
        for (index, planned) in plan.listeners.into_iter().enumerate() {
            let every = setup.args.health_checks;
            let pace = setup.args.health_check_interval;
            health::start(&mut self.checks, &planned.table, &planned.targets, every, pace);
            let socket = bound.next_if(|bound| bound.0 == index).map(|Bound(_, socket)| socket);
            let kept = old.iter().position(|open| open.name == planned.table.listener);
            let address = match (&socket, kept) {
                (Some(socket), _) => socket.local_addr().map_err(system)?,
                (None, Some(kept)) => old[kept].address,
                (None, None) => continue,
            };
            let tls = plan.tls.clone().filter(|_| planned.table.secure);
            let text = announcement(address, &planned, tls.as_ref(), several);
            let name = planned.table.listener.clone();
            let Planned { table, targets, .. } = planned;
            let access_log = setup.access_log.clone();
            let balancer = Arc::new(Balancer { table, targets, tls, access_log, random: system::random });
            let mut open = match (socket, kept) {
                (Some(socket), _) => self.start(name, address, socket, balancer),
                (None, Some(kept)) => {
                    old[kept].balancers.send_replace(balancer);
                    old.swap_remove(kept)
                }
                (None, None) => continue,
            };
            if open.text != text {
                news.push_str(&text);
            }
            open.text = text;
            self.open.push(open);
        }
        news.push_str(&self.serve_invoke_api(invoke_socket, plan.invocables).map_err(system)?);
        for gone in old {
            let _ = writeln!(news, "local-alb: no longer listening on {} ({})", gone.address, gone.name);
            gone.phase.send_replace(Phase::Draining);
            self.draining.push(gone.phase);
        }
        self.draining.retain(|phase| phase.receiver_count() > 0);
        for id in self.kept.retire(&plan.kept) {
            let _ = writeln!(news, "local-alb: {id} has changed: its environments are replaced");
        }
        (self.kept, self.tls) = (plan.kept, plan.tls);
        Ok(news)
    }

    /// Opens the sockets of the listeners that are new.
    async fn bind(&self, plan: &Plan) -> Result<Vec<Bound>, LoadError> {
        let mut bound = Vec::new();
        let renamed = self.open.len() == 1 && plan.listeners.len() == 1;
        for (index, planned) in plan.listeners.iter().enumerate() {
            if renamed || self.open.iter().any(|open| open.name == planned.table.listener) {
                continue;
            }
            let address = planned.address;
            let socket = TcpListener::bind(address).await;
            let socket =
                socket.map_err(|error| LoadError::of(format!("--listen {address}"), error.to_string()))?;
            bound.push(Bound(index, socket));
        }
        Ok(bound)
    }

    /// Opens the socket of the Invoke API, unless it is open.
    async fn bind_invoke_api(&self, address: Option<SocketAddr>) -> Result<Option<TcpListener>, LoadError> {
        let Some(address) = address.filter(|_| self.invoke_api.is_none()) else { return Ok(None) };
        let socket = TcpListener::bind(address).await;
        let refused =
            |error: std::io::Error| LoadError::of(format!("--invoke-address {address}"), error.to_string());
        socket.map(Some).map_err(refused)
    }

    /// Gives the Invoke API its functions, and starts it on its socket if that is new. Gives the text to print.
    fn serve_invoke_api(
        &mut self,
        socket: Option<TcpListener>,
        invocables: Vec<Invocable>,
    ) -> std::io::Result<String> {
        let invocables = Arc::new(Invocables::new(invocables));
        if let Some(open) = &self.invoke_api {
            open.invocables.send_replace(Arc::clone(&invocables));
        }
        let Some(socket) = socket else { return Ok(String::new()) };
        let address = socket.local_addr()?;
        let (invocables, newest) = watch::channel(invocables);
        let (phase, current) = watch::channel(Phase::Serving);
        self.servers.spawn(invoke_api::serve(socket, newest, current));
        self.invoke_api = Some(InvokeApi { invocables, phase });
        Ok(format!("local-alb: Invoke API on http://{address}\n"))
    }

    fn start(
        &mut self,
        name: String,
        address: SocketAddr,
        socket: TcpListener,
        balancer: Arc<Balancer>,
    ) -> Open {
        let (balancers, newest) = watch::channel(balancer);
        let (phase, current) = watch::channel(Phase::Serving);
        self.servers.spawn(server::serve(socket, newest, current));
        Open { name, address, text: String::new(), balancers, phase }
    }

    /// Closes all listeners. Requests under way get a short while.
    pub(super) async fn end(mut self) {
        self.checks.abort_all();
        let phases = self.open.iter().map(|open| &open.phase).chain(&self.draining);
        let phases = phases.chain(self.invoke_api.iter().map(|open| &open.phase));
        phases.for_each(|phase| _ = phase.send_replace(Phase::Ending));
        while self.servers.join_next().await.is_some() {}
    }
}

/// Where a listener listens, and its rules.
fn announcement(address: SocketAddr, planned: &Planned, tls: Option<&Tls>, several: bool) -> String {
    let name = if several { format!(" ({})", planned.table.listener) } else { String::new() };
    let protocol = if tls.is_some() { "https" } else { "http" };
    let mut text = format!("local-alb: listening on {protocol}://{address}{name}\n");
    if let Some(tls) = tls {
        text.push_str(&tls.describe());
    }
    text.push_str(&report::lines(&planned.table, &planned.descriptions));
    text
}
