//! Conditions: each becomes a variable that is 1 or 0.

use std::fmt::Write as _;

use super::expression::{self, ANY, Alphabet};
use super::quote;
use crate::routing::{CaseRule, Condition, Matcher, Parameter, Token};

/// A parameter's name ends at `=`, and a parameter at `&`.
const KEY: Alphabet = Alphabet { one: "[^&=]", never: b"&=" };
const VALUE: Alphabet = Alphabet { one: "[^&]", never: b"&" };

/// The block that defines `variable` for a condition.
///
/// # Errors
/// The reason for which nginx cannot express the condition.
pub(super) fn block(condition: &Condition, variable: &str) -> Result<String, String> {
    let mut lines = Vec::new();
    let (source, absent) = match condition {
        Condition::SourceIp(networks) => return Ok(geo(condition, networks.networks(), variable)),
        Condition::PathPattern(path) => {
            for matcher in path.matchers() {
                lines.push(whole(matcher, CaseRule::Sensitive)?);
            }
            ("$alb_path".to_owned(), false)
        }
        Condition::HostHeader(host) => {
            for matcher in host.matchers() {
                lines.push(whole(matcher, CaseRule::Insensitive)?);
            }
            ("$alb_host".to_owned(), true)
        }
        Condition::HttpHeader(header) => {
            for matcher in header.matchers() {
                lines.push(whole(matcher, CaseRule::Insensitive)?);
            }
            (header_variable(&header.name)?, true)
        }
        // A map compares texts without case, and expressions with it.
        Condition::HttpRequestMethod(methods) => {
            lines.extend(methods.methods().iter().map(|method| format!("~^{method}$")));
            ("$request_method".to_owned(), false)
        }
        Condition::QueryString(query) => {
            lines.extend(query.parameters().iter().map(parameter));
            ("$alb_query".to_owned(), false)
        }
    };
    let mut text = format!("# {}\nmap {source} ${variable} {{\n", quote::comment(&condition.to_string()));
    text.push_str("    default 0;\n");
    if absent {
        text.push_str("    \"\" 0;\n");
    }
    for line in lines {
        let _ = writeln!(text, "    {} 1;", quote::plain(&line));
    }
    text.push_str("}\n");
    Ok(text)
}

/// The variable that holds a header.
fn header_variable(name: &str) -> Result<String, String> {
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(format!("$http_{}", name.to_ascii_lowercase().replace('-', "_")));
    }
    Err(format!("http-header {name}: nginx drops headers with other characters than letters, digits and -"))
}

/// An expression for the whole of a value.
fn whole(matcher: &Matcher, case: CaseRule) -> Result<String, String> {
    let mark = if case == CaseRule::Sensitive { "~" } else { "~*" };
    match matcher {
        Matcher::Wildcard(pattern) => Ok(format!("{mark}^{}$", expression::wildcards(pattern.tokens(), ANY))),
        // The translation has written the case into character classes.
        Matcher::Regex(regex) => Ok(format!("~{}", expression::translate(regex, case, None)?)),
    }
}

/// An expression for a parameter anywhere in a query.
fn parameter(parameter: &Parameter) -> String {
    let key = parameter.key.as_ref();
    let key = key.map_or("[^&=]*".to_owned(), |key| expression::wildcards(key.tokens(), KEY));
    let tokens = parameter.value.tokens();
    let value = expression::wildcards(tokens, VALUE);
    // A parameter without `=` has an empty value, which only stars match. An empty text is not a parameter.
    let optional = if tokens.iter().all(|token| *token == Token::Many) { "?" } else { "" };
    format!("~*(?:^|&)(?=[^&]){key}(?:={value}){optional}(?:&|$)")
}

fn geo<'n>(
    condition: &Condition,
    networks: impl Iterator<Item = String> + Clone + 'n,
    variable: &str,
) -> String {
    let mut text = format!("# {}\ngeo ${variable} {{\n", quote::comment(&condition.to_string()));
    // For nginx `default` is the block of all addresses, and a block may stand there only once.
    if !networks.clone().any(|network| network.ends_with("/0")) {
        text.push_str("    default 0;\n");
    }
    let mut seen = Vec::new();
    for network in networks {
        if !seen.contains(&network) {
            let _ = writeln!(text, "    {network} 1;");
            seen.push(network);
        }
    }
    text.push_str("}\n");
    text
}
