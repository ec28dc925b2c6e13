//! Cases about whole templates: what `routes` and `check` say about them.

use clap::Parser;
use local_alb::cli::{Cli, Command};
use local_alb::{check, report};
use serde_json::{Value, json};

use super::{differs, items};
use crate::support::balancer::Directory;

/// The case of a template, if it is not as expected.
pub fn template(case: &Value) -> Option<String> {
    differs(case, &found(case))
}

/// What the commands say of a template that is read with `options`. Its files are lists of lines; `template.yaml` is the
/// template unless the case names another.
pub fn found(case: &Value) -> Value {
    let directory = Directory::new();
    for (name, lines) in case["files"].as_object().expect("files") {
        let lines = lines.as_array().expect("lines").iter().map(|line| line.as_str().expect("a line"));
        let path = directory.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let end = if case["crlf"] == true { "\r\n" } else { "\n" };
        let begin = if case["byte_order_mark"] == true { "\u{feff}" } else { "" };
        std::fs::write(path, format!("{begin}{}{end}", lines.collect::<Vec<_>>().join(end))).expect("a file");
    }
    let file = directory.0.join(case["template"].as_str().unwrap_or("template.yaml"));
    let folder = format!("{}/", directory.0.display());
    let arguments = |command: &str| -> Command {
        let mut arguments = vec!["local-alb".to_owned(), command.to_owned()];
        arguments.push(format!("--template={}", file.display()));
        arguments
            .extend(items(case, "options").iter().map(|option| option.as_str().expect("text").to_owned()));
        Cli::try_parse_from(arguments).expect("a command line").command
    };
    let Command::Routes(args) = arguments("routes") else { panic!("not the command") };
    let plain = |text: &str| text.replace(&folder, "").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = match report::routes(&args) {
        Ok(text) => {
            let rows = text.lines().map(plain);
            json!({"rules": rows.filter(|row| !row.starts_with("PRIORITY ")).collect::<Vec<_>>()})
        }
        Err(error) => json!({"error": plain(&error.to_string())}),
    };
    let Command::Check(args) = arguments("check") else { panic!("not the command") };
    let findings = check::check(&args);
    found["errors"] = findings.errors.iter().map(|error| plain(&error.to_string())).collect();
    found["warnings"] = findings.warnings.iter().map(|warning| plain(warning)).collect();
    found
}
