//! The command `explain`: which rule takes a request, and why those before it do not.

use std::fmt::Write as _;

use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Uri};

use crate::cli::ExplainArgs;
use crate::input::Input;
use crate::report;
use crate::routing::{self, Action, RedirectSource, RequestFacts, Rule, Table};
use crate::template::{FilesRead, LoadError};

/// The request to explain.
struct Request {
    target: String,
    secure: Option<bool>,
    port: Option<u16>,
    headers: HeaderMap,
}

/// The command.
///
/// # Errors
/// A template or a request that cannot be read.
pub fn explain(args: &ExplainArgs) -> Result<String, LoadError> {
    let request = request(args)?;
    if args.method.parse::<Method>().is_err() {
        return Err(LoadError::of(&args.method, "this is not a method"));
    }
    let input = Input::read(&args.template, &[], &FilesRead::default())?;
    let listeners = input.listeners(args.template.listener.as_deref())?;
    let facts = RequestFacts::new(&args.method, &request.target, &request.headers, args.source_ip);
    let host = facts.host.unwrap_or_default();
    let mut text = format!("{} {} for host {host} from {}\n", args.method, request.target, facts.source);
    for listener in &listeners {
        let table = routing::compile(&input.template, listener, &input.options)?;
        if listeners.len() > 1 {
            let _ = writeln!(text, "\n{}", table.listener);
        }
        text.push_str(&one(&table, &facts, &request));
    }
    Ok(text)
}

fn request(args: &ExplainArgs) -> Result<Request, LoadError> {
    let wrong = |what: &str, why: &str| LoadError::of(what.to_owned(), why.to_owned());
    let uri: Uri = args.url.parse().map_err(|_| wrong(&args.url, "this is neither a URL nor a path"))?;
    let Some(target) = uri.path_and_query().filter(|target| target.as_str().starts_with('/')) else {
        return Err(wrong(&args.url, "this is neither a URL nor a path"));
    };
    let mut headers = HeaderMap::new();
    for header in &args.headers {
        let parts = header.split_once(':').and_then(|(name, value)| {
            Some((name.parse::<HeaderName>().ok()?, value.trim().parse::<HeaderValue>().ok()?))
        });
        let (name, value) = parts.ok_or_else(|| wrong(header, "a header must be of the form NAME: VALUE"))?;
        headers.append(name, value);
    }
    if !headers.contains_key(HOST) {
        let host = uri.authority().map_or("localhost", |authority| authority.as_str());
        let value = HeaderValue::from_str(host).map_err(|_| wrong(host, "this is not a host"))?;
        headers.insert(HOST, value);
    }
    let secure = uri.scheme_str().map(|scheme| scheme == "https");
    Ok(Request { target: target.as_str().to_owned(), secure, port: uri.port_u16(), headers })
}

/// The rules of one listener up to the one that takes the request, with reasons.
fn one(table: &Table, facts: &RequestFacts<'_>, request: &Request) -> String {
    let mut rows = Vec::new();
    for rule in &table.rules {
        let priority = rule.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string());
        let name = if rule.priority.is_some() { rule.name.clone() } else { String::new() };
        let failed = rule.conditions.iter().find(|condition| !condition.matches(facts));
        if let Some(condition) = failed {
            let (subject, wanted) = (condition.subject(), condition.values().join(" | "));
            let why = format!("{subject}: wanted {wanted}, found {}", condition.found(facts));
            rows.push(vec![priority, name, "no".to_owned(), why]);
            continue;
        }
        let what = report::action(rule, |index| report::group(table, index));
        rows.push(vec![priority, name, "yes".to_owned(), what]);
        let details = details(table, rule, facts, request);
        rows.extend(
            details.into_iter().map(|detail| vec![String::new(), String::new(), String::new(), detail]),
        );
        break;
    }
    report::columns(&rows)
}

/// The redirect that the client gets, or the URL and the host that the target gets.
fn details(table: &Table, rule: &Rule, facts: &RequestFacts<'_>, request: &Request) -> Vec<String> {
    if let Action::Redirect(redirect) = &rule.action {
        let secure = request.secure.unwrap_or(table.secure);
        let source = RedirectSource {
            protocol: if secure { "https" } else { "http" },
            host: facts.host.unwrap_or_default(),
            port: request.port.or(table.port).unwrap_or(if secure { 443 } else { 80 }),
            path: request.target.split('?').next().unwrap_or_default(),
            query: facts.query,
        };
        return vec![format!("Location: {}", redirect.location(source))];
    }
    let mut details = Vec::new();
    if let Some(url) = rule.transforms.url.as_ref().and_then(|rewrite| rewrite.apply(&request.target)) {
        details.push(format!("the target gets {url}"));
    }
    let host =
        rule.transforms.host.as_ref().and_then(|rewrite| rewrite.apply(facts.host.unwrap_or_default()));
    details.extend(host.map(|host| format!("the target gets Host: {host}")));
    details
}
