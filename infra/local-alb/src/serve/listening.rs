//! The choice of listeners to serve, and of their addresses.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::cli::{Listen, ServeArgs};
use crate::input::Input;
use crate::routing::{self, Listener, Table};
use crate::template::LoadError;

/// The default address of a single listener.
const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
/// The default address of each of several listeners.
const FREE_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The listeners to serve at the start, compiled, and where each of them listens.
pub(super) fn at_start(input: &Input, args: &ServeArgs) -> Result<Vec<(Table, SocketAddr)>, LoadError> {
    let listeners = input.listeners(args.template.listener.as_deref())?;
    let compile = |listener| routing::compile(&input.template, listener, &input.options);
    let unnamed = args.listen.iter().find(|listen| listen.listener.is_none());
    match (&listeners[..], unnamed) {
        ([only], Some(listen)) if args.listen.len() == 1 => Ok(vec![(compile(only)?, listen.address)]),
        (_, Some(_)) if args.listen.len() > 1 => {
            Err(LoadError::of("--listen", "several of them must be of the form LISTENER=ADDR"))
        }
        (several, Some(_)) => {
            let message = format!(
                "there are several listeners ({}): pass --listener LOGICAL_ID, \
                 or --listen LISTENER=ADDR for each that is wanted",
                names(several)
            );
            let last = several.last().map(|listener| listener.error(&message));
            Err(last.unwrap_or_else(|| LoadError::of("--listen", message)))
        }
        ([only], None) if args.listen.is_empty() => Ok(vec![(compile(only)?, DEFAULT_ADDRESS)]),
        (several, None) if args.listen.is_empty() => {
            several.iter().map(|listener| Ok((compile(listener)?, FREE_PORT))).collect()
        }
        (several, None) => {
            let wanted = args.listen.iter().map(|listen| {
                let name = listen.listener.as_deref().unwrap_or_default();
                let message = format!("there is no such listener; the template has: {}", names(several));
                let listener = found(several, listen)
                    .ok_or_else(|| LoadError::of(format!("--listen {name}"), message))?;
                Ok((compile(listener)?, listen.address))
            });
            wanted.collect()
        }
    }
}

/// The listeners to serve after the template has changed. A listener that is served already keeps its address. A listener
/// that the command line names may be missing from the template for the moment.
pub(super) fn again(input: &Input, args: &ServeArgs) -> Result<Vec<(Table, SocketAddr)>, LoadError> {
    let listeners = input.listeners(args.template.listener.as_deref())?;
    let compile =
        |listener, address| Ok((routing::compile(&input.template, listener, &input.options)?, address));
    if args.listen.iter().all(|listen| listen.listener.is_none()) {
        return listeners.iter().map(|listener| compile(listener, FREE_PORT)).collect();
    }
    let wanted = args.listen.iter().filter_map(|listen| Some((found(&listeners, listen)?, listen.address)));
    wanted.map(|(listener, address)| compile(listener, address)).collect()
}

fn found<'l, 't>(listeners: &'l [Listener<'t>], listen: &Listen) -> Option<&'l Listener<'t>> {
    listeners.iter().find(|listener| Some(&listener.name) == listen.listener.as_ref())
}

fn names(listeners: &[Listener<'_>]) -> String {
    listeners.iter().map(|listener| listener.name.as_str()).collect::<Vec<_>>().join(", ")
}
