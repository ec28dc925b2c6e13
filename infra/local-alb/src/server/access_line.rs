//! A line of the access log, in the format that AWS documents.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hyper::Version;
use jiff::Timestamp;

use super::record::{Details, Record};

/// The name of this balancer in the log.
const BALANCER: &str = "app/local/0000000000000000";

/// The line of a request that is over: every field of the documented format, in its order.
pub(super) fn line(record: &Record) -> String {
    let none = Details::default();
    let details = record.details.as_deref().unwrap_or(&none);
    let client = &record.client;
    let session = client.session.as_ref();
    let created = time(details.created);
    let ended = time(details.created + record.began.elapsed());
    let target = record.turn.as_ref().map_or("-", |turn| &turn.target().address);
    let target_status = details.target_status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let [waiting, working, sending] = times(record, details);
    let priority = record.rule.as_ref().map_or_else(|| "-".to_owned(), |(_, priority)| priority.to_string());
    let location = if record.action == "redirect" { dash(&details.location) } else { "-".to_owned() };
    format!(
        "{kind} {ended} {BALANCER} {peer} {target} {waiting} {working} {sending} {status} {target_status} \
         {received} {sent} \"{request}\" \"{agent}\" {cipher} {version} {arn} \"{trace}\" \"{name}\" \
         \"{certificate}\" {priority} {created} \"{action}\" \"{location}\" \"{reason}\" \"{target}\" \
         \"{target_status}\" \"{class}\" \"{class_reason}\" {connection} \"{new_host}\" \"{new_uri}\" \
         \"{transformed}\"",
        kind = kind(record),
        peer = client.arrival.peer,
        status = record.status,
        received = details.received,
        sent = details.sent,
        request = request(record, details),
        agent = dash(&details.user_agent),
        cipher = session.map_or("-", |session| &session.cipher),
        version = session.map_or("-", |session| session.version),
        arn = if details.group_arn.is_empty() { "-" } else { &details.group_arn },
        trace = dash(&details.trace_id),
        name = dash(session.and_then(|session| session.server_name.as_deref()).unwrap_or_default()),
        certificate = "-",
        action = record.action,
        reason = dash(details.reason),
        class = details.class.map_or("-", |class| class.class),
        class_reason = details.class.map_or("-", |class| class.reason),
        connection = client.trace,
        new_host = dash(&details.new_host),
        new_uri = dash(&details.new_uri),
        transformed = dash(details.transformed),
    )
}

fn kind(record: &Record) -> &'static str {
    match (record.status, record.version, record.client.arrival.secure) {
        (101, _, secure) => {
            if secure {
                "wss"
            } else {
                "ws"
            }
        }
        (_, Version::HTTP_2, _) => "h2",
        (_, _, true) => "https",
        (_, _, false) => "http",
    }
}

/// Seconds until the request went to the target, until its answer began, and until the answer had been sent. All are -1
/// if no target got the request, or if a server gave no answer. A function that failed counts as one that answered.
fn times(record: &Record, details: &Details) -> [String; 3] {
    let none = || "-1".to_owned();
    let seconds = |time: Duration| format!("{:.3}", time.as_secs_f64());
    let Some(dispatched) = details.dispatched else { return [none(), none(), none()] };
    let waiting = seconds(dispatched.duration_since(record.began));
    let has_worked = details.target_status.is_some() || details.invoked;
    let Some(answered) = details.answered.filter(|_| has_worked) else { return [none(), none(), none()] };
    let working = seconds(answered.duration_since(dispatched));
    [waiting, working, seconds(Instant::now().duration_since(answered))]
}

fn request(record: &Record, details: &Details) -> String {
    let arrival = record.client.arrival;
    let (protocol, port) = (arrival.protocol(), arrival.listener_port);
    if record.malformed {
        return format!("- {protocol}://-:{port}- -");
    }
    let host = crate::routing::without_port(&details.host);
    let version = match record.version {
        Version::HTTP_2 => "HTTP/2.0",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    };
    let path = record.uri.path_and_query().map_or("/", |path| path.as_str());
    escape(&format!("{} {protocol}://{host}:{port}{path} {version}", record.method))
}

fn time(unix: Duration) -> String {
    let micros = i64::try_from(unix.as_micros()).unwrap_or(i64::MAX);
    let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

fn dash(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { escape(text) }
}

/// Escapes a client's text, which must not end a field or a line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("\\x22"),
            '\\' => escaped.push_str("\\x5C"),
            other if other.is_control() => {
                let _ = write!(escaped, "\\x{:02X}", u32::from(other));
            }
            other => escaped.push(other),
        }
    }
    escaped
}
