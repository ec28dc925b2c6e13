//! The client at the other end of a connection.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::balancer::Balancer;
use super::guard::Gate;
use crate::forwarding::Arrival;
use crate::tls::Session;

/// The state that the requests of a connection share until the listener's rules change.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) balancer: Arc<Balancer>,
    pub(super) arrival: Arrival,
    pub(super) session: Option<Session>,
    pub(super) gate: Arc<Gate>,
    /// The connection's own name in the access log.
    pub(super) trace: String,
}

/// Gives each request of a connection the rules at its arrival.
#[derive(Debug)]
pub(super) struct Clients(Mutex<(Arc<Client>, watch::Receiver<Arc<Balancer>>)>);

impl Clients {
    pub(super) fn new(client: Client, balancers: watch::Receiver<Arc<Balancer>>) -> Self {
        Self(Mutex::new((Arc::new(client), balancers)))
    }

    /// The client, with the newest rules.
    pub(super) fn current(&self) -> Arc<Client> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (client, balancers) = &mut *held;
        if balancers.has_changed().unwrap_or(false) {
            let balancer = Arc::clone(&balancers.borrow_and_update());
            *client = Arc::new(Client { balancer, ..(**client).clone() });
        }
        Arc::clone(client)
    }
}
