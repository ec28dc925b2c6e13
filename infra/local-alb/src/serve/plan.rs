//! The plan of what to serve, made of the options and the files. Making it opens no socket and starts no process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::listening;
use crate::cli::ServeArgs;
use crate::input::Input;
use crate::invoke_api::Invocable;
use crate::lambda::environment::{EnvVars, Spawner};
use crate::routing::Table;
use crate::server::{AccessLog, Target};
use crate::system;
use crate::targets::{self, KeptTargets, Wiring};
use crate::template::{FilesRead, LoadError};
use crate::tls::Tls;

/// The settings of the whole run.
pub(super) struct Setup {
    pub(super) args: ServeArgs,
    pub(super) spawner: Spawner,
    pub(super) access_log: Option<Arc<AccessLog>>,
}

/// The listeners to serve, with their targets.
pub(super) struct Plan {
    pub(super) listeners: Vec<Planned>,
    pub(super) invocables: Vec<Invocable>,
    pub(super) kept: KeptTargets,
    pub(super) tls: Option<Tls>,
    pub(super) warnings: Vec<String>,
}

/// A listener of a plan.
pub(super) struct Planned {
    pub(super) table: Table,
    /// Its address, unless it is served already.
    pub(super) address: SocketAddr,
    pub(super) targets: Vec<Target>,
    /// The description of each target.
    pub(super) descriptions: Vec<String>,
}

/// The parts of the served plan that the next plan keeps.
#[derive(Clone, Copy)]
pub(super) struct Served<'a> {
    pub(super) kept: &'a KeptTargets,
    pub(super) tls: Option<&'a Tls>,
}

impl Setup {
    /// Reads the template and all files that belong to it. `files` notes them, also if reading fails.
    pub(super) fn plan(&self, served: Option<Served<'_>>, files: &FilesRead) -> Result<Plan, LoadError> {
        let args = &self.args;
        let named: Vec<String> = args.listen.iter().filter_map(|listen| listen.listener.clone()).collect();
        let input = Input::read(&args.template, &named, files)?;
        let listening = match served {
            None => listening::at_start(&input, args)?,
            Some(_) => listening::again(&input, args)?,
        };
        let (tables, addresses): (Vec<Table>, Vec<SocketAddr>) = listening.into_iter().unzip();
        let env_vars = match &args.env_vars {
            Some(file) => {
                files.note(file);
                EnvVars::read(file)?
            }
            None => EnvVars::default(),
        };
        let wiring = Wiring {
            functions: &args.functions,
            targets: &args.template.targets,
            environments_max: usize::from(args.max_environments),
            freeze: !args.no_freeze,
            env_vars: &env_vars,
            inherited: &system::inherited_variables(),
            spawner: &self.spawner,
            invoke_api: args.invoke_address.is_some(),
            served: served.map(|served| served.kept),
        };
        let wired = targets::wire(&input.template, &tables, &wiring)?;
        let mut warnings = input.warnings;
        warnings.extend(unauthenticated(&tables));
        warnings.extend(wired.warnings);
        let tls = self.tls(&tables, &addresses, served, &mut warnings)?;
        let listeners =
            tables.into_iter().zip(addresses).zip(wired.targets.into_iter().zip(wired.descriptions));
        let listeners = listeners.map(|((table, address), (targets, descriptions))| Planned {
            table,
            address,
            targets,
            descriptions,
        });
        Ok(Plan {
            listeners: listeners.collect(),
            invocables: wired.invocables,
            kept: wired.kept,
            tls,
            warnings,
        })
    }

    /// The TLS of the HTTPS listeners; nothing if there is none, or if they are served as plain HTTP. A
    /// certificate is for the whole run.
    fn tls(
        &self,
        tables: &[Table],
        addresses: &[SocketAddr],
        served: Option<Served<'_>>,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Tls>, LoadError> {
        let args = &self.args;
        if let Some(tls) = served.and_then(|served| served.tls) {
            return Ok(Some(tls.clone()));
        }
        if !tables.iter().any(|table| table.secure) {
            if args.tls.tls_cert.is_some() {
                warnings.push("--tls-cert is not used: no listener speaks HTTPS".to_owned());
            }
            return Ok(None);
        }
        if args.tls.plain_http {
            warnings.push("the listener is an HTTPS one; it is served as plain HTTP here".to_owned());
            return Ok(None);
        }
        match (&args.tls.tls_cert, &args.tls.tls_key) {
            (Some(certificate), Some(key)) => Tls::read(certificate, key).map(Some),
            _ => Tls::self_signed(addresses.iter().map(SocketAddr::ip)).map(Some),
        }
    }

    /// The programs of functions that run here.
    pub(super) fn programs(&self) -> Vec<PathBuf> {
        let specs = self.args.functions.iter().filter_map(|(_, spec)| spec.strip_prefix("exec:"));
        specs.map(PathBuf::from).collect()
    }
}

fn unauthenticated(tables: &[Table]) -> Vec<String> {
    let rules = tables.iter().flat_map(|table| &table.rules);
    let kinds = rules.flat_map(|rule| rule.unauthenticated.iter().map(move |kind| (rule, kind)));
    kinds
        .map(|(rule, kind)| format!("rule {}: {kind} is not performed, every request passes", rule.name))
        .collect()
}
