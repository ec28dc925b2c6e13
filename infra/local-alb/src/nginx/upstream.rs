//! Target groups: an upstream for each that has a server.

use std::fmt::Write as _;
use std::time::Duration;

use crate::http_target::HttpTarget;
use crate::routing::{Table, TargetGroup, TargetKind};
use crate::template::{LoadError, Template};

/// The address of functions without `--target`: the first function has this port, the others the ports after it.
const FUNCTIONS_HOST: &str = "127.0.0.1";
const FIRST_FUNCTION_PORT: u16 = 9001;
/// Connections that each worker keeps open to a group.
const KEPT: u32 = 64;

/// Where a group's requests go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach<'a> {
    /// To the upstream of this name.
    At(&'a str),
    /// Nowhere: the group has no target.
    Nowhere,
}

/// The upstreams for the groups of one table.
#[derive(Debug, Default)]
pub(super) struct Upstreams {
    names: Vec<String>,
    reachable: Vec<bool>,
}

impl Upstreams {
    /// The name that a group has in this file.
    pub(super) fn name(&self, group: usize) -> &str {
        &self.names[group]
    }

    pub(super) fn reach(&self, group: usize) -> Reach<'_> {
        if self.reachable[group] { Reach::At(&self.names[group]) } else { Reach::Nowhere }
    }
}

/// All upstreams of a file.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    given: &'a [(String, String)],
    /// The functions that rules lead to, in the order of their names.
    functions: Vec<&'a str>,
    /// Group ids and their names, of all tables so far.
    known: Vec<(&'a str, String)>,
    pub(super) text: String,
    pub(super) warnings: Vec<String>,
}

impl<'a> Writer<'a> {
    /// # Errors
    /// A `--target` for something that the template does not have.
    pub(super) fn new(
        template: &Template,
        tables: &'a [Table],
        given: &'a [(String, String)],
    ) -> Result<Self, LoadError> {
        let groups = || tables.iter().flat_map(|table| &table.groups);
        let mut functions: Vec<&str> = groups().filter_map(function).collect();
        functions.sort_unstable();
        functions.dedup();
        let mut warnings = Vec::new();
        for (name, _) in given {
            let is_external = functions.contains(&name.as_str()) || groups().any(|group| group.id == *name);
            if !template.declares(name) && !template.has_parameter(name) && !is_external {
                let message = "the template has nothing of this name";
                return Err(LoadError::of(format!("--target {name}"), message));
            }
            if !functions.contains(&name.as_str()) && !groups().any(|group| group.id == *name) {
                warnings.push(format!("--target {name} is not used: no rule forwards to it"));
            }
        }
        Ok(Self { given, functions, known: Vec::new(), text: String::new(), warnings })
    }

    /// Writes the upstreams of a table that are not there yet.
    ///
    /// # Errors
    /// A `--target` whose URL is none.
    pub(super) fn write(&mut self, table: &'a Table) -> Result<Upstreams, LoadError> {
        let mut upstreams = Upstreams::default();
        for group in &table.groups {
            let servers = self.servers(group)?;
            let known = self.known.iter().find(|(id, _)| *id == group.id).map(|(_, name)| name.clone());
            let name = known.unwrap_or_else(|| self.add(group, &servers));
            upstreams.names.push(name);
            upstreams.reachable.push(!servers.is_empty());
        }
        Ok(upstreams)
    }

    fn add(&mut self, group: &'a TargetGroup, servers: &[String]) -> String {
        let safe = |char: char| if char.is_ascii_alphanumeric() { char } else { '_' };
        let base = format!("alb_{}", group.id.chars().map(safe).collect::<String>());
        let mut name = base.clone();
        let mut number = 1;
        while self.known.iter().any(|(_, other)| *other == name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        self.known.push((&group.id, name.clone()));
        if servers.is_empty() {
            self.warnings.push(format!(
                "target group {} answers 503, for it has no target: pass --target {}=URL",
                group.id, group.id
            ));
            return name;
        }
        let _ = writeln!(self.text, "upstream {name} {{");
        if group.least_outstanding {
            self.text.push_str("    least_conn;\n");
        }
        for server in servers {
            // No server is ever left out: a balancer whose targets are all unhealthy uses all of them.
            let _ = writeln!(self.text, "    server {server} max_fails=0;");
        }
        let _ = writeln!(self.text, "    keepalive {KEPT};\n}}");
        if servers.len() > 1 {
            self.warnings.push(format!(
                "target group {}: nginx runs no health checks; it asks the next server when one cannot be \
                 reached",
                group.id
            ));
        }
        name
    }

    /// The addresses of a group's servers.
    fn servers(&self, group: &TargetGroup) -> Result<Vec<String>, LoadError> {
        let function = function(group);
        let names = |name: &str| name == group.id || Some(name) == function;
        let mut servers = Vec::new();
        for (name, url) in self.given.iter().filter(|(name, _)| names(name)) {
            let target = HttpTarget::parse(url, Duration::ZERO);
            let target = target.map_err(|problem| LoadError::of(format!("--target {name}"), problem))?;
            servers.push(target.address.to_string());
        }
        let place = self.functions.iter().position(|known| Some(*known) == function);
        if servers.is_empty()
            && let Some(offset) = place.and_then(|place| u16::try_from(place).ok())
        {
            let port = FIRST_FUNCTION_PORT.saturating_add(offset);
            servers.push(format!("{FUNCTIONS_HOST}:{port}"));
        }
        Ok(servers)
    }
}

fn function(group: &TargetGroup) -> Option<&str> {
    match &group.kind {
        TargetKind::Lambda(id) => id.as_deref(),
        TargetKind::Address | TargetKind::External => None,
    }
}
