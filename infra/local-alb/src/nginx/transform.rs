//! Transforms: the URL and the host that a target gets.

use std::fmt::Write as _;

use super::expression;
use super::quote::{literal, plain};
use super::rule_text::RuleText;
use crate::routing::{CaseRule, Piece, Rewrite, Rule};

/// Writes the maps of a rule's transforms, and gives the target that is asked for: a variable. Where a transform gives
/// no URL or no host, `PREFIX_valid` is not 1.
///
/// # Errors
/// An expression that nginx cannot express.
pub(super) fn blocks(
    rule_text: &mut RuleText,
    rule: &Rule,
    name: &str,
    prefix: &str,
) -> Result<String, String> {
    if rule.transforms.is_empty() {
        return Ok("$request_uri".to_owned());
    }
    let text = &mut rule_text.blocks;
    let _ = writeln!(text, "# {name}: {}", super::quote::comment(&rule.transforms.to_string()));
    let mut url = "$request_uri".to_owned();
    let (mut valid_url, mut valid_host) = ("1".to_owned(), "1".to_owned());
    if let Some(rewrite) = &rule.transforms.url {
        url = format!("${prefix}_url");
        valid_url = format!("${prefix}_url_valid");
        map(text, rewrite, CaseRule::Sensitive, "$request_uri", &url)?;
        let _ = writeln!(
            text,
            "map {url} {valid_url} {{\n    default 0;\n    \"~^/[!-~\\\\x80-\\\\xff]*$\" 1;\n}}"
        );
    }
    if let Some(rewrite) = &rule.transforms.host {
        let host = host_variable(prefix);
        valid_host = format!("${prefix}_host_valid");
        map(text, rewrite, CaseRule::Insensitive, "$alb_host", &host)?;
        // A request of HTTP/1.0 may have no host, and gets none.
        let _ = writeln!(
            text,
            "map \"$alb_host>{host}\" {valid_host} {{\n    default 0;\n    \"~>[!-~]+$\" 1;\n    \">\" 1;\n}}"
        );
    }
    let _ =
        writeln!(text, "map \"{valid_url}-{valid_host}\" ${prefix}_valid {{\n    default 0;\n    1-1 1;\n}}");
    Ok(url)
}

/// The variable of the host that a rule's targets get, if it has a transform for it.
pub(super) fn host_variable(prefix: &str) -> String {
    format!("${prefix}_host")
}

/// A map from `source` to what the first match in it is replaced with; the rest of it stays.
fn map(
    text: &mut String,
    rewrite: &Rewrite,
    case: CaseRule,
    source: &str,
    result: &str,
) -> Result<(), String> {
    let name = result.trim_start_matches('$');
    let regex = expression::translate(rewrite.expression(), case, Some(&format!("{name}_")))?;
    let key = format!("~^(?<{name}_before>.*?)(?<{name}_0>{regex})(?<{name}_after>.*)$");
    let mut value = format!("${{{name}_before}}");
    for piece in rewrite.replacement() {
        match piece {
            Piece::Text(text) => value.push_str(&literal(text)),
            Piece::Group(group) => {
                let _ = write!(value, "${{{name}_{group}}}");
            }
        }
    }
    let _ = write!(value, "${{{name}_after}}");
    let _ = writeln!(
        text,
        "map {source} {result} {{\n    default {source};\n    {} \"{value}\";\n}}",
        plain(&key)
    );
    Ok(())
}
