//! The variables that all listeners share: the parts of a request for conditions, and the headers for targets.

use std::fmt::Write as _;

/// Each dot segment takes a step, because a map has no loop.
const DOT_SEGMENTS_MAX: usize = 8;

const REQUEST: &str = r#"# Nothing can escape a dollar sign.
geo $alb_dollar { default "$"; }
geo $alb_nothing { default ""; }

# The host without its port, and the port: as it was sent, and as targets get it.
map $http_host $alb_host {
    default $http_host;
    "~^(?<alb_host_name>\[.*\]|[^\[].*|):[0-9]*$" $alb_host_name;
}
map $http_host $alb_port_sent {
    default "";
    "~^(?:\[.*\]|[^\[].*|)(?<alb_host_port>:[0-9]*)$" $alb_host_port;
}
map $server_port $alb_port_own {
    default ":$server_port";
    80 "";
    443 "";
}

# Query and path as they were sent; $args and $uri are something else.
map $request_uri $alb_query {
    default "";
    "~^[^?]*\?(?<alb_query_sent>.*)$" $alb_query_sent;
}
map $request_uri $alb_path_rest {
    default "";
    "~^/?(?<alb_path_rest_sent>[^?]*)" $alb_path_rest_sent;
}
map $request_uri $alb_path_sent {
    default "";
    "~^(?<alb_path_whole>[^?]*)" $alb_path_whole;
}
"#;

const LOG: &str = r"
# A line per request without path, query and address, which can hold credentials and personal data. The servers below log
# nothing; `access_log FILE alb;` in their place logs these lines.
log_format alb '[$time_iso8601] $request_method $alb_rule $status $bytes_sent ${request_time}s $alb_trace_id';
";

const HEADERS: &str = r#"
# What no rule gets to see.
map $http_x_forwarded_for $alb_crowded {
    default "";
    "~^(?:[^,]*,){30}" /alb/status-463;
}
map $alb_path $alb_refused {
    default $alb_crowded;
    "~/\.\.?(?:/|$)" /alb/status-400;
}

# WebSocket is the only protocol that is passed on.
map "$http_upgrade>$http_connection" $alb_upgrade {
    default "";
    "~*^websocket>(?:.*,)?\s*upgrade\s*(?:,|$)" websocket;
}
map $alb_upgrade $alb_connection {
    default "";
    websocket Upgrade;
}

# The client's address with its port.
map $remote_addr $alb_client {
    default "$remote_addr:$remote_port";
    "~:" "[$remote_addr]:$remote_port";
}
map $http_x_forwarded_for $alb_forwarded_for_port {
    default "$http_x_forwarded_for, $alb_client";
    "" $alb_client;
}

# Trace ids: a new Root, or the balancer's own Self.
map $request_id $alb_trace_own {
    default "";
    "~^(?<alb_trace_first>.{8})(?<alb_trace_rest>.{24})$" 1-$alb_trace_first-$alb_trace_rest;
}
map $http_x_amzn_trace_id $alb_trace_id {
    default "Root=$alb_trace_own;$http_x_amzn_trace_id";
    "" "Root=$alb_trace_own";
    "~^(?=(?:.*;)?\s*Root=)(?<alb_trace_before>(?:.*;)?\s*)Self=[^;]*(?<alb_trace_after>.*)$" "${alb_trace_before}Self=$alb_trace_own$alb_trace_after";
    "~^(?:.*;)?\s*Root=" "Self=$alb_trace_own;$http_x_amzn_trace_id";
}
"#;

/// The maps.
pub(super) fn maps() -> String {
    format!("{LOG}{REQUEST}{}{HEADERS}", dot_segments())
}

/// `/a/./b` is `/a/b`, and `/a/../b` is `/b`; `//` and percent-encoded dots stay. A path that still has dot segments
/// after the last step is refused.
fn dot_segments() -> String {
    let mut text = format!(
        "\n# Dot segments are resolved, one in each step. What has more than {DOT_SEGMENTS_MAX} is a 400.\n\
         map $alb_path_sent $alb_path {{\n    default $alb_path_sent;\n    \"~/\\.\\.?(?:/|$)\" \
         $alb_path_{DOT_SEGMENTS_MAX};\n}}\n"
    );
    for step in 1..=DOT_SEGMENTS_MAX {
        let before = if step == 1 { "$alb_path_sent".to_owned() } else { format!("$alb_path_{}", step - 1) };
        let (a, b) = (format!("alb_a{step}"), format!("alb_b{step}"));
        let _ = writeln!(text, "map {before} $alb_path_{step} {{\n    default {before};");
        for (from, to) in [
            (format!("^(?<{a}>.*?)/\\.(?<{b}>/.*)$"), format!("${a}${b}")),
            (format!("^(?<{a}>.*)/\\.$"), format!("${a}/")),
            (format!("^/\\.\\.(?<{b}>/.*)$"), format!("${b}")),
            ("^/\\.\\.$".to_owned(), "/".to_owned()),
            (format!("^(?<{a}>.*?)/[^/]*/\\.\\.(?<{b}>/.*)$"), format!("${a}${b}")),
            (format!("^(?<{a}>.*)/[^/]*/\\.\\.$"), format!("${a}/")),
        ] {
            let _ = writeln!(text, "    \"~{from}\" \"{to}\";");
        }
        text.push_str("}\n");
    }
    text
}
