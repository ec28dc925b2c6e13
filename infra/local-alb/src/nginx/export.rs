//! The command: from the options to the file.

use std::fmt::Write as _;
use std::path::Path;

use super::server::Listening;
use super::{common, quote, server, upstream};
use crate::cli::ExportNginxArgs;
use crate::input::Input;
use crate::routing::{self, Condition, Table};
use crate::template::{FilesRead, LoadError};

/// The most variables for which nginx's default table size is large enough.
const VARIABLES_MAX: usize = 300;

/// A configuration and its warnings.
#[derive(Debug)]
pub struct Exported {
    /// The file, to be included in nginx's `http` block.
    pub text: String,
    /// The differences between nginx and a balancer.
    pub warnings: Vec<String>,
}

/// The command.
///
/// # Errors
/// A template that cannot be read, or a construct that nginx cannot express.
pub fn export(args: &ExportNginxArgs) -> Result<Exported, LoadError> {
    let named: Vec<String> = args.listen.iter().filter_map(|listen| listen.listener.clone()).collect();
    let input = Input::read(&args.template, &named, &FilesRead::default())?;
    let listeners = input.listeners(args.template.listener.as_deref())?;
    let mut tables = Vec::new();
    for listener in &listeners {
        tables.push(routing::compile(&input.template, listener, &input.options)?);
    }
    let mut upstreams = upstream::Writer::new(&input.template, &tables, &args.template.targets)?;
    let mut servers = String::new();
    let mut warnings = input.warnings.clone();
    for (index, table) in tables.iter().enumerate() {
        let names = upstreams.write(table)?;
        let listening = listening(args, table, tables.len())?;
        servers.push_str(&server::write(table, &format!("alb{}", index + 1), &listening, &names)?);
        warnings.extend(differences(table));
    }
    warnings.append(&mut upstreams.warnings);
    unknown_listeners(args, &tables)?;
    let text = [heading(&warnings), upstreams.text, sizes(&servers), common::maps(), servers].concat();
    Ok(Exported { text, warnings })
}

/// The address of a listener: that of `--listen`, or the port of the template on all addresses.
fn listening<'a>(args: &'a ExportNginxArgs, table: &Table, count: usize) -> Result<Listening<'a>, LoadError> {
    let own = |name: &Option<String>| name.as_ref().map_or(count == 1, |name| *name == table.listener);
    let said = args.listen.iter().find(|listen| own(&listen.listener)).map(|listen| listen.address);
    let port = table.port.unwrap_or(if table.secure { 443 } else { 80 });
    let address = said.map_or_else(|| port.to_string(), |address| address.to_string());
    if !table.secure || args.tls.plain_http {
        return Ok(Listening { address, tls: None });
    }
    let (Some(certificate), Some(key)) = (&args.tls.tls_cert, &args.tls.tls_key) else {
        let message = "it speaks HTTPS: pass --tls-cert FILE and --tls-key FILE, or --plain-http";
        return Err(LoadError::of(format!("listener {}", table.listener), message));
    };
    let tls: Option<(&Path, &Path)> = Some((certificate, key));
    Ok(Listening { address: format!("{address} ssl http2"), tls })
}

fn unknown_listeners(args: &ExportNginxArgs, tables: &[Table]) -> Result<(), LoadError> {
    for listen in &args.listen {
        let known = match &listen.listener {
            Some(name) => tables.iter().any(|table| table.listener == *name),
            None => tables.len() == 1 && args.listen.len() == 1,
        };
        if !known {
            let names = tables.iter().map(|table| table.listener.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("it must be of the form LISTENER=ADDR; the listeners are: {names}");
            return Err(LoadError::of(format!("--listen {}", listen.address), message));
        }
    }
    Ok(())
}

/// Warnings for the rules that nginx treats differently.
fn differences(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for rule in &table.rules {
        for kind in &rule.unauthenticated {
            found.push(format!("rule {}: {kind} is not performed, every request passes", rule.name));
        }
        let headers = rule.conditions.iter().filter_map(|condition| match condition {
            Condition::HttpHeader(header) => Some(&header.name),
            _ => None,
        });
        for name in headers {
            found.push(format!(
                "rule {}: nginx sees a header {name} that is sent several times as one list (before 1.23: the \
                 first), and an empty one as none",
                rule.name
            ));
        }
    }
    found
}

fn heading(warnings: &[String]) -> String {
    let mut text = format!(
        "# Made by local-alb {} from a template: changes belong there.\n\
         # For the http block of nginx 1.19 or newer, with PCRE: /etc/nginx/conf.d/, for example.\n",
        env!("CARGO_PKG_VERSION")
    );
    for warning in warnings {
        let _ = writeln!(text, "# Warning: {}", quote::comment(warning));
    }
    text.push('\n');
    text
}

/// A larger table for the variables, if there are more than the default takes.
fn sizes(servers: &str) -> String {
    let count = servers.lines().filter(|line| line.starts_with("map ") || line.starts_with("geo ")).count();
    if count < VARIABLES_MAX {
        return String::new();
    }
    format!("variables_hash_max_size {};\n", count.next_power_of_two() * 4)
}
