//! The program as its users meet it: real sockets, real processes, port 0, nothing left behind.

mod access_log;
mod command_line;
mod conformance;
mod environments;
mod events;
mod forwarded_headers;
mod health_checks;
mod hostile_clients;
mod http_targets;
mod inspection;
mod invoke_urls;
mod lifecycle;
mod limits;
mod listeners;
mod load_errors;
mod many_clients;
mod matcher_properties;
mod nested_stacks;
mod responses;
mod routing_rules;
mod rule_actions;
mod support;
mod template_values;
mod tls;
mod variables;
mod websockets;
