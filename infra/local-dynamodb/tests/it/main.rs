//! The program as a script sees it: its lines, its exit codes and its answers.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A running program, killed with its test.
struct Running {
    child: Child,
    first_line: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start() -> Self {
        let mut child = program().stdout(Stdio::piped()).spawn().unwrap();
        let mut first_line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first_line).unwrap();
        Self { child, first_line }
    }

    fn address(&self) -> &str {
        self.first_line.trim_end().strip_prefix("local-dynamodb: listening on http://").unwrap()
    }

    /// The exit code after a signal, and how long it took to come.
    fn end_with(&mut self, signal: Signal) -> (Option<i32>, Duration) {
        let started = Instant::now();
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        (self.child.wait().unwrap().code(), started.elapsed())
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_local-dynamodb"))
}

fn output(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// Lists the tables with the protocol's own request.
fn list_tables(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: DynamoDB_20120810.ListTables\r\n\
         content-type: application/x-amz-json-1.0\r\nauthorization: AWS4-HMAC-SHA256 Credential=a/20261122/\
         eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\nx-amz-date: \
         20261122T000000Z\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_server_answers_on_loopback_as_soon_as_it_has_printed_its_address() {
    let running = Running::start();
    assert!(running.address().starts_with("127.0.0.1:"), "{}", running.first_line);
    let answer = list_tables(running.address());
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""TableNames":[]"#), "{answer}");
}

#[test]
fn either_signal_ends_the_server_at_once_with_code_0_although_a_client_is_connected() {
    for signal in [Signal::INT, Signal::TERM] {
        let mut running = Running::start();
        let mut hanging = TcpStream::connect(running.address()).unwrap();
        hanging.write_all(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n{").unwrap();
        let (code, took) = running.end_with(signal);
        assert_eq!(code, Some(0), "{signal:?}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}

#[test]
fn a_taken_port_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = output(&["--listen", &address]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with(&format!("local-dynamodb: cannot listen on {address}: ")), "{said}");
}

#[test]
fn the_help_names_the_variables_to_set() {
    let output = output(&["--help"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for word in ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ACCESS_KEY_ID", "--listen", "127.0.0.1:0"] {
        assert!(said.contains(word), "{word} is missing in: {said}");
    }
}
