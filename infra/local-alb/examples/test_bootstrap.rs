//! A function for the tests: a custom runtime in the plainest form, which does what the request asks for.
//!
//! The last segment of the path is the verb: `echo` answers with the payload, `sleep` first sleeps for the
//! milliseconds in the query `ms`, `crash` exits, `raw` answers with the request's body as the document, and
//! so on. `INIT` in the environment makes the start itself fail or slow.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

struct Answer {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

struct Api {
    address: String,
    connection: Option<BufReader<TcpStream>>,
}

impl Api {
    fn call(&mut self, method: &str, path: &str, body: &[u8]) -> std::io::Result<Answer> {
        if self.connection.is_none() {
            self.connection = Some(BufReader::new(TcpStream::connect(&self.address)?));
        }
        let reader = self.connection.as_mut().expect("just connected");
        let head = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        reader.get_mut().write_all(head.as_bytes())?;
        reader.get_mut().write_all(body)?;
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut headers = Vec::new();
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut answer = Answer { headers, body: Vec::new() };
        let length = answer.header("content-length").parse().unwrap_or(0);
        answer.body = vec![0; length];
        reader.read_exact(&mut answer.body)?;
        Ok(answer)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is a program; its start reads the environment")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// Memory that is really there, for every page of it is written to.
fn hoard(megabytes: &str) -> Vec<u8> {
    vec![1; megabytes.parse::<usize>().unwrap_or(0) << 20]
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    if let (Some("hoard"), Some(megabytes)) = (arguments.next().as_deref(), arguments.next()) {
        let hoard = hoard(&megabytes);
        std::thread::sleep(Duration::from_mins(1));
        drop(hoard);
        return Ok(());
    }
    let mut api = Api { address: variable("AWS_LAMBDA_RUNTIME_API"), connection: None };
    println!("starting as {}", variable("AWS_LAMBDA_FUNCTION_NAME"));
    match variable("INIT").as_str() {
        "exit" => std::process::exit(3),
        "error" => {
            api.call("POST", "init/error", br#"{"errorType":"Init","errorMessage":"no config"}"#)?;
            std::process::exit(1);
        }
        "hang" => std::thread::sleep(Duration::from_hours(1)),
        _ => {}
    }
    let mut count = 0;
    loop {
        let next = api.call("GET", "invocation/next", b"")?;
        count += 1;
        let id = next.header("lambda-runtime-aws-request-id").to_owned();
        let payload: Value = serde_json::from_slice(&next.body)?;
        let document = answer(&payload, &next, count);
        match document {
            Ok(document) => api.call("POST", &format!("invocation/{id}/response"), document.as_bytes())?,
            Err(document) => api.call("POST", &format!("invocation/{id}/error"), document.as_bytes())?,
        };
        if payload["path"].as_str().is_some_and(|path| path.ends_with("/linger")) {
            std::thread::sleep(Duration::from_millis(300));
        }
        if payload["path"].as_str().is_some_and(|path| path.ends_with("/leave")) {
            std::process::exit(0);
        }
    }
}

fn answer(payload: &Value, next: &Answer, count: u32) -> Result<String, String> {
    let path = payload["path"].as_str().unwrap_or_default();
    match path.rsplit('/').next().unwrap_or_default() {
        "sleep" => {
            std::thread::sleep(Duration::from_millis(parameter(payload, "ms").parse().unwrap_or(100)));
        }
        "crash" => std::process::exit(9),
        "hoard" => std::mem::forget(hoard(parameter(payload, "mb"))),
        "hoard-and-sleep" => {
            std::mem::forget(hoard(parameter(payload, "mb")));
            std::thread::sleep(Duration::from_mins(1));
        }
        "hoard-in-child" => {
            let mut command = std::process::Command::new("/proc/self/exe");
            let child = command.args(["hoard", parameter(payload, "mb")]).spawn();
            child.and_then(|mut child| child.wait()).map_err(|error| error.to_string())?;
        }
        "fail" => return Err(r#"{"errorType":"Oops","errorMessage":"on purpose"}"#.to_owned()),
        "huge" => return Ok(json!({ "statusCode": 200, "body": "x".repeat(1024 * 1024) }).to_string()),
        "raw" => return Ok(body(payload)),
        "log" => {
            println!("to stdout");
            eprintln!("to stderr {}", "y".repeat(40_000));
        }
        _ => {}
    }
    let environment: serde_json::Map<String, Value> =
        std::env::vars().map(|(name, value)| (name, Value::String(value))).collect();
    let body = json!({
        "pid": std::process::id(),
        "count": count,
        "payload": payload,
        "runtime": next.headers.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "environment": environment,
        "directory": std::env::current_dir().unwrap_or_default(),
    });
    let headers = json!({ "content-type": "application/json" });
    let multi = json!({ "content-type": ["application/json"] });
    Ok(json!({ "statusCode": 200, "headers": headers, "multiValueHeaders": multi, "body": body.to_string() })
        .to_string())
}

fn parameter<'e>(payload: &'e Value, name: &str) -> &'e str {
    let (query, multi) =
        (&payload["queryStringParameters"][name], &payload["multiValueQueryStringParameters"][name][0]);
    query.as_str().or(multi.as_str()).unwrap_or_default()
}

fn body(payload: &Value) -> String {
    let text = payload["body"].as_str().unwrap_or_default();
    if payload["isBase64Encoded"] == true {
        let bytes = STANDARD.decode(text).unwrap_or_default();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    text.to_owned()
}
